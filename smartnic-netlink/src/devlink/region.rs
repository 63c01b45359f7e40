//! Regions of a device's memory and their snapshots (`DEVLINK_CMD_REGION_*`).

use smartnic_core::device::{Region, RegionChunk, RegionId, RegionRead};
use smartnic_core::types::DevlinkHandle;

use super::{PlaceParts, attrs, put_handle, put_place, request};
use crate::codec::{Attrs, Encoder, Flags, Message, WireError};
use crate::uapi::devlink::*;

/// Asks for one region (`DEVLINK_CMD_REGION_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// The family's message type.
    pub family: u16,
    /// The region.
    pub region: &'a RegionId,
}

request!(Get<'a>, DEVLINK_CMD_REGION_GET, Flags::empty(), |this, encoder| {
    put_region(encoder, this.region);
});

/// Asks for the regions of one device and its ports, or of all devices.
#[derive(Clone, Copy, Debug)]
pub struct Dump<'a> {
    /// The family's message type.
    pub family: u16,
    /// The device. Kernels before 6.4 ignore it and answer for all.
    pub device: Option<&'a DevlinkHandle>,
}

request!(Dump<'a>, DEVLINK_CMD_REGION_GET, Flags::DUMP, |this, encoder| {
    if let Some(device) = this.device {
        put_handle(encoder, device);
    }
});

/// Takes a snapshot (`DEVLINK_CMD_REGION_NEW`). Only without a number the kernel answers with one.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// The family's message type.
    pub family: u16,
    /// The region.
    pub region: &'a RegionId,
    /// The number that the snapshot is to have.
    pub snapshot: Option<u32>,
}

request!(New<'a>, DEVLINK_CMD_REGION_NEW, Flags::empty(), |this, encoder| {
    put_region(encoder, this.region);
    if let Some(snapshot) = this.snapshot {
        encoder.u32(DEVLINK_ATTR_REGION_SNAPSHOT_ID, snapshot);
    }
});

/// Removes a snapshot (`DEVLINK_CMD_REGION_DEL`).
#[derive(Clone, Copy, Debug)]
pub struct Del<'a> {
    /// The family's message type.
    pub family: u16,
    /// The region.
    pub region: &'a RegionId,
    /// The snapshot's number.
    pub snapshot: u32,
}

request!(Del<'a>, DEVLINK_CMD_REGION_DEL, Flags::empty(), |this, encoder| {
    put_region(encoder, this.region);
    encoder.u32(DEVLINK_ATTR_REGION_SNAPSHOT_ID, this.snapshot);
});

/// Reads the content (`DEVLINK_CMD_REGION_READ`); [`decode_chunks`] reads the answers.
#[derive(Clone, Copy, Debug)]
pub struct Read<'a> {
    /// The family's message type.
    pub family: u16,
    /// The region.
    pub region: &'a RegionId,
    /// What of it.
    pub read: &'a RegionRead,
}

request!(Read<'a>, DEVLINK_CMD_REGION_READ, Flags::DUMP, |this, encoder| {
    put_region(encoder, this.region);
    if let Some(snapshot) = this.read.snapshot {
        encoder.u32(DEVLINK_ATTR_REGION_SNAPSHOT_ID, snapshot);
    }
    if let Some((address, length)) = this.read.range {
        encoder.u64(DEVLINK_ATTR_REGION_CHUNK_ADDR, address);
        encoder.u64(DEVLINK_ATTR_REGION_CHUNK_LEN, length);
    }
    if this.read.snapshot.is_none() {
        encoder.flag(DEVLINK_ATTR_REGION_DIRECT);
    }
});

fn put_region(encoder: &mut Encoder<'_>, region: &RegionId) {
    put_place(encoder, &region.place);
    encoder.text(DEVLINK_ATTR_REGION_NAME, &region.name);
}

/// Reads one region (`DEVLINK_CMD_REGION_GET`), or what changed of it (`_NEW`, `_DEL`).
///
/// # Errors
/// A [`WireError`] if the message is malformed or names no region.
pub fn decode(message: &Message<'_>) -> Result<Region, WireError> {
    let mut place = PlaceParts::default();
    let mut name = None;
    let unnamed = RegionId::new(DevlinkHandle::new("", ""), "");
    let mut region = Region::new(unnamed);
    for attr in attrs(message)? {
        let attr = attr?;
        if place.take(&attr)? {
            continue;
        }
        match attr.kind() {
            DEVLINK_ATTR_REGION_NAME => name = Some(attr.text_lossy().into_owned()),
            DEVLINK_ATTR_REGION_SIZE => region.size = Some(attr.u64()?),
            DEVLINK_ATTR_REGION_MAX_SNAPSHOTS => region.max_snapshots = Some(attr.u32()?),
            DEVLINK_ATTR_REGION_SNAPSHOT_ID => region.snapshot = Some(attr.u32()?),
            DEVLINK_ATTR_REGION_SNAPSHOTS => region.snapshots = Some(decode_snapshots(attr.nested())?),
            kind if kind > DEVLINK_ATTR_MAX => region.unknown.push(attr.to_unknown()),
            _ => {}
        }
    }
    let name = name.ok_or(WireError::Missing { attr: "DEVLINK_ATTR_REGION_NAME" })?;
    region.id = RegionId { place: place.finish()?, name };
    Ok(region)
}

fn decode_snapshots(attrs: Attrs<'_>) -> Result<Vec<u32>, WireError> {
    let mut numbers = Vec::new();
    for snapshot in attrs {
        if let Some(number) = snapshot?.nested().find(DEVLINK_ATTR_REGION_SNAPSHOT_ID)? {
            numbers.push(number.u32()?);
        }
    }
    Ok(numbers)
}

/// Reads the pieces of content in one message into `chunks`, which are used again (`DEVLINK_CMD_REGION_READ`).
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode_chunks(message: &Message<'_>, chunks: &mut Vec<RegionChunk>) -> Result<(), WireError> {
    let mut count = 0;
    for attr in attrs(message)? {
        let attr = attr?;
        if attr.kind() != DEVLINK_ATTR_REGION_CHUNKS {
            continue;
        }
        for chunk in attr.nested() {
            let (mut address, mut data) = (None, None);
            for part in chunk?.nested() {
                let part = part?;
                match part.kind() {
                    DEVLINK_ATTR_REGION_CHUNK_ADDR => address = Some(part.u64()?),
                    DEVLINK_ATTR_REGION_CHUNK_DATA => data = Some(part.payload),
                    _ => {}
                }
            }
            // The kernel gives both or nothing.
            let (Some(address), Some(data)) = (address, data) else { continue };
            if count == chunks.len() {
                chunks.push(RegionChunk::default());
            }
            let place = &mut chunks[count];
            place.address = address;
            place.data.clear();
            place.data.extend_from_slice(data);
            count += 1;
        }
    }
    chunks.truncate(count);
    Ok(())
}
