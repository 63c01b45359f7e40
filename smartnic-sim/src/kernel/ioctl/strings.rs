use smartnic_core::types::IfIndex;
use smartnic_netlink::uapi::ethtool::*;

use super::{get, put, put_text, put_u32, u32_at};
use crate::errno::Errno;
use crate::kernel::statistics::set_of;
use crate::kernel::upkeep;
use crate::model::{Machine, Netdev};

const NAME: usize = ETH_GSTRING_LEN as usize;

/// Counters of uplinks by driver: those of received packets and bytes, which are alive here. The names are the drivers'.
const COUNTERS: &[(&str, [&str; 2])] = &[
    ("mlx5_core", ["rx_packets_phy", "rx_bytes_phy"]),
    ("ice", ["rx_unicast.nic", "rx_bytes.nic"]),
    ("bnxt_en", ["rx_good_frames", "rx_bytes"]),
    ("i40e", ["port.rx_unicast", "port.rx_bytes"]),
    ("nfp", ["mac.rx_unicast_pkts", "mac.rx_octets"]),
];

/// Names that each driver has for itself; none on links that are no uplink.
pub(crate) fn own_names(machine: &Machine, netdev: &Netdev, set: u32) -> Option<Vec<String>> {
    let settings = netdev.queues.as_ref()?.settings.as_ref()?;
    match set {
        ETH_SS_STATS => {
            let name = machine.profile.driver.facts().name;
            let (_, names) = COUNTERS.iter().find(|(driver, _)| *driver == name)?;
            Some(names.iter().map(|name| (*name).to_owned()).collect())
        }
        ETH_SS_TEST => {
            let rules = upkeep::rules(machine, netdev.ifindex)?;
            Some(rules.tests.iter().map(|(name, _)| (*name).to_owned()).collect())
        }
        ETH_SS_PRIV_FLAGS => Some(settings.private.as_ref()?.flags.as_ref()?.of.clone().unwrap_or_default()),
        _ => None,
    }
}

/// `ethtool_get_sset_info`: sets that are not there lose their bit.
pub(super) fn counts(machine: &Machine, link: IfIndex, block: &mut [u8]) -> Result<(), Errno> {
    let netdev = machine.netdev(link)?;
    let asked = u64::from_ne_bytes(get(block, 8)?);
    let mut there: u64 = 0;
    let mut at = 16;
    for set in (0..ETH_SS_COUNT).filter(|set| asked >> set & 1 != 0) {
        if let Some(names) = set_of(machine, Some(netdev), set) {
            there |= 1 << set;
            put_u32(block, at, names.len() as u32)?;
            at += 4;
        }
    }
    put(block, 8, &there.to_ne_bytes())
}

/// `ethtool_get_strings`.
pub(super) fn names(machine: &Machine, link: IfIndex, block: &mut [u8]) -> Result<(), Errno> {
    let netdev = machine.netdev(link)?;
    let names = set_of(machine, Some(netdev), u32_at(block, 4)?).ok_or(Errno::EOPNOTSUPP)?;
    put_u32(block, 8, names.len() as u32)?;
    for (at, name) in names.iter().enumerate() {
        put_text(block, 12 + at * NAME, NAME, name)?;
    }
    Ok(())
}

/// `ethtool_get_stats`: the driver's counters in the order of their names.
pub(crate) fn counters(machine: &Machine, link: IfIndex) -> Result<[u64; 2], Errno> {
    let netdev = machine.netdev(link)?;
    own_names(machine, netdev, ETH_SS_STATS).ok_or(Errno::EOPNOTSUPP)?;
    let settings = netdev.queues.as_ref().and_then(|queues| queues.settings.as_ref());
    let traffic = &settings.ok_or(Errno::EOPNOTSUPP)?.traffic;
    Ok([traffic.packets, traffic.bytes])
}

/// `struct ethtool_stats`
pub(super) fn serve_counters(machine: &Machine, link: IfIndex, block: &mut [u8]) -> Result<(), Errno> {
    let values = counters(machine, link)?;
    put_u32(block, 4, values.len() as u32)?;
    put(block, 8, &values.map(u64::to_ne_bytes).concat())
}
