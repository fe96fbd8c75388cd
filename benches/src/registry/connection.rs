//! One kept-alive connection to a registry, with as little work as HTTP allows: it must cost less than what it measures.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// A connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    body: Vec<u8>,
}

impl Connection {
    /// Connects; `None` while nobody listens.
    pub(crate) fn open(address: SocketAddr) -> Option<Self> {
        let stream = TcpStream::connect(address).ok()?;
        stream.set_nodelay(true).ok()?;
        Some(Self { stream: BufReader::new(stream), body: Vec::new() })
    }

    /// The status of a GET.
    pub(crate) fn get(&mut self, path: &str) -> Option<u16> {
        self.exchange(&format!("GET {path} HTTP/1.1\r\nHost: registry\r\n\r\n"))
    }

    /// The status of a POST of JSON.
    pub(crate) fn post(&mut self, path: &str, body: &str) -> Option<u16> {
        let kind = "application/vnd.schemaregistry.v1+json";
        let length = body.len();
        self.exchange(&format!(
            "POST {path} HTTP/1.1\r\nHost: registry\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
    }

    /// The body of the last answer.
    pub(crate) fn body(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn exchange(&mut self, request: &str) -> Option<u16> {
        self.stream.get_mut().write_all(request.as_bytes()).ok()?;
        let mut line = String::new();
        self.stream.read_line(&mut line).ok()?;
        let status = line.split(' ').nth(1)?.parse().ok()?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line).ok()?;
            match line.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().ok()?,
                Some(_) => {}
                None => break,
            }
        }
        self.body.resize(length, 0);
        self.stream.read_exact(&mut self.body).ok()?;
        Some(status)
    }
}
