//! The type of an expression, where it is plain.
//!
//! References are not told apart from what they refer to, and texts not from `String`: the question is only whether
//! a type is certainly another one. Whatever is not known here is left to the compiler.

use std::collections::BTreeSet;

use syn::{BinOp, Expr, ExprMethodCall, Lit, UnOp};

use super::scope::{Defined, Scope, Types};
use crate::rust::RustType;

/// What an expression makes.
#[derive(Clone, Debug)]
pub(super) enum Made {
    /// A whole number without a type of its own.
    Whole,
    /// A number with a point, without a type of its own.
    Point,
    /// `usize`, from `len()` and `count()`.
    Size,
    /// `None`.
    Nothing,
    /// `Some(..)` of something.
    Something(Option<Box<Made>>),
    /// A type that fields can have.
    Rust(RustType),
}

/// Whether an expression of one type fits a place of another; nothing if that is not decided here.
pub(super) fn fits(made: &Made, wanted: &RustType) -> Option<bool> {
    if matches!(wanted, RustType::Boxed(_) | RustType::Union(_)) {
        return None;
    }
    let option = match wanted {
        RustType::Option(inner, _) => Some(&**inner),
        _ => None,
    };
    match made {
        Made::Whole => Some(matches!(wanted, RustType::I32 | RustType::I64)),
        Made::Point => Some(matches!(wanted, RustType::F32 | RustType::F64)),
        Made::Size => Some(false),
        Made::Nothing => Some(option.is_some()),
        Made::Something(inner) => match (option, inner) {
            (None, _) => Some(false),
            // A text is not a `String` inside of an `Option`, or it is: both are written alike.
            (Some(RustType::String), _) | (_, None) => None,
            (Some(wanted), Some(inner)) => fits(inner, wanted),
        },
        Made::Rust(made) => same(made, wanted),
    }
}

fn same(made: &RustType, wanted: &RustType) -> Option<bool> {
    use RustType as R;
    match (made, wanted) {
        // Whoever writes a `From` for a type of the codec is not known here.
        (R::Boxed(_) | R::Union(_), _) | (_, R::Boxed(_) | R::Union(_)) | (R::Logical(_) | R::Bytes, R::String) => None,
        (R::Option(made, _), R::Option(wanted, _))
        | (R::Vec(made), R::Vec(wanted))
        | (R::Map(made), R::Map(wanted)) => same(made, wanted),
        _ => Some(made == wanted),
    }
}

/// Whether two operands can be compared or calculated with; nothing if that is not decided here.
pub(super) fn agree(left: &Made, right: &Made) -> Option<bool> {
    match (left, right) {
        (Made::Whole | Made::Size, Made::Whole | Made::Size) | (Made::Point, Made::Point) => Some(true),
        (Made::Point, Made::Whole | Made::Size) | (Made::Whole | Made::Size, Made::Point) => Some(false),
        (Made::Nothing | Made::Something(_), _) | (_, Made::Nothing | Made::Something(_)) => None,
        (Made::Rust(rust), _) | (_, Made::Rust(rust)) if is_open(rust) => None,
        (Made::Rust(rust), other) | (other, Made::Rust(rust)) => fits(other, rust),
    }
}

/// Types of the codec may be comparable with others.
fn is_open(rust: &RustType) -> bool {
    matches!(rust, RustType::Logical(_) | RustType::Bytes | RustType::Unit)
}

impl Made {
    /// The type for messages, in backticks.
    pub(super) fn describe(&self, types: &Types<'_>) -> String {
        match self {
            Self::Whole => "a whole number".to_owned(),
            Self::Point => "a number with a point".to_owned(),
            Self::Size => "`usize`".to_owned(),
            Self::Nothing => "`None`".to_owned(),
            Self::Something(_) => "an `Option`".to_owned(),
            Self::Rust(RustType::String) => "a text".to_owned(),
            Self::Rust(rust) => format!("`{}`", types.rust.display(rust)),
        }
    }

