//! The wire to a Firefox that lets itself be driven: its Marionette protocol, JSON messages with their length in front.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

/// The longest that one command may take: a page through Tor with files to send.
const PATIENCE: Duration = Duration::from_secs(180);
/// Bytes of one answer: a picture of a long page is the largest.
const LONGEST: usize = 256 * 1024 * 1024;

/// A conversation with one Firefox.
#[derive(Debug)]
pub(super) struct Wire {
    stream: BufReader<TcpStream>,
    asked: u64,
}

impl Wire {
    /// Connects to the port on which a Firefox listens, and opens its only session.
    pub(super) fn connect(port: u16) -> Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut wire = Self { stream: BufReader::new(stream), asked: 0 };
        let hello = wire.hear()?;
        ensure!(hello.get("marionetteProtocol") == Some(&json!(3)), "Firefox speaks another protocol: {hello}");
        wire.ask(
            "WebDriver:NewSession",
            json!({ "capabilities": { "alwaysMatch": { "pageLoadStrategy": "normal" } } }),
        )?;
        Ok(wire)
    }

    /// Gives a command and waits for its result: what stands under `value`, or all of it.
    ///
    /// # Errors
    /// With Firefox's own words, when it refuses.
    pub(super) fn ask(&mut self, command: &str, parameters: Value) -> Result<Value> {
        self.asked += 1;
        let message = json!([0, self.asked, command, parameters]).to_string();
        self.stream.get_mut().write_all(format!("{}:{message}", message.len()).as_bytes())?;
        let answer = self.hear().with_context(|| format!("no answer to {command}"))?;
        let Value::Array(parts) = answer else { bail!("{command}: {answer}") };
        let [_, number, error, result] = <[Value; 4]>::try_from(parts).ok().context("not four parts")?;
        ensure!(number == json!(self.asked), "{command}: the answer is to command {number}");
        if !error.is_null() {
            let word = |name| error.get(name).and_then(Value::as_str).unwrap_or_default();
            bail!("{command}: {}: {}", word("error"), word("message"));
        }
        Ok(match result {
            Value::Object(mut parts) if parts.contains_key("value") => parts.remove("value").unwrap_or_default(),
            other => other,
        })
    }

    fn hear(&mut self) -> Result<Value> {
        let mut length = Vec::new();
        self.stream.read_until(b':', &mut length)?;
        ensure!(length.pop() == Some(b':'), "Firefox hung up");
        let length: usize = std::str::from_utf8(&length)?.parse()?;
        ensure!(length <= LONGEST, "an answer of {length} bytes");
        let mut message = vec![0; length];
        self.stream.read_exact(&mut message)?;
        Ok(serde_json::from_slice(&message)?)
    }
}
