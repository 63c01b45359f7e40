//! Regions of devices' memory (`net/devlink/region.c`). No port has regions here.

use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::devlink::*;

use crate::driver::RegionSpec;
use crate::errno::Errno;
use crate::kernel::answer::{Answer, ExtAck};
use crate::kernel::control::DEVLINK_ID;
use crate::kernel::table::{Policy, Request, Shape, Table};
use crate::model::{Instance, Machine};

const PORT: Policy = (DEVLINK_ATTR_PORT_INDEX, Shape::U32, None);
const NAME: Policy = (DEVLINK_ATTR_REGION_NAME, Shape::NulText, None);
const SNAPSHOT: Policy = (DEVLINK_ATTR_REGION_SNAPSHOT_ID, Shape::U32, None);

/// Bytes of one piece (`DEVLINK_REGION_READ_CHUNK_SIZE`).
const CHUNK: u64 = 256;
/// Pieces in one message.
const CHUNKS: u64 = 48;

/// The attributes of a command; none if it is not one of these.
pub(super) fn policy(command: u8, dumps: bool) -> Option<&'static [Policy]> {
    Some(match command {
        DEVLINK_CMD_REGION_GET if dumps => &[],
        DEVLINK_CMD_REGION_GET => &[PORT, NAME],
        DEVLINK_CMD_REGION_NEW | DEVLINK_CMD_REGION_DEL => &[PORT, NAME, SNAPSHOT],
        DEVLINK_CMD_REGION_READ => &[
            PORT,
            NAME,
            SNAPSHOT,
            (DEVLINK_ATTR_REGION_DIRECT, Shape::Flag, None),
            (DEVLINK_ATTR_REGION_CHUNK_ADDR, Shape::U64, None),
            (DEVLINK_ATTR_REGION_CHUNK_LEN, Shape::U64, None),
        ],
        _ => return None,
    })
}

/// Carries out a command on one region.
pub(super) fn serve(
    machine: &mut Machine,
    instance: Instance,
    command: u8,
    table: &Table<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let number = table.u32(DEVLINK_ATTR_REGION_SNAPSHOT_ID);
    if !table.has(DEVLINK_ATTR_REGION_NAME) {
        ext.missing = Some((DEVLINK_ATTR_REGION_NAME, None));
        if command == DEVLINK_CMD_REGION_NEW {
            ext.note.say("No region name provided");
        }
        return Err(Errno::EINVAL);
    }
    if command == DEVLINK_CMD_REGION_DEL && number.is_none() {
        ext.missing = Some((DEVLINK_ATTR_REGION_SNAPSHOT_ID, None));
        return Err(Errno::EINVAL);
    }
    let region = match find(machine, instance, table)? {
        Some(region) => region,
        None => {
            if command == DEVLINK_CMD_REGION_NEW {
                ext.note.say("The requested region does not exist");
            }
            return Err(Errno::EINVAL);
        }
    };
    match (command, number) {
        (DEVLINK_CMD_REGION_GET, _) => {
            answer.reply(DEVLINK_ID, |e| write(e, machine, instance, region));
            Ok(())
        }
        (DEVLINK_CMD_REGION_NEW, _) => {
            let taken = machine.take_snapshot(instance, region, number, &mut ext.note)?;
            if number.is_none() {
                answer.reply(DEVLINK_ID, |e| {
                    write_snapshot(e, machine, instance, region, taken, DEVLINK_CMD_REGION_NEW);
                });
            }
            Ok(())
        }
        (_, Some(number)) => machine.remove_snapshot(instance, region, number),
        (_, None) => Err(Errno::EINVAL),
    }
}

/// The region that is meant; a port that is not there is ENODEV, one that is has none.
fn find(
    machine: &Machine,
    instance: Instance,
    table: &Table<'_>,
) -> Result<Option<&'static RegionSpec>, Errno> {
    if let Some(port) = table.u32(DEVLINK_ATTR_PORT_INDEX) {
        let there = machine.devlink_ports(instance).iter().any(|it| it.index == port);
        return if there { Ok(None) } else { Err(Errno::ENODEV) };
    }
    let name = table.text(DEVLINK_ATTR_REGION_NAME).unwrap_or_default();
    Ok(machine.regions(instance).iter().find(|region| region.name == name))
}

/// Answers with the regions of an instance.
pub(super) fn dump(machine: &Machine, instance: Instance, answer: &mut Answer) {
    for region in machine.regions(instance) {
        answer.part(DEVLINK_ID, |e| write(e, machine, instance, region));
    }
}