    /// How to make the wanted type of it.
    pub(super) fn conversion(&self, text: &str, wanted: &RustType, name: &str) -> Option<String> {
        let is_literal = text.bytes().all(|byte| byte.is_ascii_digit());
        Some(match (self, wanted) {
            (Self::Whole, RustType::F32 | RustType::F64) if is_literal => format!("write `{text}.0`"),
            (Self::Rust(RustType::I32), RustType::I64 | RustType::F64) | (Self::Rust(RustType::F32), RustType::F64) => {
                format!("write `{name}::from(...)`")
            }
            (Self::Whole | Self::Point | Self::Size, _) if is_number(wanted) => format!("write `(...) as {name}`"),
            (Self::Rust(made), _) if is_number(made) && is_number(wanted) => format!("write `(...) as {name}`"),
            (Self::Rust(RustType::Option(_, _)), _) => {
                "say what an absent value becomes, such as with `unwrap_or_default()`".to_owned()
            }
            (_, RustType::Option(_, _)) => "write `Some(...)`".to_owned(),
            (_, RustType::String) => "write `(...).to_string()`".to_owned(),
            _ => return None,
        })
    }
}

/// Finds types in one expression.
pub(super) struct Infer<'s> {
    pub(super) scope: &'s Scope<'s>,
    /// Names that the expression itself introduces; they hide what the scope has.
    pub(super) locals: BTreeSet<String>,
}

impl Infer<'_> {
    /// What an expression makes, if that is plain.
    pub(super) fn made(&self, expression: &Expr) -> Option<Made> {
        self.within(expression, 24)
    }

    fn within(&self, expression: &Expr, depth: usize) -> Option<Made> {
        let depth = depth.checked_sub(1)?;
        match expression {
            Expr::Paren(inner) => self.within(&inner.expr, depth),
            Expr::Reference(inner) => self.within(&inner.expr, depth),
            Expr::Lit(literal) => made_of_literal(&literal.lit),
            Expr::Path(path) => self.path(path),
            Expr::Unary(unary) => self.unary(unary, depth),
            Expr::Binary(binary) => self.binary(binary, depth),
            Expr::Field(field) => self.field(field, depth),
            Expr::MethodCall(call) => self.method(call, depth),
            Expr::Call(call) => self.call(call, depth),
            Expr::Cast(cast) => cast_type(&cast.ty),
            Expr::Struct(made) => match self.scope.types.find(made.path.segments.iter())? {
                Defined::Record(id) => Some(Made::Rust(RustType::Named(id))),
                _ => None,
            },
            Expr::Macro(called) => macro_type(&called.mac),
            _ => None,
        }
    }

    fn path(&self, path: &syn::ExprPath) -> Option<Made> {
        if let Some(ident) = path.path.get_ident() {
            let name = ident.to_string();
            return match name.as_str() {
                _ if self.locals.contains(&name) => None,
                "None" => Some(Made::Nothing),
                _ => self.scope.name(&name).map(Made::Rust),
            };
        }
        let enclosing = path.path.segments.iter().take(path.path.segments.len() - 1);
        let last = path.path.segments.last()?.ident.to_string();
        match self.scope.types.find(enclosing)? {
            Defined::Enum(id) if self.scope.types.rust.symbols(id).contains(&last) => {
                Some(Made::Rust(RustType::Named(id)))
            }
            _ => None,
        }
    }

    fn unary(&self, unary: &syn::ExprUnary, depth: usize) -> Option<Made> {
        let made = self.within(&unary.expr, depth)?;
        let keeps_the_type = match (unary.op, &made) {
            (UnOp::Not(_), Made::Rust(rust)) => *rust == RustType::Bool,
            (UnOp::Neg(_), Made::Rust(rust)) => is_number(rust),
            (UnOp::Deref(_), _) | (UnOp::Neg(_), Made::Whole | Made::Point) => true,
            _ => false,
        };
        keeps_the_type.then_some(made)
    }

    fn binary(&self, binary: &syn::ExprBinary, depth: usize) -> Option<Made> {
        if is_comparison(&binary.op) || is_logical(&binary.op) {
            return Some(Made::Rust(RustType::Bool));
        }
        if !is_arithmetic(&binary.op) {
            return None;
        }
        let left = self.within(&binary.left, depth)?;
        let right = self.within(&binary.right, depth)?;
        match (left, right) {
            (Made::Whole, Made::Whole) => Some(Made::Whole),
            (Made::Point, Made::Point) => Some(Made::Point),
            (Made::Size, Made::Whole | Made::Size) | (Made::Whole, Made::Size) => Some(Made::Size),
            (Made::Rust(rust), other) | (other, Made::Rust(rust))
                if is_number(&rust) && fits(&other, &rust) == Some(true) =>
            {
                Some(Made::Rust(rust))
            }
            _ => None,
        }
    }

    fn field(&self, field: &syn::ExprField, depth: usize) -> Option<Made> {
        let syn::Member::Named(name) = &field.member else { return None };
        let Made::Rust(RustType::Named(id)) = self.within(&field.base, depth)? else { return None };
        let fields = self.scope.types.rust.fields(id);
        fields.iter().find(|field| name == &field.ident).map(|field| Made::Rust(field.rust_type.clone()))
    }

    /// Methods of the standard library whose name says what they make, whatever they are called on.
    fn method(&self, call: &ExprMethodCall, depth: usize) -> Option<Made> {
        let receiver = || self.within(&call.receiver, depth);
        match call.method.to_string().as_str() {
            "is_some"
            | "is_none"
            | "is_some_and"
            | "is_none_or"
            | "is_empty"
            | "contains"
            | "contains_key"
            | "starts_with"
            | "ends_with"
            | "is_nan"
            | "is_finite"
            | "any"
            | "all"
            | "eq"
            | "ne"
            | "eq_ignore_ascii_case" => Some(Made::Rust(RustType::Bool)),
            "len" | "count" => Some(Made::Size),
            "to_string" | "to_uppercase" | "to_lowercase" => Some(Made::Rust(RustType::String)),
            "clone" | "to_owned" => receiver(),
            "trim" | "as_str" => receiver().filter(|made| matches!(made, Made::Rust(RustType::String))),
            "abs" | "round" | "floor" | "ceil" | "trunc" | "sqrt" | "max" | "min" => {
                receiver().filter(|made| matches!(made, Made::Rust(RustType::F32 | RustType::F64)))
            }
            "unwrap_or" | "unwrap_or_default" => match receiver()? {
                Made::Rust(RustType::Option(inner, _)) => Some(Made::Rust(*inner)),
                _ => None,
            },
            _ => None,
        }
    }

    fn call(&self, call: &syn::ExprCall, depth: usize) -> Option<Made> {
        let Expr::Path(function) = &*call.func else { return None };
        let is_some = function.path.is_ident("Some") && call.args.len() == 1;
        is_some.then(|| Made::Something(call.args.first().and_then(|inner| self.within(inner, depth)).map(Box::new)))
    }
}

