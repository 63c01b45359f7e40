//! The fixed headers that stand between a message header and its attributes.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::WireError;

/// Generic netlink's header (`struct genlmsghdr`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct GenlHeader {
    /// The family's command number (`cmd`).
    pub command: u8,
    /// The family's version (`version`).
    pub version: u8,
    /// Unused (`reserved`).
    pub reserved: u16,
}

/// The header of link messages (`struct ifinfomsg`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct IfInfo {
    /// Address family (`ifi_family`); `AF_UNSPEC` for links.
    pub family: u8,
    /// Unused (`__ifi_pad`).
    pub pad: u8,
    /// Hardware type (`ifi_type`, `ARPHRD_*`).
    pub hardware: u16,
    /// Interface number (`ifi_index`); 0 is none.
    pub index: i32,
    /// Interface flags (`ifi_flags`, `IFF_*`).
    pub flags: u32,
    /// Which of the flags to change (`ifi_change`).
    pub change: u32,
}

/// The header of traffic control messages (`struct tcmsg`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct TcMsg {
    /// Address family (`tcm_family`); `AF_UNSPEC`.
    pub family: u8,
    /// Unused (`tcm__pad1`).
    pub pad1: u8,
    /// Unused (`tcm__pad2`).
    pub pad2: u16,
    /// Interface number, or `TCM_IFINDEX_MAGIC_BLOCK` (`tcm_ifindex`).
    pub ifindex: i32,
    /// Handle of the object (`tcm_handle`).
    pub handle: u32,
    /// Parent of the object, or the block's number (`tcm_parent`).
    pub parent: u32,
    /// Object-dependent (`tcm_info`): for filters, priority << 16 | protocol in network byte order.
    pub info: u32,
}

/// Bits, and which of them are meant (`struct nla_bitfield32`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct Bitfield32 {
    /// The bits (`value`).
    pub value: u32,
    /// Which of them are meant (`selector`).
    pub selector: u32,
}

impl Bitfield32 {
    /// What a bit says, if it is meant at all.
    #[must_use]
    pub const fn bit(&self, bit: u32) -> Option<bool> {
        if self.selector & bit != 0 { Some(self.value & bit != 0) } else { None }
    }

    /// Means a bit and gives it a value, if there is one to give.
    pub fn set(&mut self, bit: u32, value: Option<bool>) {
        if let Some(value) = value {
            self.selector |= bit;
            self.value |= if value { bit } else { 0 };
        }
    }
}

/// The header of neighbour messages (`struct ndmsg`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct NdMsg {
    /// Address family (`ndm_family`).
    pub family: u8,
    /// Unused (`ndm_pad1`).
    pub pad1: u8,
    /// Unused (`ndm_pad2`).
    pub pad2: u16,
    /// Interface number (`ndm_ifindex`).
    pub ifindex: i32,
    /// State (`ndm_state`, `NUD_*`).
    pub state: u16,
    /// Flags (`ndm_flags`, `NTF_*`).
    pub flags: u8,
    /// Type of route (`ndm_type`).
    pub kind: u8,
}

/// The header of multicast group messages (`struct br_port_msg`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub struct BrPortMsg {
    /// Address family (`family`).
    pub family: u8,
    /// Unused.
    pub pad: [u8; 3],
    /// The bridge (`ifindex`).
    pub ifindex: u32,
}

macro_rules! split_prefix {
    ($($header:ident: $name:literal),*) => {$(
        impl $header {
            /// Splits a message payload into this header and the attribute bytes behind it.
            ///
            /// # Errors
            /// [`WireError::Truncated`] if the payload is shorter than the header.
            pub fn split(payload: &[u8]) -> Result<(Self, &[u8]), WireError> {
                Self::read_from_prefix(payload).map_err(|_| WireError::Truncated {
                    what: $name,
                    need: size_of::<Self>(),
                    have: payload.len(),
                })
            }
        }
    )*};
}

split_prefix!(GenlHeader: "genlmsghdr", IfInfo: "ifinfomsg", TcMsg: "tcmsg", NdMsg: "ndmsg", BrPortMsg: "br_port_msg");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uapi::if_bridge::SIZEOF_BR_PORT_MSG;
    use crate::uapi::neighbour::SIZEOF_NDMSG;

    #[test]
    fn sizes_are_the_kernels() {
        assert_eq!((size_of::<NdMsg>(), size_of::<BrPortMsg>()), (SIZEOF_NDMSG, SIZEOF_BR_PORT_MSG));
        assert_eq!((size_of::<GenlHeader>(), size_of::<IfInfo>(), size_of::<TcMsg>()), (4, 16, 20));
    }

    #[test]
    fn split_leaves_the_attributes() {
        let header = TcMsg { ifindex: 7, parent: 0xffff_fff2, ..TcMsg::default() };
        let bytes = [header.as_bytes(), &[1, 2, 3, 4]].concat();
        assert_eq!(TcMsg::split(&bytes), Ok((header, &[1, 2, 3, 4][..])));
        let want = WireError::Truncated { what: "tcmsg", need: 20, have: 19 };
        assert_eq!(TcMsg::split(&bytes[..19]), Err(want));
    }
}
