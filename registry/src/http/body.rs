//! Bodies of requests: read up to a limit and within a time, or thrown away.

use std::time::Duration;

use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::Request;
use hyper::body::{Body, Bytes};
use hyper::header::EXPECT;
use tokio::time::timeout;

use super::fault::Fault;
use super::settings::HttpSettings;

/// How long a body that nobody wants is listened to.
const PATIENCE: Duration = Duration::from_secs(10);

/// Reads a body. One that says it is too large is not begun, and of one that turns out to be, no more than the limit
/// is kept.
pub(crate) async fn read<B>(request: &mut Request<B>, settings: &HttpSettings) -> Result<Bytes, Fault>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let limit = settings.max_body;
    let body = request.body_mut();
    if body.size_hint().lower() > u64::try_from(limit).unwrap_or(u64::MAX) {
        return Err(Fault::BodyTooLarge { limit });
    }
    match timeout(settings.body_timeout, Limited::new(body, limit).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Fault::BodyTooLarge { limit }),
        Ok(Err(_)) => Err(Fault::BodyCutOff),
        Err(_) => Err(Fault::BodyTooSlow(settings.body_timeout)),
    }
}

/// Throws away what is left of a body, so that a client that writes all of it before it reads gets to the answer.
///
/// A client that waits to be told to go on is not told.
pub(crate) async fn discard<B>(request: &mut Request<B>)
where
    B: Body<Data = Bytes> + Unpin,
{
    if request.headers().contains_key(EXPECT) {
        return;
    }
    let body = request.body_mut();
    let to_its_end = async { while let Some(Ok(_)) = body.frame().await {} };
    // Whether it ended or not, the answer comes next; hyper closes the connection in front of an unread rest.
    drop(timeout(PATIENCE, to_its_end).await);
}
