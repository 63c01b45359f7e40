//! ethtool's topics over netlink.

use smartnic_core::backend::{EthtoolFeatures, EthtoolQueues, EthtoolWire};
use smartnic_core::ethtool::{Channels, Coalesce, Feature, Fec, Pause, Record, Rings};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::ethtool::record::{self, Get, Layout, STATS, Set};
use smartnic_netlink::ethtool::{FAMILY, channels, coalesce, features, fec, pause, rings};

use crate::LinuxHost;

/// The two operations of a topic.
macro_rules! topic {
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
