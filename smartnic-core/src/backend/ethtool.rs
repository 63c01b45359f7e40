use crate::ethtool::{Channels, Coalesce, Feature, Fec, Pause, Rings};
use crate::types::IfIndex;
use crate::{Error, Result};

/// Two operations of one topic: reading it, and changing the fields that are given.
macro_rules! topic {
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
}

/// All that ethtool netlink tells and changes.
pub trait Ethtool: EthtoolFeatures + EthtoolQueues + EthtoolWire {}

impl<T: EthtoolFeatures + EthtoolQueues + EthtoolWire> Ethtool for T {}
