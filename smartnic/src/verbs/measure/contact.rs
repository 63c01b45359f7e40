use std::io::{self, BufRead, BufReader, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use smartnic_core::verbs::Remote;

use super::OP;
use crate::{Error, ErrorKind, Result};

/// A line is never longer than this.
const LONGEST: u64 = 4096;

/// How a side is reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Contact {
    pub(super) qp: u32,
    pub(super) psn: u32,
    pub(super) qkey: u32,
    /// The GID as text; none on InfiniBand without one.
    pub(super) gid: Option<String>,
    pub(super) lid: u16,
    /// The largest payload of a packet.
    pub(super) mtu: u32,
    /// Reads and atomics that it answers at a time.
    pub(super) reads: u8,
    pub(super) memory: Remote,
}

/// What the serving side says to a job.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    Contact(Contact),
    Failed { reason: String },
}

/// Values over a stream, one in a line.
pub(super) struct Lines<S> {
    stream: BufReader<S>,
}

impl<S: Read + Write> Lines<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream: BufReader::new(stream) }
    }

    pub(super) fn say(&mut self, value: &impl Serialize) -> Result<()> {
        let failed = |error: io::Error| Error::io(OP, error).reason("the other side cannot be told");
        let mut line = serde_json::to_vec(value).map_err(|error| Error::invalid(OP, error.to_string()))?;
        line.push(b'\n');
        let stream = self.stream.get_mut();
        stream.write_all(&line).and_then(|()| stream.flush()).map_err(failed)
    }

    pub(super) fn hear<T: DeserializeOwned>(&mut self) -> Result<T> {
        let ended = || Error::new(ErrorKind::Io, OP).reason("the other side ended the connection");
        self.hear_or_end()?.ok_or_else(ended)
    }

    /// Nothing if the other side ended between two lines.
    pub(super) fn hear_or_end<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        let failed = |error: io::Error| Error::io(OP, error).reason("the other side cannot be heard");
        let mut line = String::new();
        (&mut self.stream).take(LONGEST).read_line(&mut line).map_err(failed)?;
        if line.is_empty() {
            return Ok(None);
        }
        let strange = |error: serde_json::Error| {
            Error::protocol(OP, format!("the other side says what cannot be understood: {error}"))
                .hint("both sides must run the same version")
        };
        serde_json::from_str(&line).map(Some).map_err(strange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixStream;

    #[test]
    fn lines_are_heard_as_they_were_said_and_the_end_is_told() {
        let (one, other) = UnixStream::pair().unwrap();
        let contact = Contact {
            qp: 17,
            psn: 3,
            qkey: 0,
            gid: Some("::ffff:10.0.0.1".into()),
            lid: 0,
            mtu: 1024,
            reads: 1,
            memory: Remote { address: 4096, key: 9 },
        };
        let (mut one, mut other) = (Lines::new(one), Lines::new(other));
        one.say(&contact).unwrap();
        one.say(&7_u64).unwrap();
        assert_eq!((other.hear::<Contact>().unwrap(), other.hear::<u64>().unwrap()), (contact, 7));
        one.say(&"no number").unwrap();
        assert_eq!(other.hear::<u64>().unwrap_err().kind(), ErrorKind::Protocol);
        drop(one);
        assert_eq!(other.hear_or_end::<u64>().unwrap(), None);
        assert_eq!(other.hear::<u64>().unwrap_err().kind(), ErrorKind::Io);
    }
}
