//! What ethtool tells and changes of a link: one topic per file, with the names of `ethtool --json`.

mod channels;
mod clock;
mod coalesce;
mod driver;
mod features;
mod fec;
mod link;
pub mod module;
mod pause;
mod power;
mod record;
mod rings;
mod rss;
mod segment;
mod statistics;
mod value;

pub use channels::Channels;
pub use clock::{TimestampConfig, Timestamping, VirtualClocks};
pub use coalesce::Coalesce;
pub use driver::{DriverInfo, Messages, PrivateFlags};
pub use features::Feature;
pub use fec::{Fec, FecMode};
pub use link::{
    Duplex, LinkInfo, LinkModes, LinkState, LinkTrouble, MasterSlaveConfig, MasterSlaveState, Mdix, Port,
    RateMatching, Transceiver,
};
pub use pause::Pause;
pub use power::{Eee, ModulePower, ModulePowerMode, ModulePowerPolicy, WakeOnLan};
pub use record::Record;
pub use rings::{Rings, TcpDataSplit};
pub use rss::{HASH_FIELDS, HashFunction, InputTransformation, Rss};
pub use segment::{MacMerge, Plca, PowerAdmin, PowerSourcing, PowerStatus, VerifyStatus};
pub use statistics::{Bucket, Counter, Statistics, StatsGroup, StatsSource, StringSet};
pub use value::{Bits, Bytes, Value};
