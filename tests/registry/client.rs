//! An HTTP client that sends what it is told, also what no client should.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// The media type that Confluent's clients send.
pub(crate) const REGISTRY_JSON: &str = "application/vnd.schemaregistry.v1+json";

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Ask {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_owned(), path: path.to_owned(), headers: Vec::new(), body: Vec::new() }
    }

    /// With a body of the registry's media type.
    pub(crate) fn json(self, body: impl Into<Vec<u8>>) -> Self {
        self.header("Content-Type", REGISTRY_JSON).body(body)
    }

    pub(crate) fn body(self, body: impl Into<Vec<u8>>) -> Self {
        Self { body: body.into(), ..self }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The head and the body as they cross the network, on a connection that is closed after the answer.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let Self { method, path, headers, body } = self;
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: registry\r\nConnection: close\r\n");
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() || matches!(method.as_str(), "POST" | "PUT") {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        [head.as_bytes(), b"\r\n", body].concat()
    }

    /// Sends it and reads the answer.
    #[track_caller]
    pub(crate) fn of(&self, address: SocketAddr) -> Answer {
        let mut stream = connect(address);
        stream.write_all(&self.bytes()).expect("the registry reads requests to their end");
        read(stream).unwrap_or_else(|error| panic!("{} {} got no answer: {error}", self.method, self.path))
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{} is not JSON", self.body))
    }

    /// The status, and the registry's own code where it is a refusal in the registry's shape.
    #[track_caller]
    pub(crate) fn refusal(&self) -> (u16, u64) {
        let body = self.json();
        let fields = body.as_object().map_or(0, serde_json::Map::len);
        assert!(fields == 2 && body["message"].is_string(), "{} is not the shape of a refusal", self.body);
        (self.status, body["error_code"].as_u64().expect("a refusal has a code"))
    }
}

/// A connection with a limit to patience.
pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the registry listens");
    stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a socket takes a timeout");
    stream.set_write_timeout(Some(Duration::from_mins(1))).expect("a socket takes a timeout");
    stream
}

/// Reads one answer to the end of the connection.
pub(crate) fn read(mut stream: TcpStream) -> Result<Answer, String> {
    let mut bytes = Vec::new();
    // A reset after the answer is the client's own doing, and the answer is there.
    let ended = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return Err(format!("{ended:?} after {text:?}")) };
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).ok_or("no status")?;
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.into(), value.into()));
    Ok(Answer { status, headers: headers.collect(), body: body.to_owned() })
}
