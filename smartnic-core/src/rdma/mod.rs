//! RDMA devices as the kernel manages them: devices, ports, resources, counters, GIDs.
//!
//! What files under `/sys` tell of the same devices, joined with functions and links, is [`crate::device::RdmaDevice`].

mod caps;
mod device;
mod event;
mod gid;
mod port;
mod resource;
mod roce;
mod statistic;
mod system;

pub use caps::{DeviceCaps, PortCaps};
pub use device::{Device, DeviceChange, NewLink, NewSubDevice, NodeType};
pub use event::{Event, EventKind};
pub use gid::{Gid, GidEntry, GidType, Route};
pub use port::{PhysState, Port, PortState};
pub use resource::{
    CmId, CmState, CompletionQueue, Context, DriverEntry, DriverValue, MemoryRegion, MrPool, MrPoolChange,
    Owner, Place, PollContext, PoolKey, PortSpace, ProtectionDomain, QpNumbers, QpState, QpType, QueuePair,
    RawResource, ResourceKind, Resources, SharedReceiveQueue, SrqType, Summary, SummaryEntry,
};
pub use roce::{LinkEcn, RoceDefaults};
pub use statistic::{
    AutoMode, Binding, BoundCounter, HwCounter, MrCounters, OptionalCounter, QpMode, StatMode,
};
pub use system::{NetnsMode, System, SystemChange};

/// A code of the kernel's with a word for each value; what has none is kept as its number.
macro_rules! codes {
    ($(#[$about:meta])* $name:ident { $($(#[$said:meta])* $variant:ident = $number:literal, $word:literal;)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$said])* $variant,)*
            /// A value that this version of the SDK has no word for.
            Unknown(u32),
        }

        impl $name {
            /// Every value that has a word.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The value of a number.
            #[must_use]
            #[inline]
            pub const fn from_number(number: u32) -> Self {
                match number { $($number => Self::$variant,)* other => Self::Unknown(other) }
            }

            /// Its number.
            #[must_use]
            pub const fn number(self) -> u32 {
                match self { $(Self::$variant => $number,)* Self::Unknown(other) => other }
            }

            /// The word that `rdma` has for it.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* Self::Unknown(_) => "UNKNOWN" }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self { Self::Unknown(number) => write!(f, "unknown ({number})"), known => f.write_str(known.word()) }
            }
        }
    };
}
pub(crate) use codes;
