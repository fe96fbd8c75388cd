//! The imports that every registry knows, so that no schema needs a reference for them.
//!
//! `google/protobuf/*` comes with `protox`. The definitions of `google/type/*` and `confluent/*` are written here by
//! their published names, numbers and types.

use protox::file::{File, FileResolver, GoogleFileResolver};

/// Import names and their definitions.
const DEFINITIONS: &[(&str, &str)] = &[
    ("confluent/meta.proto", include_str!("known/confluent/meta.proto")),
    ("confluent/type/decimal.proto", include_str!("known/confluent/type/decimal.proto")),
    ("confluent/type/variant.proto", include_str!("known/confluent/type/variant.proto")),
    ("google/type/calendar_period.proto", include_str!("known/google/type/calendar_period.proto")),
    ("google/type/color.proto", include_str!("known/google/type/color.proto")),
    ("google/type/date.proto", include_str!("known/google/type/date.proto")),
    ("google/type/datetime.proto", include_str!("known/google/type/datetime.proto")),
    ("google/type/dayofweek.proto", include_str!("known/google/type/dayofweek.proto")),
    ("google/type/decimal.proto", include_str!("known/google/type/decimal.proto")),
    ("google/type/expr.proto", include_str!("known/google/type/expr.proto")),
    ("google/type/fraction.proto", include_str!("known/google/type/fraction.proto")),
    ("google/type/interval.proto", include_str!("known/google/type/interval.proto")),
    ("google/type/latlng.proto", include_str!("known/google/type/latlng.proto")),
    ("google/type/localized_text.proto", include_str!("known/google/type/localized_text.proto")),
    ("google/type/money.proto", include_str!("known/google/type/money.proto")),
    ("google/type/month.proto", include_str!("known/google/type/month.proto")),
    ("google/type/phone_number.proto", include_str!("known/google/type/phone_number.proto")),
    ("google/type/postal_address.proto", include_str!("known/google/type/postal_address.proto")),
    ("google/type/quaternion.proto", include_str!("known/google/type/quaternion.proto")),
    ("google/type/timeofday.proto", include_str!("known/google/type/timeofday.proto")),
];

/// The file of this name, if it is one that needs no reference.
pub(super) fn open(name: &str) -> Option<File> {
    if let Ok(file) = GoogleFileResolver::new().open_file(name) {
        return Some(file);
    }
    let (_, text) = DEFINITIONS.iter().find(|(known, _)| *known == name)?;
    Some(File::from_source(name, text).expect("the embedded definitions are valid, which a test asserts"))
}

/// The names that a missing import may have meant.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    const GOOGLE: [&str; 11] = [
        "google/protobuf/any.proto",
        "google/protobuf/api.proto",
        "google/protobuf/descriptor.proto",
        "google/protobuf/duration.proto",
        "google/protobuf/empty.proto",
        "google/protobuf/field_mask.proto",
        "google/protobuf/source_context.proto",
        "google/protobuf/struct.proto",
        "google/protobuf/timestamp.proto",
        "google/protobuf/type.proto",
        "google/protobuf/wrappers.proto",
    ];
    GOOGLE.into_iter().chain(DEFINITIONS.iter().map(|(name, _)| *name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Format, Source, Strictness};

    #[test]
    fn every_known_import_links_without_a_reference() {
        assert_eq!(names().count(), 31);
        for name in names() {
            let text = format!("syntax = \"proto3\";\nimport \"{name}\";\n");
            let parsed = Document::parse(&Source::new(Format::Protobuf, text), Strictness::Strict);
            assert_eq!(parsed.findings, [], "{name}");
        }
    }
}
