//! A service that handles records with functions that a person wrote.

use std::fmt;
use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;

use crate::context::{Context, ServiceInfo};
use crate::error::HandlerError;
use crate::format::Format;
use crate::group::{self, Acknowledgements, Failure, Handle, Raw, Route};
use crate::message::Message;
use crate::panics::caught;
use crate::policy::{OnError, Start};
use crate::schemas::TopicSchemas;
use crate::service;
use crate::topic::Topic;

/// Consumes topics as a member of a group and hands each record to its topic's handler.
///
/// At least once, in order per partition, partitions in parallel; an offset is committed only after its handler
/// returned `Ok`. Handlers may take as long as they need: the group is kept alive meanwhile.
pub struct Consumer {
    info: ServiceInfo,
    group: &'static str,
    start: Start,
    on_error: OnError,
    routes: Vec<Arc<dyn Route>>,
}

impl Consumer {
    /// Begins a consumer of the group `group`.
    pub fn new(info: ServiceInfo, group: &'static str) -> Self {
        Self { info, group, start: Start::default(), on_error: OnError::default(), routes: Vec::new() }
    }

    /// Where the group begins when it has no committed offset. Default: [`Start::Earliest`].
    #[must_use]
    pub fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// What happens to records that fail. Default: [`OnError::default`].
    #[must_use]
    pub fn on_error(mut self, on_error: OnError) -> Self {
        self.on_error = on_error;
        self
    }

    /// Subscribes to `topic` and handles its records with `handler`.
    ///
    /// The handler is called for one record of a partition at a time. A panic in it counts as an error that may pass.
    /// It is dropped in the middle only if it does not end within 10 seconds after the partition moved away or the
    /// service was asked to end; that record comes again.
    #[must_use]
    pub fn topic<K, V, H, Fut>(mut self, topic: Topic<K, V>, handler: H) -> Self
    where
        K: Format,
        V: Format,
        H: Fn(Message<K::Value, V::Value>, Context) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        self.routes.push(Arc::new(Handler { topic, schemas: TopicSchemas::of(topic), call: handler }));
        self
    }

    /// Runs the consumer until the process is asked to end (exit code 0) or a record stops it (exit code 1).
    pub fn run(self) -> ExitCode {
        service::run(self.info, async |service| {
            let schemas: Vec<TopicSchemas> = self.routes.iter().map(|route| route.schemas().clone()).collect();
            service.look_up_optional(&schemas).await?;
            let membership = group::Membership { group: self.group, start: self.start, on_error: self.on_error };
            group::run(&service, membership, self.routes).await
        })
    }
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer").field("info", &self.info).field("group", &self.group).finish_non_exhaustive()
    }
}

struct Handler<K: Format, V: Format, H> {
    topic: Topic<K, V>,
    schemas: TopicSchemas,
    call: H,
}

impl<K, V, H, Fut> Handle for Handler<K, V, H>
where
    K: Format,
    V: Format,
    H: Fn(Message<K::Value, V::Value>, Context) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    fn schemas(&self) -> &TopicSchemas {
        &self.schemas
    }

    async fn handle(&self, raw: &Raw, context: &Context) -> Result<Acknowledgements, Failure> {
        let message = raw.decode(&self.topic, &self.schemas)?;
        let handled = caught(async { (self.call)(message, context.clone()).await }).await;
        match handled {
            Ok(Ok(())) => Ok(Acknowledgements::none()),
            Ok(Err(error)) => Err(Failure::Handler(error)),
            Err(message) => Err(Failure::Panicked(message)),
        }
    }
}
