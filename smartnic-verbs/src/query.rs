//! C's values as ours.

use std::ffi::c_char;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::Duration;

use smartnic_core::Result;
use smartnic_core::backend::{
    CqConfig, Verbs, VerbsChannel, VerbsCm, VerbsContext, VerbsCounters, VerbsCq, VerbsCqEx, VerbsDm,
    VerbsPd, VerbsTd, VerbsXrcd,
};
use smartnic_core::rdma::{Gid, GidType, PhysState};
use smartnic_core::verbs::{
    AsyncEvent, AtomicCap, CounterKind, DirectCaps, DirectVerbs, DmConfig, VerbsDevice, VerbsExtended,
    VerbsGidEntry, VerbsLimits, VerbsLinkLayer, VerbsPort, VerbsPortState,
};

use crate::extended::extended;
use crate::ffi::types::{ibv_device_attr, ibv_gid_entry, ibv_port_attr};
use crate::ffi::{Device, Library, gid_bytes, new_channel};

impl Verbs for Library {
    fn devices(&self) -> Result<Vec<VerbsDevice>> {
        self.list()
    }

    fn open(&self, device: &str) -> Result<Arc<dyn VerbsContext>> {
        Ok(Arc::new(self.open_device(device)?))
    }

    fn connections(&self) -> Result<Arc<dyn VerbsCm>> {
        new_channel(self.cm()?)
    }
}

impl VerbsContext for Device {
    fn device(&self) -> &str {
        &self.context.name
    }

    fn limits(&self) -> Result<VerbsLimits> {
        Ok(limits(&self.context.device_attr()?))
    }

    fn extended(&self) -> Result<VerbsExtended> {
        Ok(extended(&self.context.device_attr_ex()?))
    }

    fn direct(&self, library: DirectVerbs) -> Result<DirectCaps> {
        self.context.direct_caps(library)
    }

    fn clock(&self) -> Result<u64> {
        self.context.raw_clock()
    }

    fn port(&self, port: u8) -> Result<VerbsPort> {
        Ok(port_values(port, &self.context.port_attr(port)?))
    }

    fn gids(&self) -> Result<Vec<VerbsGidEntry>> {
        let mut places = 0;
        for port in 1..=self.context.device_attr()?.phys_port_cnt {
            places += usize::try_from(self.context.port_attr(port)?.gid_tbl_len).unwrap_or(0);
        }
        Ok(self.context.gid_table(places)?.iter().map(gid).collect())
    }

    fn pkey(&self, port: u8, index: u16) -> Result<u16> {
        self.context.pkey_at(port, index)
    }

    fn alloc_pd(&self) -> Result<Arc<dyn VerbsPd>> {
        self.new_pd()
    }

    fn alloc_device_memory(&self, config: DmConfig) -> Result<Arc<dyn VerbsDm>> {
        self.new_dm(config)
    }

    fn alloc_thread_domain(&self) -> Result<Arc<dyn VerbsTd>> {
        self.new_td()
    }

    fn alloc_parent_domain(
        &self,
        domain: &Arc<dyn VerbsPd>,
        thread: Option<&Arc<dyn VerbsTd>>,
    ) -> Result<Arc<dyn VerbsPd>> {
        self.new_parent_domain(&**domain, thread)
    }

    fn open_xrcd(&self) -> Result<Arc<dyn VerbsXrcd>> {
        self.new_xrcd()
    }

    fn create_channel(&self) -> Result<Arc<dyn VerbsChannel>> {
        self.new_channel()
    }

    fn create_cq(&self, entries: u32, channel: Option<&Arc<dyn VerbsChannel>>) -> Result<Arc<dyn VerbsCq>> {
        self.new_cq(entries, channel)
    }

    fn create_cq_ex(&self, config: &CqConfig<'_>) -> Result<Arc<dyn VerbsCqEx>> {
        self.new_cq_ex(config)
    }

    fn create_counters(&self, kinds: &[CounterKind]) -> Result<Arc<dyn VerbsCounters>> {
        self.new_counters(kinds)
    }

    fn next_event(&self, most: Option<Duration>) -> Result<Option<AsyncEvent>> {
        self.context.wait_event(most)
    }

    fn event_fd(&self) -> Option<BorrowedFd<'_>> {
        Some(self.context.async_fd())
    }
}

fn limits(attr: &ibv_device_attr) -> VerbsLimits {
    // Limits are signed in C and never negative.
    let number = |value: i32| u32::try_from(value).unwrap_or(0);
    VerbsLimits {
        firmware: text(&attr.fw_ver),
        vendor_id: attr.vendor_id,
        vendor_part_id: attr.vendor_part_id,
        hardware_version: attr.hw_ver,
        system_guid: u64::from_be(attr.sys_image_guid),
        page_sizes: attr.page_size_cap,
        max_mr_size: attr.max_mr_size,
        max_qp: number(attr.max_qp),
        max_qp_wr: number(attr.max_qp_wr),
        max_sge: number(attr.max_sge),
        max_sge_read: number(attr.max_sge_rd),
        max_cq: number(attr.max_cq),
        max_cqe: number(attr.max_cqe),
        max_mr: number(attr.max_mr),
        max_pd: number(attr.max_pd),
        max_srq: number(attr.max_srq),
        max_qp_rd_atom: number(attr.max_qp_rd_atom),
        max_qp_init_rd_atom: number(attr.max_qp_init_rd_atom),
        max_res_rd_atom: number(attr.max_res_rd_atom),
        max_srq_wr: number(attr.max_srq_wr),
        max_srq_sge: number(attr.max_srq_sge),
        max_ah: number(attr.max_ah),
        max_mw: number(attr.max_mw),
        max_mcast_groups: number(attr.max_mcast_grp),
        max_mcast_attach: number(attr.max_mcast_qp_attach),
        max_pkeys: attr.max_pkeys,
        ack_delay: attr.local_ca_ack_delay,
        atomics: AtomicCap::from_number(attr.atomic_cap),
        ports: attr.phys_port_cnt,
    }
}

