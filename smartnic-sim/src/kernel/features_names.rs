//! The features of links, by number (`include/linux/netdev_features.h`) and name (`net/ethtool/common.c`).

/// How many numbers there are (`NETDEV_FEATURE_COUNT`).
pub(super) const COUNT: u32 = 64;
/// `hw-tc-offload` (`NETIF_F_HW_TC_BIT`).
pub(super) const HW_TC: u32 = 49;
/// `vlan-challenged`, which never changes (`NETIF_F_NEVER_CHANGE`).
pub(super) const VLAN_CHALLENGED: u32 = 10;

/// Numbers and names; the numbers between have no name.
pub(super) const NAMES: &[(u32, &str)] = &[
    (0, "tx-scatter-gather"),
    (1, "tx-checksum-ipv4"),
    (3, "tx-checksum-ip-generic"),
    (4, "tx-checksum-ipv6"),
    (5, "highdma"),
    (6, "tx-scatter-gather-fraglist"),
    (7, "tx-vlan-hw-insert"),
    (8, "rx-vlan-hw-parse"),
    (9, "rx-vlan-filter"),
    (10, "vlan-challenged"),
    (11, "tx-generic-segmentation"),
    (14, "rx-gro"),
    (15, "rx-lro"),
    (16, "tx-tcp-segmentation"),
    (17, "tx-gso-robust"),
    (18, "tx-tcp-ecn-segmentation"),
    (19, "tx-tcp-mangleid-segmentation"),
    (20, "tx-tcp6-segmentation"),
    (21, "tx-fcoe-segmentation"),
    (22, "tx-gre-segmentation"),
    (23, "tx-gre-csum-segmentation"),
    (24, "tx-ipxip4-segmentation"),
    (25, "tx-ipxip6-segmentation"),
    (26, "tx-udp_tnl-segmentation"),
    (27, "tx-udp_tnl-csum-segmentation"),
    (28, "tx-gso-partial"),
    (29, "tx-tunnel-remcsum-segmentation"),
    (30, "tx-sctp-segmentation"),
    (31, "tx-esp-segmentation"),
    (33, "tx-udp-segmentation"),
    (34, "tx-gso-list"),
    (35, "tx-tcp-accecn-segmentation"),
    (36, "tx-checksum-fcoe-crc"),
    (37, "tx-checksum-sctp"),
    (38, "rx-ntuple-filter"),
    (39, "rx-hashing"),
    (40, "rx-checksum"),
    (41, "tx-nocache-copy"),
    (42, "loopback"),
    (43, "rx-fcs"),
    (44, "rx-all"),
    (45, "tx-vlan-stag-hw-insert"),
    (46, "rx-vlan-stag-hw-parse"),
    (47, "rx-vlan-stag-filter"),
    (48, "l2-fwd-offload"),
    (49, "hw-tc-offload"),
    (50, "esp-hw-offload"),
    (51, "esp-tx-csum-hw-offload"),
    (52, "rx-udp_tunnel-port-offload"),
    (53, "tls-hw-tx-offload"),
    (54, "tls-hw-rx-offload"),
    (55, "rx-gro-hw"),
    (57, "rx-gro-list"),
    (58, "macsec-hw-offload"),
    (59, "rx-udp-gro-forwarding"),
    (60, "hsr-tag-ins-offload"),
    (61, "hsr-tag-rm-offload"),
    (62, "hsr-fwd-offload"),
    (63, "hsr-dup-offload"),
];

/// The name of a number.
pub(super) fn name(number: u32) -> Option<&'static str> {
    NAMES.iter().find(|(there, _)| *there == number).map(|(_, name)| *name)
}
