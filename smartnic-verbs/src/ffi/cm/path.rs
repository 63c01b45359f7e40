//! The ways that librdmacm keeps with an id.

use smartnic_core::rdma::Gid;
use smartnic_core::verbs::{PathMtu, PathRecord};

use super::super::types::{ibv_gid, ibv_sa_path_rec, rdma_cm_id};

/// The ways of an id: none before its route is known, and on iWARP.
///
/// # Safety
/// The id is there, and nobody writes into it meanwhile.
pub(super) unsafe fn of_id(id: *const rdma_cm_id) -> Vec<PathRecord> {
    // SAFETY: the caller's word; librdmacm keeps as many records as it counts.
    let records = unsafe {
        let route = &raw const (*id).route;
        let count = usize::try_from((*route).num_paths).unwrap_or(0);
        match (*route).path_rec.is_null() {
            true => return Vec::new(),
            false => std::slice::from_raw_parts((*route).path_rec, count),
        }
    };
    records.iter().map(of_c).collect()
}

fn of_c(record: &ibv_sa_path_rec) -> PathRecord {
    // SAFETY: every member of this union is sixteen bytes, of which any value is one of theirs.
    let gid = |gid: &ibv_gid| Gid(unsafe { gid.raw });
    PathRecord {
        source: gid(&record.sgid),
        destination: gid(&record.dgid),
        lids: [u16::from_be(record.slid), u16::from_be(record.dlid)],
        pkey: u16::from_be(record.pkey),
        service_level: record.sl,
        traffic_class: record.traffic_class,
        flow_label: u32::from_be(record.flow_label),
        hop_limit: record.hop_limit,
        mtu: PathMtu::from_number(record.mtu.into()),
        rate: record.rate,
        packet_lifetime: record.packet_life_time,
    }
}

#[cfg(test)]
mod tests {
    use std::mem::MaybeUninit;

    use super::*;

    #[test]
    fn ways_are_read_in_the_host_s_order() {
        // SAFETY: zeroes are a value of both: they are numbers, and pointers that may be null.
        let (mut id, mut record): (rdma_cm_id, ibv_sa_path_rec) =
            unsafe { (MaybeUninit::zeroed().assume_init(), MaybeUninit::zeroed().assume_init()) };
        // SAFETY: the id is a whole one, and nobody else has it.
        assert_eq!(unsafe { of_id(&raw const id) }, []);
        record.sgid.raw = [1; 16];
        record.dgid.raw = [2; 16];
        (record.slid, record.dlid, record.pkey) = (5u16.to_be(), 6u16.to_be(), 0xffffu16.to_be());
        (record.flow_label, record.hop_limit, record.traffic_class) = (0x12345u32.to_be(), 64, 0x68);
        (record.mtu, record.rate, record.packet_life_time, record.sl) = (3, 7, 16, 3);
        let mut records = [record, record];
        (id.route.path_rec, id.route.num_paths) = (records.as_mut_ptr(), 2);
        // SAFETY: as above; there are as many records as it says.
        let paths = unsafe { of_id(&raw const id) };
        let wanted = PathRecord {
            source: Gid([1; 16]),
            destination: Gid([2; 16]),
            lids: [5, 6],
            pkey: 0xffff,
            service_level: 3,
            traffic_class: 0x68,
            flow_label: 0x12345,
            hop_limit: 64,
            mtu: PathMtu::Mtu1024,
            rate: 7,
            packet_lifetime: 16,
        };
        assert_eq!(paths, [wanted.clone(), wanted]);
    }
}
