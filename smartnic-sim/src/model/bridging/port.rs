use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use smartnic_core::bridge::PortFlag;
use smartnic_core::types::IfIndex;

use super::VlanState;
use crate::errno::Errno;
use crate::model::{Event, Machine};
use crate::note::Note;

/// What the way through a port costs from the start; ours, since it follows from the speed.
const COST: u32 = 2;
/// The priority of a port from the start (`0x8000 >> BR_PORT_BITS`).
const PRIORITY: u16 = 32;
/// What ports do by the spanning tree (`BR_STATE_*`).
const DISABLED: u8 = 0;
const FORWARDING: u8 = 3;
const BLOCKING: u8 = 4;
/// Switches that drivers are asked about (`BR_PORT_FLAGS_HW_OFFLOAD`).
const ASKED: [PortFlag; 9] = [
    PortFlag::Learning,
    PortFlag::Flood,
    PortFlag::Mab,
    PortFlag::McastFlood,
    PortFlag::BcastFlood,
    PortFlag::Locked,
    PortFlag::Hairpin,
    PortFlag::Isolated,
    PortFlag::McastToUnicast,
];
/// Switches that are on from the start.
const FIRST: [PortFlag; 4] =
    [PortFlag::Learning, PortFlag::Flood, PortFlag::McastFlood, PortFlag::BcastFlood];

/// What a bridge keeps of a port.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct PortState {
    /// Whether the driver forwards for it by the bridge's tables.
    pub(crate) known: bool,
    /// The numbers of the switches that are on.
    pub(crate) on: BTreeSet<u16>,
    /// What it was told to do by the spanning tree, if it was told.
    pub(crate) state: Option<u8>,
    pub(crate) priority: u16,
    pub(crate) cost: u32,
    pub(crate) vlans: BTreeMap<u16, VlanState>,
}

impl Default for PortState {
    fn default() -> Self {
        Self {
            known: false,
            on: FIRST.iter().map(|flag| flag.number()).collect(),
            state: None,
            priority: PRIORITY,
            cost: COST,
            vlans: BTreeMap::new(),
        }
    }
}

/// A change of a port.
#[derive(Debug, Clone, Default)]
pub(crate) struct PortOrder {
    pub(crate) switches: Vec<(PortFlag, bool)>,
    pub(crate) state: Option<u8>,
    pub(crate) priority: Option<u16>,
    pub(crate) cost: Option<u32>,
}

impl Machine {
    /// What a port does by the spanning tree, which no bridge here runs.
    pub(crate) fn port_stp_state(&self, link: IfIndex) -> u8 {
        let up = |index: IfIndex| self.netdevs.get(&index.0).is_some_and(|dev| dev.up);
        match (self.master_of(link), self.bridging.ports.get(&link.0)) {
            (Some(bridge), Some(port)) if up(link) && up(bridge) => port.state.unwrap_or(FORWARDING),
            _ => DISABLED,
        }
    }

    /// Changes a port (`br_setport`).
    pub(crate) fn set_port(
        &mut self,
        link: IfIndex,
        order: &PortOrder,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let rules = self.profile.driver.bridges().and_then(|rules| rules.switches);
        let Some(port) = self.bridging.ports.get_mut(&link.0) else { return Err(Errno::EOPNOTSUPP) };
        let changed = |(flag, on): &&(PortFlag, bool)| port.on.contains(&flag.number()) != *on;
        for (flag, _) in order.switches.iter().filter(changed).filter(|(flag, _)| ASKED.contains(flag)) {
            if let (Some((taken, text)), true) = (rules, port.known)
                && !taken.contains(flag)
            {
                note.say(text);
                return Err(Errno::EOPNOTSUPP);
            }
        }
        if order.cost.is_some_and(|cost| !(1..=65535).contains(&cost))
            || order.priority.is_some_and(|priority| priority > 63)
        {
            return Err(Errno::ERANGE);
        }
        if order.state.is_some_and(|state| state > BLOCKING) {
            return Err(Errno::EINVAL);
        }
        for (flag, on) in &order.switches {
            match on {
                true => port.on.insert(flag.number()),
                false => port.on.remove(&flag.number()),
            };
        }
        port.cost = order.cost.unwrap_or(port.cost);
        port.priority = order.priority.unwrap_or(port.priority);
        port.state = order.state.or(port.state);
        self.events.push(|| Event::BridgePort(link));
        Ok(())
    }
}
