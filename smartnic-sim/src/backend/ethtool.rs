//! ethtool's topics straight on the model. What ethtool has by ioctl only, statistics, RSS, memory of modules and word of
//! changes go in netlink's way alone.

use smartnic_core::backend::{
    EthtoolClock, EthtoolDriver, EthtoolFeatures, EthtoolLink, EthtoolModule, EthtoolNotices, EthtoolNtuple,
    EthtoolPhy, EthtoolPower, EthtoolQueues, EthtoolRss, EthtoolSegment, EthtoolStatistics, EthtoolUpkeep,
    EthtoolWire,
};
use smartnic_core::ethtool::{
    Channels, Coalesce, Eee, Feature, Fec, LinkInfo, LinkModes, LinkState, Messages, ModulePower, Pause,
    PrivateFlags, Record, Rings, TimestampConfig, Timestamping, WakeOnLan,
};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, Result};
use smartnic_netlink::uapi::ethtool_netlink::*;

use super::{SimHost, refused};
use crate::errno::Errno;
use crate::kernel::{Topic, feature_names, set_features};
use crate::note::Note;

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
        let machine = self.machine.lock();
        let netdev = machine.netdev(link).map_err(|errno| told("read features", errno, link))?;
        let feature = |(name, changes): (&str, bool)| {
            let active = changes && netdev.hw_tc == Some(true);
            let fixed = !changes || netdev.hw_tc.is_none();
            Feature { name: name.to_owned(), active, fixed, requested: active }
        };
        Ok(feature_names().map(feature).collect())
    }

    fn set_features(&self, link: IfIndex, wishes: &[(String, bool)]) -> Result<()> {
        let (mut machine, fate) = self.change();
        fate.and_then(|()| set_features(&mut machine, link, wishes))
            .map_err(|errno| told("change features", errno, link))
    }
}

impl EthtoolSegment for SimHost {}
impl EthtoolModule for SimHost {}
impl EthtoolStatistics for SimHost {}
impl EthtoolRss for SimHost {}
impl EthtoolNotices for SimHost {}
impl EthtoolPhy for SimHost {}
impl EthtoolNtuple for SimHost {}
impl EthtoolUpkeep for SimHost {}

impl SimHost {
    fn record<R: Record + Default>(&self, op: &'static str, link: IfIndex, command: u8) -> Result<R> {
        let machine = self.machine.lock();
        let told_of = machine.netdev(link).and_then(|netdev| {
            Topic::of(command).ok_or(Errno::EOPNOTSUPP).and_then(|topic| topic.told(netdev))
        });
        let mut record = R::default();
        for (name, value) in told_of.map_err(|errno| told(op, errno, link))? {
            record.put(name, value);
        }
        Ok(record)
    }

    fn set_record(&self, op: &'static str, link: IfIndex, command: u8, change: &dyn Record) -> Result<()> {
        if change.fields().is_empty() {
            let error = Error::invalid(op, "nothing is said that should change");
            return Err(error.on(format_args!("ifindex {link}")));
        }
        let (mut machine, fate) = self.change();
        fate.and_then(|()| Topic::of(command).ok_or(Errno::EOPNOTSUPP)?.set(&mut machine, link, change))
            .map_err(|errno| told(op, errno, link))
    }
}

fn told(op: &'static str, errno: Errno, link: IfIndex) -> Error {
    refused(op, errno, Note::default()).on(format_args!("ifindex {link}"))
}
