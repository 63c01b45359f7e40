//! Rules by which a NIC chooses the queue of received packets (`ETHTOOL_GRXCLSRLALL`, `ETHTOOL_SRXCLSRLINS` and others).
//!
//! They are kept as they came. Packets do not meet them: what comes in has no queue here.

use std::collections::BTreeMap;

use smartnic_core::types::IfIndex;
use smartnic_netlink::uapi::ethtool::*;

use super::{get, put, put_u32, u32_at};
use crate::errno::Errno;
use crate::model::{Machine, Netdev, Settings};

/// Where members of `struct ethtool_rxnfc` stand, and of the rule in it.
const DATA: usize = 8;
const SPEC: usize = 16;
const SPEC_LEN: usize = 168;
const COUNT: usize = SPEC + SPEC_LEN;
const PLACES: usize = COUNT + 4;
const COOKIE: usize = 152;
const PLACE: usize = 160;

/// A driver's table.
struct Driver {
    name: &'static str,
    /// How many places there are. Where the hardware tells, that is ours.
    size: u32,
    /// Whether it takes rules for any kind of packets; else of Ethernet only (`igb_add_ethtool_nfc_entry`).
    any: bool,
}

/// The drivers that have rules here. Others refuse, as those do that have none.
static DRIVERS: [Driver; 5] = [
    Driver { name: "mlx5_core", size: 1024, any: true },
    Driver { name: "ice", size: 512, any: true },
    Driver { name: "i40e", size: 512, any: true },
    Driver { name: "qede", size: 256, any: true },
    Driver { name: "igb", size: 16, any: false },
];

/// A rule as it is kept: `struct ethtool_rx_flow_spec` and the number of the context behind it.
pub(crate) type Insert = [u8; SPEC_LEN + 4];

fn driver(machine: &Machine) -> Result<&'static Driver, Errno> {
    let name = machine.profile.driver.facts().name;
    DRIVERS.iter().find(|driver| driver.name == name).ok_or(Errno::EOPNOTSUPP)
}

/// How many places there are, and the rules at theirs.
pub(crate) fn table(machine: &Machine, link: IfIndex) -> Result<(u32, &BTreeMap<u32, Vec<u8>>), Errno> {
    let netdev = machine.netdev(link)?;
    let driver = driver(machine)?;
    queues_of(netdev)?;
    let settings = netdev.queues.as_ref().and_then(|queues| queues.settings.as_ref());
    Ok((driver.size, &settings.ok_or(Errno::EOPNOTSUPP)?.ntuple))
}

/// Puts a rule at the place that it names.
pub(crate) fn insert(machine: &mut Machine, link: IfIndex, rule: &Insert) -> Result<(), Errno> {
    let driver = driver(machine)?;
    let netdev = machine.netdevs.get_mut(&link.0).ok_or(Errno::ENODEV)?;
    let queues = queues_of(netdev)?;
    let rules = &mut settings(netdev)?.ntuple;
    let place = u32_at(rule, PLACE)?;
    if place >= driver.size {
        return Err(Errno::EINVAL);
    }
    let cookie = u64::from_ne_bytes(get(rule, COOKIE)?);
    let drops = cookie == u64::MAX;
    if !drops && cookie >= u64::from(queues) {
        return Err(Errno::EINVAL);
    }
    if !driver.any {
        ether(rule, drops)?;
        let same = |other: &Vec<u8>| other[..COOKIE] == rule[..COOKIE];
        if rules.iter().any(|(at, other)| *at != place && same(other)) {
            return Err(Errno::EEXIST);
        }
    }
    rules.insert(place, rule.to_vec());
    Ok(())
}

/// Removes the rule at a place.
pub(crate) fn remove(machine: &mut Machine, link: IfIndex, place: u32) -> Result<(), Errno> {
    table(machine, link)?;
    let netdev = machine.netdevs.get_mut(&link.0).ok_or(Errno::ENODEV)?;
    settings(netdev)?.ntuple.remove(&place).map(drop).ok_or(Errno::ENOENT)
}

pub(super) fn serve(machine: &mut Machine, link: IfIndex, order: u32, block: &mut [u8]) -> Result<(), Errno> {
    let (size, rules) = table(machine, link)?;
    let place = || u32_at(block, SPEC + PLACE);
    match order {
        ETHTOOL_GRXCLSRLCNT => {
            put(block, DATA, &u64::from(size).to_ne_bytes())?;
            put_u32(block, COUNT, rules.len() as u32)
        }
        ETHTOOL_GRXCLSRLALL => {
            let room = u32_at(block, COUNT)? as usize;
            if room < rules.len() {
                return Err(Errno::EMSGSIZE);
            }
            put(block, DATA, &u64::from(size).to_ne_bytes())?;
            put_u32(block, COUNT, rules.len() as u32)?;
            rules.keys().enumerate().try_for_each(|(at, place)| put_u32(block, PLACES + 4 * at, *place))
        }
        ETHTOOL_GRXCLSRULE => {
            let rule = rules.get(&place()?).ok_or(Errno::ENOENT)?;
            let (spec, context) = rule.split_at(SPEC_LEN);
            put(block, SPEC, spec)?;
            put(block, COUNT, context)
        }
        ETHTOOL_SRXCLSRLDEL => {
            let place = place()?;
            remove(machine, link, place)
        }
        _ => {
            let rule = get(block, SPEC)?;
            insert(machine, link, &rule)
        }
    }
}

/// What igb takes: whole addresses, a whole kind, the priority of a VLAN tag, and no packet is dropped.
fn ether(rule: &[u8], drops: bool) -> Result<(), Errno> {
    let kind = u32_at(rule, 0)?;
    if kind & !FLOW_EXT != ETHER_FLOW || drops {
        return Err(Errno::EINVAL);
    }
    let all_or_none =
        |mask: &[u8]| mask.iter().all(|byte| *byte == 0xff) || mask.iter().all(|byte| *byte == 0);
    let (receiver, sender, proto): ([u8; 6], [u8; 6], [u8; 2]) =
        (get(rule, 76)?, get(rule, 82)?, get(rule, 88)?);
    if !all_or_none(&receiver) || !all_or_none(&sender) || !all_or_none(&proto) {
        return Err(Errno::EINVAL);
    }
    if kind & FLOW_EXT != 0 {
        let mask: [u8; 2] = get(rule, 138)?;
        return match mask {
            [0, 0] => Err(Errno::EINVAL),
            [0xe0, 0] => Ok(()),
            _ => Err(Errno::EOPNOTSUPP),
        };
    }
    match [&receiver[..], &sender, &proto].concat().iter().any(|byte| *byte != 0) {
        true => Ok(()),
        false => Err(Errno::EINVAL),
    }
}

fn queues_of(netdev: &Netdev) -> Result<u32, Errno> {
    netdev.role.port().ok_or(Errno::EOPNOTSUPP)?;
    let queues = netdev.queues.as_ref().ok_or(Errno::EOPNOTSUPP)?;
    Ok(queues.channels.combined.unwrap_or(1))
}

fn settings(netdev: &mut Netdev) -> Result<&mut Settings, Errno> {
    netdev.queues.as_mut().and_then(|queues| queues.settings.as_mut()).ok_or(Errno::EOPNOTSUPP)
}
