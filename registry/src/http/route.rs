//! What paths there are: each endpoint, its methods, and what a user must be allowed to do to use it.
//!
//! One table is the router, the labels of the metrics, the `Allow` headers and the permissions, so that they cannot
//! differ; a test holds it against the `OpenAPI` text. It knows nothing of what an endpoint answers.

use hyper::Method;

/// Something that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Endpoint {
    Root,
    Subjects,
    Subject,
    Versions,
    Version,
    VersionText,
    ReferencedBy,
    LatestWithMetadata,
    Schemas,
    SchemaTypes,
    Id,
    IdText,
    IdSubjects,
    IdVersions,
    Guid,
    GuidIds,
    Compatibility,
    CompatibilityWithVersion,
    GlobalConfig,
    Config,
    GlobalMode,
    Mode,
    Contexts,
    Context,
    ClusterId,
    ServerVersion,
    Deployment,
    OpenApi,
    Live,
    Ready,
    Metrics,
    KarapaceHealth,
    MasterAvailable,
    StatusReady,
}

impl Endpoint {
    /// Whether an answer is wrong before the log was read.
    pub(crate) fn needs_the_log(self) -> bool {
        use Endpoint::{
            ClusterId, Deployment, KarapaceHealth, Live, MasterAvailable, Metrics, OpenApi, Ready, Root, SchemaTypes,
            ServerVersion, StatusReady,
        };
        !matches!(
            self,
            Root | SchemaTypes
                | ClusterId
                | ServerVersion
                | Deployment
                | OpenApi
                | Live
                | Ready
                | Metrics
                | KarapaceHealth
                | MasterAvailable
                | StatusReady
        )
    }

    /// Whether it answers as what it is, whatever a client would rather have: it is for people and their tools.
    pub(crate) fn has_its_own_media_type(self) -> bool {
        use Endpoint::{KarapaceHealth, Live, MasterAvailable, Metrics, OpenApi, Ready, StatusReady};
        matches!(self, OpenApi | Metrics | Live | Ready | StatusReady | KarapaceHealth | MasterAvailable)
    }
}

/// What a user has to be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Access {
    /// Nothing: anybody may ask.
    Open,
    /// To read, and to compare without storing.
    Read,
    /// To register schemas, and to delete them so that they can be had back.
    Write,
    /// To change configurations and modes, and to delete for good.
    Admin,
}

/// A path with its methods.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) endpoint: Endpoint,
    /// The path with `{name}` for what varies, as `OpenAPI` and the metrics write it.
    pub(crate) pattern: &'static str,
    pub(crate) methods: &'static [(Method, Access)],
}

/// The route that a path names, and what it says where the route varies.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) route: &'static Route,
    pub(crate) context: Option<String>,
    pub(crate) parameters: Vec<String>,
}

const OPEN: &[(Method, Access)] = &[(Method::GET, Access::Open)];
const READ: &[(Method, Access)] = &[(Method::GET, Access::Read)];
const LOOK_UP: &[(Method, Access)] = &[(Method::POST, Access::Read)];
const SETTING: &[(Method, Access)] =
    &[(Method::GET, Access::Read), (Method::PUT, Access::Admin), (Method::DELETE, Access::Admin)];

/// All paths.
pub(crate) static ROUTES: &[Route] = &[
    route(Endpoint::Id, "/schemas/ids/{id}", READ),
    route(Endpoint::Root, "/", &[(Method::GET, Access::Read), (Method::POST, Access::Read)]),
    route(Endpoint::Subjects, "/subjects", READ),
    route(Endpoint::Subject, "/subjects/{subject}", &[(Method::POST, Access::Read), (Method::DELETE, Access::Write)]),
    route(
        Endpoint::Versions,
        "/subjects/{subject}/versions",
        &[(Method::GET, Access::Read), (Method::POST, Access::Write)],
    ),
    route(
        Endpoint::Version,
        "/subjects/{subject}/versions/{version}",
        &[(Method::GET, Access::Read), (Method::DELETE, Access::Write)],
    ),
    route(Endpoint::VersionText, "/subjects/{subject}/versions/{version}/schema", READ),
    route(Endpoint::ReferencedBy, "/subjects/{subject}/versions/{version}/referencedby", READ),
    route(Endpoint::LatestWithMetadata, "/subjects/{subject}/metadata", READ),
    route(Endpoint::Schemas, "/schemas", READ),
    route(Endpoint::SchemaTypes, "/schemas/types", READ),
    route(Endpoint::IdText, "/schemas/ids/{id}/schema", READ),
    route(Endpoint::IdSubjects, "/schemas/ids/{id}/subjects", READ),
    route(Endpoint::IdVersions, "/schemas/ids/{id}/versions", READ),
    route(Endpoint::Guid, "/schemas/guids/{guid}", READ),
    route(Endpoint::GuidIds, "/schemas/guids/{guid}/ids", READ),
    route(Endpoint::Compatibility, "/compatibility/subjects/{subject}/versions", LOOK_UP),
    route(Endpoint::CompatibilityWithVersion, "/compatibility/subjects/{subject}/versions/{version}", LOOK_UP),
    route(Endpoint::GlobalConfig, "/config", SETTING),
    route(Endpoint::Config, "/config/{subject}", SETTING),
    route(Endpoint::GlobalMode, "/mode", SETTING),
    route(Endpoint::Mode, "/mode/{subject}", SETTING),
    route(Endpoint::Contexts, "/contexts", READ),
    route(Endpoint::Context, "/contexts/{context}", &[(Method::DELETE, Access::Admin)]),
    route(Endpoint::ClusterId, "/v1/metadata/id", READ),
    route(Endpoint::ServerVersion, "/v1/metadata/version", READ),
    route(Endpoint::Deployment, "/v1/metadata/deployment", READ),
    route(Endpoint::OpenApi, "/openapi.json", OPEN),
    route(Endpoint::Live, "/health/live", OPEN),
    route(Endpoint::Ready, "/health/ready", OPEN),
    route(Endpoint::Metrics, "/metrics", READ),
    route(Endpoint::KarapaceHealth, "/_health", OPEN),
    route(Endpoint::MasterAvailable, "/master_available", OPEN),
    route(Endpoint::StatusReady, "/status/ready", OPEN),
];

