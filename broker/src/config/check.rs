//! Which values a config takes, with the words that Kafka refuses the others in.

use super::definition::{Definition, Type};

/// What a value must be beyond its type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Check {
    Any,
    /// Kept as text, since the messages say the bound as Kafka writes it.
    Range {
        min: Option<&'static str>,
        max: Option<&'static str>,
    },
    OneOf(Vec<&'static str>),
    OneOfAnyCase(Vec<&'static str>),
    List {
        empty: bool,
        of: Vec<&'static str>,
    },
    NotEmpty,
    GzipLevel,
    ThrottledReplicas,
    OffsetReset,
}

impl Check {
    /// Reads the notation of the table.
    pub(crate) fn parse(text: &'static str) -> Self {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let items = |text: &'static str| text.split(',').filter(|item| !item.is_empty()).collect::<Vec<_>>();
        match word {
            "range" => {
                let (min, max) = rest.split_once("..").unwrap_or((rest, ""));
                Self::Range { min: Some(min).filter(|min| !min.is_empty()), max: Some(max).filter(|m| !m.is_empty()) }
            }
            "one" => Self::OneOf(items(rest)),
            "one-of-any-case" => Self::OneOfAnyCase(items(rest)),
            "list" => {
                let (flags, of) = rest.split_once(' ').unwrap_or((rest, ""));
                Self::List { empty: flags.starts_with("empty"), of: items(of) }
            }
            "not-empty" => Self::NotEmpty,
            "gzip-level" => Self::GzipLevel,
            "throttled-replicas" => Self::ThrottledReplicas,
            "offset-reset" => Self::OffsetReset,
            _ => Self::Any,
        }
    }
}

impl Definition {
    /// The value as Kafka shows it after parsing: trimmed, a list without blanks, a double as Java writes it.
    ///
    /// # Errors
    ///
    /// What Kafka says to a value that the config does not take.
    pub(crate) fn normal(&self, value: &str) -> Result<String, String> {
        let normal = parse(self, value)?;
        hold(self, &normal)?;
        Ok(normal)
    }
}

/// Kafka's sentence for a refused value.
pub(crate) fn invalid(name: &str, value: &str, why: &str) -> String {
    format!("Invalid value {value} for configuration {name}: {why}")
}

fn parse(definition: &Definition, value: &str) -> Result<String, String> {
    let trimmed = value.trim();
    let number = |ok: Option<String>| {
        ok.ok_or_else(|| invalid(definition.name, value, &format!("Not a number of type {}", definition.kind.name())))
    };
    match definition.kind {
        Type::Boolean => match trimmed.to_ascii_lowercase().as_str() {
            "true" => Ok("true".to_owned()),
            "false" => Ok("false".to_owned()),
            _ => Err(invalid(definition.name, value, "Expected value to be either true or false")),
        },
        Type::Int => number(trimmed.parse::<i32>().ok().map(|value| value.to_string())),
        Type::Short => number(trimmed.parse::<i16>().ok().map(|value| value.to_string())),
        Type::Long => number(trimmed.parse::<i64>().ok().map(|value| value.to_string())),
        Type::Double => number(trimmed.parse::<f64>().ok().map(java_double)),
        Type::List => Ok(without_repeats(list(trimmed)).join(",")),
        Type::String | Type::Class | Type::Password => Ok(trimmed.to_owned()),
    }
}

/// Kafka drops what a list says twice.
fn without_repeats(items: Vec<&str>) -> Vec<&str> {
    let mut once = Vec::new();
    for item in items {
        if !once.contains(&item) {
            once.push(item);
        }
    }
    once
}

/// The elements of a list; blanks around commas do not count.
pub(crate) fn list(value: &str) -> Vec<&str> {
    if value.trim().is_empty() { Vec::new() } else { value.trim().split(',').map(str::trim).collect() }
}

fn hold(definition: &Definition, value: &str) -> Result<(), String> {
    let refuse = |why: String| Err(invalid(definition.name, value, &why));
    match &definition.check {
        Check::Range { min, max } => match (min, max) {
            (Some(min), _) if below(value, min) => refuse(format!("Value must be at least {min}")),
            (_, Some(max)) if below(max, value) => refuse(format!("Value must be no more than {max}")),
            _ => Ok(()),
        },
        Check::OneOf(of) if !of.contains(&value) => refuse(format!("String must be one of: {}", of.join(", "))),
        Check::OneOfAnyCase(of) if !of.iter().any(|known| known.eq_ignore_ascii_case(value)) => {
            refuse(format!("String must be one of (case insensitive): {}", of.join(", ")))
        }
        Check::List { empty, of } => hold_list(definition.name, value, *empty, of),
        Check::NotEmpty if value.is_empty() => refuse("String must be non-empty".to_owned()),
        Check::GzipLevel if value != "-1" && !(1..=9).contains(&value.parse::<i32>().unwrap_or(0)) => {
            refuse(GZIP_LEVEL.to_owned())
        }
        Check::ThrottledReplicas if !is_replica_list(value) => {
            let words = format!("{} must be {THROTTLED_REPLICAS}", definition.name);
            Err(invalid(definition.name, &format!("[{}]", list(value).join(", ")), &words))
        }
        Check::OffsetReset if !is_offset_reset(value) => {
            refuse(format!("Invalid value `{value}` for configuration {}. {OFFSET_RESET}", definition.name))
        }
        _ => Ok(()),
    }
}

const GZIP_LEVEL: &str = "Value must be between 1 and 9 or equal to -1";
const THROTTLED_REPLICAS: &str = "the literal '*' or a list of replicas in the following format: \
     [partitionId]:[brokerId],[partitionId]:[brokerId],...";
const OFFSET_RESET: &str =
    "The value must be either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'.";

fn hold_list(name: &str, value: &str, empty: bool, of: &[&str]) -> Result<(), String> {
    let items = list(value);
    if items.is_empty() && !empty {
        let among = if of.is_empty() { "any non-empty value".to_owned() } else { format!("[{}]", of.join(", ")) };
        return Err(format!("Configuration '{name}' must not be empty. Valid values include: {among}"));
    }
    for item in items {
        if item.is_empty() {
            return Err(format!("Configuration '{name}' values must not be empty."));
        }
        if !of.is_empty() && !of.contains(&item) {
            return Err(invalid(name, item, &format!("String must be one of: {}", of.join(", "))));
        }
    }
    Ok(())
}

fn below(value: &str, bound: &str) -> bool {
    match (value.parse::<i64>(), bound.parse::<i64>()) {
        (Ok(value), Ok(bound)) => value < bound,
        _ => value.parse::<f64>().unwrap_or(0.0) < bound.parse::<f64>().unwrap_or(0.0),
    }
}

fn is_replica_list(value: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let pair =
        |text: &&str| text.split_once(':').is_some_and(|(partition, broker)| number(partition) && number(broker));
    value.is_empty() || value == "*" || list(value).iter().all(pair)
}

fn is_offset_reset(value: &str) -> bool {
    matches!(value, "latest" | "earliest") || value.strip_prefix("by_duration:").is_some_and(is_duration)
}

/// ISO-8601 as Java's `Duration` reads it, without the sign: `P1DT2H3M4.5S`.
fn is_duration(text: &str) -> bool {
    let Some(text) = text.strip_prefix('P') else { return false };
    let (days, time) = text.split_once('T').map_or((text, None), |(days, time)| (days, Some(time)));
    let parts = |text: &str, units: &str| {
        let ends = text.is_empty() || text.ends_with(|last| units.contains(last));
        ends && text.chars().all(|c| c.is_ascii_digit() || c == '.' || units.contains(c))
    };
    parts(days, "D")
        && time.is_none_or(|time| !time.is_empty() && parts(time, "HMS"))
        && !(days.is_empty() && time.is_none())
}

/// A double as Java's `Double.toString` writes it.
fn java_double(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if value == 0.0 || (1e-3..1e7).contains(&value.abs()) {
        return format!("{value:?}");
    }
    let text = format!("{value:E}");
    match text.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}
