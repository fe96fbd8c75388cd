//! What a client does about a write of which it is not known whether it happened.
//!
//! Asking again is right for what comes to the same when it is done twice. A deletion does too, but its second answer
//! is a refusal, which means success; and `latest` is another version the second time.

use hyper::Method;

use super::asked::Asked;
use super::fault::Fault;
use super::route::Endpoint;
use crate::core::names::Scope;
use crate::core::refusal::Refusal;

/// `fault`, with the advice for the request that met it.
pub(super) fn advised(fault: Fault, asked: &Asked) -> Fault {
    let unconfirmed = |refusal| match refusal {
        Refusal::Timeout(why) => Refusal::Timeout(format!("{why}. {}", advice(asked))),
        Refusal::ForwardedInVain(why) => Refusal::ForwardedInVain(format!("{why}. {}", advice(asked))),
        other => other,
    };
    match fault {
        Fault::Refused(refusal) => Fault::Refused(unconfirmed(refusal)),
        other => other,
    }
}

fn advice(asked: &Asked) -> String {
    let is_permanent = asked.query.flag("permanent");
    let done = match (&asked.method, asked.endpoint) {
        (&Method::DELETE, Endpoint::Version) if names_latest(asked) => {
            return "Do not send it again: `latest` may be an earlier version by now. \
                    GET the versions of the subject, and delete one by its number"
                .to_owned();
        }
        (&Method::DELETE, Endpoint::Version) if is_permanent => "40402 (or 40401, if it was the only version)",
        (&Method::DELETE, Endpoint::Version) => "40406",
        (&Method::DELETE, Endpoint::Subject) if is_permanent => "40401",
        (&Method::DELETE, Endpoint::Subject) => "40404",
        (&Method::DELETE, Endpoint::GlobalConfig | Endpoint::Config) if !is_of_all(asked) => "40408",
        (&Method::DELETE, Endpoint::GlobalMode | Endpoint::Mode) if !is_of_all(asked) => "40409",
        (_, Endpoint::Versions) => {
            return "Sending the same request again is safe: \
                    a schema that was registered is answered with the id and the version that it got"
                .to_owned();
        }
        _ => return "Sending the same request again is safe: doing it twice comes to the same".to_owned(),
    };
    format!("Sending the same request again is safe; the answer {done} then says that it was done the first time")
}

/// What is set for all has a default to go back to, so that it can be deleted again and again.
fn is_of_all(asked: &Asked) -> bool {
    asked.scope().is_ok_and(|scope| scope == Scope::Global)
}

fn names_latest(asked: &Asked) -> bool {
    let version = asked.parameter(1);
    version.eq_ignore_ascii_case("latest") || version == "-1"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::names::Context;
    use crate::http::query::Query;
    use crate::http::route;

    fn message(method: Method, path: &str, query: &str) -> String {
        let found = route::find(path).unwrap();
        let asked = Asked {
            endpoint: found.route.endpoint,
            method,
            context: found.context.as_ref().map_or(Context::DEFAULT, |context| context.parse().unwrap()),
            in_context: found.context.is_some(),
            parameters: found.parameters,
            query: Query::parse(Some(query)).unwrap(),
            body: hyper::body::Bytes::new(),
        };
        let fault = advised(Refusal::Timeout("the cluster is slow".to_owned()).into(), &asked);
        assert_eq!(fault.code(), 50002);
        fault.to_string()
    }

    #[test]
    fn a_registration_is_sent_again() {
        let text = message(Method::POST, "/subjects/a/versions", "");
        assert!(text.contains("It may or may not have been written") && text.contains("again is safe"), "{text}");
        assert!(message(Method::PUT, "/config/a", "").contains("again is safe"));
    }

    #[test]
    fn a_deletion_that_happened_is_told_by_its_second_refusal() {
        let cases = [
            ("/subjects/a", "", "40404"),
            ("/subjects/a", "permanent=true", "40401"),
            ("/subjects/a/versions/2", "", "40406"),
            ("/subjects/a/versions/2", "permanent=true", "40402"),
            ("/config/a", "", "40408"),
            ("/mode/a", "", "40409"),
            ("/contexts/.c/config", "", "40408"),
            ("/contexts/.c/mode", "recursive=true", "40409"),
        ];
        for (path, query, code) in cases {
            let text = message(Method::DELETE, path, query);
            assert!(text.contains(&format!("the answer {code}")), "{path}: {text}");
        }
        for path in ["/contexts/.c", "/config", "/mode"] {
            let text = message(Method::DELETE, path, "");
            assert!(text.contains("comes to the same"), "{path}: {text}");
        }
    }

    #[test]
    fn the_latest_version_is_not_deleted_twice() {
        for latest in ["latest", "Latest", "-1"] {
            let text = message(Method::DELETE, &format!("/subjects/a/versions/{latest}"), "");
            assert!(text.contains("Do not send it again") && !text.contains("is safe"), "{text}");
        }
    }
}
