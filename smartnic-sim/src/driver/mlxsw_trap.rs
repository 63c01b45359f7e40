//! mlxsw_spectrum: packet traps, their groups and their policers (`spectrum_trap.c`), as of Spectrum-2 and later.
//!
//! Names, order, groups, actions and limits are the driver's. How many policers a switch has is ours, as the device
//! tells it; and of what its pipeline takes, only what a packet alone tells is followed ([`trap_of`]).

use smartnic_core::device::{TrapAction, TrapType};
use smartnic_core::flow::Packet;
use smartnic_core::types::EtherType;

use super::upkeep::{PolicerSpec, TrapGroupSpec, TrapSpec, Upkeep};

/// Its reporter of fatal errors of the firmware is not simulated.
pub(super) const UPKEEP: Upkeep =
    Upkeep { policers: &POLICERS, trap_groups: &GROUPS, traps: &TRAPS, ..Upkeep::NONE };

const fn policer(id: u32, rate: u64, burst: u64) -> PolicerSpec {
    PolicerSpec { id, rate, burst, rates: 1..=2_000_000_000, bursts: 1 << 4..=1 << 24 }
}

/// Those that groups start with, and those that are left. How many are left is ours.
const POLICERS: [PolicerSpec; 24] = [
    policer(1, 10 * 1024, 4096),
    policer(2, 128, 128),
    policer(3, 128, 128),
    policer(4, 128, 128),
    policer(5, 16 * 1024, 8192),
    policer(6, 128, 128),
    policer(7, 1024, 512),
    policer(8, 20 * 1024, 8192),
    policer(9, 128, 128),
    policer(10, 1024, 512),
    policer(11, 256, 128),
    policer(12, 128, 128),
    policer(13, 128, 128),
    policer(14, 1024, 512),
    policer(15, 1024, 512),
    policer(16, 24 * 1024, 16384),
    policer(17, 19 * 1024, 8192),
    policer(18, 1024, 512),
    policer(19, 1024, 512),
    policer(20, 10240, 4096),
    policer(21, 128, 128),
    policer(22, 1, 16),
    policer(23, 1, 16),
    policer(24, 1, 16),
];

const fn group(name: &'static str, policer: u32) -> TrapGroupSpec {
    TrapGroupSpec::new(name, Some(policer))
}

const GROUPS: [TrapGroupSpec; 26] = [
    group("l2_drops", 1),
    group("l3_drops", 1),
    group("l3_exceptions", 1),
    group("tunnel_drops", 1),
    group("acl_drops", 1),
    group("stp", 2),
    group("lacp", 3),
    group("lldp", 4),
    group("mc_snooping", 5),
    group("dhcp", 6),
    group("neigh_discovery", 7),
    group("bfd", 8),
    group("ospf", 9),
    group("bgp", 10),
    group("vrrp", 11),
    group("pim", 12),
    group("uc_loopback", 13),
    group("local_delivery", 14),
    group("external_delivery", 19),
    group("ipv6", 15),
    group("ptp_event", 16),
    group("ptp_general", 17),
    group("acl_trap", 18),
    group("eapol", 21),
    TrapGroupSpec { fixed_policer: true, ..group("buffer_drops", 20) },
    TrapGroupSpec { fixed_policer: true, ..TrapGroupSpec::new("acl_sample", None) },
];

const fn drops(name: &'static str, group: &'static str) -> TrapSpec {
    TrapSpec::new(name, TrapType::Drop, TrapAction::Drop, group)
}

const fn exception(name: &'static str, group: &'static str) -> TrapSpec {
    TrapSpec::new(name, TrapType::Exception, TrapAction::Trap, group)
}

const fn control(name: &'static str, group: &'static str) -> TrapSpec {
    TrapSpec::new(name, TrapType::Control, TrapAction::Trap, group)
}

const fn copies(name: &'static str, group: &'static str) -> TrapSpec {
    TrapSpec::new(name, TrapType::Control, TrapAction::Mirror, group)
}

