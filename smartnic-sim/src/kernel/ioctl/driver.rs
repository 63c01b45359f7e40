use smartnic_core::types::IfIndex;
use smartnic_netlink::uapi::ethtool::{ETH_SS_PRIV_FLAGS, ETH_SS_STATS, ETH_SS_TEST};

use super::{own_names, put_text, put_u32};
use crate::backend::RELEASE;
use crate::errno::Errno;
use crate::model::{Machine, Role};

/// `ethtool_get_drvinfo`. In-tree drivers have the kernel's version.
pub(super) fn info(machine: &Machine, link: IfIndex, block: &mut [u8]) -> Result<(), Errno> {
    let netdev = machine.netdev(link)?;
    let pf = netdev.role.pf().and_then(|pf| machine.pfs.get(pf)).ok_or(Errno::EOPNOTSUPP)?;
    let facts = machine.profile.driver.facts();
    let driver = if matches!(netdev.role, Role::Vf { .. }) { facts.vf_name } else { facts.name };
    // Which of a card's versions the driver puts here is ours.
    let running = |wanted: &&str| machine.profile.versions.iter().find(|(_, name, _)| name == wanted);
    let firmware = ["fw", "fw.version", "fw.mgmt"].iter().find_map(running);
    let firmware = firmware
        .map_or("", |(_, name, version)| machine.activated.get(*name).map_or(*version, String::as_str));
    put_text(block, 4, 32, driver)?;
    put_text(block, 36, 32, RELEASE)?;
    put_text(block, 68, 32, firmware)?;
    // Functions that the device itself has sit at an address of their own.
    let address = match netdev.role {
        Role::Uplink { .. } | Role::Port { .. } => pf.address.to_string(),
        _ => String::new(),
    };
    put_text(block, 100, 32, &address)?;
    for (at, set) in [(176, ETH_SS_PRIV_FLAGS), (180, ETH_SS_STATS), (184, ETH_SS_TEST)] {
        put_u32(block, at, own_names(machine, netdev, set).map_or(0, |names| names.len() as u32))?;
    }
    let upkeep = super::upkeep::rules(machine, link);
    let eeprom = upkeep.and_then(|rules| rules.eeprom).map_or(0, |eeprom| eeprom.len);
    let registers = upkeep.and_then(|rules| rules.registers).map_or(0, |(_, len)| len);
    put_u32(block, 188, eeprom)?;
    put_u32(block, 192, registers)
}
