//! Ends that meet over TCP.

use std::net::{SocketAddr, TcpStream, ToSocketAddrs};

use smartnic_core::verbs::{AddressVector, PathMtu};

use super::exchange::{Greeting, greet, meet};
use super::line::Line;
use super::parts::{ACCESS, Parts};
use super::{Endpoint, LONGEST, MEETING, place};
use crate::rdma::Wanted;
use crate::verbs::{Peer, Receiving, Sending};
use crate::{Error, Host, Result};

const OP: &str = "connect to an RDMA peer";

pub(super) fn connect(host: &Host, address: impl ToSocketAddrs) -> Result<Endpoint> {
    let stream = TcpStream::connect(address).map_err(|error| Error::io(OP, error))?;
    let to = stream.peer_addr().map_err(|error| Error::io(OP, error))?;
    over(host, stream, to)
}

/// The end at this side of a stream.
pub(super) fn over(host: &Host, mut stream: TcpStream, to: SocketAddr) -> Result<Endpoint> {
    let lost = |error| Error::io(OP, error).on(to);
    stream.set_read_timeout(Some(MEETING)).map_err(lost)?;
    let gid = place::gid_for(host, to.ip(), &Wanted::default())?;
    let port = u8::try_from(gid.port).map_err(|_| Error::invalid(OP, "a port beyond 255"))?;
    let index = u8::try_from(gid.index).map_err(|_| Error::invalid(OP, "a GID at a place beyond 255"))?;
    let parts = Parts::on(host, &gid.device)?;
    let mtu = parts.context.port(port)?.active_mtu.unwrap_or(1024);

    let qp = parts.queue_pair()?.init(port, 0, ACCESS)?;
    parts.post_all(&qp)?;
    // Any number will do; that it differs from one connection to the next keeps stray packets out.
    let psn = qp.number().wrapping_mul(0x9e37) & 0xff_ffff;
    let ours = Greeting { qp: qp.number(), psn, gid: gid.gid, mtu, longest: LONGEST as u32 };
    let theirs = greet(&mut stream, &ours).map_err(|error| error.on(to))?;
    let peer = Peer {
        qp: theirs.qp,
        psn: theirs.psn,
        address: AddressVector::to_gid(port, index, theirs.gid),
        mtu: PathMtu::within(mtu.min(theirs.mtu)),
    };
    let qp = qp.ready_to_receive(&peer, &Receiving::default())?;
    let qp = qp.ready_to_send(&Sending { psn, ..Sending::default() })?;
    meet(&mut stream).map_err(|error| error.on(to))?;
    stream.set_nonblocking(true).map_err(lost)?;
    Ok(parts.connected(qp, Line::Tcp(stream), theirs.longest))
}
