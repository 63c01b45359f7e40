//! Routes: the way to one address.

use std::net::IpAddr;

use smartnic_core::rdma::Route;

use crate::codec::{AttrSet, Attrs, Encoder, Flags, Message, Names, Request, WireError};
use crate::uapi::rtnetlink::*;

const AF_INET: u8 = 2;
const AF_INET6: u8 = 10;
/// The attributes that are written and read, as numbers of attributes.
const DST: u16 = RTA_DST as u16;
const OIF: u16 = RTA_OIF as u16;
const GATEWAY: u16 = RTA_GATEWAY as u16;
const SOURCE: u16 = RTA_PREFSRC as u16;
const VIA: u16 = RTA_VIA as u16;
/// Where `rtm_type` stands in `struct rtmsg`.
const TYPE_AT: usize = 7;

static NAMES: Names = Names {
    fixed_len: SIZEOF_RTMSG,
    set: &AttrSet::flat(&[
        (DST, "RTA_DST"),
        (OIF, "RTA_OIF"),
        (GATEWAY, "RTA_GATEWAY"),
        (SOURCE, "RTA_PREFSRC"),
    ]),
};

/// Asks for the way to an address (`RTM_GETROUTE`).
#[derive(Clone, Copy, Debug)]
pub struct GetRoute {
    /// The address.
    pub to: IpAddr,
    /// The number of the link that the way must begin with, if it must.
    pub link: Option<u32>,
}

impl Request for GetRoute {
    fn kind(&self) -> u16 {
        RTM_GETROUTE
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        let (family, bits) = match self.to {
            IpAddr::V4(_) => (AF_INET, 32),
            IpAddr::V6(_) => (AF_INET6, 128),
        };
        // struct rtmsg: family, length of the destination's prefix, and nothing else said.
        e.fixed(&[family, bits, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        match self.to {
            IpAddr::V4(to) => e.attr(DST, &to.octets()),
            IpAddr::V6(to) => e.attr(DST, &to.octets()),
        }
        if let Some(link) = self.link {
            e.u32(OIF, link);
        }
        Ok(())
    }
}

/// Reads the way (`RTM_NEWROUTE`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no link.
pub fn decode(message: &Message<'_>) -> Result<Route, WireError> {
    let have = message.payload.len();
    let header = message.payload.get(..SIZEOF_RTMSG);
    let header = header.ok_or(WireError::Truncated { what: "rtmsg", need: SIZEOF_RTMSG, have })?;
    let local = u32::from(header[TYPE_AT]) == RTN_LOCAL;
    let (mut link, mut source, mut gateway) = (None, None, None);
    for attr in Attrs::after(message.payload, SIZEOF_RTMSG) {
        let attr = attr?;
        match attr.kind() {
            OIF => link = Some(attr.u32()?),
            SOURCE => source = address(attr.payload),
            GATEWAY => gateway = address(attr.payload),
            // An address of another family: behind the family's number.
            VIA => gateway = attr.payload.get(2..).and_then(address),
            _ => {}
        }
    }
    let link = link.ok_or(WireError::Missing { attr: "RTA_OIF" })?;
    Ok(Route { link, source, gateway, local })
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_over_a_gateway_is_read() {
        let mut bytes = Vec::new();
        let mut e = Encoder::message(&mut bytes, RTM_NEWROUTE, Flags::empty(), 1, 1);
        e.fixed(&[AF_INET, 32, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
        e.u32(OIF, 7);
        e.attr(SOURCE, &[10, 0, 0, 2]);
        e.attr(GATEWAY, &[10, 0, 0, 1]);
        e.finish().unwrap();
        let route = decode(&Message::decode(&bytes).unwrap()).unwrap();
        let address = |last| Some(IpAddr::from([10, 0, 0, last]));
        assert_eq!(route, Route { link: 7, source: address(2), gateway: address(1), local: false });
    }
}
