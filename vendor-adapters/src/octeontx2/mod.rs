//! Marvell OCTEON TX2, CN10K, CN20K (`rvu_nicpf`, `rvu_rep`): the eswitch is on a function of its own.

mod features;
mod predict;
#[cfg(test)]
mod tests;
mod transition;

use smartnic_core::adapter::{
    Activation, Adapter, Advice, Change, Evidence, Facts, FlowFacts, FlowLimits, Identity, Modes, ParamFact,
    PciIds,
};
use smartnic_core::flow::{ActionSet, KeySet, MAX_CHAIN};

use crate::macros::{caveats, counters, said};

const NAME: &str = "octeontx2";

const DOC: Evidence = Evidence::kernel("Documentation/networking/devlink/octeontx2.rst", "Parameters");
const CODE: Evidence =
    Evidence::kernel("drivers/net/ethernet/marvell/octeontx2/af/rvu_devlink.c", "rvu_af_dl_params");

/// What `otx2_tc_prepare_flow` reads and `otx2_tc_parse_actions` carries out.
const LIMITS: FlowLimits = FlowLimits {
    keys: KeySet::BASIC
        .union(KeySet::CONTROL)
        .union(KeySet::ETH_ADDRS)
        .union(KeySet::VLAN)
        .union(KeySet::CVLAN)
        .union(KeySet::IPV4_ADDRS)
        .union(KeySet::IPV6_ADDRS)
        .union(KeySet::PORTS)
        .union(KeySet::IPSEC)
        .union(KeySet::MPLS)
        .union(KeySet::ICMP)
        .union(KeySet::TCP)
        .union(KeySet::IP),
    actions: ActionSet::ACCEPT
        .union(ActionSet::DROP)
        .union(ActionSet::MIRRED_INGRESS)
        .union(ActionSet::VLAN_POP)
        .union(ActionSet::POLICE)
        .union(ActionSet::MARK)
        .union(ActionSet::QUEUE),
    max_chain: 0,
};

const FLOW: FlowFacts = FlowFacts {
    rules: said! { in "drivers/net/ethernet/marvell/octeontx2/nic/" {
        "destination MAC addresses only": "otx2_tc.c", "src mac match not supported";
        "TOS of IPv4 only, no TTL": "otx2_tc.c", "ttl not supported";
        "TCP, UDP, SCTP, ICMP, ESP and AH only": "otx2_tc.c", "ip_proto=0x%x not supported";
        "an SPI with ESP or AH": "otx2_tc.c", "SPI index is valid only for ESP/AH proto";
        "a drop of tagged packets names the VLAN's id": "otx2_tc.c", "is not supported for DROP rule.";
        "up to 4 MPLS entries": "otx2_tc.c", "unsupported LSE depth for MPLS match offload";
        "redirects and mirrors to the receive side of the PF and its VFs": "otx2_tc.c", "can't redirect to other pf/vf";
        "of a packet's flags, only frag": "otx2_tc.c", "flow-type should be either IPv4 and IPv6";
        "a mark of up to 16 bits": "otx2_tc.c", "Bad flow mark, only 16 bit supported";
        "police: exceed drops; conform goes on or passes; no peak rate, no average rate; not on OCTEON TX2": "otx2_tc.c", "otx2_policer_validate";
        "not while ntuple is on, not while the link is down": "otx2_tc.c", "Can't install TC flower offload rule when NTUPLE is active";
    } },
    capacity: said! { in "drivers/net/ethernet/marvell/octeontx2/nic/" {
        "16 entries of the match table for each function from the start: devlink parameter mcam_count": "otx2_common.h", "OTX2_DEFAULT_FLOWCOUNT";
        "the match table is shared by all functions of the chip": "otx2_flows.c", "otx2_alloc_mcam_entries";
    } },
    ..FlowFacts::new(LIMITS)
};

