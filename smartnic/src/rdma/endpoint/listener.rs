use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use smartnic_core::backend::VerbsCmId;

use super::station::Station;
use super::{Endpoint, cm, tcp};
use crate::{Error, Host, Result};

const OP: &str = "listen for RDMA peers";

/// Waits for other ends. It keeps its host, and can go anywhere.
#[derive(Debug)]
pub struct Listener {
    host: Host,
    door: Door,
}

/// Where other ends come in.
#[derive(Debug)]
enum Door {
    Tcp(TcpListener),
    Cm { id: Arc<dyn VerbsCmId>, station: Arc<Station> },
}

impl Listener {
    /// Waits at a TCP address; port 0 takes a free one.
    ///
    /// # Errors
    /// `Io` if the address cannot be used.
    pub fn bind(host: &Host, address: impl ToSocketAddrs) -> Result<Self> {
        let socket = TcpListener::bind(address).map_err(|error| Error::io(OP, error))?;
        // Several threads can wait: whoever finds that another was faster waits on.
        socket.set_nonblocking(true).map_err(|error| Error::io(OP, error))?;
        Ok(Self { host: host.clone(), door: Door::Tcp(socket) })
    }

    /// Waits at an address by `rdma_cm` alone, for [`Endpoint::connect_cm`]: of an RDMA device's link, or of all (`0.0.0.0`);
    /// port 0 takes a free one.
    ///
    /// # Errors
    /// `Unsupported` if librdmacm is missing; `NotFound` or `Io` if the address cannot be used.
    pub fn bind_cm(host: &Host, address: impl ToSocketAddrs) -> Result<Self> {
        let (id, station) = cm::listen(host, address)?;
        Ok(Self { host: host.clone(), door: Door::Cm { id, station } })
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
        loop {
            if let Some(end) = self.accept_within(Duration::MAX)? {
                return Ok(end);
            }
        }
    }

    /// The next other end, if one comes within this time; the two coming to terms is not counted.
    ///
    /// # Errors
    /// Those of [`Listener::accept`].
    pub fn accept_within(&self, most: Duration) -> Result<Option<Endpoint>> {
        match &self.door {
            Door::Tcp(socket) => match come(socket, most) {
                Ok(Some((stream, from))) => tcp::over(&self.host, stream, from).map(Some),
                Ok(None) => Ok(None),
                Err(error) => Err(Error::io("accept an RDMA peer", error)),
            },
            Door::Cm { station, .. } => cm::accept_within(&self.host, station, most),
        }
    }
}

/// The next connection, if one comes within a time.
fn come(socket: &TcpListener, most: Duration) -> io::Result<Option<(TcpStream, SocketAddr)>> {
    let end = Instant::now().checked_add(most);
    loop {
        match socket.accept() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            came => return came.map(Some),
        }
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Ok(None);
        }
        smartnic_linux::wait_readable(&[socket.as_fd()], left)?;
    }
}
