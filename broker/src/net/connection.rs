//! One connection: frames in, answers out, one request at a time, in order, as Kafka does.

use std::sync::Arc;

use bytes::BytesMut;
use kafka_protocol::messages::{ApiKey, ResponseKind};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::shared::{Answer, Shared};
use crate::admin::versions;
use crate::machine::dispatch::Request;
use crate::machine::{Connection, Ticket};
use crate::wire::frame::{self, FrameError};

/// Kafka's default of `socket.request.max.bytes`.
const FRAME_LIMIT: usize = 100 * 1024 * 1024;
/// How much is read at once.
const READ_SIZE: usize = 64 * 1024;

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Ended {
    #[error("the socket failed")]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Frame(#[from] FrameError),
    #[error("an answer could not be written")]
    Encode(#[from] anyhow::Error),
}

/// Serves a connection until either side ends it.
pub(crate) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    shared: Arc<Shared>,
    mut connection: Connection,
    mut stream: S,
) -> Result<(), Ended> {
    let mut input = BytesMut::new();
    let mut output = BytesMut::new();
    loop {
        while let Some(bytes) = frame::take(&mut input, FRAME_LIMIT)? {
            if !answer(&shared, &mut connection, bytes, &mut output).await? {
                return Ok(());
            }
            // More requests may be there already; their answers go out together.
            if output.len() > READ_SIZE {
                stream.write_all_buf(&mut output).await?;
            }
        }
        if !output.is_empty() {
            stream.write_all_buf(&mut output).await?;
        }
        input.reserve(READ_SIZE);
        if stream.read_buf(&mut input).await? == 0 {
            return Ok(());
        }
    }
}

/// Handles one frame; false where the connection is to be closed.
async fn answer(
    shared: &Shared,
    connection: &mut Connection,
    bytes: bytes::Bytes,
    output: &mut BytesMut,
) -> Result<bool, Ended> {
    let request = frame::read(bytes)?;
    let (api, version, correlation) = (request.api, request.version, request.correlation);
    let Some(body) = request.body else {
        let response = ResponseKind::from(versions::unsupported());
        frame::write(output, ApiKey::ApiVersions, 0, correlation, &response)?;
        return Ok(true);
    };
    let request = Request { ticket: Ticket(shared.next_id()), version, client_id: request.client_id, body };
    let response = match shared.handle(connection, request) {
        Answer::Now(response) => response,
        Answer::Later(receiver) => match receiver.await {
            Ok(response) => response,
            Err(_) => return Ok(false),
        },
        Answer::Silent => return Ok(true),
        Answer::Close => return Ok(false),
    };
    frame::write(output, api, version, correlation, &response)?;
    Ok(true)
}
