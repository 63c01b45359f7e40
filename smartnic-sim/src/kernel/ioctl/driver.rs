use smartnic_core::ethtool::DriverInfo;
use smartnic_core::types::IfIndex;
use smartnic_netlink::uapi::ethtool::{ETH_SS_PRIV_FLAGS, ETH_SS_STATS, ETH_SS_TEST};

use super::{own_names, put_text, put_u32};
use crate::backend::RELEASE;
use crate::errno::Errno;
use crate::kernel::upkeep;
use crate::model::{Machine, Role};

/// `ethtool_get_drvinfo`. In-tree drivers have the kernel's version.
pub(crate) fn info(machine: &Machine, link: IfIndex) -> Result<DriverInfo, Errno> {
    let netdev = machine.netdev(link)?;
    let pf = netdev.role.pf().and_then(|pf| machine.pfs.get(pf)).ok_or(Errno::EOPNOTSUPP)?;
    let facts = machine.profile.driver.facts();
    let driver = if matches!(netdev.role, Role::Vf { .. }) { facts.vf_name } else { facts.name };
    // Which of a card's versions the driver puts here is ours.
    let running = |wanted: &&str| machine.profile.versions.iter().find(|(_, name, _)| name == wanted);
    let firmware = ["fw", "fw.version", "fw.mgmt"].iter().find_map(running);
    let firmware = firmware
        .map_or("", |(_, name, version)| machine.activated.get(*name).map_or(*version, String::as_str));
    // Functions that the device itself has sit at an address of their own.
    let address = match netdev.role {
        Role::Uplink { .. } | Role::Port { .. } => pf.address.to_string(),
        _ => String::new(),
    };
    let rules = upkeep::rules(machine, link);
    let names = |set| Some(own_names(machine, netdev, set).map_or(0, |names| names.len() as u32));
    let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Ok(DriverInfo {
        driver: text(driver),
        version: text(RELEASE),
        firmware: text(firmware),
        rom: None,
        bus: text(&address),
        statistics: names(ETH_SS_STATS),
        tests: names(ETH_SS_TEST),
        flags: names(ETH_SS_PRIV_FLAGS),
        eeprom: Some(rules.and_then(|rules| rules.eeprom).map_or(0, |eeprom| eeprom.len)),
        registers: Some(rules.and_then(|rules| rules.registers).map_or(0, |(_, len)| len)),
    })
}

/// `struct ethtool_drvinfo`
pub(super) fn serve(machine: &Machine, link: IfIndex, block: &mut [u8]) -> Result<(), Errno> {
    let info = info(machine, link)?;
    for (at, text) in [(4, &info.driver), (36, &info.version), (68, &info.firmware), (100, &info.bus)] {
        put_text(block, at, 32, text.as_deref().unwrap_or_default())?;
    }
    let numbers = [info.flags, info.statistics, info.tests, info.eeprom, info.registers];
    for (at, number) in [176, 180, 184, 188, 192].into_iter().zip(numbers) {
        put_u32(block, at, number.unwrap_or(0))?;
    }
    Ok(())
}
