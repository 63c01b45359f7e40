use super::Bits;
use super::record::record;

record! {
    /// What the driver writes into the kernel's log (`ETHTOOL_MSG_DEBUG_GET`).
    Messages {
        /// The kinds of messages, by the kernel's names.
        mask: Bits = "message-level";
    }
}

record! {
    /// Flags that only this driver has (`ethtool --show-priv-flags`, `ETHTOOL_MSG_PRIVFLAGS_GET`).
    PrivateFlags {
        /// Those that are on, of those that there are.
        flags: Bits = "flags";
    }
}
