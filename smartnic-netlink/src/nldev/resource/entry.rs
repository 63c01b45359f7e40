//! An entry of any kind, before it is known what it must hold.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV6};

use smartnic_core::rdma::{DriverEntry, DriverValue, Owner, Place, QpNumbers};

use super::Site;
use crate::codec::{Attr, Attrs, WireError};
use crate::uapi::rdma_netlink::*;

/// What an entry of any kind can hold.
#[derive(Default)]
pub(super) struct Entry {
    pub(super) place: Place,
    pub(super) owner: Owner,
    pub(super) driver: Vec<DriverEntry>,
    pub(super) subtype: Option<String>,
    pub(super) source: Option<SocketAddr>,
    pub(super) destination: Option<SocketAddr>,
    pub(super) qps: QpNumbers,
    pub(super) usecnt: Option<u64>,
    pub(super) iova: Option<u64>,
    pub(super) mrlen: Option<u64>,
    /// Small numbers, by their attributes.
    small: Vec<(u16, u32)>,
}

impl Entry {
    pub(super) fn read(site: &Site, attrs: Attrs<'_>) -> Result<Self, WireError> {
        let place = Place { device_index: site.device_index, device: site.device.clone(), port: None };
        let mut entry = Self { place, ..Self::default() };
        for attr in attrs {
            let attr = attr?;
            match attr.kind() {
                RDMA_NLDEV_ATTR_PORT_INDEX => entry.place.port = Some(attr.u32()?),
                RDMA_NLDEV_ATTR_RES_PID => entry.owner.pid = Some(attr.u32()?),
                RDMA_NLDEV_ATTR_RES_KERN_NAME => entry.owner.kernel = Some(attr.text_lossy().into_owned()),
                RDMA_NLDEV_ATTR_RES_SUBTYPE => entry.subtype = Some(attr.text_lossy().into_owned()),
                RDMA_NLDEV_ATTR_RES_SRC_ADDR => entry.source = address(&attr),
                RDMA_NLDEV_ATTR_RES_DST_ADDR => entry.destination = address(&attr),
                RDMA_NLDEV_ATTR_RES_QP => entry.qps = qp_numbers(attr.nested())?,
                RDMA_NLDEV_ATTR_RES_USECNT => entry.usecnt = Some(attr.u64()?),
                RDMA_NLDEV_ATTR_RES_IOVA => entry.iova = Some(attr.u64()?),
                RDMA_NLDEV_ATTR_RES_MRLEN => entry.mrlen = Some(attr.u64()?),
                RDMA_NLDEV_ATTR_DRIVER => entry.driver = driver(attr.nested())?,
                kind => match attr.payload.len() {
                    1 => entry.small.push((kind, attr.u8()?.into())),
                    4 => entry.small.push((kind, attr.u32()?)),
                    _ => {}
                },
            }
        }
        Ok(entry)
    }

    pub(super) fn get(&self, kind: u16) -> Option<u32> {
        self.small.iter().find(|(known, _)| *known == kind).map(|(_, value)| *value)
    }

    pub(super) fn needed(&self, kind: u16, attr: &'static str) -> Result<u32, WireError> {
        self.get(kind).ok_or(WireError::Missing { attr })
    }
}

/// Numbers of queue pairs: each entry has one, or the ends of a range.
pub(in crate::nldev) fn qp_numbers(attrs: Attrs<'_>) -> Result<QpNumbers, WireError> {
    let mut ranges = Vec::new();
    for entry in attrs {
        let (mut first, mut last) = (None, None);
        for attr in entry?.nested() {
            let attr = attr?;
            match attr.kind() {
                RDMA_NLDEV_ATTR_RES_LQPN => (first, last) = (Some(attr.u32()?), Some(attr.u32()?)),
                RDMA_NLDEV_ATTR_MIN_RANGE => first = Some(attr.u32()?),
                RDMA_NLDEV_ATTR_MAX_RANGE => last = Some(attr.u32()?),
                _ => {}
            }
        }
        ranges.extend(first.zip(last));
    }
    Ok(QpNumbers(ranges))
}

/// The address in a `struct sockaddr_storage`; none of families without IP addresses.
fn address(attr: &Attr<'_>) -> Option<SocketAddr> {
    const AF_INET: u16 = 2;
    const AF_INET6: u16 = 10;
    let part = |at: usize, len: usize| attr.payload.get(at..at + len);
    let port = u16::from_be_bytes(part(2, 2)?.try_into().ok()?);
    match u16::from_ne_bytes(part(0, 2)?.try_into().ok()?) {
        AF_INET => {
            let bytes: [u8; 4] = part(4, 4)?.try_into().ok()?;
            Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::from(bytes)), port))
        }
        AF_INET6 => {
            let bytes: [u8; 16] = part(8, 16)?.try_into().ok()?;
            let scope = u32::from_ne_bytes(part(24, 4)?.try_into().ok()?);
            Some(SocketAddr::V6(SocketAddrV6::new(Ipv6Addr::from(bytes), port, 0, scope)))
        }
        _ => None,
    }
}

/// What a driver tells: a name, perhaps how its value is to be printed, and the value.
fn driver(attrs: Attrs<'_>) -> Result<Vec<DriverEntry>, WireError> {
    let mut all = Vec::new();
    let mut name: Option<String> = None;
    let mut hex = false;
    for attr in attrs {
        let attr = attr?;
        let value = match attr.kind() {
            RDMA_NLDEV_ATTR_DRIVER_STRING => match name {
                None => {
                    name = Some(attr.text_lossy().into_owned());
                    continue;
                }
                Some(_) => DriverValue::Text(attr.text_lossy().into_owned()),
            },
            RDMA_NLDEV_ATTR_DRIVER_PRINT_TYPE => {
                hex = attr.u8()? == RDMA_NLDEV_PRINT_TYPE_HEX;
                continue;
            }
            RDMA_NLDEV_ATTR_DRIVER_S32 => DriverValue::Signed(attr.i32()?.into()),
            RDMA_NLDEV_ATTR_DRIVER_U32 => DriverValue::Unsigned(attr.u32()?.into()),
            RDMA_NLDEV_ATTR_DRIVER_S64 => DriverValue::Signed(i64::from_ne_bytes(attr.array()?)),
            RDMA_NLDEV_ATTR_DRIVER_U64 => DriverValue::Unsigned(attr.u64()?),
            _ => continue,
        };
        all.extend(name.take().map(|name| DriverEntry { name, value, hex }));
        hex = false;
    }
    Ok(all)
}