/// Answers with the content of a region (`devlink_nl_region_read_dumpit`).
pub(super) fn read(
    machine: &Machine,
    instance: Result<Instance, Errno>,
    request: &Request<'_>,
    table: &Table<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let instance = instance?;
    let Some(name) = table.get(DEVLINK_ATTR_REGION_NAME) else {
        ext.note.say("No region name provided");
        return Err(Errno::EINVAL);
    };
    let Some(region) = find(machine, instance, table)? else {
        ext.blame(request.offset(name), "Requested region does not exist");
        return Err(Errno::EINVAL);
    };
    let direct = table.has(DEVLINK_ATTR_REGION_DIRECT);
    match table.get(DEVLINK_ATTR_REGION_SNAPSHOT_ID) {
        None if !direct => {
            ext.note.say("No snapshot id provided");
            return Err(Errno::EINVAL);
        }
        None if !region.direct => {
            ext.note.say("Requested region does not support direct read");
            return Err(Errno::EOPNOTSUPP);
        }
        None => {}
        Some(attr) if direct => {
            ext.blame(request.offset(attr), "Direct region read does not use snapshot");
            return Err(Errno::EINVAL);
        }
        Some(attr) => {
            let number = attr.u32().map_err(|_| Errno::EINVAL)?;
            if !machine.snapshots(instance, region.name).contains(&number) {
                ext.blame(request.offset(attr), "Requested snapshot does not exist");
                return Err(Errno::EINVAL);
            }
        }
    }
    let range = (table.u64(DEVLINK_ATTR_REGION_CHUNK_ADDR), table.u64(DEVLINK_ATTR_REGION_CHUNK_LEN));
    let (start, end) = match range {
        (Some(address), Some(length)) => (address, address.wrapping_add(length).min(region.size)),
        _ => (0, region.size),
    };
    if start > end {
        return Err(Errno::EINVAL);
    }
    let mut at = start;
    while at < end {
        let stop = end.min(at + CHUNK * CHUNKS);
        answer.part(DEVLINK_ID, |e| {
            super::start(e, machine, &super::handle(machine, instance), DEVLINK_CMD_REGION_READ);
            e.text(DEVLINK_ATTR_REGION_NAME, region.name);
            e.nest(DEVLINK_ATTR_REGION_CHUNKS, |e| {
                for address in (at..stop).step_by(CHUNK as usize) {
                    let length = CHUNK.min(stop - address) as usize;
                    let data = machine.region_content(region, address, length);
                    e.nest(DEVLINK_ATTR_REGION_CHUNK, |e| {
                        e.attr(DEVLINK_ATTR_REGION_CHUNK_DATA, &data);
                        e.u64(DEVLINK_ATTR_REGION_CHUNK_ADDR, address);
                    });
                }
            });
        });
        at = stop;
    }
    Ok(())
}

/// Writes a region (`devlink_nl_region_fill`).
fn write(e: &mut Encoder<'_>, machine: &Machine, instance: Instance, region: &RegionSpec) {
    super::start(e, machine, &super::handle(machine, instance), DEVLINK_CMD_REGION_GET);
    e.text(DEVLINK_ATTR_REGION_NAME, region.name);
    e.u64(DEVLINK_ATTR_REGION_SIZE, region.size);
    e.u32(DEVLINK_ATTR_REGION_MAX_SNAPSHOTS, region.max_snapshots);
    e.nest(DEVLINK_ATTR_REGION_SNAPSHOTS, |e| {
        for number in machine.snapshots(instance, region.name) {
            e.nest(DEVLINK_ATTR_REGION_SNAPSHOT, |e| e.u32(DEVLINK_ATTR_REGION_SNAPSHOT_ID, *number));
        }
    });
}

/// Writes that a region came or went.
pub(in crate::kernel) fn write_new(
    e: &mut Encoder<'_>,
    machine: &Machine,
    instance: Instance,
    region: &RegionSpec,
    command: u8,
) {
    super::start(e, machine, &super::handle(machine, instance), command);
    e.text(DEVLINK_ATTR_REGION_NAME, region.name);
    e.u64(DEVLINK_ATTR_REGION_SIZE, region.size);
}

/// Writes what came or went: a snapshot (`devlink_nl_region_notify_build`).
pub(in crate::kernel) fn write_snapshot(
    e: &mut Encoder<'_>,
    machine: &Machine,
    instance: Instance,
    region: &RegionSpec,
    number: u32,
    command: u8,
) {
    super::start(e, machine, &super::handle(machine, instance), command);
    e.text(DEVLINK_ATTR_REGION_NAME, region.name);
    e.u32(DEVLINK_ATTR_REGION_SNAPSHOT_ID, number);
}