fn made_of_literal(literal: &Lit) -> Option<Made> {
    match literal {
        Lit::Bool(_) => Some(Made::Rust(RustType::Bool)),
        Lit::Str(_) => Some(Made::Rust(RustType::String)),
        Lit::Int(number) if number.suffix().is_empty() => Some(Made::Whole),
        Lit::Float(number) if number.suffix().is_empty() => Some(Made::Point),
        Lit::Int(number) => primitive(number.suffix()),
        Lit::Float(number) => primitive(number.suffix()),
        _ => None,
    }
}

fn cast_type(wanted: &syn::Type) -> Option<Made> {
    let syn::Type::Path(path) = wanted else { return None };
    primitive(&path.path.get_ident()?.to_string())
}

fn primitive(name: &str) -> Option<Made> {
    Some(match name {
        "i32" => Made::Rust(RustType::I32),
        "i64" => Made::Rust(RustType::I64),
        "f32" => Made::Rust(RustType::F32),
        "f64" => Made::Rust(RustType::F64),
        "usize" => Made::Size,
        _ => return None,
    })
}

fn macro_type(called: &syn::Macro) -> Option<Made> {
    if called.path.is_ident("matches") {
        return Some(Made::Rust(RustType::Bool));
    }
    called.path.is_ident("format").then_some(Made::Rust(RustType::String))
}

fn is_number(rust: &RustType) -> bool {
    matches!(rust, RustType::I32 | RustType::I64 | RustType::F32 | RustType::F64)
}

/// `==`, `<` and their like.
pub(super) fn is_comparison(op: &BinOp) -> bool {
    matches!(op, BinOp::Eq(_) | BinOp::Ne(_) | BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_))
}

/// `&&` and `||`.
pub(super) fn is_logical(op: &BinOp) -> bool {
    matches!(op, BinOp::And(_) | BinOp::Or(_))
}

/// `+`, `-`, `*`, `/` and `%`.
pub(super) fn is_arithmetic(op: &BinOp) -> bool {
    matches!(op, BinOp::Add(_) | BinOp::Sub(_) | BinOp::Mul(_) | BinOp::Div(_) | BinOp::Rem(_))
}
