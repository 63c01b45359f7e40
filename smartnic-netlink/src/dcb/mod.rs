//! Data centre bridging (`RTM_GETDCB`, `RTM_SETDCB` of linux/dcbnl.h), in its IEEE form.

mod decode;
mod encode;
mod layout;

pub use decode::{decode, status};
pub use encode::{Ask, What};

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::codec::{AttrSet, Inner, Names, WireError};
use crate::uapi::dcbnl::*;

static IEEE: AttrSet = AttrSet::flat(DCB_ATTR_IEEE_NAMES);
/// The names of these messages' attributes.
pub static NAMES: Names = Names {
    fixed_len: SIZEOF_DCBMSG,
    set: &AttrSet { names: DCB_ATTR_NAMES, nests: &[(DCB_ATTR_IEEE, Inner::Set(&IEEE))] },
};

/// The header of these messages (`struct dcbmsg`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct DcbMsg {
    /// Address family (`dcb_family`); `AF_UNSPEC`.
    pub family: u8,
    /// The command (`cmd`, `DCB_CMD_*`).
    pub command: u8,
    /// Unused (`dcb_pad`).
    pub pad: u16,
}

impl DcbMsg {
    /// Splits a message payload into this header and the attribute bytes behind it.
    ///
    /// # Errors
    /// [`WireError::Truncated`] if the payload is shorter than the header.
    pub fn split(payload: &[u8]) -> Result<(Self, &[u8]), WireError> {
        Self::read_from_prefix(payload).map_err(|_| WireError::Truncated {
            what: "dcbmsg",
            need: SIZEOF_DCBMSG,
            have: payload.len(),
        })
    }
}
