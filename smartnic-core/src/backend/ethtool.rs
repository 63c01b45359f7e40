use std::os::fd::BorrowedFd;
use std::time::Duration;

use crate::ethtool::module::Part;
use crate::ethtool::{
    Channels, Coalesce, Counter, DriverInfo, Eee, Feature, Fec, LinkInfo, LinkModes, LinkNotice, LinkState,
    MacMerge, Messages, ModuleFlash, ModulePower, Pause, Plca, PowerSourcing, PrivateFlags, Rings, Rss,
    Statistics, StatsGroup, StatsSource, StringSet, TimestampConfig, Timestamping, TunnelTable,
    VirtualClocks, WakeOnLan,
};
use crate::types::IfIndex;
use crate::{Error, Result};

use super::{EthtoolNtuple, EthtoolPhy, EthtoolUpkeep};

/// Two operations of one topic: reading it, and changing the fields that are given.
macro_rules! topic {
    ($get:ident: $record:ty, $read:literal) => {
        #[doc = concat!("To ", $read, ".")]
        fn $get(&self, link: IfIndex) -> Result<$record> {
            Err(Error::unsupported($read).on(format_args!("ifindex {link}")))
        }
    };
    ($get:ident, $set:ident: $record:ty, $read:literal, $change:literal) => {
        #[doc = concat!("To ", $read, ".")]
        fn $get(&self, link: IfIndex) -> Result<$record> {
            Err(Error::unsupported($read).on(format_args!("ifindex {link}")))
        }

        #[doc = concat!("To ", $change, "; fields that are left out stay as they are.")]
        fn $set(&self, link: IfIndex, change: &$record) -> Result<()> {
            let _ = change;
            Err(Error::unsupported($change).on(format_args!("ifindex {link}")))
        }
    };
}

/// Queues of a link: their rings, channels and interrupts.
///
/// # Errors
/// Every operation can fail with `Unsupported`, `NotFound`, `PermissionDenied`, or what the driver says.
pub trait EthtoolQueues: Send + Sync {
    topic!(rings, set_rings: Rings, "read rings", "change rings");
    topic!(channels, set_channels: Channels, "read channels", "change channels");
    topic!(coalesce, set_coalesce: Coalesce, "read interrupt coalescing", "change interrupt coalescing");
}

/// The wire's side of a link: pausing, error correction.
///
/// # Errors
/// As [`EthtoolQueues`].
pub trait EthtoolWire: Send + Sync {
    topic!(pause, set_pause: Pause, "read pausing", "change pausing");
    topic!(fec, set_fec: Fec, "read error correction", "change error correction");
}

/// A link's port, speed and modes, and what becomes of them.
///
/// # Errors
/// As [`EthtoolQueues`].
pub trait EthtoolLink: Send + Sync {
    topic!(link_info, set_link_info: LinkInfo, "read what sort of port it is", "change the port");
    topic!(link_modes, set_link_modes: LinkModes, "read speed and modes", "change speed and modes");
    topic!(link_state: LinkState, "read whether there is a link");
}

/// Power of a link: what sleeps, what wakes it, what a module draws, what goes over the cable.
///
/// # Errors
/// As [`EthtoolQueues`].
pub trait EthtoolPower: Send + Sync {
    topic!(eee, set_eee: Eee, "read energy-efficient Ethernet", "change energy-efficient Ethernet");
    topic!(wake_on_lan, set_wake_on_lan: WakeOnLan, "read Wake-on-LAN", "change Wake-on-LAN");
    topic!(module_power, set_module_power: ModulePower, "read a module's power", "change a module's power");
    topic!(power_sourcing, set_power_sourcing: PowerSourcing, "read power over Ethernet", "change power over Ethernet");
}

/// What a driver has for itself: its flags, and what it writes into the log.
///
/// # Errors
/// As [`EthtoolQueues`].
pub trait EthtoolDriver: Send + Sync {
    topic!(private_flags, set_private_flags: PrivateFlags, "read private flags", "change private flags");
    topic!(messages, set_messages: Messages, "read the message level", "change the message level");
    topic!(driver_info: DriverInfo, "read which driver serves a link");
}

/// Time stamps and clocks of a link.
///
/// # Errors
/// As [`EthtoolQueues`].
pub trait EthtoolClock: Send + Sync {
    topic!(timestamping: Timestamping, "read what can be stamped");
    topic!(timestamp_config, set_timestamp_config: TimestampConfig, "read what is stamped", "change what is stamped");
    topic!(virtual_clocks: VirtualClocks, "read virtual clocks");
}

