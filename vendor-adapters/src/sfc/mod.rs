//! AMD (Solarflare) X2, X4, Alveo U25N, X3 (`sfc`, `sfc_ef100`): representors come with VFs.

mod features;
mod predict;
#[cfg(test)]
mod tests;

use smartnic_core::adapter::{
    Activation, Adapter, Advice, Change, Evidence, Facts, FlowFacts, FlowLimits, Identity, Modes, PciIds,
};
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{ActionSet, KeySet, MAX_CHAIN};

use crate::macros::{caveats, counters, said};

const NAME: &str = "sfc";

/// What `efx_tc_flower_parse_match` reads and `efx_tc_flower_replace` carries out.
const LIMITS: FlowLimits = FlowLimits {
    keys: KeySet::BASIC
        .union(KeySet::CONTROL)
        .union(KeySet::ETH_ADDRS)
        .union(KeySet::VLAN)
        .union(KeySet::CVLAN)
        .union(KeySet::IPV4_ADDRS)
        .union(KeySet::IPV6_ADDRS)
        .union(KeySet::PORTS)
        .union(KeySet::CT)
        .union(KeySet::TCP)
        .union(KeySet::IP)
        .union(KeySet::ENC_KEYID)
        .union(KeySet::ENC_IPV4_ADDRS)
        .union(KeySet::ENC_IPV6_ADDRS)
        .union(KeySet::ENC_IP)
        .union(KeySet::ENC_PORTS)
        .union(KeySet::ENC_CONTROL),
    actions: ActionSet::DROP
        .union(ActionSet::REDIRECT)
        .union(ActionSet::MIRRED)
        .union(ActionSet::VLAN_PUSH)
        .union(ActionSet::VLAN_POP)
        .union(ActionSet::MANGLE)
        .union(ActionSet::ADD)
        .union(ActionSet::TUNNEL_ENCAP)
        .union(ActionSet::TUNNEL_DECAP)
        .union(ActionSet::CT)
        .union(ActionSet::GOTO),
    max_chain: MAX_CHAIN,
};

const FLOW: FlowFacts = FlowFacts {
    rules: said! { in "drivers/net/ethernet/sfc/" {
        "fields of IP with protocol ip or ipv6 only": "tc.c", "L3/L4 flower keys %#llx require protocol ipv[46]";
        "ports and TCP flags with TCP or UDP only": "tc.c", "L4 flower keys %#llx require ipproto udp or tcp";
        "of connections, trk and est": "tc.c", "Unsupported ct_state match";
        "a tunnel's keys on a tunnel device only": "tc.c", "Ingress enc_key matches not supported";
        "a rule that goes to a chain, or tracks, does nothing else and stands in chain 0": "tc.c", "LHS rule only allowed in chain 0";
        "actions in the order of the hardware: decap, TTL, MAC addresses, pops, pushes, output": "tc.c", "efx_tc_action_order";
        "two tags pushed, two popped": "tc.c", "More than two VLAN pushes, or action order violated";
        "rewriting whole MAC addresses, and one off the TTL": "tc.c", "Incomplete pedit of destination MAC address";
        "to the PF and its representors": "tc.c", "Mirred egress device not on switch";
        "counters: delayed ones": "tc.c", "hw_stats_type %u not supported (only 'delayed')";
    } },
    capacity: said! { in "drivers/net/ethernet/sfc/" {
        "255 chains at a time": "tc.c", "Failed to allocate a hardware recirculation ID for this chain_index";
        "how many rules the engine holds is the firmware's": "mae.c", "efx_mae_insert_rule";
        "which fields it matches, and under which masks, is asked of it": "mae.c", "efx_mae_match_check_caps";
    } },
    ..FlowFacts::new(LIMITS)
};

const FACTS: Facts = Facts {
    identity: Identity {
        drivers: &["sfc", "sfc_ef100"],
        pci: &[
            PciIds {
                vendor: 0x1924,
                devices: &[
                    (0x0903, 0x0903),
                    (0x0923, 0x0923),
                    (0x0a03, 0x0a03),
                    (0x0b03, 0x0b03),
                    (0x0c03, 0x0c03),
                    (0x2c03, 0x2c03),
                    (0x8c03, 0x8c03),
                    (0xac03, 0xac03),
                ],
            },
            PciIds { vendor: 0x10ee, devices: &[(0x0100, 0x0100)] },
        ],
        source: Some(Evidence::kernel("drivers/net/ethernet/sfc/ef100.c", "ef100_pci_table")),
    },
    trees: &["drivers/net/ethernet/sfc"],
    surveyed: true,
    features: features::FEATURES,
    modes: Modes {
        rate_tree: false,
        fixed: Some(EswitchMode::Switchdev),
        none: "there is no mode to set: representors are made with VFs, on the function that manages the match-action engine (EF100)",
        names: "p0pf0vf1 (port, function, VF)",
        rules: said! { in "drivers/net/ethernet/sfc/" {
            "representors come and go with sriov_numvfs": "ef100_sriov.c", "efx_ef100_vfrep_create";
            "without the privilege for the match-action engine there are VFs, but no representors and no rules": "ef100_sriov.c", "grp_mae";
            "VFs that guests have are not taken away": "ef100_sriov.c", "VFs are assigned to guests";
        } },
        ..Modes::UNKNOWN
    },
    flow: Some(FLOW),
    advice: &[(
        Change::Firmware,
        Advice {
            steps: &[Activation::Reboot],
            note: "the driver resets the card when the bundle was written, if it can",
            source: Evidence::kernel("drivers/net/ethernet/sfc/efx_reflash.c", "efx_reflash_flash_firmware"),
        },
    )],
    counters: counters! {
        source Evidence::kernel("drivers/net/ethernet/sfc/ef10.c", "efx_ef10_stat_desc");
        in Ethtool {
            "port_rx_bad", Packets, Any, "phy.fcs", "frames that were wrong";
            "port_rx_nodesc_drops", Packets, Any, "rx.no_descriptor", "packets dropped since the host had no descriptor ready";
            "port_rx_pm_discard_bb_overflow", Packets, Any, "rx.discard", "packets dropped for want of buffers";
            "port_rx_pm_discard_qbb", Packets, Any, "rx.discard", "packets of paused priorities dropped";
            "port_rx_pause", Packets, Rate, "pause.rx", "pause frames that the peer sent";
            "port_tx_pause", Packets, Rate, "pause.tx", "pause frames that this host sent";
        }
        in EthtoolStandard {
            "fec_uncorrectable_blocks", Blocks, Any, "phy.fec_uncorr", "blocks that error correction could not mend: packets are lost";
        }
    },
    caveats: caveats! { in "drivers/net/ethernet/sfc/" {
        "X2 and X4 (EF10) take no rules: they have no match-action engine": "ef100_nic.c", "NETIF_F_HW_TC";
        "hw-tc-offload is on and cannot be turned off (EF100)": "ef100_nic.c", "fixed_features |= NETIF_F_HW_TC";
        "rules on blocks that bonds or OVS bridges share stay in software": "tc_bindings.c", "is_ovs_int_port";
    } },
    ..Facts::new(NAME, "AMD Solarflare X2, X4 (EF10), Alveo U25N, X3 (EF100)")
};

/// The adapter for this driver.
pub(crate) const SFC: Adapter = Adapter::new(&FACTS).with_predictions(predict::predict);
