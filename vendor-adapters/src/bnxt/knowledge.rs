//! Parameters, counters and cautions of `bnxt_en`.

use smartnic_core::adapter::Activation::{FirmwareReset, PciRescan};
use smartnic_core::adapter::{Advice, Caveat, Change, Counter, Evidence, ParamFact, Said, Setting};
use smartnic_core::device::ParamMode::Permanent;

use crate::macros::{caveats, counters, said};

const DOC: Evidence = Evidence::kernel("Documentation/networking/devlink/bnxt.rst", "Parameters");
const STATS: Evidence =
    Evidence::kernel("drivers/net/ethernet/broadcom/bnxt/bnxt_ethtool.c", "bnxt_port_stats_arr");

pub(super) const MODE_RULES: &[Said] = said! { in "drivers/net/ethernet/broadcom/bnxt/" {
    "the PF's link is up before VFs are made": "bnxt_sriov.c", "Reject SRIOV config request since if is down!";
    "a mode that is set already is refused: read before you write": "bnxt_vfr.c", "already in %s eswitch mode";
    "VFs before the mode: representors are made for VFs that are there, and older kernels want them first": "bnxt_vfr.c", "bnxt_vf_reps_create";
    "the firmware must speak version 1.8.3 of its interface or later": "bnxt_vfr.c", "0x10803";
} };

pub(super) const PARAMS: &[ParamFact] = &[
    ParamFact::permanent("enable_sriov", "the function can have VFs", DOC)
        .generic()
        .needs(&[(Permanent, &[FirmwareReset, PciRescan])]),
    ParamFact::permanent("ignore_ari", "VFs are made although a bridge above does not do ARI", DOC)
        .generic()
        .needs(&[(Permanent, &[FirmwareReset, PciRescan])]),
    ParamFact::permanent("msix_vec_per_pf_max", "interrupts that a PF has at most", DOC)
        .generic()
        .needs(&[(Permanent, &[FirmwareReset, PciRescan])]),
    ParamFact::permanent("msix_vec_per_pf_min", "interrupts that a PF has at least", DOC)
        .generic()
        .needs(&[(Permanent, &[FirmwareReset, PciRescan])]),
    ParamFact::permanent("enable_roce", "RoCE on this function", DOC).generic(),
    ParamFact::permanent("gre_ver_check", "packets of GRE are looked at for their version", DOC),
    ParamFact::runtime("enable_remote_dev_reset", "whether other hosts may reset the card's firmware", DOC)
        .generic(),
];

pub(super) const ADVICE: &[(Change<'static>, Advice)] = &[(
    Change::Firmware,
    Advice {
        steps: &[FirmwareReset],
        note: "with limit no_reset it is patched while it runs, if the package can; every host on the card is reset otherwise",
        source: Evidence::kernel(
            "drivers/net/ethernet/broadcom/bnxt/bnxt_devlink.c",
            "DEVLINK_RELOAD_LIMIT_NO_RESET",
        ),
    },
)];

pub(super) const COUNTERS: &[Counter] = counters! {
    source STATS;
    in Ethtool {
        "rx_pcs_symbol_err", Events, Any, "phy.symbol_err", "symbols that were wrong: cable or optics";
        "rx_corrected_bits", Bits, Rate, "phy.fec_corr", "bits that error correction mended: growth warns before loss";
        "rx_fec_corrected_blocks", Blocks, Rate, "phy.fec_corr", "blocks that it mended";
        "rx_fec_uncorrectable_blocks", Blocks, Any, "phy.fec_uncorr", "blocks that it could not mend: packets are lost";
        "rx_fcs_err_frames", Packets, Any, "phy.fcs", "frames with a wrong check sum";
        "link_down_events", Events, Any, "link.flap", "how often the link went down";
        "rx_stat_discard", Packets, Any, "rx.discard", "packets dropped for want of buffers";
        "rx_discard_packets_cos*", Packets, Any, "rx.discard", "the same of one class of service";
        "rx_pfc_ena_frames_pri*", Packets, Rate, "pause.rx", "pause frames that the peer sent for a priority";
        "pfc_pri*_rx_duration_us", Microseconds, Rate, "pause.rx", "how long the peer stopped a priority";
        "tx_pfc_ena_frames_pri*", Packets, Rate, "pause.tx", "pause frames that this host sent for a priority";
        "pfc_pri*_tx_duration_us", Microseconds, Rate, "pause.tx", "how long this host stopped a priority";
        "continuous_roce_pause_events", Events, Any, "pause.storm", "RoCE traffic was paused without end";
        "continuous_pause_events", Events, Any, "pause.storm", "the link was paused without end";
        "rx_buffer_passed_threshold", Events, Rate, "rx.buffer", "a receive buffer was fuller than it should be";
    }
    in Devlink {
        "health/fw", Events, Any, "health.fatal", "the firmware stopped, or found something wrong";
    }
};

pub(super) const CAVEATS: &[Caveat] = caveats! { in "drivers/net/ethernet/broadcom/bnxt/" {
    "why a rule is refused stands in the kernel's log, not in the answer": "bnxt_tc.c", "netdev_info";
    "permanent parameters are written into the card's memory and read at its next reset": "bnxt_devlink.c", "bnxt_hwrm_nvm_req";
    "no devlink ports for representors: they are known by phys_switch_id and phys_port_name": "bnxt_vfr.c", "bnxt_vf_rep_get_phys_port_name";
    "a devlink reload is refused while VFs are there": "bnxt_devlink.c", "reload is unsupported while VFs are allocated or being configured";
} };

pub(super) const SETTINGS: &[Setting] = &[Setting {
    what: "switchdev mode",
    value: "ip link set PF up; echo N > sriov_numvfs; devlink dev eswitch set DEV mode switchdev",
    why: "in this order nothing is refused on any kernel",
    source: Evidence::kernel("drivers/net/ethernet/broadcom/bnxt/bnxt_vfr.c", "bnxt_dl_eswitch_mode_set"),
}];
