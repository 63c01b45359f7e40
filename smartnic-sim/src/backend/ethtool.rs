//! ethtool's topics straight on the model.

mod flow_spec;
mod notice;
mod ntuple;
mod rss;
mod statistics;
mod upkeep;

use smartnic_core::backend::{
    EthtoolClock, EthtoolDriver, EthtoolFeatures, EthtoolLink, EthtoolModule, EthtoolPhy, EthtoolPower,
    EthtoolQueues, EthtoolSegment, EthtoolWire,
};
use smartnic_core::ethtool::module::Part;
use smartnic_core::ethtool::{
    Channels, Coalesce, DriverInfo, Eee, Feature, Fec, LinkInfo, LinkModes, LinkState, Messages, ModulePower,
    Pause, Phy, PrivateFlags, Record, Rings, TimestampConfig, Timestamping, TunnelTable, WakeOnLan,
};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, Result};
use smartnic_netlink::uapi::ethtool_netlink::*;

use super::{SimHost, refused};
use crate::errno::Errno;
use crate::kernel::eeprom::{self, Asked};
use crate::kernel::{Topic, feature_names, ioctl, set_features, tunnel};
use crate::model::{Machine, Netdev};
use crate::note::Note;

pub(crate) use notice::Ear;

/// The two operations of a topic.
macro_rules! topic {
    ($get:ident: $record:ty, $command:ident, $read:literal) => {
        fn $get(&self, link: IfIndex) -> Result<$record> {
            self.record($read, link, $command)
        }
    };
    ($get:ident, $set:ident: $record:ty, $command:ident, $read:literal, $change:literal) => {
        topic!($get: $record, $command, $read);

        fn $set(&self, link: IfIndex, change: &$record) -> Result<()> {
            self.set_record($change, link, $command, change)
        }
    };
}

impl EthtoolQueues for SimHost {
    topic!(rings, set_rings: Rings, ETHTOOL_MSG_RINGS_GET, "read rings", "change rings");
    topic!(channels, set_channels: Channels, ETHTOOL_MSG_CHANNELS_GET, "read channels", "change channels");
    topic!(
        coalesce, set_coalesce: Coalesce, ETHTOOL_MSG_COALESCE_GET,
        "read interrupt coalescing", "change interrupt coalescing"
    );
}

impl EthtoolWire for SimHost {
    topic!(pause, set_pause: Pause, ETHTOOL_MSG_PAUSE_GET, "read pausing", "change pausing");
    topic!(fec, set_fec: Fec, ETHTOOL_MSG_FEC_GET, "read error correction", "change error correction");
}

impl EthtoolLink for SimHost {
    topic!(
        link_info, set_link_info: LinkInfo, ETHTOOL_MSG_LINKINFO_GET,
        "read what sort of port it is", "change the port"
    );
    topic!(
        link_modes, set_link_modes: LinkModes, ETHTOOL_MSG_LINKMODES_GET,
        "read speed and modes", "change speed and modes"
    );
    topic!(link_state: LinkState, ETHTOOL_MSG_LINKSTATE_GET, "read whether there is a link");
}

impl EthtoolPower for SimHost {
    topic!(
        eee, set_eee: Eee, ETHTOOL_MSG_EEE_GET,
        "read energy-efficient Ethernet", "change energy-efficient Ethernet"
    );
    topic!(
        wake_on_lan, set_wake_on_lan: WakeOnLan, ETHTOOL_MSG_WOL_GET,
        "read Wake-on-LAN", "change Wake-on-LAN"
    );
    topic!(
        module_power, set_module_power: ModulePower, ETHTOOL_MSG_MODULE_GET,
        "read a module's power", "change a module's power"
    );
}

impl EthtoolDriver for SimHost {
    topic!(
        private_flags, set_private_flags: PrivateFlags, ETHTOOL_MSG_PRIVFLAGS_GET,
        "read private flags", "change private flags"
    );
    topic!(
        messages, set_messages: Messages, ETHTOOL_MSG_DEBUG_GET,
        "read the message level", "change the message level"
    );

    fn driver_info(&self, link: IfIndex) -> Result<DriverInfo> {
        self.read("read which driver serves a link", link, |machine| ioctl::info(machine, link))
    }
}

