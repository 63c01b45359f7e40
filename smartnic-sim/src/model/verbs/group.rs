//! Multicast groups: a datagram to one reaches all queue pairs that are attached to it, but for its sender.

use smartnic_core::rdma::{Gid, QpState};

use super::carry::Peer;
use super::{Counter, Send, To};
use crate::model::Machine;

/// The queue pair that stands for all in a group.
pub(crate) const GROUP: u32 = 0xff_ffff;

impl Machine {
    /// Carries a datagram to a group; nobody is told of who did not get it.
    pub(super) fn carry_to_group(&mut self, number: u32, to: &To, send: &Send, bytes: &[u8]) {
        let Some(Gid(group)) = to.address.gid else { return };
        let Some(here) = self.verbs.device_of(number).filter(|here| self.is_verbs_up(*here)) else { return };
        let members = self.verbs.groups.get(&group).into_iter().flatten().copied();
        for member in members.filter(|member| *member != number).collect::<Vec<_>>() {
            let Some(device) = self.verbs.device_of(member).filter(|device| self.is_verbs_up(*device)) else {
                continue;
            };
            let Some(qp) = self.verbs.qps.get(&member) else { continue };
            if !matches!(qp.now.state, QpState::Rtr | QpState::Rts | QpState::Sqd | QpState::Sqe) {
                continue;
            }
            let peer = Peer { number: member, device, pd: qp.pd, srq: None, now: qp.now };
            self.datagram(number, &peer, send, bytes);
            self.verbs.count(device, Counter::RxPackets, 1);
            self.verbs.count(device, Counter::RxBytes, bytes.len() as u64);
        }
        self.verbs.count(here, Counter::TxPackets, 1);
        self.verbs.count(here, Counter::TxBytes, bytes.len() as u64);
        self.verbs.count(here, Counter::Sends, 1);
    }

    pub(super) fn is_verbs_up(&self, index: u32) -> bool {
        let netdev = self.rdma_device(index).and_then(|device| self.netdev(device.netdev));
        netdev.is_ok_and(|netdev| netdev.up) && !self.verbs.is_dead(index)
    }
}
