//! Every config's default is taken, and what is out of its range is refused in Kafka's words; so is what a cluster is
//! started with.

use super::check::Check;
use super::definition::{Scope, definitions};
use super::embedded;

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

#[test]
fn a_cluster_starts_with_configs_of_brokers_and_listeners_and_the_authorizer() {
    let configs = [
        ("num.partitions", " 6 "),
        ("super.users", "User:admin"),
        ("listener.name.external.ssl.client.auth", "required"),
        ("listener.name.external.plain.sasl.jaas.config", "PlainLoginModule required user_a=\"b\";"),
    ];
    assert_eq!(embedded::check(&started_with(&configs)), Ok(()));
}

#[test]
fn a_cluster_is_not_started_with_what_is_no_config_or_no_value_of_it() {
    for (name, value, words) in [
        ("num.partitions", "x", "Invalid value x for configuration num.partitions: Not a number of type INT"),
        ("num.partitions", "0", "Invalid value 0 for configuration num.partitions: Value must be at least 1"),
        ("num.partition", "1", "`num.partition` is not a broker config of Kafka 4.3"),
        ("retention.ms", "1", "`retention.ms` is a topic's config; a broker's is `log.retention.ms`"),
        ("node.id", "7", "`node.id` cannot be set: the cluster says it of each broker"),
        ("listener.name.a.nothing", "1", "`listener.name.a.nothing` is not a broker config of Kafka 4.3"),
    ] {
        assert_eq!(embedded::check(&started_with(&[(name, value)])), Err(words.to_owned()));
    }
}

fn started_with(configs: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    configs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}
