//! A member of a consumer group: one thread that owns the client, one task per assigned partition.
//!
//! The thread always polls, so that the group never takes a member with slow handlers for dead. It hands records to
//! the tasks ([`worker`]), pauses partitions whose task falls behind, and hands what the tasks report as done to the
//! client for committing. Tasks never touch the client: one whose partition moved away cannot commit anything.
//!
//! Consumers and processors share all of this; they differ in [`Handle`].

mod assignment;
mod failure;
mod lane;
mod member;
mod raw;
mod start;
mod worker;

use std::future::Future;
use std::sync::Arc;

pub(crate) use failure::Failure;
pub(crate) use member::{Membership, run};
pub(crate) use raw::Raw;
use tokio::runtime;
use tokio::task::JoinHandle;
use worker::{Tools, Worker};

use crate::context::Context;
use crate::error::SendError;
use crate::group::lane::Lane;
use crate::producer::Acknowledgement;
use crate::schemas::TopicSchemas;

/// What happens to the records of one topic.
pub(crate) trait Handle: Send + Sync + 'static {
    /// The topic and its schemas.
    fn schemas(&self) -> &TopicSchemas;

    /// Handles one record once. It is done with when all returned acknowledgements have arrived.
    fn handle(&self, raw: &Raw, context: &Context) -> impl Future<Output = Result<Acknowledgements, Failure>> + Send;
}

/// A [`Handle`] of any type.
pub(crate) trait Route: Send + Sync {
    fn schemas(&self) -> &TopicSchemas;

    /// Begins the task of one partition on `runtime`.
    fn spawn(
        self: Arc<Self>,
        lane: Arc<Lane>,
        queue: worker::Queue,
        tools: Arc<Tools>,
        runtime: &runtime::Handle,
    ) -> JoinHandle<()>;
}

impl<H: Handle> Route for H {
    fn schemas(&self) -> &TopicSchemas {
        Handle::schemas(self)
    }

    fn spawn(
        self: Arc<Self>,
        lane: Arc<Lane>,
        queue: worker::Queue,
        tools: Arc<Tools>,
        runtime: &runtime::Handle,
    ) -> JoinHandle<()> {
        runtime.spawn(Worker::new(self, lane, queue, tools).run())
    }
}

/// What has to be acknowledged before a record is done with.
#[derive(Debug, Default)]
pub(crate) struct Acknowledgements(Vec<Acknowledgement>);

impl Acknowledgements {
    pub(crate) fn none() -> Self {
        Self::default()
    }

    pub(crate) fn with_capacity(count: usize) -> Self {
        Self(Vec::with_capacity(count))
    }

    pub(crate) fn push(&mut self, acknowledgement: Acknowledgement) {
        self.0.push(acknowledgement);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Resolves when all have arrived, or with the first that failed. Cancel-safe.
    pub(crate) async fn arrived(&mut self) -> Result<(), SendError> {
        while let Some(last) = self.0.last_mut() {
            last.delivered().await?;
            self.0.pop();
        }
        Ok(())
    }
}
