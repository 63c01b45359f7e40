//! Counters of `mlx5_core` to be watched.

use smartnic_core::adapter::{Counter, Evidence};

use crate::macros::counters;

const DOC: Evidence =
    Evidence::kernel("Documentation/networking/device_drivers/ethernet/mellanox/mlx5/counters.rst", "");

pub(super) const COUNTERS: &[Counter] = counters! {
    source DOC;
    in Ethtool {
        "rx_symbol_err_phy", Events, Any, "phy.symbol_err", "symbols that no forward error correction could mend: cable or optics";
        "rx_pcs_symbol_err_phy", Events, Any, "phy.symbol_err", "symbols that were wrong before error correction was asked";
        "rx_corrected_bits_phy", Bits, Rate, "phy.fec_corr", "bits that error correction mended: growth warns before loss";
        "rx_crc_errors_phy", Packets, Any, "phy.fcs", "frames with a wrong check sum: corruption on the wire";
        "link_down_events_phy", Events, Any, "link.flap", "how often the link went down";
        "rx_discards_phy", Packets, Any, "rx.discard", "packets dropped for want of buffers: the host or PCIe is slow, or the buffers for lossless traffic are too small";
        "rx_prio*_discards", Packets, Any, "rx.discard", "the same of one priority";
        "rx_prio*_buf_discard", Packets, Any, "rx.discard", "packets of a priority dropped since its buffer was full";
        "tx_discards_phy", Packets, Any, "tx.discard", "packets dropped on the way out: the link is down or the queue too old";
        "rx_prio*_pause_duration", Microseconds, Rate, "pause.rx", "how long the peer stopped this priority";
        "rx_prio*_pause", Packets, Rate, "pause.rx", "pause frames that the peer sent for this priority: the network is congested";
        "tx_prio*_pause_duration", Microseconds, Rate, "pause.tx", "how long this host stopped the peer";
        "tx_prio*_pause", Packets, Rate, "pause.tx", "pause frames that this host sent: it is the slow one";
        "tx_pause_storm_warning_events", Events, Any, "pause.storm", "this host paused the peer for long";
        "tx_pause_storm_error_events", Events, Any, "pause.storm", "it did so for so long that the card now drops instead";
        "outbound_pci_stalled_wr", Ticks, Rate, "pcie", "share of time in which writes to the host's memory had to wait";
        "outbound_pci_stalled_rd", Ticks, Rate, "pcie", "the same of reads";
        "pci_bw_inbound_high", Events, Rate, "pcie", "how often PCIe became congested (the parameters pcie_cong_*)";
        "rx_pci_signal_integrity", Events, Any, "pcie", "faults on PCIe itself";
        "module_high_temp", Events, Any, "optic", "the transceiver was too hot";
        "rx_out_of_buffer", Packets, Any, "rx.no_descriptor", "packets dropped since the host had no descriptor ready: queues too short, CPU too slow";
        "rx_steer_missed_packets", Packets, Rate, "rx.unsteered", "packets that no steering rule of the function wanted";
        "tx_queue_dropped", Packets, Any, "tx.drop", "packets that the driver dropped";
    }
    in EthtoolStandard {
        "fec_uncorrectable_blocks", Blocks, Any, "phy.fec_uncorr", "blocks that error correction could not mend: packets are lost";
    }
    in Devlink {
        "health/fw_fatal", Events, Any, "health.fatal", "the firmware stopped";
        "health/fw", Events, Any, "health.error", "the firmware found something wrong";
        "health/tx", Events, Any, "health.tx", "a send queue got stuck or failed";
        "health/rx", Events, Any, "health.rx", "a receive queue failed";
    }
};
