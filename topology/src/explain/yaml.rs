//! Rules of reading a file as YAML.

use super::Rule;
use crate::diagnostic::Severity;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "file::encoding",
        severity: Severity::Error,
        summary: "A file that is not UTF-8.",
        why: "Everything that reads a manifest or a schema expects UTF-8; other encodings would give other names.",
        example: "",
        fix: "",
    },
    Rule {
        code: "file::too-large",
        severity: Severity::Error,
        summary: "A manifest that is too large to be read.",
        why: "A text of that size is an accident. A larger system is several topologies.",
        example: "",
        fix: "",
    },
    Rule {
        code: "yaml::syntax",
        severity: Severity::Error,
        summary: "Text that is not YAML.",
        why: "Nothing after the mistake can be read with certainty, so findings about what is missing are left \
          out.",
        example: "topics: { clicks: { value: string }\n",
        fix: "topics: { clicks: { value: string } }\n",
    },
    Rule {
        code: "yaml::empty",
        severity: Severity::Error,
        summary: "A manifest without any content.",
        why: "A topology has at least a name and a version.",
        example: "",
        fix: "",
    },
    Rule {
        code: "yaml::second-document",
        severity: Severity::Error,
        summary: "A second YAML document in one file.",
        why: "A manifest is one document; what follows `---` would be ignored.",
        example: "\
topics: { clicks: { value: string } }
---
topics: { views: { value: string } }
",
        fix: "topics: { clicks: { value: string }, views: { value: string } }\n",
    },
    Rule {
        code: "yaml::duplicate-key",
        severity: Severity::Error,
        summary: "A key that a mapping has twice.",
        why: "YAML forbids it, and programs disagree about which of the two counts.",
        example: "topics: { clicks: { value: string, value: bytes } }\n",
        fix: "topics: { clicks: { value: string } }\n",
    },
    Rule {
        code: "yaml::key-type",
        severity: Severity::Error,
        summary: "A key that is a list or a mapping.",
        why: "Keys of a manifest are words.",
        example: "topics: { [a, b]: { value: string } }\n",
        fix: "topics: { a: { value: string }, b: { value: string } }\n",
    },
    Rule {
        code: "yaml::merge",
        severity: Severity::Error,
        summary: "A merge key, `<<`, of something that is not a mapping.",
        why: "There are no keys that it could add.",
        example: "topics: { clicks: { <<: base, value: string } }\n",
        fix: "topics: { clicks: { value: string } }\n",
    },
    Rule {
        code: "yaml::unknown-tag",
        severity: Severity::Error,
        summary: "A tag that has no meaning here.",
        why: "Values of a manifest have the types that their keys give them.",
        example: "topics: { clicks: { value: !avro string } }\n",
        fix: "topics: { clicks: { value: string } }\n",
    },
    Rule {
        code: "yaml::unknown-alias",
        severity: Severity::Error,
        summary: "An alias of an anchor that is not there.",
        why: "There is nothing that it could stand for.",
        example: "topics: { clicks: *base }\n",
        fix: "topics: { clicks: { value: string } }\n",
    },
    Rule {
        code: "yaml::recursive-alias",
        severity: Severity::Error,
        summary: "An alias inside of what it stands for.",
        why: "It would be a value without an end.",
        example: "topics: &all { clicks: *all }\n",
        fix: "topics: { clicks: { value: string } }\n",
    },
    Rule {
        code: "yaml::alias-limit",
        severity: Severity::Error,
        summary: "Aliases that stand for more than a manifest can hold.",
        why: "A few lines of aliases of aliases can stand for billions of values.",
        example: "",
        fix: "",
    },
    Rule {
        code: "yaml::depth-limit",
        severity: Severity::Error,
        summary: "Values that nest too deep.",
        why: "No manifest needs it; a text that does can exhaust the memory of what reads it.",
        example: "",
        fix: "",
    },
];