const TRAPS: [TrapSpec; 78] = [
    drops("source_mac_is_multicast", "l2_drops"),
    drops("vlan_tag_mismatch", "l2_drops"),
    drops("ingress_vlan_filter", "l2_drops"),
    drops("ingress_spanning_tree_filter", "l2_drops"),
    drops("port_list_is_empty", "l2_drops"),
    drops("port_loopback_filter", "l2_drops"),
    drops("blackhole_route", "l3_drops"),
    drops("non_ip", "l3_drops"),
    drops("uc_dip_over_mc_dmac", "l3_drops"),
    drops("dip_is_loopback_address", "l3_drops"),
    drops("sip_is_mc", "l3_drops"),
    drops("sip_is_loopback_address", "l3_drops"),
    drops("ip_header_corrupted", "l3_drops"),
    drops("ipv4_sip_is_limited_bc", "l3_drops"),
    drops("ipv6_mc_dip_reserved_scope", "l3_drops"),
    drops("ipv6_mc_dip_interface_local_scope", "l3_drops"),
    exception("mtu_value_is_too_small", "l3_exceptions"),
    exception("ttl_value_is_too_small", "l3_exceptions"),
    exception("mc_reverse_path_forwarding", "l3_exceptions"),
    exception("reject_route", "l3_exceptions"),
    exception("unresolved_neigh", "l3_exceptions"),
    exception("ipv4_lpm_miss", "l3_exceptions"),
    exception("ipv6_lpm_miss", "l3_exceptions"),
    TrapSpec { generic: false, ..drops("irif_disabled", "l3_drops") },
    TrapSpec { generic: false, ..drops("erif_disabled", "l3_drops") },
    drops("non_routable_packet", "l3_drops"),
    exception("decap_error", "tunnel_drops"),
    drops("overlay_smac_is_mc", "tunnel_drops"),
    TrapSpec { cookie: true, ..drops("ingress_flow_action_drop", "acl_drops") },
    TrapSpec { cookie: true, ..drops("egress_flow_action_drop", "acl_drops") },
    control("stp", "stp"),
    control("lacp", "lacp"),
    control("lldp", "lldp"),
    copies("igmp_query", "mc_snooping"),
    control("igmp_v1_report", "mc_snooping"),
    control("igmp_v2_report", "mc_snooping"),
    control("igmp_v3_report", "mc_snooping"),
    control("igmp_v2_leave", "mc_snooping"),
    copies("mld_query", "mc_snooping"),
    control("mld_v1_report", "mc_snooping"),
    control("mld_v2_report", "mc_snooping"),
    control("mld_v1_done", "mc_snooping"),
    control("ipv4_dhcp", "dhcp"),
    control("ipv6_dhcp", "dhcp"),
    control("arp_request", "neigh_discovery"),
    control("arp_response", "neigh_discovery"),
    control("arp_overlay", "neigh_discovery"),
    control("ipv6_neigh_solicit", "neigh_discovery"),
    control("ipv6_neigh_advert", "neigh_discovery"),
    control("ipv4_bfd", "bfd"),
    control("ipv6_bfd", "bfd"),
    control("ipv4_ospf", "ospf"),
    control("ipv6_ospf", "ospf"),
    control("ipv4_bgp", "bgp"),
    control("ipv6_bgp", "bgp"),
    control("ipv4_vrrp", "vrrp"),
    control("ipv6_vrrp", "vrrp"),
    control("ipv4_pim", "pim"),
    control("ipv6_pim", "pim"),
    copies("uc_loopback", "uc_loopback"),
    control("local_route", "local_delivery"),
    control("external_route", "external_delivery"),
    control("ipv6_uc_dip_link_local_scope", "local_delivery"),
    control("ipv4_router_alert", "local_delivery"),
    control("ipv6_router_alert", "local_delivery"),
    control("ipv6_dip_all_nodes", "ipv6"),
    control("ipv6_dip_all_routers", "ipv6"),
    control("ipv6_router_solicit", "ipv6"),
    control("ipv6_router_advert", "ipv6"),
    control("ipv6_redirect", "ipv6"),
    control("ptp_event", "ptp_event"),
    control("ptp_general", "ptp_general"),
    control("flow_action_trap", "acl_trap"),
    drops("blackhole_nexthop", "l3_drops"),
    control("eapol", "eapol"),
    drops("locked_port", "l2_drops"),
    TrapSpec {
        source: true,
        ..TrapSpec::new("early_drop", TrapType::Drop, TrapAction::Trap, "buffer_drops")
    },
    copies("flow_action_sample", "acl_sample"),
];

/// Protocols of links: slow ones such as LACP, LLDP, and 802.1X.
const SLOW: EtherType = EtherType(0x8809);
const LLDP: EtherType = EtherType(0x88cc);
const EAPOL: EtherType = EtherType(0x888e);
/// The first bytes of destinations that bridges do not forward.
const RESERVED: [u8; 5] = [0x01, 0x80, 0xc2, 0x00, 0x00];

/// The trap that takes a packet which comes in at a front panel port, of those that need neither bridge nor router.
pub(super) fn trap_of(packet: &Packet) -> Option<&'static str> {
    let reserved = packet.dst_mac.0.strip_prefix(&RESERVED).is_some();
    let last = packet.dst_mac.0[5];
    match packet.eth_type {
        _ if packet.src_mac.is_multicast() => Some("source_mac_is_multicast"),
        _ if reserved && last == 0x00 => Some("stp"),
        SLOW if reserved && last == 0x02 => Some("lacp"),
        LLDP => Some("lldp"),
        EAPOL if reserved && last == 0x03 => Some("eapol"),
        EtherType::ARP => match packet.arp.map(|arp| arp.op) {
            Some(1) => Some("arp_request"),
            Some(2) => Some("arp_response"),
            _ => None,
        },
        _ => None,
    }
}
