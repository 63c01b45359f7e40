//! Constants of the kernel's own headers, one module per header.
//!
//! The modules are written by `cargo xtask uapi --bless` and hold data only: numbers under the kernel's own
//! names (attribute numbers as `u16`, to match against), sizes of structures as `SIZEOF_*`, and tables of
//! attribute names as `*_NAMES`, from which error paths are made.
#![allow(
    missing_docs,
    non_upper_case_globals,
    reason = "the names are the kernel's; its headers are their documentation"
)]

pub mod dcbnl;
pub mod devlink;
pub mod errno;
pub mod errno_base;
pub mod ethtool;
pub mod ethtool_netlink;
pub mod gen_stats;
pub mod genetlink;
pub mod if_;
pub mod if_arp;
pub mod if_bonding;
pub mod if_bridge;
pub mod if_ether;
pub mod if_link;
pub mod if_tunnel;
pub mod ife;
pub mod neighbour;
pub mod net_namespace;
pub mod netlink;
pub mod pkt_cls;
pub mod pkt_sched;
pub mod rdma_netlink;
pub mod rtnetlink;
pub mod tc_bpf;
pub mod tc_connmark;
pub mod tc_csum;
pub mod tc_ct;
pub mod tc_ctinfo;
pub mod tc_defact;
pub mod tc_gact;
pub mod tc_gate;
pub mod tc_ife;
pub mod tc_mirred;
pub mod tc_mpls;
pub mod tc_nat;
pub mod tc_pedit;
pub mod tc_sample;
pub mod tc_skbedit;
pub mod tc_skbmod;
pub mod tc_tunnel_key;
pub mod tc_vlan;
pub mod vdpa;
pub mod virtio_config;
pub mod virtio_ids;
pub mod virtio_net;