const fn route(endpoint: Endpoint, pattern: &'static str, methods: &'static [(Method, Access)]) -> Route {
    Route { endpoint, pattern, methods }
}

/// Finds what a path names, `/contexts/{context}` in front of it or not. The path is still percent-encoded.
pub(crate) fn find(path: &str) -> Option<Found> {
    let segments: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    // A slash at the end says nothing.
    let segments = segments.strip_suffix(&[""]).unwrap_or(&segments);
    if let Some((route, parameters)) = matching(segments) {
        return Some(Found { route, context: None, parameters });
    }
    let ["contexts", context, rest @ ..] = segments else { return None };
    let (route, parameters) = matching(rest)?;
    Some(Found { route, context: Some(decoded(context)?), parameters })
}

fn matching(segments: &[&str]) -> Option<(&'static Route, Vec<String>)> {
    let route = ROUTES.iter().find(|route| fits(route.pattern, segments))?;
    let parts = parts(route.pattern).zip(segments);
    let parameters = parts.filter(|(part, _)| part.starts_with('{')).map(|(_, segment)| decoded(segment));
    Some((route, parameters.collect::<Option<_>>()?))
}

fn fits(pattern: &'static str, segments: &[&str]) -> bool {
    let mut segments = segments.iter();
    let fitting = |part: &str| {
        segments
            .next()
            .is_some_and(|segment| if part.starts_with('{') { !segment.is_empty() } else { part == *segment })
    };
    parts(pattern).all(fitting) && segments.next().is_none()
}

fn parts(pattern: &'static str) -> impl Iterator<Item = &'static str> {
    pattern.split('/').filter(|part| !part.is_empty())
}

/// The text that a path segment stands for; `None` if that is not UTF-8.
fn decoded(segment: &str) -> Option<String> {
    percent_encoding::percent_decode_str(segment).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str) -> (Endpoint, Option<String>, Vec<String>) {
        let found = find(path).unwrap_or_else(|| panic!("{path} is no path"));
        (found.route.endpoint, found.context, found.parameters)
    }

    #[test]
    fn tells_paths_apart() {
        assert_eq!(found("/"), (Endpoint::Root, None, vec![]));
        assert_eq!(found("/subjects/"), (Endpoint::Subjects, None, vec![]));
        assert_eq!(found("/subjects/a/versions/1"), (Endpoint::Version, None, vec!["a".into(), "1".into()]));
        assert_eq!(found("/schemas/ids/7"), (Endpoint::Id, None, vec!["7".into()]));
        assert_eq!(found("/contexts/.c"), (Endpoint::Context, None, vec![".c".into()]));
    }

    #[test]
    fn decodes_names_only_after_they_were_told_apart() {
        let name = "a/b \"%\"\n+ü".to_owned();
        assert_eq!(found("/subjects/a%2Fb%20%22%25%22%0A+%C3%BC/versions"), (Endpoint::Versions, None, vec![name]));
    }

    #[test]
    fn takes_a_context_in_front_of_everything() {
        assert_eq!(found("/contexts/.c/subjects"), (Endpoint::Subjects, Some(".c".into()), vec![]));
        assert_eq!(found("/contexts/:.c:/config/a"), (Endpoint::Config, Some(":.c:".into()), vec!["a".into()]));
        assert_eq!(found("/contexts/.c/"), (Endpoint::Context, None, vec![".c".into()]));
    }

    #[test]
    fn refuses_what_is_no_path() {
        for path in [
            "/subject",
            "/subjects//versions",
            "/subjects/a/versions/1/x",
            "/contexts/.c/nothing",
            "/schemas/ids",
            "/subjects/%FF",
            "x",
            "",
        ] {
            assert!(find(path).is_none(), "{path} is no path");
        }
    }

    #[test]
    fn the_openapi_text_has_every_path_and_no_other() {
        let text: serde_json::Value = serde_json::from_str(crate::http::api::OPENAPI).unwrap();
        let paths = text["paths"].as_object().unwrap();
        assert_eq!(paths.len(), ROUTES.len());
        for route in ROUTES {
            let item = paths[route.pattern].as_object().unwrap();
            let methods = item.keys().filter(|key| *key != "parameters");
            let mut described: Vec<_> = methods.map(|method| method.to_uppercase()).collect();
            let mut served: Vec<_> = route.methods.iter().map(|(method, _)| method.to_string()).collect();
            described.sort();
            served.sort();
            assert_eq!(described, served, "{}", route.pattern);
        }
    }
}
