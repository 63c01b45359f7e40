//! Requests of ethtool about PHYs, cables and modules' firmware. Firmware serves the PHYs of devices here, so that the kernel
//! knows none, and no driver here lets a module's memory be written.

use smartnic_netlink::codec::{Attrs, Flags, GenlHeader};
use smartnic_netlink::uapi::ethtool_netlink::*;

use super::answer::{Answer, ExtAck};
use super::features::read_header;
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::Machine;

/// The header stands first in all of them.
const HEADER: u16 = 1;

const ASKED: [Policy; 1] = [(HEADER, Shape::Nested, None)];
const REACH: [Policy; 2] = [(HEADER, Shape::Nested, None), (2, Shape::Nested, None)];
const FILE: [Policy; 3] = [
    (HEADER, Shape::Nested, None),
    (ETHTOOL_A_MODULE_FW_FLASH_FILE_NAME, Shape::NulText, None),
    (ETHTOOL_A_MODULE_FW_FLASH_PASSWORD, Shape::U32, None),
];

/// Whether a command is of these.
pub(super) fn knows(command: u8) -> bool {
    orders(command) || matches!(command, ETHTOOL_MSG_PHY_GET | ETHTOOL_MSG_MSE_GET)
}

/// Whether a command needs privileges (`GENL_UNS_ADMIN_PERM`).
pub(super) fn orders(command: u8) -> bool {
    matches!(
        command,
        ETHTOOL_MSG_CABLE_TEST_ACT | ETHTOOL_MSG_CABLE_TEST_TDR_ACT | ETHTOOL_MSG_MODULE_FW_FLASH_ACT
    )
}

pub(super) fn serve(
    machine: &Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, attrs) = GenlHeader::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let dumps = request.header.flags.contains(Flags::DUMP);
    if orders(header.command) && dumps {
        return Err(Errno::EOPNOTSUPP);
    }
    if orders(header.command) && !request.admin {
        return Err(Errno::EPERM);
    }
    let (policy, last): (&[Policy], u16) = match header.command {
        ETHTOOL_MSG_CABLE_TEST_TDR_ACT => (&REACH, 2),
        ETHTOOL_MSG_MODULE_FW_FLASH_ACT => (&FILE, ETHTOOL_A_MODULE_FW_FLASH_PASSWORD),
        _ => (&ASKED, HEADER),
    };
    let table = Table::read(request, Attrs::new(attrs), policy, Strictness::Strict(last), ext)?;
    match table.get(HEADER) {
        Some(header) => {
            read_header(machine, request, header, !dumps, ext)?;
        }
        None if dumps => {}
        None => {
            ext.missing = Some((HEADER, None));
            return Err(Errno::EINVAL);
        }
    }
    if dumps {
        answer.done();
        return Ok(());
    }
    if header.command == ETHTOOL_MSG_MODULE_FW_FLASH_ACT {
        if !table.has(ETHTOOL_A_MODULE_FW_FLASH_FILE_NAME) {
            ext.missing = Some((ETHTOOL_A_MODULE_FW_FLASH_FILE_NAME, None));
            return Err(Errno::EINVAL);
        }
        ext.note.say("Flashing module firmware is not supported by this device");
    }
    Err(Errno::EOPNOTSUPP)
}