const FACTS: Facts = Facts {
    identity: Identity {
        drivers: &["rvu_nicpf", "rvu_af"],
        pci: &[PciIds { vendor: 0x177d, devices: &[(0xa063, 0xa063)] }],
        source: Some(Evidence::kernel(
            "drivers/net/ethernet/marvell/octeontx2/nic/otx2_pf.c",
            "otx2_pf_id_table",
        )),
    },
    trees: &["drivers/net/ethernet/marvell/octeontx2"],
    surveyed: true,
    features: features::FEATURES,
    modes: Modes::none(
        "the eswitch of this card is on its representor function: choose the devlink device of the driver rvu_rep",
        said! { in "drivers/net/ethernet/marvell/octeontx2/nic/" { "the number of VFs changes by way of 0": "otx2_pf.c", "otx2_sriov_configure"; "mode and VFs in either order": "rep.c", "rvu_rep_create"; } },
    ),
    flow: Some(FLOW),
    params: &[
        ParamFact::runtime("mcam_count", "entries of the match table that this link takes", DOC)
            .note("while no rules are there"),
        ParamFact::runtime("unicast_filter_count", "MAC addresses that this link can filter by", DOC)
            .note("while no rules are there"),
        ParamFact::runtime("dwrr_mtu", "the step in which queues take turns (admin function)", DOC),
        ParamFact::runtime(
            "npc_mcam_high_zone_percent",
            "share of the match table for important entries (admin function)",
            DOC,
        ),
        ParamFact::runtime(
            "npc_def_rule_cntr",
            "counters for the rules that the driver makes itself (admin function)",
            DOC,
        ),
        ParamFact::runtime("nix_maxlf", "how many links the chip can have (admin function)", DOC),
        ParamFact::runtime(
            "npc_exact_feature_disable",
            "the table of exact matches is switched off (admin function)",
            CODE,
        ),
        ParamFact::runtime(
            "npc_srch_order",
            "in which order parts of the match table are searched (admin function, CN20K)",
            CODE,
        ),
        ParamFact::runtime("npc_defrag", "the match table is put in order (admin function, CN20K)", CODE),
    ],
    advice: &[(
        Change::Firmware,
        Advice {
            steps: &[Activation::Reboot],
            note: "firmware is part of the board's boot flash",
            source: Evidence::kernel(
                "drivers/net/ethernet/marvell/octeontx2/nic/otx2_devlink.c",
                "otx2_devlink_ops",
            ),
        },
    )],
    counters: counters! {
        source Evidence::kernel("drivers/net/ethernet/marvell/octeontx2/nic/otx2_ethtool.c", "otx2_get_strings");
        in Ethtool {
            "cgx_rxstat*", Packets, Rate, "", "what the port received, by kind; those of errors and drops are the last";
            "cgx_txstat*", Packets, Rate, "", "what the port sent, by kind";
            "Fec Corrected Errors*", Blocks, Rate, "phy.fec_corr", "blocks that error correction mended";
            "Fec Uncorrected Errors*", Blocks, Any, "phy.fec_uncorr", "blocks that it could not mend: packets are lost";
        }
        in Devlink {
            "health/hw_nix_*", Events, Any, "health.error", "the block that moves packets found something wrong";
            "health/hw_npa_*", Events, Any, "health.error", "the block that holds buffers found something wrong";
        }
    },
    caveats: caveats! { in "drivers/net/ethernet/marvell/octeontx2/nic/" {
        "hw-tc-offload and ntuple exclude each other": "otx2_common.c", "Can't disable TC hardware offload while flows are active";
        "no tunnels, no rewriting, no tags pushed": "otx2_tc.c", "otx2_tc_parse_actions";
    } },
    ..Facts::new(NAME, "Marvell OCTEON TX2, OCTEON 10 (CN10K), CN20K")
};

/// The adapter for this driver.
pub(crate) const OCTEONTX2: Adapter = Adapter::new(&FACTS).with_predictions(predict::predict);

/// The chain is not looked at.
const REP_LIMITS: FlowLimits = FlowLimits { max_chain: MAX_CHAIN, ..LIMITS };

/// The driver of the function that has the eswitch.
const REP: Facts = Facts {
    identity: Identity {
        drivers: &["rvu_rep"],
        pci: &[PciIds { vendor: 0x177d, devices: &[(0xa0e0, 0xa0e0)] }],
        source: Some(Evidence::kernel(
            "drivers/net/ethernet/marvell/octeontx2/nic/rep.c",
            "rvu_rep_id_table",
        )),
    },
    trees: &[],
    modes: Modes {
        rate_tree: false,
        settable: transition::MODES,
        fixed: None,
        none: "",
        names: "p1, pf1vf1, with PFs and VFs counted from 1; the links are named Rpf1vf0, Rpf1vf1",
        rules: said! { in "drivers/net/ethernet/marvell/octeontx2/nic/" {
            "representors of all PFs and VFs of the chip come with switchdev mode": "rep.c", "rvu_rep_create";
            "VFs are made at their own PF, before or after": "rep.c", "RVU_REP_VF_INITIALIZED";
        } },
    },
    flow: Some(FlowFacts {
        limits: REP_LIMITS,
        rules: said! { in "drivers/net/ethernet/marvell/octeontx2/nic/" {
            "as on the PF, for what the function sends": "rep.c", "rvu_rep_setup_tc_cb";
            "not before the function's link came up once": "rep.c", "RVU_REP_VF_INITIALIZED";
            "whatever the chain, and whether hw-tc-offload is on or off": "rep.c", "rvu_rep_setup_tc_cb";
        } },
        capacity: said! { in "drivers/net/ethernet/marvell/octeontx2/nic/" {
            "16 entries of the match table for each representor": "rep.c", "OTX2_DEFAULT_FLOWCOUNT";
        } },
        ..FLOW
    }),
    features: &[
        smartnic_core::adapter::FeatureFact::absent(
            smartnic_core::adapter::Feature::Sriov,
            "VFs are made at their own PF (driver rvu_nicpf)",
            Evidence::kernel("drivers/net/ethernet/marvell/octeontx2/nic/rep.c", "rvu_rep_driver"),
        ),
        smartnic_core::adapter::FeatureFact::has(
            smartnic_core::adapter::Feature::EswitchMode,
            "drivers/net/ethernet/marvell/octeontx2/nic/otx2_devlink.c",
            "otx2_devlink_eswitch_mode_set",
        ),
        smartnic_core::adapter::FeatureFact::has(
            smartnic_core::adapter::Feature::Representors,
            "drivers/net/ethernet/marvell/octeontx2/nic/rep.c",
            "rvu_rep_create",
        ),
        smartnic_core::adapter::FeatureFact::has(
            smartnic_core::adapter::Feature::PortAddress,
            "drivers/net/ethernet/marvell/octeontx2/nic/rep.c",
            "rvu_rep_dl_port_fn_hw_addr_set",
        ),
        smartnic_core::adapter::FeatureFact::has(
            smartnic_core::adapter::Feature::Flower,
            "drivers/net/ethernet/marvell/octeontx2/nic/rep.c",
            "TC_SETUP_CLSFLOWER",
        ),
    ],
    ..Facts::new("octeontx2_rep", "Marvell OCTEON TX2, OCTEON 10: the representor function")
};

/// The adapter for the representor function.
pub(crate) const OCTEONTX2_REP: Adapter =
    Adapter::new(&REP).with_order(transition::steps).with_predictions(predict::predict_rep);
