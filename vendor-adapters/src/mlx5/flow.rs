//! What `mlx5_core` takes of flow rules.

use smartnic_core::adapter::{FlowFacts, FlowLimits};
use smartnic_core::flow::{ActionSet, KeySet, MAX_CHAIN};

use crate::macros::said;

/// What `__parse_cls_flower` reads and `tc_acts_fdb` carries out.
///
/// Chains and priorities have no bound on devices that can ignore the flow level (ConnectX-5 and later); older
/// ones know chains 0 to 3.
pub(super) const SWITCHDEV: FlowLimits = FlowLimits {
    keys: FlowLimits::ALL.keys.difference(
        KeySet::PORTS_RANGE
            .union(KeySet::NUM_OF_VLANS)
            .union(KeySet::PPPOE)
            .union(KeySet::ARP)
            .union(KeySet::L2TPV3)
            .union(KeySet::IPSEC)
            .union(KeySet::CFM)
            .union(KeySet::HASH),
    ),
    actions: FlowLimits::ALL.actions.difference(
        ActionSet::MPLS_MANGLE
            .union(ActionSet::MARK)
            .union(ActionSet::PRIORITY)
            .union(ActionSet::QUEUE)
            .union(ActionSet::GATE),
    ),
    max_chain: MAX_CHAIN,
};

/// What the PF's own receive tables take in legacy mode (`tc_acts_nic`).
pub(super) const LEGACY: FlowLimits = FlowLimits {
    actions: ActionSet::ACCEPT
        .union(ActionSet::DROP)
        .union(ActionSet::GOTO)
        .union(ActionSet::REDIRECT)
        .union(ActionSet::MANGLE)
        .union(ActionSet::ADD)
        .union(ActionSet::CSUM)
        .union(ActionSet::MARK)
        .union(ActionSet::CT),
    ..SWITCHDEV
};

pub(super) const FLOW: FlowFacts = FlowFacts {
    legacy: Some(LEGACY),
    rules: said! { in "drivers/net/ethernet/mellanox/mlx5/core/" {
        "ports of TCP and UDP only, under any mask": "en_tc.c", "Only UDP and TCP transports are supported for L4 matching";
        "of a packet's flags, only frag": "en_tc.c", "FLOW_DIS_IS_FRAGMENT";
        "a drop goes with no forwarding and no rewriting": "en_tc.c", "Rule cannot support forward+drop action";
        "up to 32 outputs, each once unless tags change in between": "en/tc/act/mirred.c", "can't duplicate output to same device";
        "up to 2 VLAN tags pushed or popped": "en/tc/act/vlan.c", "Total vlans used is greater than supported";
        "a VLAN's id can be rewritten, its priority only if the rule matches on it": "en/tc/act/vlan_mangle.c", "mlx5e_tc_act_vlan_add_rewrite_action";
        "a VXLAN or Geneve rule names the UDP port, whole, of a tunnel device": "en/tc_tun.c", "UDP tunnel decap filter must match enc_dst_port fully";
        "connections: no +rel, no +inv": "en/tc_ct.c", "isn't supported";
        "police: pipe, ok, jump or drop; no peak rate, no average rate, no overhead": "en/tc/act/police.c", "tc_act_can_offload_police";
        "pedit: fields by name (pedit ex), each once; IP addresses where the rule matches TCP, UDP or ICMP": "en/tc/act/pedit.c", "legacy pedit isn't offloaded";
        "csum behind pedit only, of IPv4, TCP and UDP": "en/tc/act/csum.c", "TC csum action is only offloaded with pedit";
        "tunnel_key set before an output to a tunnel device": "en/tc_tun_encap.c", "Unsupported tunnel";
        "MPLS labels with bareudp devices only": "en/tc/act/mpls.c", "mpls pop supported only on bareudp devices";
        "counters: delayed ones only": "en_tc.c", "Flow action HW stats type is not supported";
        "the port of a VF may need more of a packet than its descriptor has (inline mode)": "en_tc.c", "Flow is not offloaded due to min inline setting";
    } },
    capacity: said! { in "drivers/net/ethernet/mellanox/mlx5/core/" {
        "the first table of the eswitch is split into large groups of rules with the same masks: devlink parameter fdb_large_groups": "devlink.c", "fdb_large_groups";
        "how many rules there can be is the firmware's: log_max_ft_size of the eswitch's flow table": "fs_ft_pool.c", "mlx5_ft_pool_get_avail_sz";
        "counters are had in bulks, of which one rule uses one": "fs_counters.c", "mlx5_fc_pool";
    } },
    ..FlowFacts::new(SWITCHDEV)
};
