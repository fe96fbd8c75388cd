//! One connection: frames in, answers out, one request at a time, in order, as Kafka does.
//!
//! What a client can make us hold is bounded: input grows with the bytes that have come and never with what a length
//! says, and while an answer is stuck in a socket nothing more is read from it.

use std::future::Future;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use kafka_protocol::messages::{ApiKey, ResponseKind};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::oneshot;

use super::faults::Admission;
use super::shared::{Answer, Shared, panicked};
use crate::admin::versions;
use crate::machine::dispatch::Request;
use crate::machine::{Connection, Ticket};
use crate::quota::throttle_time;
use crate::wire::frame::{self, FrameError};

/// How much is read at once, and how much of the next requests while one waits for its answer.
const READ_SIZE: usize = 64 * 1024;
/// A buffer that has grown over this is given back when it is empty.
const KEPT_BUFFER: usize = 4 * READ_SIZE;

/// What bounds a connection, from the broker's configs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// `socket.request.max.bytes`.
    pub(crate) frame: usize,
    /// `connections.max.idle.ms`; `None` for no limit.
    pub(crate) idle: Option<Duration>,
}

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Ended {
    #[error("the socket failed")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("an answer could not be written")]
    Encode(#[from] anyhow::Error),
    #[error("nothing came or went for connections.max.idle.ms")]
    Idle,
    #[error("the codec panicked: {0}")]
    Panicked(String),
}

/// Serves a connection until either side ends it.
pub(crate) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    shared: Arc<Shared>,
    connection: Connection,
    stream: S,
) -> Result<(), Ended> {
    let limits = shared.limits();
    let (input, output) = (BytesMut::new(), BytesMut::new());
    Server { shared, connection, stream, limits, input, output }.run().await
}

struct Server<S> {
    shared: Arc<Shared>,
    connection: Connection,
    stream: S,
    limits: Limits,
    input: BytesMut,
    output: BytesMut,
}