/// How several share a cable: turns on a multidrop segment, frames that give way.
///
/// # Errors
/// As [`EthtoolQueues`].
pub trait EthtoolSegment: Send + Sync {
    topic!(plca, set_plca: Plca, "read PLCA", "change PLCA");
    topic!(plca_status: Plca, "read the state of PLCA");
    topic!(mac_merge, set_mac_merge: MacMerge, "read frame pre-emption", "change frame pre-emption");
}

/// Memory of a plugged-in module.
///
/// # Errors
/// As [`EthtoolQueues`].
pub trait EthtoolModule: Send + Sync {
    /// A part of a module's memory (`ETHTOOL_MSG_MODULE_EEPROM_GET`). [`crate::ethtool::module::Module::read`] makes sense of
    /// it.
    fn module_memory(&self, link: IfIndex, part: Part) -> Result<Vec<u8>> {
        let _ = part;
        Err(Error::unsupported("read a module").on(format_args!("ifindex {link}")))
    }

    /// Writes new firmware into a module, and waits until that is done (`ETHTOOL_MSG_MODULE_FW_FLASH_ACT`, kernel 6.11 and
    /// later). The kernel looks for the file below /lib/firmware; each word of how far it is is handed to `tell`.
    ///
    /// # Errors
    /// `Refused` if it was begun and failed, with the kernel's words. Those of [`EthtoolQueues`].
    fn flash_module(
        &self,
        link: IfIndex,
        file: &str,
        password: Option<u32>,
        tell: &mut dyn FnMut(&ModuleFlash),
    ) -> Result<()> {
        let _ = (password, tell);
        Err(Error::unsupported("flash a module").on(format_args!("ifindex {link} file {file}")))
    }
}

/// What a link, its driver and its PHY count.
///
/// # Errors
/// As [`EthtoolQueues`].
pub trait EthtoolStatistics: Send + Sync {
    /// Counters that standards name (`ETHTOOL_MSG_STATS_GET`); of all groups that the kernel has if none is named. Without a
    /// source, of both MACs together.
    fn statistics(
        &self,
        link: IfIndex,
        groups: &[StatsGroup],
        source: Option<StatsSource>,
    ) -> Result<Vec<Statistics>> {
        let _ = (groups, source);
        Err(Error::unsupported("read statistics").on(format_args!("ifindex {link}")))
    }

    /// Counters that the driver has by itself (`ETHTOOL_GSTATS`).
    fn private_statistics(&self, link: IfIndex) -> Result<Vec<Counter>> {
        Err(Error::unsupported("read the driver's statistics").on(format_args!("ifindex {link}")))
    }

    /// Counters that the PHY has by itself (`ETHTOOL_GPHYSTATS`).
    fn phy_statistics(&self, link: IfIndex) -> Result<Vec<Counter>> {
        Err(Error::unsupported("read the PHY's statistics").on(format_args!("ifindex {link}")))
    }

    /// Names that the kernel or a link's driver has for bits and counters (`ETHTOOL_MSG_STRSET_GET`), by their numbers.
    /// Names that each driver has for itself are asked of a link.
    fn names(&self, link: Option<IfIndex>, set: StringSet) -> Result<Vec<String>> {
        let _ = link;
        Err(Error::unsupported("read names").on(set))
    }
}

/// How received packets are spread over queues.
///
/// # Errors
/// As [`EthtoolQueues`].
pub trait EthtoolRss: Send + Sync {
    /// The link's own way, or that of a context (`ETHTOOL_MSG_RSS_GET`).
    fn rss(&self, link: IfIndex, context: Option<u32>) -> Result<Rss> {
        let _ = context;
        Err(Error::unsupported("read how packets are spread").on(format_args!("ifindex {link}")))
    }

    /// The link's own way, then those of all contexts.
    fn all_rss(&self, link: IfIndex) -> Result<Vec<Rss>> {
        Err(Error::unsupported("read how packets are spread").on(format_args!("ifindex {link}")))
    }

