//! Every config's default is taken, and what is out of its range is refused in Kafka's words.

use super::check::Check;
use super::definition::{Scope, definitions};

const SCOPES: [Scope; 4] = [Scope::Topic, Scope::Broker, Scope::Group, Scope::ClientMetrics];

#[test]
fn every_default_is_a_value_that_its_config_takes() {
    for scope in SCOPES {
        for definition in definitions(scope).iter() {
            if let Some(default) = definition.default {
                assert_eq!(definition.normal(default).as_deref(), Ok(default), "{}", definition.name);
            }
        }
    }
}

#[test]
fn a_number_below_its_range_is_refused() {
    let mut ranges = 0;
    for scope in SCOPES {
        for definition in definitions(scope).iter() {
            let Check::Range { min: Some(min), .. } = &definition.check else { continue };
            let Ok(low) = min.parse::<i64>() else { continue };
            let (value, name) = (low - 1, definition.name);
            let words = format!("Invalid value {value} for configuration {name}: Value must be at least {min}");
            let value = if definition.kind == super::definition::Type::Double {
                format!("{value}.0")
            } else {
                value.to_string()
            };
            let words = words.replace(&format!("Invalid value {} ", low - 1), &format!("Invalid value {value} "));
            assert_eq!(definition.normal(&value), Err(words));
            ranges += 1;
        }
    }
    assert_eq!(ranges, 222);
}
