//! Requests of data centre bridging in words.

use serde::Deserialize;
use smartnic_core::dcb::DcbChange;
use smartnic_netlink::codec::{Request, WireError};
use smartnic_netlink::dcb::{Ask, What};

/// A request in words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case", tag = "op")]
pub(crate) enum DcbAsk {
    Dcb { link: String },
    DcbSet { link: String, change: Box<DcbChange> },
    DcbRemove { link: String, change: Box<DcbChange> },
    DcbDcbx { link: String, bits: u8 },
}

impl DcbAsk {
    pub(crate) fn write(&self, seq: u32) -> Result<Vec<u8>, WireError> {
        let ask = match self {
            Self::Dcb { link } => Ask { link, what: What::Get },
            Self::DcbSet { link, change } => Ask { link, what: What::Change(change) },
            Self::DcbRemove { link, change } => Ask { link, what: What::Remove(change) },
            Self::DcbDcbx { link, bits } => Ask { link, what: What::SetDcbx(*bits) },
        };
        let mut bytes = Vec::new();
        ask.write(&mut bytes, seq, 0).map(|_| bytes)
    }
}
