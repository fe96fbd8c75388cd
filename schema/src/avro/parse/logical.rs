//! Logical types: a meaning for a primitive or a fixed.
//!
//! One that does not fit is ignored, as the specification says, and reported, as it leaves out.

use super::attribute::{whole_number, wrong_kind};
use super::union::base_name;
use super::{Parser, Refusal, Scope};
use crate::avro::model::{FixedLogical, Logical, Type};
use crate::json::Json;
use crate::{Finding, Severity};

const KNOWN: [&str; 13] = [
    "date",
    "time-millis",
    "time-micros",
    "timestamp-millis",
    "timestamp-micros",
    "timestamp-nanos",
    "local-timestamp-millis",
    "local-timestamp-micros",
    "local-timestamp-nanos",
    "uuid",
    "decimal",
    "duration",
    "big-decimal",
];

impl Parser<'_> {
    /// A primitive written as an object, with its logical type if that fits.
    pub(super) fn logical(&mut self, json: &Json, primitive: Type, scope: Scope<'_>) -> Type {
        let Some((written, name)) = self.logical_name(json, scope) else { return primitive };
        let logical = match name {
            "date" => Logical::Date,
            "time-millis" => Logical::TimeMillis,
            "time-micros" => Logical::TimeMicros,
            "timestamp-millis" => Logical::TimestampMillis,
            "timestamp-micros" => Logical::TimestampMicros,
            "timestamp-nanos" => Logical::TimestampNanos,
            "local-timestamp-millis" => Logical::LocalTimestampMillis,
            "local-timestamp-micros" => Logical::LocalTimestampMicros,
            "local-timestamp-nanos" => Logical::LocalTimestampNanos,
            "uuid" => Logical::Uuid,
            "decimal" if primitive == Type::Bytes => match self.decimal(json, written, scope) {
                Some((precision, scale)) => Logical::Decimal { precision, scale },
                None => return primitive,
            },
            "decimal" => Logical::Decimal { precision: 1, scale: 0 },
            other => {
                self.report_unused_logical(written, other, scope);
                return primitive;
            }
        };
        let base = base_name(logical);
        if json.get("type").and_then(Json::as_str) == Some(base) {
            return Type::Logical(logical);
        }
        self.ignored(written, format!("logical type `{name}` is for `{base}`"), scope);
        primitive
    }

    /// The logical type of a fixed, if it fits the size.
    pub(super) fn fixed_logical(&mut self, json: &Json, size: u32, scope: Scope<'_>) -> Option<FixedLogical> {
        let (written, name) = self.logical_name(json, scope)?;
        match name {
            "decimal" => {
                let (precision, scale) = self.decimal(json, written, scope)?;
                let most = most_digits(size);
                if precision <= most {
                    return Some(FixedLogical::Decimal { precision, scale });
                }
                self.ignored(written, format!("{precision} digits do not fit {size} bytes; {most} do"), scope);
            }
            "duration" if size == 12 => return Some(FixedLogical::Duration),
            "duration" => self.ignored(written, format!("a duration has 12 bytes, not {size}"), scope),
            "uuid" if size == 16 => return Some(FixedLogical::Uuid),
            "uuid" => self.ignored(written, format!("a UUID has 16 bytes, not {size}"), scope),
            other => self.report_unused_logical(written, other, scope),
        }
        None
    }

    fn logical_name<'j>(&mut self, json: &'j Json, scope: Scope<'_>) -> Option<(&'j Json, &'j str)> {
        let written = json.get("logicalType")?;
        if written.as_str().is_none() {
            self.report_if(Refusal::Never, wrong_kind(written, "the `logicalType`", "a string", scope));
        }
        Some((written, written.as_str()?))
    }

    fn decimal(&mut self, json: &Json, written: &Json, scope: Scope<'_>) -> Option<(u32, u32)> {
        let precision = json.get("precision");
        let Some(digits) = precision.and_then(whole_number).filter(|digits| *digits > 0) else {
            self.ignored(precision.unwrap_or(written), "a decimal needs a `precision` of at least 1", scope);
            return None;
        };
        let scale = json.get("scale");
        let places = scale.map_or(Some(0), whole_number);
        let Some(places) = places.filter(|places| *places <= digits) else {
            let problem = format!("the `scale` of a decimal must be from 0 to its precision, {digits}");
            self.ignored(scale.unwrap_or(written), problem, scope);
            return None;
        };
        Some((digits, places))
    }

    fn ignored(&mut self, at: &Json, problem: impl Into<String>, scope: Scope<'_>) {
        let finding = Finding::warning("schema::ignored-logical-type", scope.place(at.span), problem)
            .label("ignored: the type is used without it")
            .note("Avro says that a logical type that does not fit is ignored, so programs would see the bare type.");
        self.report(finding);
    }

    fn report_unused_logical(&mut self, at: &Json, name: &str, scope: Scope<'_>) {
        if KNOWN.contains(&name) {
            return self.ignored(
                at,
                format!("logical type `{name}` does not fit this type, or is not supported here"),
                scope,
            );
        }
        let near = crate::near::nearest(name, KNOWN);
        let severity = if near.is_some() { Severity::Warning } else { Severity::Advice };
        let message = format!("unknown logical type `{name}`");
        let finding = Finding::new(severity, "schema::ignored-logical-type", scope.place(at.span), message)
            .label("ignored: the type is used without it");
        self.report(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding,
        });
    }
}

/// How many decimal digits a two's complement number of this many bytes can always hold.
fn most_digits(size: u32) -> u32 {
    const LOG10_OF_2: u64 = 301_029_995_663;
    let bits = (u64::from(size) * 8).saturating_sub(1);
    u32::try_from(bits * LOG10_OF_2 / 1_000_000_000_000).unwrap_or(u32::MAX)
}