    /// Changes the fields that are there, of the link's own or of the context that is named (`ETHTOOL_MSG_RSS_SET`, kernel
    /// 6.17 and later). An indirection table may be shorter than the device's, which is then filled by repeating it; an empty
    /// one stands for an even one. Sets of fields with a mask go by what is there, see [`Rss::whole`].
    fn set_rss(&self, link: IfIndex, change: &Rss) -> Result<()> {
        let _ = change;
        Err(Error::unsupported("change how packets are spread").on(format_args!("ifindex {link}")))
    }

    /// Makes a context, of the number that is named or of any (`ETHTOOL_MSG_RSS_CREATE_ACT`). Returns what was made.
    fn create_rss(&self, link: IfIndex, wish: &Rss) -> Result<Rss> {
        let _ = wish;
        Err(Error::unsupported("make a context").on(format_args!("ifindex {link}")))
    }

    /// Deletes a context (`ETHTOOL_MSG_RSS_DELETE_ACT`).
    fn delete_rss(&self, link: IfIndex, context: u32) -> Result<()> {
        Err(Error::unsupported("delete a context").on(format_args!("ifindex {link} context {context}")))
    }
}

/// Features of a link, by name.
///
/// # Errors
/// As [`EthtoolQueues`].
pub trait EthtoolFeatures: Send + Sync {
    /// All features that the kernel names, in its order.
    fn features(&self, link: IfIndex) -> Result<Vec<Feature>> {
        Err(Error::unsupported("read features").on(format_args!("ifindex {link}")))
    }

    /// Asks for features on or off. The kernel takes note of a wish that the driver does not follow: what came of it
    /// is to be read.
    fn set_features(&self, link: IfIndex, wishes: &[(String, bool)]) -> Result<()> {
        let _ = wishes;
        Err(Error::unsupported("change features").on(format_args!("ifindex {link}")))
    }

    /// The tables of UDP ports by which a device knows tunnels, to look into them (`ETHTOOL_MSG_TUNNEL_INFO_GET`).
    fn udp_ports(&self, link: IfIndex) -> Result<Vec<TunnelTable>> {
        Err(Error::unsupported("read ports of tunnels").on(format_args!("ifindex {link}")))
    }
}

/// Hearing of what changes at links.
///
/// # Errors
/// As [`EthtoolQueues`].
pub trait EthtoolNotices: Send + Sync {
    /// Begins to listen to what changes at links, whoever changes it: what ethtool tells (`ETHTOOL_MCGRP_MONITOR_NAME`), and
    /// the links themselves (`RTNLGRP_LINK`).
    fn watch_links(&self) -> Result<Box<dyn LinkWatch>> {
        Err(Error::unsupported("watch links"))
    }
}

/// What changes at links, as it happens.
pub trait LinkWatch: Send {
    /// Waits for the next message, at most so long; `None` if nothing came. Of messages that came at about the same time, those
    /// about links themselves are told before those of ethtool.
    ///
    /// # Errors
    /// `Overrun` if the kernel dropped messages because they were not read in time: what is kept of the state must be
    /// read again, and the watch goes on.
    fn wait(&mut self, most: Option<Duration>) -> Result<Option<LinkNotice>>;

    /// Descriptors of which one becomes readable when a message waits, for use with `poll`; a simulated kernel has none.
    fn fds(&self) -> Vec<BorrowedFd<'_>> {
        Vec::new()
    }
}

impl Iterator for dyn LinkWatch {
    type Item = Result<LinkNotice>;

    /// The next message, however long it takes.
    fn next(&mut self) -> Option<Self::Item> {
        self.wait(None).transpose()
    }
}

/// All that ethtool netlink tells and changes.
pub trait Ethtool:
    EthtoolFeatures
    + EthtoolQueues
    + EthtoolWire
    + EthtoolLink
    + EthtoolPower
    + EthtoolDriver
    + EthtoolClock
    + EthtoolSegment
    + EthtoolModule
    + EthtoolStatistics
    + EthtoolRss
    + EthtoolNotices
    + EthtoolPhy
    + EthtoolNtuple
    + EthtoolUpkeep
{
}

impl<T> Ethtool for T where
    T: EthtoolFeatures
        + EthtoolQueues
        + EthtoolWire
        + EthtoolLink
        + EthtoolPower
        + EthtoolDriver
        + EthtoolClock
        + EthtoolSegment
        + EthtoolModule
        + EthtoolStatistics
        + EthtoolRss
        + EthtoolNotices
        + EthtoolPhy
        + EthtoolNtuple
        + EthtoolUpkeep
{
}
