//! What is found on a host: devlink instances and their ports, network links, SR-IOV functions.

mod buffer;
mod devlink;
mod eswitch;
mod fabric;
mod flash;
mod fmsg;
mod hardware;
mod health;
mod linecard;
mod link;
mod notice;
mod param;
mod pipeline;
mod port;
mod port_name;
mod rate;
mod region;
mod reload;
mod resource;
mod selftest;
mod sriov;
mod trap;
mod tunnel;
mod vf;

pub use buffer::{BufferPool, Occupancy, PoolKind, PortPool, PortTc, SharedBuffer, TcBinding, ThresholdKind};
pub use devlink::{DeviceInfo, DevlinkDevice, NestedDevlink, Version, VersionKind};
pub use eswitch::{EncapMode, Eswitch, EswitchChange, EswitchMode, InlineMode};
pub use fabric::{FabricLibrary, FabricProvider, LldpAgent};
pub use flash::{FlashEvent, FlashNotice, FlashOverwrite, FlashStatus, FlashUpdate};
pub use fmsg::{Fmsg, FmsgField};
pub use hardware::{
    Function, FunctionRole, Hardware, PciIdentity, PciLink, RdmaDevice, RdmaPort, Unreadable,
};
pub use health::{HealthState, Reporter, ReporterChange, ReporterId};
pub use linecard::{LineCard, LineCardState};
pub use link::{Link, LinksElsewhere, NetnsNumber};
pub use notice::DevlinkNotice;
pub use param::{Param, ParamMode, ParamSetting, ParamType, ParamValue};
pub use pipeline::{
    FieldMapping, FieldRef, FieldValue, PipelineAction, PipelineActionKind, PipelineEntry, PipelineField,
    PipelineHeader, PipelineMatch, PipelineMatchKind, PipelineTable, TableResource,
};
pub use port::{
    FunctionOpstate, FunctionState, NewPort, Port, PortFlavour, PortFunction, PortFunctionChange, PortType,
};
pub use port_name::PortName;
pub use rate::{NewParent, RATE_TCS, Rate, RateChange, RateKind, RateName, RateParent};
pub use region::{Region, RegionChunk, RegionId, RegionRead};
pub use reload::{Reload, ReloadAction, ReloadCount, ReloadLimit, TargetNetns};
pub use resource::{Resource, ResourceScope, ResourceUnit, Resources};
pub use selftest::{Selftest, SelftestResult, SelftestStatus, Selftests};
pub use sriov::{Sriov, VirtualFunction};
pub use trap::{
    Trap, TrapAction, TrapGroup, TrapGroupChange, TrapMetadata, TrapPolicer, TrapPolicerChange, TrapStats,
    TrapType,
};
pub use tunnel::{TunnelDevice, TunnelKind, TunnelSettings};
pub use vf::{VfChange, VfLinkState, VfSettings, VfVlan};

/// An enum for a kernel number that keeps the numbers it has no name for.
macro_rules! kernel_enum {
    ($(#[$doc:meta])* $name:ident: $repr:ty { $($(#[$vdoc:meta])* $variant:ident = $number:literal, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
            /// A number that this version of the SDK has no name for.
            Unknown($repr),
        }

        impl $name {
            /// Every value that has a name.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The value that the kernel's number stands for.
            #[must_use]
            pub fn from_number(number: $repr) -> Self {
                match number { $($number => Self::$variant,)* other => Self::Unknown(other) }
            }

            /// The kernel's number.
            #[must_use]
            pub fn number(self) -> $repr {
                match self { $(Self::$variant => $number,)* Self::Unknown(number) => number }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self { $(Self::$variant => f.pad($text),)* Self::Unknown(number) => f.pad(&format!("unknown-{number}")) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::Error;

            fn from_str(text: &str) -> crate::Result<Self> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => match text.strip_prefix("unknown-").and_then(|number| number.parse().ok()) {
                        Some(number) => Ok(Self::from_number(number)),
                        None => Err(crate::Error::parse(
                            "read a value",
                            concat!("expected one of:", $(" ", $text,)*),
                        ).on(text)),
                    },
                }
            }
        }

        crate::types::serde_as_text!($name);
    };
}
pub(crate) use kernel_enum;
