//! ethtool's topics over netlink, and what it has by ioctl only.

mod firmware;
mod notice;
mod ntuple;
mod order;
mod phy;
mod rss;
mod statistics;
mod upkeep;

use smartnic_core::backend::{
    EthtoolClock, EthtoolDriver, EthtoolFeatures, EthtoolLink, EthtoolModule, EthtoolPower, EthtoolQueues,
    EthtoolSegment, EthtoolWire,
};
use smartnic_core::ethtool::module::Part;
use smartnic_core::ethtool::{
    Channels, Coalesce, DriverInfo, Eee, Feature, Fec, LinkInfo, LinkModes, LinkState, MacMerge, Messages,
    ModuleFlash, ModulePower, Pause, Plca, PowerSourcing, PrivateFlags, Record, Rings, TimestampConfig,
    Timestamping, TunnelTable, VirtualClocks, WakeOnLan,
};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::ethtool::record::{self, Get, Layout, STATS, Set};
use smartnic_netlink::ethtool::{
    FAMILY, channels, clock, coalesce, driver, eeprom, features, fec, ioctl, link as wire, pause, power,
    rings, segment, tunnel,
};

use crate::LinuxHost;

/// The two operations of a topic.
macro_rules! topic {
    ($get:ident: $record:ty, $layout:expr, $flags:expr, $read:literal) => {
        fn $get(&self, link: IfIndex) -> Result<$record> {
            self.record($read, link, &$layout, $flags)
        }
    };
    ($get:ident, $set:ident: $record:ty, $layout:expr, $flags:expr, $read:literal, $change:literal) => {
        fn $get(&self, link: IfIndex) -> Result<$record> {
            self.record($read, link, &$layout, $flags)
        }

        fn $set(&self, link: IfIndex, change: &$record) -> Result<()> {
            self.set_record($change, link, &$layout, change)
        }
    };
}

impl EthtoolQueues for LinuxHost {
    topic!(rings, set_rings: Rings, rings::LAYOUT, 0, "read rings", "change rings");
    topic!(channels, set_channels: Channels, channels::LAYOUT, 0, "read channels", "change channels");
    topic!(coalesce, set_coalesce: Coalesce, coalesce::LAYOUT, 0, "read interrupt coalescing", "change interrupt coalescing");
}

impl EthtoolWire for LinuxHost {
    topic!(pause, set_pause: Pause, pause::LAYOUT, STATS, "read pausing", "change pausing");
    topic!(fec, set_fec: Fec, fec::LAYOUT, STATS, "read error correction", "change error correction");
}

impl EthtoolLink for LinuxHost {
    topic!(link_info, set_link_info: LinkInfo, wire::INFO, 0, "read what sort of port it is", "change the port");
    topic!(link_modes, set_link_modes: LinkModes, wire::MODES, 0, "read speed and modes", "change speed and modes");
    topic!(link_state: LinkState, wire::STATE, STATS, "read whether there is a link");
}

impl EthtoolPower for LinuxHost {
    topic!(eee, set_eee: Eee, power::EEE, 0, "read energy-efficient Ethernet", "change energy-efficient Ethernet");
    topic!(wake_on_lan, set_wake_on_lan: WakeOnLan, power::WOL, 0, "read Wake-on-LAN", "change Wake-on-LAN");
    topic!(module_power, set_module_power: ModulePower, power::MODULE, 0, "read a module's power", "change a module's power");
    topic!(power_sourcing, set_power_sourcing: PowerSourcing, power::PSE, 0, "read power over Ethernet", "change power over Ethernet");
}

impl EthtoolDriver for LinuxHost {
    topic!(private_flags, set_private_flags: PrivateFlags, driver::FLAGS, 0, "read private flags", "change private flags");
    topic!(messages, set_messages: Messages, driver::MESSAGES, 0, "read the message level", "change the message level");

    fn driver_info(&self, link: IfIndex) -> Result<DriverInfo> {
        self.order("read which driver serves a link", link, ioctl::driver::get(), ioctl::driver::read)
    }
}

impl EthtoolClock for LinuxHost {
    topic!(timestamping: Timestamping, clock::INFO, STATS, "read what can be stamped");
    topic!(timestamp_config, set_timestamp_config: TimestampConfig, clock::CONFIG, 0, "read what is stamped", "change what is stamped");
    topic!(virtual_clocks: VirtualClocks, clock::VIRTUAL, 0, "read virtual clocks");
}

impl EthtoolSegment for LinuxHost {
    topic!(plca, set_plca: Plca, segment::PLCA, 0, "read PLCA", "change PLCA");
    topic!(plca_status: Plca, segment::PLCA_STATUS, 0, "read the state of PLCA");
    topic!(mac_merge, set_mac_merge: MacMerge, segment::MM, STATS, "read frame pre-emption", "change frame pre-emption");
}

impl EthtoolModule for LinuxHost {
    fn module_memory(&self, link: IfIndex, part: Part) -> Result<Vec<u8>> {
        let (op, object) = ("read a module", format_args!("ifindex {link} page {:#04x}", part.page));
        let family = self.family(FAMILY, op, &object)?;
        self.generic.fetch(op, &object, &eeprom::Get { family, link, part }, &eeprom::decode)
    }

    fn flash_module(
        &self,
        link: IfIndex,
        file: &str,
        password: Option<u32>,
        tell: &mut dyn FnMut(&ModuleFlash),
    ) -> Result<()> {
        self.write_module(link, file, password, tell)
    }
}

impl EthtoolFeatures for LinuxHost {
    fn features(&self, link: IfIndex) -> Result<Vec<Feature>> {
        let (op, object) = ("read features", format_args!("ifindex {link}"));
        let family = self.family(FAMILY, op, &object)?;
        self.generic.fetch(op, &object, &features::Get { family, link }, &features::decode_all)
    }

    fn set_features(&self, link: IfIndex, wishes: &[(String, bool)]) -> Result<()> {
        let (op, object) = ("change features", format_args!("ifindex {link}"));
        let family = self.family(FAMILY, op, &object)?;
        let done = self.generic.change(op, &object, &features::SetMany { family, link, wishes });
        done.map(drop).map_err(|error| match error.kind() {
            // The kernel answers so to a name it does not know; whether the link can change it, it says nowhere.
            ErrorKind::Unsupported => error.hint("the names are those of: snicctl features show LINK"),
            _ => error,
        })
    }

    fn udp_ports(&self, link: IfIndex) -> Result<Vec<TunnelTable>> {
        let (op, object) = ("read ports of tunnels", format_args!("ifindex {link}"));
        let family = self.family(FAMILY, op, &object)?;
        self.generic.fetch(op, &object, &tunnel::Get { family, link }, &tunnel::decode)
    }
}

impl LinuxHost {
    fn record<R: Record + Default>(
        &self,
        op: &'static str,
        link: IfIndex,
        layout: &'static Layout,
        flags: u32,
    ) -> Result<R> {
        let object = format_args!("ifindex {link}");
        let family = self.family(FAMILY, op, &object)?;
        let request = Get { family, link, layout, flags };
        self.generic.fetch(op, &object, &request, &|message| record::decode(message, layout))
    }

    fn set_record(
        &self,
        op: &'static str,
        link: IfIndex,
        layout: &'static Layout,
        change: &dyn Record,
    ) -> Result<()> {
        let object = format_args!("ifindex {link}");
        if change.fields().is_empty() {
            return Err(Error::invalid(op, "nothing is said that should change").on(object));
        }
        let family = self.family(FAMILY, op, &object)?;
        self.generic.change(op, &object, &Set { family, link, layout, change }).map(drop)
    }
}