/// What becomes of a connection after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    GoOn,
    Close,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Server<S> {
    async fn run(mut self) -> Result<(), Ended> {
        loop {
            loop {
                let limit = self.frame_limit();
                let Some(frame) = frame::take(&mut self.input, limit)? else { break };
                let then = self.answer(frame).await?;
                // More requests may be there already; their answers go out together, up to a bound.
                if then == Then::Close || self.output.len() > READ_SIZE {
                    self.flush().await?;
                }
                if then == Then::Close {
                    return Ok(());
                }
            }
            self.flush().await?;
            if self.fill().await? == 0 {
                return Ok(());
            }
        }
    }

    /// Reads what is there. Room doubles with what has come, so that a length alone reserves nothing.
    async fn fill(&mut self) -> Result<usize, Ended> {
        let missing = match frame::length(&self.input, self.frame_limit())? {
            Some(length) => (4 + length).saturating_sub(self.input.len()).min(self.input.len().max(READ_SIZE)),
            None => READ_SIZE,
        };
        if self.input.is_empty() && self.input.capacity() > KEPT_BUFFER {
            self.input = BytesMut::new();
        }
        self.input.reserve(missing);
        within(self.limits.idle, self.stream.read_buf(&mut self.input)).await
    }

    async fn flush(&mut self) -> Result<(), Ended> {
        while !self.output.is_empty() {
            if within(self.limits.idle, self.stream.write_buf(&mut self.output)).await? == 0 {
                return Err(io::Error::from(io::ErrorKind::WriteZero).into());
            }
        }
        within(self.limits.idle, self.stream.flush()).await?;
        if self.output.capacity() > KEPT_BUFFER {
            self.output = BytesMut::new();
        }
        Ok(())
    }

    /// A client that has not said who it is may say less at once.
    fn frame_limit(&self) -> usize {
        self.connection.sasl.frame_limit().map_or(self.limits.frame, |limit| limit.min(self.limits.frame))
    }

    /// Handles one frame.
    async fn answer(&mut self, frame: Bytes) -> Result<Then, Ended> {
        if self.connection.sasl.takes_raw_tokens() {
            return self.answer_token(&frame).await;
        }
        let request = caught(|| frame::read(frame))??;
        let (api, version, correlation) = (request.api, request.version, request.correlation);
        let Some(body) = request.body else {
            let response = ResponseKind::from(versions::unsupported());
            frame::write(&mut self.output, ApiKey::ApiVersions, 0, correlation, &response)?;
            return Ok(Then::GoOn);
        };
        let request = Request { ticket: Ticket(self.shared.next_id()), version, client_id: request.client_id, body };
        let answer = match self.shared.admit(&self.connection, api, &request).await {
            Admission::Handle => self.shared.handle(&mut self.connection, request),
            Admission::Answer(response) => Answer::Now(response),
            Admission::Close => Answer::Close,
        };
        let response = match answer {
            Answer::Now(response) => response,
            Answer::Later(receiver) => match self.wait(receiver).await? {
                Some(response) => response,
                None => return Ok(Then::Close),
            },
            Answer::Silent => {
                self.pause(u64::try_from(self.connection.muted).ok().map(Duration::from_millis)).await?;
                return Ok(Then::GoOn);
            }
            Answer::Close => return Ok(Then::Close),
            Answer::Last(response, after) => {
                self.flush().await?;
                tokio::time::sleep(after).await;
                caught(|| frame::write(&mut self.output, api, version, correlation, &response))??;
                return Ok(Then::Close);
            }
        };
        self.shared.thawed(self.connection.broker).await;
        frame::write(&mut self.output, api, version, correlation, &response)?;
        self.pause(throttle_time(&response)).await?;
        Ok(Then::GoOn)
    }

    /// Does not listen to a client that is over its quota; it has its reply, and knows for how long.
    async fn pause(&mut self, time: Option<Duration>) -> Result<(), Ended> {
        if let Some(time) = time.filter(|time| !time.is_zero()) {
            self.flush().await?;
            tokio::time::sleep(time).await;
        }
        Ok(())
    }

    /// Handles a SASL token that came without a header, after SaslHandshake v0.
    async fn answer_token(&mut self, token: &[u8]) -> Result<Then, Ended> {
        self.shared.thawed(self.connection.broker).await;
        match self.shared.raw_token(&mut self.connection, token) {
            Ok(answer) => {
                self.output.put_i32(i32::try_from(answer.len()).map_err(anyhow::Error::from)?);
                self.output.extend_from_slice(&answer);
                Ok(Then::GoOn)
            }
            Err(after) => {
                tokio::time::sleep(after).await;
                Ok(Then::Close)
            }
        }
    }

    /// Waits for a parked request's answer, and meanwhile for the client to leave: `None` when it has, or when the
    /// request was dropped. What the client sends ahead is read, up to a bound.
    async fn wait(
        &mut self,
        mut receiver: oneshot::Receiver<Box<ResponseKind>>,
    ) -> Result<Option<Box<ResponseKind>>, Ended> {
        self.flush().await?;
        while self.input.len() < READ_SIZE {
            self.input.reserve(READ_SIZE - self.input.len());
            tokio::select! {
                biased;
                response = &mut receiver => return Ok(response.ok()),
                read = self.stream.read_buf(&mut self.input) => if read? == 0 { return Ok(None) },
            }
        }
        Ok(receiver.await.ok())
    }
}

/// A panic of the codec ends its connection as any other mistake in a frame does.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Ended> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| Ended::Panicked(panicked(&*panic).to_owned()))
}

/// Does something with a socket, unless it takes longer than a connection may be idle.
async fn within<T>(limit: Option<Duration>, work: impl Future<Output = io::Result<T>>) -> Result<T, Ended> {
    match limit {
        Some(limit) => Ok(tokio::time::timeout(limit, work).await.map_err(|_| Ended::Idle)??),
        None => Ok(work.await?),
    }
}

#[cfg(test)]
mod tests;
