//! Parameters, counters and cautions of `ice`.

use smartnic_core::adapter::Activation::{FirmwareReset, PowerCycle, Reboot};
use smartnic_core::adapter::{Advice, Caveat, Change, Counter, Evidence, ParamFact, Said, Setting};
use smartnic_core::device::ParamMode::Permanent;

use crate::macros::{caveats, counters, said};

const DOC: Evidence = Evidence::kernel("Documentation/networking/devlink/ice.rst", "Parameters");
const CODE: Evidence =
    Evidence::kernel("drivers/net/ethernet/intel/ice/devlink/devlink.c", "ice_dvl_rdma_params");
const STATS: Evidence =
    Evidence::kernel("drivers/net/ethernet/intel/ice/ice_ethtool.c", "ice_gstrings_pf_stats");

pub(super) const MODE_RULES: &[Said] = said! { in "drivers/net/ethernet/intel/ice/" {
    "the mode changes only while there are no VFs: take them away, set the mode, make them anew": "ice_eswitch.c", "Changing eswitch mode is allowed only if there is no VFs created";
    "not while traffic classes of ADQ are there": "ice_eswitch.c", "ADQ";
    "words in the answer do not mean a failure: the driver tells of its success, too": "ice_eswitch.c", "Changed eswitch mode to";
    "hw-tc-offload is off at the PF and at new representors": "ice_main.c", "NETIF_F_HW_TC";
} };

pub(super) const PARAMS: &[ParamFact] = &[
    ParamFact::runtime("enable_roce", "RoCE on this function", CODE)
        .generic()
        .note("not together with enable_iwarp; not on a bonded PF"),
    ParamFact::runtime("enable_iwarp", "iWARP on this function", CODE)
        .generic()
        .note("not together with enable_roce"),
    ParamFact::driverinit("enable_rdma", "the function has an RDMA device", CODE).generic(),
    ParamFact::driverinit(
        "msix_vec_per_pf_max",
        "interrupts that the PF takes at most; the rest is for VFs",
        DOC,
    )
    .generic(),
    ParamFact::driverinit("msix_vec_per_pf_min", "interrupts that the PF takes at once", DOC).generic(),
    ParamFact::permanent(
        "tx_scheduling_layers",
        "depth of the scheduler's tree: 9, or 5 for up to 512 queues under one parent",
        DOC,
    )
    .needs(&[(Permanent, &[PowerCycle])])
    .note("the slot must lose its power"),
    ParamFact::runtime(
        "local_forwarding",
        "traffic between functions of one port: enabled, disabled or prioritized",
        DOC,
    ),
];

pub(super) const ADVICE: &[(Change<'static>, Advice)] = &[
    (
        Change::Firmware,
        Advice {
            steps: &[FirmwareReset],
            note: "the EMP is reset; where that cannot be, the driver says so and a power cycle is needed",
            source: Evidence::kernel("Documentation/networking/devlink/ice.rst", "EMP firmware"),
        },
    ),
    (
        Change::PortSplit,
        Advice {
            steps: &[Reboot],
            note: "",
            source: Evidence::kernel(
                "drivers/net/ethernet/intel/ice/devlink/port.c",
                "Reboot required to finish port split",
            ),
        },
    ),
];

pub(super) const COUNTERS: &[Counter] = counters! {
    source STATS;
    in Ethtool {
        "rx_crc_errors.nic", Packets, Any, "phy.fcs", "frames with a wrong check sum";
        "illegal_bytes.nic", Bytes, Any, "phy.symbol_err", "bytes that no code has: cable or optics";
        "mac_local_faults.nic", Events, Any, "phy.symbol_err", "this end found the link faulty";
        "mac_remote_faults.nic", Events, Any, "phy.symbol_err", "the other end found it faulty";
        "rx_dropped.nic", Packets, Any, "rx.discard", "packets dropped for want of buffers";
        "tx_dropped_link_down.nic", Packets, Any, "tx.discard", "packets dropped since the link was down";
        "tx_timeout.nic", Events, Any, "health.tx", "a send queue got stuck";
        "link_xoff_rx.nic", Packets, Rate, "pause.rx", "pause frames that the peer sent";
        "link_xoff_tx.nic", Packets, Rate, "pause.tx", "pause frames that this host sent";
        "rx_priority_*_xoff.nic", Packets, Rate, "pause.rx", "pause frames that the peer sent for a priority";
        "tx_priority_*_xoff.nic", Packets, Rate, "pause.tx", "pause frames that this host sent for a priority";
    }
    in EthtoolStandard {
        "fec_uncorrectable_blocks", Blocks, Any, "phy.fec_uncorr", "blocks that error correction could not mend: packets are lost";
        "fec_corrected_blocks", Blocks, Rate, "phy.fec_corr", "blocks that it mended";
    }
    in Devlink {
        "health/mdd", Events, Any, "health.vf", "a VF or the driver did what it must not (malicious driver detection)";
        "health/tx_hang", Events, Any, "health.tx", "a send queue got stuck";
        "health/fw", Events, Any, "health.error", "the firmware found something wrong";
        "health/port", Events, Any, "phy.port", "module, cable or settings of the port do not fit";
    }
};

pub(super) const CAVEATS: &[Caveat] = caveats! { in "drivers/net/ethernet/intel/ice/" {
    "no connection tracking, no rewriting, no tags, no rates in rules: such pipelines run in software": "ice_tc_lib.c", "Unsupported action in switchdev mode";
    "what the NIC handles is not counted for tc": "ice_main.c", "ice_setup_tc_cls_flower";
    "\"insufficient space available\": the card's table of rules or recipes is full": "ice_tc_lib.c", "insufficient space available";
    "one bridge per eswitch": "ice_eswitch_br.c", "Only one bridge is supported per eswitch";
    "with the private flag fw-lldp-agent on, the firmware owns DCB": "ice_dcb_nl.c", "ICE_FLAG_FW_LLDP_AGENT";
    "a reload is refused while VFs are there or the mode is switchdev": "devlink/devlink.c", "Remove all VFs before doing reinit";
} };

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        what: "fw-lldp-agent",
        value: "ethtool --set-priv-flags PF fw-lldp-agent off",
        why: "DCB can be set from the host, and rules are taken",
        source: Evidence::kernel("drivers/net/ethernet/intel/ice/ice_ethtool.c", "fw-lldp-agent"),
    },
    Setting {
        what: "hw-tc-offload",
        value: "ethtool -K PF hw-tc-offload on; the same for every representor",
        why: "it is off from the start, on new representors, too",
        source: Evidence::kernel("drivers/net/ethernet/intel/ice/ice_main.c", "NETIF_F_HW_TC"),
    },
];
