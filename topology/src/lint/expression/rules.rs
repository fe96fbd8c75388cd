//! The explanations of the findings about expressions.

use crate::diagnostic::Severity;
use crate::explain::Rule;

/// A manifest whose one filter is this expression.
macro_rules! filter {
    ($expression:literal) => {
        concat!(
            "schemas: { order: schemas/order.avsc }\n",
            "topics: { orders: { key: string, value: order }, large: { key: string, value: order } }\n",
            "producers: { checkout: { topics: [orders] } }\n",
            "processors:\n",
            "  pick:\n",
            "    flow:\n",
            "      orders: { source: orders }\n",
            "      picked: { from: orders, filter: '",
            $expression,
            "' }\n",
            "      out: { from: picked, sink: large }\n",
            "consumers: { billing: { topics: [large] } }\n",
        )
    };
}

/// A manifest that maps the field `amount` of a payment by this expression.
macro_rules! map {
    ($expression:literal) => {
        concat!(
            "schemas: { order: schemas/order.avsc, payment: schemas/payment.avsc }\n",
            "topics: { orders: { key: string, value: order }, payments: { key: string, value: payment } }\n",
            "producers: { checkout: { topics: [orders] } }\n",
            "processors:\n",
            "  pay:\n",
            "    flow:\n",
            "      orders: { source: orders }\n",
            "      paid:\n",
            "        from: orders\n",
            "        into: payment\n",
            "        map: { order_id: id, customer: customer, region: region, paid_at: created_at, amount: '",
            $expression,
            "' }\n",
            "      out: { from: paid, sink: payments }\n",
            "consumers: { billing: { topics: [payments] } }\n",
        )
    };
}

pub(super) const SYNTAX: Rule = Rule {
    code: "expression::syntax",
    severity: Severity::Error,
    summary: "An expression that is not Rust.",
    why: "Expressions are compiled into the generated crate as they are written.",
    example: filter!("amount >"),
    fix: filter!("amount > 0.0"),
};

pub(super) const TOO_COMPLEX: Rule = Rule {
    code: "expression::too-complex",
    severity: Severity::Error,
    summary: "An expression of more than 10,000 bytes, or with 200 operators or 64 brackets inside of each other.",
    why: "An expression is a line of logic. What needs more is easier to read, and to test, as code of a service.",
    example: filter!(
        "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((true))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"
    ),
    fix: filter!("true"),
};

pub(super) const UNKNOWN_NAME: Rule = Rule {
    code: "expression::unknown-name",
    severity: Severity::Error,
    summary: "A name in an expression that is no field of the value.",
    why: "An expression sees the fields of the value by their Rust names (`createdAt` is `created_at`), the whole value as `event`, \
          its key as `key`, and the types of the events crate.",
    example: filter!("amout > 0.0"),
    fix: filter!("amount > 0.0"),
};

pub(super) const UNKNOWN_FIELD: Rule = Rule {
    code: "expression::unknown-field",
    severity: Severity::Error,
    summary: "A field in an expression that its record does not have.",
    why: "The generated crate would not compile. Fields have their Rust names: `createdAt` is `created_at`.",
    example: filter!("event.amout > 0.0"),
    fix: filter!("event.amount > 0.0"),
};

pub(super) const MISSING_FIELD: Rule = Rule {
    code: "expression::missing-field",
    severity: Severity::Error,
    summary: "A record made in an expression without a value for each of its fields.",
    why: "A record has a value for every field; a default in the schema is for readers of old records.",
    example: filter!("Line { sku: key.to_string(), quantity: 1 }.quantity == 1"),
    fix: filter!("Line { sku: key.to_string(), quantity: 1, price: 0.0 }.quantity == 1"),
};

pub(super) const UNKNOWN_VARIANT: Rule = Rule {
    code: "expression::unknown-variant",
    severity: Severity::Error,
    summary: "A variant in an expression that its enum does not have.",
    why: "The generated crate would not compile. Variants have their Rust names: the symbol `PAID` is `Paid`.",
    example: filter!("status == Status::Payd"),
    fix: filter!("status == Status::Paid"),
};

pub(super) const ASSIGNMENT: Rule = Rule {
    code: "expression::assignment",
    severity: Severity::Error,
    summary: "An expression with `=` where `==` is meant.",
    why: "`=` assigns, `==` compares. Values cannot be changed in an expression.",
    example: filter!("status = Status::Paid"),
    fix: filter!("status == Status::Paid"),
};

pub(super) const OPERAND_TYPE: Rule = Rule {
    code: "expression::operand-type",
    severity: Severity::Error,
    summary: "Two operands of types that cannot be compared or calculated with each other.",
    why: "Rust converts nothing by itself: a `double` is compared with `0.0` and not with `0`, an enum with its variants and not \
          with their texts.",
    example: filter!("amount > 0"),
    fix: filter!("amount > 0.0"),
};

pub(super) const FILTER_TYPE: Rule = Rule {
    code: "flow::filter-type",
    severity: Severity::Error,
    summary: "A filter that is not a condition.",
    why: "A filter passes on the records for which its expression is `true`.",
    example: filter!("amount * 2.0"),
    fix: filter!("amount * 2.0 > 10.0"),
};

pub(super) const MAP_TYPE: Rule = Rule {
    code: "flow::map-type",
    severity: Severity::Error,
    summary: "An expression of a map that has another type than its field, or than the record of `into`.",
    why: "The generated crate would not compile. Rust converts nothing by itself, except that a text fits a `string` field.",
    example: map!("lines.len()"),
    fix: map!("lines.len() as f64"),
};

pub(super) const RULES: [Rule; 10] = [
    SYNTAX,
    TOO_COMPLEX,
    UNKNOWN_NAME,
    UNKNOWN_FIELD,
    MISSING_FIELD,
    UNKNOWN_VARIANT,
    ASSIGNMENT,
    OPERAND_TYPE,
    FILTER_TYPE,
    MAP_TYPE,
];
