use std::io::ErrorKind as IoKind;
use std::net::TcpStream;

use super::station::Followed;
use crate::Result;

/// By what an end learns that the other one went.
#[derive(Debug)]
pub(super) enum Line {
    /// The connection that both met over, which closes with either.
    Tcp(TcpStream),
    /// What `rdma_cm` tells.
    Cm(Followed),
}

impl Line {
    /// Whether the other end went.
    pub(super) fn is_over(&self) -> Result<bool> {
        match self {
            Self::Tcp(stream) => {
                Ok(!matches!(stream.peek(&mut [0]), Err(error) if error.kind() == IoKind::WouldBlock))
            }
            Self::Cm(followed) => followed.is_over(),
        }
    }
}
