//! Connections as nldev tells them (`fill_res_cm_id_entry`).

use std::net::SocketAddr;

use smartnic_core::rdma::{CmState, QpType};
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::rdma_netlink::*;

use crate::model::verbs::{CmIds, CmPhase};

/// `RDMA_PS_TCP` and `RDMA_PS_UDP`.
const SPACES: [u32; 2] = [0x106, 0x111];
/// The room of `struct sockaddr_storage`.
const STORAGE: usize = 128;

/// The ids that stand on a device.
pub(super) fn held(cm: &CmIds, device: u32) -> Vec<u32> {
    let on_it = cm.ids.iter().filter(|(_, id)| id.here.is_some_and(|here| here.device == device));
    on_it.filter_map(|(number, _)| u32::try_from(*number).ok()).collect()
}

pub(super) fn write(e: &mut Encoder<'_>, cm: &CmIds, number: u32) {
    let Ok(id) = cm.id(number.into()) else { return };
    e.u32(RDMA_NLDEV_ATTR_PORT_INDEX, 1);
    if let Some(qp) = id.qp() {
        e.u32(RDMA_NLDEV_ATTR_RES_LQPN, qp);
        e.u8(RDMA_NLDEV_ATTR_RES_TYPE, id.kind.number() as u8);
    }
    e.u32(RDMA_NLDEV_ATTR_RES_PS, SPACES[usize::from(id.kind == QpType::Ud)]);
    e.u8(RDMA_NLDEV_ATTR_RES_STATE, state(id.state).number() as u8);
    for (attribute, address) in
        [(RDMA_NLDEV_ATTR_RES_SRC_ADDR, id.local), (RDMA_NLDEV_ATTR_RES_DST_ADDR, id.remote)]
    {
        if let Some(address) = address {
            e.attr(attribute, &storage(address));
        }
    }
    e.u32(RDMA_NLDEV_ATTR_RES_CM_IDN, number);
    e.u32(RDMA_NLDEV_ATTR_RES_PID, id.pid);
}

fn state(phase: CmPhase) -> CmState {
    match phase {
        CmPhase::Idle => CmState::Idle,
        CmPhase::Bound => CmState::AddrBound,
        CmPhase::Listening => CmState::Listen,
        CmPhase::AddressResolved => CmState::AddrResolved,
        CmPhase::RouteResolved => CmState::RouteResolved,
        CmPhase::Left => CmState::Disconnect,
        // Who leaves, too, until the other end has heard it.
        _ => CmState::Connect,
    }
}

/// An address as the kernel keeps it: the family as this machine has it, all else in network order.
fn storage(address: SocketAddr) -> [u8; STORAGE] {
    let mut bytes = [0; STORAGE];
    let family: u16 = if address.is_ipv4() { 2 } else { 10 };
    bytes[..2].copy_from_slice(&family.to_ne_bytes());
    bytes[2..4].copy_from_slice(&address.port().to_be_bytes());
    match address {
        SocketAddr::V4(address) => bytes[4..8].copy_from_slice(&address.ip().octets()),
        SocketAddr::V6(address) => bytes[8..24].copy_from_slice(&address.ip().octets()),
    }
    bytes
}
