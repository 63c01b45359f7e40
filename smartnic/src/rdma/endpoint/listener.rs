use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::sync::Arc;

use smartnic_core::backend::VerbsCmId;

use super::station::Station;
use super::{Endpoint, cm, tcp};
use crate::{Error, Host, Result};

const OP: &str = "listen for RDMA peers";

/// Waits for other ends.
#[derive(Debug)]
pub struct Listener<'h> {
    host: &'h Host,
    door: Door,
}

/// Where other ends come in.
#[derive(Debug)]
enum Door {
    Tcp(TcpListener),
    Cm { id: Arc<dyn VerbsCmId>, station: Arc<Station> },
}

impl<'h> Listener<'h> {
    /// Waits at a TCP address; port 0 takes a free one.
    ///
    /// # Errors
    /// `Io` if the address cannot be used.
    pub fn bind(host: &'h Host, address: impl ToSocketAddrs) -> Result<Self> {
        let socket = TcpListener::bind(address).map_err(|error| Error::io(OP, error))?;
        Ok(Self { host, door: Door::Tcp(socket) })
    }

    /// Waits at an address by `rdma_cm` alone, for [`Endpoint::connect_cm`]: of an RDMA device's link, or of all (`0.0.0.0`);
    /// port 0 takes a free one.
    ///
    /// # Errors
    /// `Unsupported` if librdmacm is missing; `NotFound` or `Io` if the address cannot be used.
    pub fn bind_cm(host: &'h Host, address: impl ToSocketAddrs) -> Result<Self> {
        let (id, station) = cm::listen(host, address)?;
        Ok(Self { host, door: Door::Cm { id, station } })
    }

    /// Where it waits.
    ///
    /// # Errors
    /// `Io` if the system does not tell.
    pub fn address(&self) -> Result<SocketAddr> {
        match &self.door {
            Door::Tcp(socket) => socket.local_addr().map_err(|error| Error::io(OP, error)),
            Door::Cm { id, .. } => id.local_address().ok_or_else(|| {
                Error::io(OP, std::io::ErrorKind::AddrNotAvailable.into()).reason("it has no address")
            }),
        }
    }

    /// The next other end.
    ///
    /// # Errors
    /// `NotFound` if no GID leads there; `Io`, `Timeout` or `Protocol` if the two do not come to terms; those of the device.
    pub fn accept(&self) -> Result<Endpoint> {
        match &self.door {
            Door::Tcp(socket) => {
                let (stream, from) =
                    socket.accept().map_err(|error| Error::io("accept an RDMA peer", error))?;
                tcp::over(self.host, stream, from)
            }
            Door::Cm { station, .. } => cm::accept(self.host, station),
        }
    }
}
