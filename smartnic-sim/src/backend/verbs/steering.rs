use std::sync::Arc;

use smartnic_core::backend::{VerbsCounters, VerbsFlow};
use smartnic_core::rdma::QpType;
use smartnic_core::verbs::{CounterKind, SteeringFlags, SteeringHeader, SteeringRule};
use smartnic_core::{Error, ErrorKind, Result};

use super::context::Opened;
use super::queue_pair::SimQp;
use super::{own, refused};
use crate::model::verbs::{Counted, Flow, contradiction};

/// mlx5's highest priority of rules (`MLX5_IB_FLOW_LAST_PRIO`).
const LAST_PRIORITY: u16 = 15;

/// Whether a device has raw packets.
pub(super) fn is_there(opened: &Opened, op: &'static str) -> Result<bool> {
    let locked = opened.alive(op)?;
    Ok(locked.rdma_device(opened.index).is_ok_and(|device| locked.rdma_spec(device).raw_packets))
}

/// A steering rule.
#[derive(Debug)]
pub(super) struct SimFlow {
    qp: Arc<SimQp>,
    number: u32,
    /// What counts its packets lives as long as it.
    _counters: Option<Arc<dyn VerbsCounters>>,
}

impl VerbsFlow for SimFlow {}

impl SimFlow {
    pub(super) fn new(qp: &Arc<SimQp>, rule: &SteeringRule<'_>) -> Result<Self> {
        const OP: &str = "steer packets to a queue pair";
        rule.check(OP)?;
        let opened = qp.opened();
        if !is_there(opened, OP)? {
            return Err(Error::unsupported(OP).on(&opened.name).reason("the device steers no packets"));
        }
        if qp.kind != QpType::RawPacket {
            return Err(refused(
                OP,
                format!("packets come to raw packet queue pairs, and it is {}", qp.kind),
            ));
        }
        if rule.port != 1 {
            return Err(refused(OP, format!("there is no port {}", rule.port)));
        }
        if rule.priority > LAST_PRIORITY {
            let reason = format!("its priority is {}, and {LAST_PRIORITY} is the last", rule.priority);
            return Err(Error::new(ErrorKind::NoSpace, OP).reason(reason));
        }
        let is_mpls = |header: &SteeringHeader| matches!(header, SteeringHeader::Mpls(_));
        if rule.flags.contains(SteeringFlags::EGRESS) || rule.specs.iter().any(|spec| is_mpls(&spec.header)) {
            let reason = "rules of packets that leave, and of MPLS, are not simulated";
            return Err(Error::unsupported(OP).on(&opened.name).reason(reason));
        }
        if contradiction(rule.specs) {
            return Err(refused(OP, "its Ethernet header says that something else follows"));
        }
        let counters = rule.counters.map(|counters| own::<SimCounters>(OP, counters.as_ref())).transpose()?;
        if counters.is_some_and(|counters| !Arc::ptr_eq(&counters.opened, opened)) {
            return Err(Error::invalid(OP, "its counters are of another device"));
        }
        let flow = Flow {
            device: opened.index,
            qp: qp.number,
            kind: rule.kind,
            priority: rule.priority,
            specs: rule.specs.to_vec(),
            tag: rule.tag,
            drop: rule.drop,
            counters: counters.map(|counters| counters.number),
            goes_on: rule.flags.contains(SteeringFlags::GO_ON),
        };
        let mut locked = opened.alive(OP)?;
        let verbs = &mut locked.fabric().verbs;
        let number = verbs.number();
        verbs.flows.insert(number, flow);
        drop(locked);
        Ok(Self { qp: Arc::clone(qp), number, _counters: rule.counters.cloned() })
    }
}

impl Drop for SimFlow {
    fn drop(&mut self) {
        self.qp.opened().machine.lock().fabric().verbs.flows.remove(&self.number);
    }
}

/// What counts packets.
#[derive(Debug)]
pub(super) struct SimCounters {
    opened: Arc<Opened>,
    number: u32,
    kinds: Vec<CounterKind>,
}

impl SimCounters {
    pub(super) fn new(opened: &Arc<Opened>, kinds: &[CounterKind]) -> Result<Self> {
        const OP: &str = "make counters of steering rules";
        if !is_there(opened, OP)? {
            return Err(Error::unsupported(OP).on(&opened.name).reason("the device steers no packets"));
        }
        let mut locked = opened.alive(OP)?;
        let verbs = &mut locked.fabric().verbs;
        let number = verbs.number();
        verbs.counters.insert(number, Counted::default());
        drop(locked);
        Ok(Self { opened: Arc::clone(opened), number, kinds: kinds.to_vec() })
    }
}

impl VerbsCounters for SimCounters {
    fn kinds(&self) -> &[CounterKind] {
        &self.kinds
    }

    fn read(&self) -> Result<Vec<u64>> {
        let locked = self.opened.alive("read counters of steering rules")?;
        let counted = locked.verbs.counters.get(&self.number).copied().unwrap_or_default();
        let one = |kind: &CounterKind| match kind {
            CounterKind::Packets => counted.packets,
            CounterKind::Bytes => counted.bytes,
        };
        Ok(self.kinds.iter().map(one).collect())
    }
}

impl Drop for SimCounters {
    fn drop(&mut self) {
        self.opened.machine.lock().fabric().verbs.counters.remove(&self.number);
    }
}