impl EthtoolClock for SimHost {
    topic!(timestamping: Timestamping, ETHTOOL_MSG_TSINFO_GET, "read what can be stamped");
    topic!(
        timestamp_config, set_timestamp_config: TimestampConfig, ETHTOOL_MSG_TSCONFIG_GET,
        "read what is stamped", "change what is stamped"
    );
}

impl EthtoolFeatures for SimHost {
    fn features(&self, link: IfIndex) -> Result<Vec<Feature>> {
        self.read("read features", link, |machine| machine.netdev(link).map(features_of))
    }

    fn set_features(&self, link: IfIndex, wishes: &[(String, bool)]) -> Result<()> {
        self.order("change features", link, |machine| set_features(machine, link, wishes))
    }

    fn udp_ports(&self, link: IfIndex) -> Result<Vec<TunnelTable>> {
        self.read("read ports of tunnels", link, |machine| tunnel::told(machine, link))
    }
}

impl EthtoolModule for SimHost {
    fn module_memory(&self, link: IfIndex, part: Part) -> Result<Vec<u8>> {
        let asked = Asked {
            offset: u32::from(part.offset),
            length: u32::from(part.length),
            page: part.page,
            i2c: part.i2c,
        };
        self.read("read a module", link, |machine| {
            if !eeprom::in_range(&asked) {
                return Err(Errno::ERANGE);
            }
            eeprom::read(machine.netdev(link)?, &asked).map_err(|(errno, _)| errno)
        })
    }
}

/// Firmware serves the PHYs of devices here: the kernel knows none.
impl EthtoolPhy for SimHost {
    fn phys(&self, link: IfIndex) -> Result<Vec<Phy>> {
        self.read("list PHYs", link, |machine| machine.netdev(link).map(|_| Vec::new()))
    }
}

impl EthtoolSegment for SimHost {}

fn features_of(netdev: &Netdev) -> Vec<Feature> {
    let feature = |(name, changes): (&str, bool)| {
        let active = changes && netdev.hw_tc == Some(true);
        let fixed = !changes || netdev.hw_tc.is_none();
        Feature { name: name.to_owned(), active, fixed, requested: active }
    };
    feature_names().map(feature).collect()
}

impl SimHost {
    fn record<R: Record + Default>(&self, op: &'static str, link: IfIndex, command: u8) -> Result<R> {
        let fields = self.read(op, link, |machine| {
            let topic = Topic::of(command).ok_or(Errno::EOPNOTSUPP)?;
            topic.told(machine.netdev(link)?)
        })?;
        Ok(record_of(fields))
    }

    fn set_record(&self, op: &'static str, link: IfIndex, command: u8, change: &dyn Record) -> Result<()> {
        if change.fields().is_empty() {
            let error = Error::invalid(op, "nothing is said that should change");
            return Err(error.on(format_args!("ifindex {link}")));
        }
        self.order(op, link, |machine| {
            Topic::of(command).ok_or(Errno::EOPNOTSUPP)?.set(machine, link, change)
        })
    }

    /// Something that a link tells.
    fn read<T>(
        &self,
        op: &'static str,
        link: IfIndex,
        ask: impl FnOnce(&Machine) -> std::result::Result<T, Errno>,
    ) -> Result<T> {
        ask(&self.machine.lock()).map_err(|errno| told(op, errno, link))
    }

    /// Something that is to change at a link.
    fn order<T>(
        &self,
        op: &'static str,
        link: IfIndex,
        order: impl FnOnce(&mut Machine) -> std::result::Result<T, Errno>,
    ) -> Result<T> {
        let (mut machine, fate) = self.change();
        fate.and_then(|()| order(&mut machine)).map_err(|errno| told(op, errno, link))
    }
}

fn record_of<R: Record + Default>(fields: Vec<(&'static str, smartnic_core::ethtool::Value)>) -> R {
    let mut record = R::default();
    for (name, value) in fields {
        record.put(name, value);
    }
    record
}

fn told(op: &'static str, errno: Errno, link: IfIndex) -> Error {
    refused(op, errno, Note::default()).on(format_args!("ifindex {link}"))
}
