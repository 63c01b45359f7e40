//! What ethtool tells and changes of a link: one topic per file, with the names of `ethtool --json`.

mod channels;
mod coalesce;
mod features;
mod fec;
mod pause;
mod record;
mod rings;
mod value;

pub use channels::Channels;
pub use coalesce::Coalesce;
pub use features::Feature;
pub use fec::{Fec, FecMode};
pub use pause::Pause;
pub use record::Record;
pub use rings::{Rings, TcpDataSplit};
pub use value::{Bits, Value};
