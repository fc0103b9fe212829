//! Log injection: there is no line for a visitor to write into, whatever they send to the shipped program.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::operator::rig::{ORGANISATION, Rig};

/// Line breaks, a terminal's commands, a look-up, a format, an alarm, and what is no text at all.
const HOSTILE: [&[u8]; 6] =
    [b"\r\nERROR forged", b"\x1b[2J\x1b]0;x\x07", b"${jndi:ldap://x/}", b"%s%n{}", b"\x00\x07", b"\xff\xfe\xf0\x28"];

/// Sends bytes as they are and waits until the other end has had enough of them.
fn send(drop: SocketAddr, bytes: &[u8]) -> Result<()> {
    let mut stream = TcpStream::connect(drop)?;
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    // Whoever is cut off in the middle has been heard as well.
    let _ = stream.write_all(bytes).and_then(|()| stream.shutdown(std::net::Shutdown::Write));
    let _ = stream.read_to_end(&mut Vec::new());
    Ok(())
}

#[test]
fn nothing_that_is_sent_reaches_a_log() -> Result<()> {
    let rig = Rig::with_roster()?;
    let mut serving = rig.serve()?;
    let drop = serving.wait_for("an address", Duration::from_secs(30), sluss_tests::process::Process::address)?;
    for hostile in HOSTILE {
        let field = |before: &str, after: &str| [before.as_bytes(), hostile, after.as_bytes()].concat();
        let posted = |path: &str, kind: &str, body: Vec<u8>| {
            let head = format!(
                "POST {path} HTTP/1.1\r\nHost: {drop}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            [head.into_bytes(), body].concat()
        };
        let multipart = "multipart/form-data; boundary=B";
        let report = format!("/sv/{ORGANISATION}/report");
        let named =
            field("--B\r\nContent-Disposition: form-data; name=\"files\"; filename=\"", "\"\r\n\r\nx\r\n--B--\r\n");
        for bytes in [
            hostile.to_vec(),
            field("GET /", " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            field("GET /sv?page=", " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            field("", " / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
            field("GET / HTTP/1.1\r\nConnection: close\r\nHost: ", "\r\n\r\n"),
            field("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nUser-Agent: ", "\r\n\r\n"),
            field("GET /sv/inbox HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: visit=", "\r\n\r\n"),
            posted("/sv/inbox", "application/x-www-form-urlencoded", field("codename=", "")),
            posted(
                &report,
                multipart,
                field("--B\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\n", "\r\n--B--\r\n"),
            ),
            posted(&report, multipart, named.clone()),
            // An upload that breaks off.
            posted(&report, multipart, named).split(|byte| *byte == b'x').next().unwrap_or_default().to_vec(),
            field("POST /sv/inbox HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "\r\n"),
        ] {
            send(drop, &bytes)?;
        }
    }
    let written = serving.output()?;
    // That no relay answers arti says by itself.
    let ours = written.lines().filter(|line| !line.contains(" tor_") && !line.contains(" arti_"));
    let logged: Vec<_> = ours.filter(|line| ["WARN", "ERROR"].iter().any(|level| line.contains(level))).collect();
    ensure!(logged.is_empty(), "{logged:?}");
    for hostile in ["forged", "\u{1b}", "jndi", "%s%n", "\u{7}"] {
        ensure!(!written.contains(hostile), "{hostile:?} in {written}");
    }
    ensure!(serving.end()?.success());
    Ok(())
}
