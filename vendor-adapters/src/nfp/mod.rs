//! Netronome and Corigine Agilio (`nfp`): with the flower firmware always in switchdev mode.

mod features;
mod predict;
#[cfg(test)]
mod tests;

use smartnic_core::adapter::{
    Activation, Adapter, Advice, Change, Evidence, Facts, FlowFacts, FlowLimits, Identity, Modes, ParamFact,
    PciIds,
};
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{ActionSet, KeySet};

use crate::macros::{caveats, counters, said};

const NAME: &str = "nfp";

const DOC: Evidence = Evidence::kernel("Documentation/networking/devlink/nfp.rst", "Parameters");

/// `NFP_FLOWER_WHITELIST_DISSECTOR` and `nfp_flower_loop_action`.
const LIMITS: FlowLimits = FlowLimits {
    keys: KeySet::BASIC
        .union(KeySet::CONTROL)
        .union(KeySet::IPV4_ADDRS)
        .union(KeySet::IPV6_ADDRS)
        .union(KeySet::TCP)
        .union(KeySet::PORTS)
        .union(KeySet::ETH_ADDRS)
        .union(KeySet::VLAN)
        .union(KeySet::CVLAN)
        .union(KeySet::MPLS)
        .union(KeySet::CT)
        .union(KeySet::META)
        .union(KeySet::IP)
        .union(crate::tunnel::KEYS),
    actions: ActionSet::DROP
        .union(ActionSet::REDIRECT)
        .union(ActionSet::MIRRED)
        .union(ActionSet::MIRRED_INGRESS)
        .union(ActionSet::VLAN_PUSH)
        .union(ActionSet::VLAN_POP)
        .union(ActionSet::TUNNEL_ENCAP)
        .union(ActionSet::TUNNEL_DECAP)
        .union(ActionSet::MANGLE)
        .union(ActionSet::CSUM)
        .union(ActionSet::CT)
        .union(ActionSet::GOTO)
        .union(ActionSet::MPLS_PUSH)
        .union(ActionSet::MPLS_POP)
        .union(ActionSet::MPLS_MANGLE)
        .union(ActionSet::PTYPE)
        .union(ActionSet::POLICE),
    max_chain: 0,
};

const FLOW: FlowFacts = FlowFacts {
    rules: said! { in "drivers/net/ethernet/netronome/nfp/flower/" {
        "IPv4, IPv6, MPLS and tagged packets; no ARP, no other protocol": "offload.c", "match on given EtherType is not supported";
        "fields above MAC addresses with a protocol only": "offload.c", "cannot match above L2 without specified EtherType";
        "ports with TCP, UDP, SCTP or ICMP only": "offload.c", "cannot match on L4 information without specified IP protocol type";
        "of TCP flags FIN, SYN, RST, PSH and URG, and the last two with one of the first only": "offload.c", "PSH and URG is only supported when used with FIN, SYN or RST";
        "one MPLS entry": "match.c", "invalid LSE depth for MPLS match offload";
        "a tunnel by its whole destination address and, but for GRE, its whole port": "offload.c", "only an exact match L4 destination port is supported";
        "a tunnel's keys on a tunnel device only": "offload.c", "ingress netdev does not match the expected tunnel type";
        "rewriting addresses, ports, TOS and TTL with csum behind it": "action.c", "set actions without updating checksums are not supported";
        "an MPLS push says whether it is the last entry": "action.c", "BOS field must explicitly be set for MPLS push";
        "to representors of the same card, and to bonds of them": "action.c", "ingress and egress interfaces are on different devices";
        "chain 0, but for connection tracking": "offload.c", "offload_pre_check";
        "counters: delayed ones": "action.c", "FLOW_ACTION_HW_STATS_DELAYED_BIT";
    } },
    capacity: said! { in "drivers/net/ethernet/netronome/nfp/flower/" {
        "as many rules as the firmware has counters (CONFIG_FC_HOST_CTX_COUNT)": "main.c", "CONFIG_FC_HOST_CTX_COUNT";
        "256 combinations of masks": "main.h", "NFP_FLOWER_MASK_ENTRY_RS";
        "a list of actions of up to 1216 bytes": "cmsg.h", "NFP_FL_MAX_A_SIZ";
    } },
    ..FlowFacts::new(LIMITS)
};

