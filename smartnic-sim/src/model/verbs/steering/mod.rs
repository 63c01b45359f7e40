//! Raw packets: to whom they come, by the rules of each device as mlx5 has them.
//!
//! A packet that leaves reaches every device that is up and whose link has the address that it goes to, or all of them if that is a
//! group's, its own device among them. There, sniffers get a copy. Of the other rules that fit, those of the lowest priority count, and
//! of them the oldest; rules that say the same share its packets. What no rule takes goes to the defaults.

mod cut;
mod headers;

use std::collections::BTreeSet;

use smartnic_core::rdma::QpState;
use smartnic_core::types::Mac;
use smartnic_core::verbs::{Completion, CompletionOp, CompletionStatus, SteeringKind, SteeringSpec};

use super::carry::{Outcome, Peer};
use super::{Counter, Send};
use crate::model::Machine;

pub(crate) use headers::contradiction;

/// How long an Ethernet header is, and with the tag of a VLAN.
const HEADER: [usize; 2] = [14, 18];

/// The longest segment that is cut, without its headers. Ours.
pub(crate) const MOST_SEGMENT: u32 = 262_144;

/// A steering rule.
#[derive(Debug)]
pub(crate) struct Flow {
    /// The device that packets come by.
    pub(crate) device: u32,
    pub(crate) qp: u32,
    pub(crate) kind: SteeringKind,
    pub(crate) priority: u16,
    pub(crate) specs: Vec<SteeringSpec>,
    pub(crate) tag: Option<u32>,
    pub(crate) drop: bool,
    /// What counts its packets.
    pub(crate) counters: Option<u32>,
    /// Whether its packets go on to the rules behind it.
    pub(crate) goes_on: bool,
}

/// Packets and bytes that were counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counted {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
}

impl Machine {
    /// Carries a raw packet; nobody is told of who did not get it.
    pub(super) fn carry_packet(&mut self, here: u32, pd: u32, send: &Send) -> Outcome {
        let bytes = match self.verbs.gather(pd, &send.bytes) {
            Ok(bytes) => bytes,
            Err(status) => return Outcome::Failed(status),
        };
        let frames = match &send.cut {
            None => vec![bytes],
            Some(_) if bytes.len() > MOST_SEGMENT as usize => {
                return Outcome::Failed(CompletionStatus::LocalLength);
            }
            Some(how) => match cut::frames(how, &bytes) {
                Some(frames) => frames,
                None => return Outcome::Failed(CompletionStatus::LocalQpOperation),
            },
        };
        let link = self.rdma_device(here).and_then(|device| self.netdev(device.netdev));
        let most = link.map_or(0, |link| link.mtu as usize) + HEADER[1];
        if frames.iter().any(|frame| !(HEADER[0]..=most).contains(&frame.len())) {
            return Outcome::Failed(CompletionStatus::LocalLength);
        }
        if self.is_verbs_up(here) {
            frames.iter().for_each(|frame| self.carry_frame(here, frame));
        }
        Outcome::Done
    }

    fn carry_frame(&mut self, here: u32, frame: &[u8]) {
        for (counter, by) in [(Counter::TxPackets, 1), (Counter::TxBytes, frame.len() as u64)] {
            self.verbs.count(here, counter, by);
        }
        self.sniff(here, frame);
        let devices: BTreeSet<u32> = self.verbs.flows.values().map(|flow| flow.device).collect();
        for there in devices.into_iter().filter(|there| self.takes(*there, frame)).collect::<Vec<_>>() {
            self.packet_comes(there, frame);
            // Its own device has seen it leave.
            if there != here {
                self.sniff(there, frame);
            }
        }
    }

    /// Whether a packet gets to a device.
    fn takes(&self, device: u32, frame: &[u8]) -> bool {
        let to = frame.first_chunk().map_or(Mac::default(), |to| Mac(*to));
        let link = self.rdma_device(device).and_then(|device| self.netdev(device.netdev));
        self.is_verbs_up(device) && link.is_ok_and(|link| to.is_multicast() || link.mac == to)
    }

    /// Gives a copy to everybody who listens.
    fn sniff(&mut self, device: u32, frame: &[u8]) {
        let is = |number: &u32| {
            self.verbs
                .flows
                .get(number)
                .is_some_and(|flow| flow.device == device && flow.kind == SteeringKind::Sniffer)
        };
        let all: Vec<u32> = self.verbs.flows.keys().copied().filter(is).collect();
        all.into_iter().for_each(|flow| self.take(flow, frame));
    }

    /// Finds the rules of a device that take a packet.
    fn packet_comes(&mut self, device: u32, frame: &[u8]) {
        for (counter, by) in [(Counter::RxPackets, 1), (Counter::RxBytes, frame.len() as u64)] {
            self.verbs.count(device, counter, by);
        }
        let of_device = self.verbs.flows.iter().filter(|(_, flow)| flow.device == device);
        let mut fitting: Vec<(u16, u32)> = of_device
            .clone()
            .filter(|(_, flow)| flow.kind == SteeringKind::Normal && headers::fit(frame, &flow.specs))
            .map(|(number, flow)| (flow.priority, *number))
            .collect();
        fitting.sort_unstable();
        let is_group = frame.first().is_some_and(|byte| byte & 1 != 0);
        let defaults: Vec<u32> = of_device
            .filter(|(_, flow)| match flow.kind {
                SteeringKind::AllDefault => true,
                SteeringKind::MulticastDefault => is_group,
                _ => false,
            })
            .map(|(number, _)| *number)
            .collect();
        let mut taken_by: Option<(u16, Vec<SteeringSpec>)> = None;
        for (priority, number) in fitting {
            let Some(flow) = self.verbs.flows.get(&number) else { continue };
            match &taken_by {
                // Rules that say the same are one rule with several ends.
                Some((before, specs)) if *before != priority || *specs != flow.specs => continue,
                Some(_) => {}
                None if flow.goes_on => {}
                None => taken_by = Some((priority, flow.specs.clone())),
            }
            self.take(number, frame);
        }
        if taken_by.is_none() {
            defaults.into_iter().for_each(|flow| self.take(flow, frame));
        }
    }

    /// A rule takes a packet: it is counted, and dropped or brought to the queue pair.
    fn take(&mut self, flow: u32, frame: &[u8]) {
        let Some(flow) = self.verbs.flows.get(&flow) else { return };
        let (number, drop, tag, device) = (flow.qp, flow.drop, flow.tag.unwrap_or(0), flow.device);
        if let Some(counted) = flow.counters.and_then(|counters| self.verbs.counters.get_mut(&counters)) {
            counted.packets += 1;
            counted.bytes += frame.len() as u64;
        }
        let Some(qp) = self.verbs.qps.get(&number).filter(|_| !drop) else { return };
        if !matches!(qp.now.state, QpState::Rtr | QpState::Rts | QpState::Sqd | QpState::Sqe) {
            return;
        }
        let peer = Peer { number, device, pd: qp.pd, srq: None, now: qp.now };
        // Without a receive request it is lost.
        let Ok((receive, pd)) = self.receive(&peer, frame.len() as u64) else { return };
        if self.verbs.scatter(pd, &receive.pieces, 0, frame).is_ok() {
            let bytes = u32::try_from(frame.len()).unwrap_or(u32::MAX);
            let (id, op) = (receive.id, CompletionOp::Receive);
            let completion = Completion { id, op, bytes, ..Completion::default() };
            self.verbs.complete_packet(number, completion, tag);
            self.verbs.count(device, Counter::Receives, 1);
        }
    }
}
