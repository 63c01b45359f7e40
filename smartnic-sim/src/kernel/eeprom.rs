//! A plugged-in module's memory: `ETHTOOL_MSG_MODULE_EEPROM_GET`.

use smartnic_netlink::codec::{Attrs, Flags, GenlHeader};
use smartnic_netlink::uapi::ethtool_netlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use super::answer::{Answer, ExtAck};
use super::control::ETHTOOL_ID;
use super::features::read_header;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::{Machine, Netdev, module};

const MOST_LENGTH: u32 = 128;
const MOST_ADDRESS: u8 = 0x7f;

const GET: [Policy; 6] = [
    (ETHTOOL_A_MODULE_EEPROM_HEADER, Shape::Nested, None),
    (ETHTOOL_A_MODULE_EEPROM_OFFSET, Shape::U32, Some(255)),
    (ETHTOOL_A_MODULE_EEPROM_LENGTH, Shape::U32, Some(MOST_LENGTH as u64)),
    (ETHTOOL_A_MODULE_EEPROM_PAGE, Shape::U8, None),
    (ETHTOOL_A_MODULE_EEPROM_BANK, Shape::U8, None),
    (ETHTOOL_A_MODULE_EEPROM_I2C_ADDRESS, Shape::U8, Some(MOST_ADDRESS as u64)),
];

pub(super) fn serve(
    machine: &mut Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    // The kernel lets nobody without the privilege read a module (`GENL_UNS_ADMIN_PERM`).
    if !request.admin {
        return Err(Errno::EPERM);
    }
    if request.header.flags.contains(Flags::DUMP) {
        return Err(Errno::EINVAL);
    }
    let (_, attrs) = GenlHeader::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let strictness = Strictness::Strict(ETHTOOL_A_MODULE_EEPROM_I2C_ADDRESS);
    let table = Table::read(request, Attrs::new(attrs), &GET, strictness, ext)?;
    let Some(header) = table.get(ETHTOOL_A_MODULE_EEPROM_HEADER) else {
        ext.missing = Some((ETHTOOL_A_MODULE_EEPROM_HEADER, None));
        return Err(Errno::EINVAL);
    };
    let (named, _) = read_header(machine, request, header, true, ext)?;
    let netdev = named.ok_or(Errno::EINVAL)?;
    let (Some(offset), Some(length), Some(page), Some(i2c)) = (
        table.u32(ETHTOOL_A_MODULE_EEPROM_OFFSET),
        table.u32(ETHTOOL_A_MODULE_EEPROM_LENGTH),
        table.u8(ETHTOOL_A_MODULE_EEPROM_PAGE),
        table.u8(ETHTOOL_A_MODULE_EEPROM_I2C_ADDRESS),
    ) else {
        return Err(Errno::EINVAL);
    };
    let part = Asked { offset, length, page, i2c };
    let bytes = read(netdev, &part).map_err(|(errno, blamed)| {
        if let Some((attr, text)) = blamed {
            ext.blame(table.get(attr).and_then(|attr| request.offset(attr)), text);
        }
        errno
    })?;
    answer.reply(ETHTOOL_ID, |e| {
        let command = ETHTOOL_MSG_MODULE_EEPROM_GET_REPLY;
        e.fixed(&GenlHeader { command, version: ETHTOOL_GENL_VERSION, reserved: 0 });
        e.nest(ETHTOOL_A_MODULE_EEPROM_HEADER | NLA_F_NESTED, |e| {
            e.u32(ETHTOOL_A_HEADER_DEV_INDEX, netdev.ifindex.0);
            e.text(ETHTOOL_A_HEADER_DEV_NAME, &netdev.name);
        });
        e.attr(ETHTOOL_A_MODULE_EEPROM_DATA, &bytes);
    });
    Ok(())
}

/// The part that is asked for.
pub(crate) struct Asked {
    pub(crate) offset: u32,
    pub(crate) length: u32,
    pub(crate) page: u8,
    pub(crate) i2c: u8,
}

/// A refusal, with the attribute that is to blame and the words.
type Refusal = (Errno, Option<(u16, &'static str)>);

/// The bytes. Both faces stand on this.
pub(crate) fn read(netdev: &Netdev, part: &Asked) -> Result<Vec<u8>, Refusal> {
    let Asked { offset, length, page, i2c } = *part;
    let refused = if page != 0 && offset < 128 {
        Some((ETHTOOL_A_MODULE_EEPROM_PAGE, "reading from lower half page is allowed for page 0 only"))
    } else if offset < 128 && offset + length > 128 {
        Some((ETHTOOL_A_MODULE_EEPROM_LENGTH, "reading cross half page boundary is illegal"))
    } else if offset + length > 256 {
        Some((ETHTOOL_A_MODULE_EEPROM_LENGTH, "reading cross page boundary is illegal"))
    } else {
        None
    };
    if refused.is_some() {
        return Err((Errno::EINVAL, refused));
    }
    let (Some(pf), Some(port)) = (netdev.role.pf(), netdev.role.port()) else {
        return Err((Errno::EOPNOTSUPP, None));
    };
    if i2c != 0x50 {
        return Err((Errno::EINVAL, None));
    }
    let half = module::half(pf + port, page, offset >= 128);
    let start = (offset % 128) as usize;
    Ok(half[start..start + length as usize].to_vec())
}

/// What the kernel checks before it looks for the link: how far attributes go.
pub(crate) fn in_range(part: &Asked) -> bool {
    part.length <= MOST_LENGTH && part.i2c <= MOST_ADDRESS
}