fn port_values(number: u8, attr: &ibv_port_attr) -> VerbsPort {
    VerbsPort {
        number,
        state: match attr.state {
            0 => VerbsPortState::Unknown,
            1 => VerbsPortState::Down,
            2 => VerbsPortState::Init,
            3 => VerbsPortState::Armed,
            4 => VerbsPortState::Active,
            5 => VerbsPortState::ActiveDefer,
            other => VerbsPortState::Other(other),
        },
        link_layer: match attr.link_layer {
            0 => VerbsLinkLayer::Unspecified,
            1 => VerbsLinkLayer::InfiniBand,
            2 => VerbsLinkLayer::Ethernet,
            other => VerbsLinkLayer::Other(other),
        },
        physical_state: PhysState::from_number(attr.phys_state.into()),
        active_mtu: mtu(attr.active_mtu),
        max_mtu: mtu(attr.max_mtu),
        lanes: lanes(attr.active_width),
        lane_speed: lane_speed(attr.active_speed),
        max_message: attr.max_msg_sz,
        gids: u32::try_from(attr.gid_tbl_len).unwrap_or(0),
        pkeys: attr.pkey_tbl_len,
        lid: attr.lid,
        lmc: attr.lmc,
        sm_lid: attr.sm_lid,
        sm_sl: attr.sm_sl,
        subnet_timeout: attr.subnet_timeout,
        capabilities: attr.port_cap_flags,
        bad_pkeys: attr.bad_pkey_cntr,
        bad_qkeys: attr.qkey_viol_cntr,
        needs_grh: attr.flags & GRH_REQUIRED != 0,
    }
}

/// `IBV_QPF_GRH_REQUIRED`.
const GRH_REQUIRED: u8 = 1;

/// `enum ib_port_width` of the kernel.
fn lanes(width: u8) -> Option<u8> {
    match width {
        1 => Some(1),
        2 => Some(4),
        4 => Some(8),
        8 => Some(12),
        16 => Some(2),
        _ => None,
    }
}

/// `enum ib_port_speed` of the kernel, from SDR to NDR. What is faster needs more than the eight bits that there are here.
fn lane_speed(speed: u8) -> Option<u32> {
    match speed {
        1 => Some(2_500),
        2 => Some(5_000),
        4 | 8 => Some(10_000),
        16 => Some(14_000),
        32 => Some(25_000),
        64 => Some(50_000),
        128 => Some(100_000),
        _ => None,
    }
}

/// `IBV_MTU_256` is 1, and each that follows is twice as much, up to `IBV_MTU_4096`.
fn mtu(value: u32) -> Option<u32> {
    (1..=5).contains(&value).then(|| 128 << value)
}

fn gid(entry: &ibv_gid_entry) -> VerbsGidEntry {
    VerbsGidEntry {
        // Ports have eight bits everywhere but here.
        port: u8::try_from(entry.port_num).unwrap_or(u8::MAX),
        index: entry.gid_index,
        gid: Gid(gid_bytes(entry)),
        kind: match entry.gid_type {
            0 => Some(GidType::Infiniband),
            1 => Some(GidType::RoceV1),
            2 => Some(GidType::RoceV2),
            _ => None,
        },
        link: (entry.ndev_ifindex != 0).then_some(entry.ndev_ifindex),
    }
}

/// Text in a field that it need not fill.
fn text(field: &[c_char]) -> String {
    let bytes: Vec<u8> =
        field.iter().map(|byte| byte.cast_unsigned()).take_while(|byte| *byte != 0).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_of_packets() {
        assert_eq!([0, 1, 3, 5, 6].map(mtu), [None, Some(256), Some(1024), Some(4096), None]);
    }

    #[test]
    fn lanes_and_their_speeds() {
        assert_eq!([1, 2, 4, 8, 16, 3].map(lanes), [Some(1), Some(4), Some(8), Some(12), Some(2), None]);
        assert_eq!(
            [2, 8, 32, 128, 0].map(lane_speed),
            [Some(5000), Some(10_000), Some(25_000), Some(100_000), None]
        );
    }

    #[test]
    fn text_ends_with_its_field_or_before() {
        assert_eq!(text(&[b'2', b'0', 0, b'x'].map(u8::cast_signed)), "20");
        assert_eq!(text(&[b'2', b'0'].map(u8::cast_signed)), "20");
    }
}
