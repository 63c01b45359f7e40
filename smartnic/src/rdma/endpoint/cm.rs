//! Ends that meet by `rdma_cm` alone: the kernel finds device and GID, and what both must know of each other travels with the
//! request and its answer.

use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use smartnic_core::backend::VerbsCmId;
use smartnic_core::rdma::QpState;
use smartnic_core::verbs::{CmEventKind, CmParameters};

use super::exchange::{read_terms, terms};
use super::line::Line;
use super::parts::{ACCESS, Parts};
use super::station::{Followed, Station};
use super::{Endpoint, LONGEST, MEETING, iwarp};
use crate::verbs::{Init, QueuePair, Rc, Receiving};
use crate::{Error, ErrorKind, Host, Result};

/// Requests that wait to be accepted.
const BACKLOG: u32 = 64;
/// How long the kernel looks for the way, which is less than it is waited for.
const LOOK: Duration = Duration::from_secs(5);

/// Listens at the first of the addresses that can be used.
pub(super) fn listen(host: &Host, address: impl ToSocketAddrs) -> Result<(Arc<dyn VerbsCmId>, Arc<Station>)> {
    let station = Station::open(host)?;
    let id = first_of("listen for RDMA peers", address, |address| {
        let id = station.id()?;
        id.bind(address)?;
        id.listen(BACKLOG)?;
        Ok(id)
    })?;
    Ok((id, station))
}

/// Connects to the first of the addresses where somebody is.
pub(super) fn connect(host: &Host, address: impl ToSocketAddrs) -> Result<Endpoint> {
    let station = Station::open(host)?;
    first_of("connect to an RDMA peer", address, |address| connect_to(host, &station, address))
}

fn connect_to(host: &Host, station: &Arc<Station>, to: SocketAddr) -> Result<Endpoint> {
    const OP: &str = "connect to an RDMA peer";
    let line = station.follow(station.id()?);
    line.id.resolve_address(None, to, LOOK)?;
    line.expect(OP, CmEventKind::AddressResolved)?;
    line.id.resolve_route(LOOK)?;
    line.expect(OP, CmEventKind::RouteResolved)?;
    let (parts, qp) = prepare(OP, host, &line)?;
    line.id.connect(&CmParameters::of_qp(qp.number()), &terms(LONGEST as u32))?;
    // iWARP has no third step.
    let answer = line.expect_one_of(OP, &[CmEventKind::ConnectResponse, CmEventKind::Established])?;
    let theirs = read_terms(&answer.private_data).map_err(|error| error.on(to))?;
    let qp = qp.ready_by(&*line.id, Receiving::default().rnr_timer)?;
    let is_iwarp = answer.kind == CmEventKind::Established;
    if !is_iwarp {
        line.id.establish()?;
    }
    let mut end = parts.connected(qp, Line::Cm(line), theirs);
    if is_iwarp {
        iwarp::ask(OP, &mut end, MEETING)?;
    }
    Ok(end)
}

/// Gives the next one who asks within a time what he asks for.
pub(super) fn accept_within(host: &Host, station: &Arc<Station>, most: Duration) -> Result<Option<Endpoint>> {
    const OP: &str = "accept an RDMA peer";
    // Whoever is let go without having been accepted is refused.
    let Some((asked, line)) = station.request(most)? else { return Ok(None) };
    let theirs = read_terms(&asked.private_data)?;
    let (parts, qp) = prepare(OP, host, &line)?;
    let qp = qp.ready_by(&*line.id, Receiving::default().rnr_timer)?;
    line.id.accept(&CmParameters::of_qp(qp.number()), &terms(LONGEST as u32))?;
    line.expect(OP, CmEventKind::Established)?;
    let is_iwarp = line.id.qp_change(QpState::Rts)?.state.is_none();
    let mut end = parts.connected(qp, Line::Cm(line), theirs);
    if is_iwarp {
        iwarp::answer(OP, &mut end, MEETING)?;
    }
    Ok(Some(end))
}

/// What an end is made of, on the device that an id leads to.
fn prepare(op: &'static str, host: &Host, line: &Followed) -> Result<(Parts, QueuePair<Rc, Init>)> {
    let device = line.id.device();
    let (device, _) =
        device.ok_or_else(|| Error::new(ErrorKind::NotFound, op).reason("no device leads there"))?;
    let parts = Parts::on(host, &device)?;
    let qp = parts.queue_pair()?.init_by(&*line.id, ACCESS)?;
    parts.post_all(&qp)?;
    Ok((parts, qp))
}

/// What comes of the first address with which it works, or of the last.
fn first_of<T>(
    op: &'static str,
    addresses: impl ToSocketAddrs,
    work: impl Fn(SocketAddr) -> Result<T>,
) -> Result<T> {
    let mut last = Error::invalid(op, "there is no address");
    for address in addresses.to_socket_addrs().map_err(|error| Error::io(op, error))? {
        match work(address) {
            Ok(done) => return Ok(done),
            Err(error) => last = error,
        }
    }
    Err(last)
}
