//! A client of one connection that sends any request in any version, and nothing that it was not told to send.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use kafka_protocol::messages::{
    RequestHeader, ResponseHeader, SaslAuthenticateRequest, SaslAuthenticateResponse, SaslHandshakeRequest,
};
use kafka_protocol::protocol::{Decodable, Encodable, HeaderVersion, Request, StrBytes};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// One connection.
#[derive(Debug)]
pub(crate) struct Raw {
    stream: TcpStream,
    correlation: i32,
    client_id: String,
}

impl Raw {
    pub(crate) fn connect(address: &str, client_id: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap_or_else(|error| panic!("{address}: {error}"));
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket takes a timeout");
        stream.set_nodelay(true).expect("a socket takes an option");
        Self { stream, correlation: 0, client_id: client_id.to_owned() }
    }

    /// Sends a request and waits for its answer; `None` where the broker closes the connection instead.
    pub(crate) fn ask<R: Request>(&mut self, version: i16, request: &R) -> Option<R::Response> {
        self.send(version, request);
        self.answer::<R>(version)
    }

    /// Says who speaks, with PLAIN, and gives the answer to that.
    pub(crate) fn authenticate(&mut self, user: &str, password: &str) -> Option<SaslAuthenticateResponse> {
        self.ask(1, &SaslHandshakeRequest::default().with_mechanism(StrBytes::from_static_str("PLAIN")))?;
        let token = Bytes::from(format!("\0{user}\0{password}"));
        self.ask(2, &SaslAuthenticateRequest::default().with_auth_bytes(token))
    }

    /// Sends a request without waiting.
    pub(crate) fn send<R: Request>(&mut self, version: i16, request: &R) {
        self.correlation += 1;
        let mut out = BytesMut::from(&[0; 4][..]);
        let header = RequestHeader::default()
            .with_request_api_key(R::KEY)
            .with_request_api_version(version)
            .with_correlation_id(self.correlation)
            .with_client_id(Some(StrBytes::from_string(self.client_id.clone())));
        header.encode(&mut out, R::header_version(version)).expect("a header can be written");
        request.encode(&mut out, version).expect("the request fits its version");
        let length = i32::try_from(out.len() - 4).expect("requests are short");
        out[..4].copy_from_slice(&length.to_be_bytes());
        self.send_bytes(&out);
    }

    /// Sends bytes as they are. A broker that has closed the connection shows at the answer.
    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        drop(self.stream.write_all(bytes));
    }

    /// Waits for the answer to a request that was sent.
    pub(crate) fn answer<R: Request>(&mut self, version: i16) -> Option<R::Response> {
        let mut frame = self.frame()?;
        let header_version = <R::Response as HeaderVersion>::header_version(version);
        let header = ResponseHeader::decode(&mut frame, header_version).expect("an answer has a header");
        assert_eq!(header.correlation_id, self.correlation, "answers come in order");
        let response = R::Response::decode(&mut frame, version).expect("the answer fits its version");
        assert!(frame.is_empty(), "{} bytes after the answer", frame.len());
        Some(response)
    }

    /// One frame; `None` where the connection was closed.
    pub(crate) fn frame(&mut self) -> Option<Bytes> {
        let mut length = [0; 4];
        if let Err(error) = self.stream.read_exact(&mut length) {
            let closed = [ErrorKind::UnexpectedEof, ErrorKind::ConnectionReset, ErrorKind::BrokenPipe];
            assert!(closed.contains(&error.kind()), "no answer: {error}");
            return None;
        }
        let mut frame = vec![0; usize::try_from(i32::from_be_bytes(length)).expect("a length is positive")];
        self.stream.read_exact(&mut frame).expect("a frame is whole");
        Some(Bytes::from(frame))
    }
}
