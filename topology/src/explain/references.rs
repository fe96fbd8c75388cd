//! Rules of what schemas refer to, and of entries of `schemas` in the three formats.

use super::Rule;
use crate::diagnostic::Severity;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "schema::import-not-found",
        severity: Severity::Error,
        summary: "An import of a Protobuf file that is no file of the project.",
        why: "The file is looked for in the folder of the file that imports it and in each folder above it, up to the \
          manifest's.",
        example: "schemas: { lost: shop/lost.proto }\n",
        fix: "schemas: { customer: shop/customer.proto }\n",
    },
    Rule {
        code: "schema::unreadable-import",
        severity: Severity::Error,
        summary: "An imported file that the system does not let be read.",
        why: "A schema cannot be understood without what it refers to.",
        example: "schemas: { locked: shop/locked.proto }\n",
        fix: "schemas: { customer: shop/customer.proto }\n",
    },
    Rule {
        code: "schema::circular-import",
        severity: Severity::Error,
        summary: "A file that imports itself, directly or through others.",
        why: "A registry stores each text after those that it refers to, so there is no order for these.",
        example: "schemas: { ring: shop/ring.proto }\n",
        fix: "schemas: { customer: shop/customer.proto }\n",
    },
    Rule {
        code: "schema::ambiguous-import",
        severity: Severity::Error,
        summary: "One name that means different files in different files of a schema.",
        why: "A registry keeps one text for each name that a schema refers to, directly or through others.",
        example: "schemas: { twice: shop/twice.proto }\n",
        fix: "schemas: { customer: shop/customer.proto }\n",
    },
    Rule {
        code: "schema::no-message",
        severity: Severity::Error,
        summary: "A Protobuf file without a message as a schema.",
        why: "A record is a message; a file of enums or services alone can only be imported.",
        example: "schemas: { area: shop/enums.proto }\n",
        fix: "schemas: { customer: shop/customer.proto }\n",
    },
    Rule {
        code: "schema::unknown-message",
        severity: Severity::Error,
        summary: "A `message` that the Protobuf file does not declare.",
        why: "A record names its message by its position in the file, which must be known.",
        example: "schemas: { customer: { file: shop/customer.proto, message: shop.Custmer } }\n",
        fix: "schemas: { customer: { file: shop/customer.proto, message: shop.Customer } }\n",
    },
    Rule {
        code: "schema::misplaced-key",
        severity: Severity::Error,
        summary: "A key that has no meaning for a schema of this format.",
        why: "`message` chooses among the messages of a Protobuf file, and `policy` says how JSON Schemas are compared.",
        example: "schemas: { order: { file: schemas/order.avsc, message: Order } }\n",
        fix: "schemas: { order: { file: schemas/order.avsc } }\n",
    },
    Rule {
        code: "schema::reference-format",
        severity: Severity::Error,
        summary: "A reference to a schema of another format.",
        why: "A schema is understood together with what it refers to, by the rules of one format.",
        example: "schemas: { order: { file: schemas/order.avsc, references: { x: note } }, note: titled.json }\n",
        fix: "schemas: { order: { file: schemas/order.avsc }, note: titled.json }\n",
    },
    Rule {
        code: "schema::reference-name",
        severity: Severity::Error,
        summary: "A reference of an Avro schema whose name is no type of the schema that it names.",
        why: "An Avro schema refers to another by the full name of a type that is defined there.",
        example: "schemas: { order: { file: schemas/order.avsc, references: { shop.Nothing: payment } }, payment: schemas/payment.avsc }\n",
        fix: "schemas: { order: { file: schemas/order.avsc }, payment: schemas/payment.avsc }\n",
    },
    Rule {
        code: "schema::unlisted-reference",
        severity: Severity::Error,
        summary: "A type of another file that the `references` of an Avro schema do not list.",
        why: "A schema with a list of references is registered as it is written, and knows only what the list names.",
        example: "",
        fix: "",
    },
    Rule {
        code: "schema::unused-reference",
        severity: Severity::Warning,
        summary: "An entry of `references` that the text does not refer to.",
        why: "It is not registered. Often the name is written in another way than in the text.",
        example: "schemas: { page: { file: refers.json, references: { note.json: note } }, note: titled.json }\n",
        fix: "schemas: { page: { file: refers.json, references: { titled.json: note } }, note: titled.json }\n",
    },
    Rule {
        code: "schema::duplicate-rule",
        severity: Severity::Error,
        summary: "Two rules of one name in the rules of a schema.",
        why: "A rule is known by its name, in all lists of a schema.",
        example: "\
schemas:
  order:
    file: schemas/order.avsc
    rules:
      domain:
        - { name: a, kind: condition, mode: write, type: CEL, expr: \"true\" }
        - { name: a, kind: condition, mode: read, type: CEL, expr: \"true\" }
",
        fix: "\
schemas:
  order:
    file: schemas/order.avsc
    rules:
      domain:
        - { name: a, kind: condition, mode: write, type: CEL, expr: \"true\" }
        - { name: b, kind: condition, mode: read, type: CEL, expr: \"true\" }
",
    },
    Rule {
        code: "topic::plain-in-list",
        severity: Severity::Error,
        summary: "Plain data among the several schemas of a topic.",
        why: "Records of several types are told apart by the id of their schema, which plain data does not carry.",
        example: "schemas: { order: schemas/order.avsc }\ntopics: { a: { value: [order, string] } }\n",
        fix: "schemas: { order: schemas/order.avsc }\ntopics: { a: { value: order } }\n",
    },
    Rule {
        code: "topic::schema-twice",
        severity: Severity::Error,
        summary: "A schema that a topic's list names twice.",
        why: "Likely another one was meant.",
        example: "schemas: { order: schemas/order.avsc }\ntopics: { a: { value: [order, order] } }\n",
        fix: "schemas: { order: schemas/order.avsc }\ntopics: { a: { value: [order] } }\n",
    },
];