const FACTS: Facts = Facts {
    identity: Identity {
        drivers: &["nfp"],
        pci: &[
            PciIds {
                vendor: 0x19ee,
                devices: &[(0x3800, 0x3800), (0x4000, 0x4000), (0x5000, 0x5000), (0x6000, 0x6000)],
            },
            PciIds {
                vendor: 0x1da8,
                devices: &[(0x3800, 0x3800), (0x4000, 0x4000), (0x5000, 0x5000), (0x6000, 0x6000)],
            },
        ],
        source: Some(Evidence::kernel("drivers/net/ethernet/netronome/nfp/nfp_main.c", "nfp_pci_device_ids")),
    },
    trees: &["drivers/net/ethernet/netronome/nfp"],
    surveyed: true,
    features: features::FEATURES,
    modes: Modes {
        rate_tree: false,
        fixed: Some(EswitchMode::Switchdev),
        none: "the firmware of an nfp decides the mode: with the flower firmware it is switchdev and stays so; load another firmware for another mode",
        names: "p0, pf0, pf0vf1 (older kernels: the same by netdev name only)",
        rules: said! { in "drivers/net/ethernet/netronome/nfp/" {
            "with the flower firmware the mode is switchdev without being asked": "flower/main.c", "DEVLINK_ESWITCH_MODE_SWITCHDEV";
            "setting it is refused, whatever it is set to": "nfp_app.h", "nfp_app_eswitch_mode_set";
            "representors of VFs come and go with sriov_numvfs": "flower/main.c", "nfp_flower_sriov_enable";
        } },
        ..Modes::UNKNOWN
    },
    flow: Some(FLOW),
    params: &[
        ParamFact::permanent(
            "fw_load_policy",
            "where the driver takes the firmware from: driver, flash or disk",
            DOC,
        )
        .generic()
        .note("it counts when the driver is bound the next time"),
        ParamFact::permanent(
            "reset_dev_on_drv_probe",
            "whether the driver resets the card when it is bound",
            DOC,
        )
        .generic()
        .note("it counts when the driver is bound the next time"),
    ],
    advice: &[
        (
            Change::Firmware,
            Advice {
                steps: &[Activation::Reboot],
                note: "application firmware comes from disk each time the driver is bound; what is flashed starts with the machine",
                source: Evidence::kernel(
                    "drivers/net/ethernet/netronome/nfp/nfp_main.c",
                    "nfp_flash_update_common",
                ),
            },
        ),
        (
            Change::PortSplit,
            Advice {
                steps: &[Activation::Reboot],
                note: "the driver takes the port away; it is split once the card was reset",
                source: Evidence::kernel(
                    "drivers/net/ethernet/netronome/nfp/nfp_net_main.c",
                    "NFP_PORT_CHANGED",
                ),
            },
        ),
    ],
    counters: counters! {
        source Evidence::kernel("drivers/net/ethernet/netronome/nfp/nfp_net_ethtool.c", "nfp_port_get_stats");
        in Ethtool {
            "mac.rx_frame_check_sequence_errors", Packets, Any, "phy.fcs", "frames with a wrong check sum";
            "mac.rx_drop_events", Packets, Any, "rx.discard", "packets dropped for want of buffers";
            "mac.rx_pause_frames_class*", Packets, Rate, "pause.rx", "pause frames that the peer sent for a priority";
            "mac.tx_pause_frames_class*", Packets, Rate, "pause.tx", "pause frames that this host sent for a priority";
            "dev_rx_discards", Packets, Any, "rx.no_descriptor", "packets dropped since the host had no descriptor ready";
            "dev_tx_discards", Packets, Any, "tx.drop", "packets that the card dropped on their way out";
        }
    },
    caveats: caveats! { in "drivers/net/ethernet/netronome/nfp/" {
        "a match on ICMP types stays in software": "flower/offload.c", "NFP_FLOWER_WHITELIST_DISSECTOR";
        "what the card can do beyond the first rules depends on its firmware (VLAN priorities, QinQ, Geneve, IPv6 tunnels)": "flower/main.h", "NFP_FL_FEATS_VLAN_QINQ";
        "police in a rule is offloaded if the same policer was offloaded by itself before": "flower/action.c", "can not offload flow table with unsupported police action.";
        "the PF's own link takes no rules: they stand on representors": "nfp_net_common.c", "nfp_app_has_tc(nn->app) && nn->port";
    } },
    ..Facts::new(NAME, "Netronome and Corigine Agilio CX, LX, FX (NFP-3800 to NFP-6000)")
};

/// The adapter for this driver.
pub(crate) const NFP: Adapter = Adapter::new(&FACTS).with_predictions(predict::predict);
