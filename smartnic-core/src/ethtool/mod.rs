//! What ethtool tells and changes of a link: one topic per file, with the names of `ethtool --json`.

mod cable;
mod channels;
mod clock;
mod coalesce;
mod driver;
mod features;
mod fec;
mod firmware;
mod link;
pub mod module;
mod notice;
mod ntuple;
mod pause;
mod phy;
mod power;
mod record;
mod rings;
mod rows;
mod rss;
mod segment;
mod statistics;
mod tunnel;
mod upkeep;
mod value;

pub use cable::{CableCode, CableFinding, CablePair, CableReach, CableSource, CableStatus, CableTest};
pub use channels::Channels;
pub use clock::{TimestampConfig, Timestamping, VirtualClocks};
pub use coalesce::Coalesce;
pub use driver::{DriverInfo, Messages, PrivateFlags};
pub use features::Feature;
pub use fec::{Fec, FecMode};
pub use firmware::{ModuleFlash, ModuleFlashStatus};
pub use link::{
    Duplex, LinkInfo, LinkModes, LinkState, LinkTrouble, MasterSlaveConfig, MasterSlaveState, Mdix, Port,
    RateMatching, Transceiver,
};
pub use notice::{LinkChanged, LinkNotice};
pub use ntuple::{Masked, Ntuple, NtupleAction, NtupleField, NtupleKind, NtupleTable};
pub use pause::Pause;
pub use phy::{Phy, PhyUpstream, SignalError};
pub use power::{Eee, ModulePower, ModulePowerMode, ModulePowerPolicy, WakeOnLan};
pub use record::Record;
pub use rings::{Rings, TcpDataSplit};
pub use rows::{FecBin, Moderation, PowerRange, Rows};
pub use rss::{HASH_FIELDS, HashFunction, InputTransformation, Rss};
pub use segment::{
    MacMerge, POWER_EVENTS, Plca, PowerAdmin, PowerEvents, PowerSourcing, PowerStatus, VerifyStatus,
};
pub use statistics::{Bucket, Counter, Statistics, StatsGroup, StatsSource, StringSet};
pub use tunnel::{TunnelKind, TunnelPort, TunnelTable};
pub use upkeep::{DriverDump, DumpState, EepromChange, RESETS, Registers, SelfTest, Tunables};
pub use value::{Bits, Bytes, Value};
