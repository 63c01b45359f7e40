//! devlink parameters of `mlx5_core`, and what else needs a restart.

use smartnic_core::adapter::Activation::{FirmwareReset, PciRescan};
use smartnic_core::adapter::{Advice, Change, Evidence, ParamFact};
use smartnic_core::device::ParamMode::Permanent;

const DOC: Evidence = Evidence::kernel("Documentation/networking/devlink/mlx5.rst", "Parameters");
const CODE: Evidence =
    Evidence::kernel("drivers/net/ethernet/mellanox/mlx5/core/devlink.c", "mlx5_devlink_params");
const NV: Evidence = Evidence::kernel(
    "drivers/net/ethernet/mellanox/mlx5/core/lib/nv_param.c",
    "mlx5_nv_param_devlink_params",
);
const RESET: Evidence = Evidence::kernel(
    "Documentation/networking/devlink/mlx5.rst",
    "for PCI related config such as sriov PCI reset/rescan is required",
);

pub(super) const PARAMS: &[ParamFact] = &[
    ParamFact::runtime("flow_steering_mode", "who writes rules into the card: firmware (dmfs), the driver (smfs), or the driver by queues (hmfs)", DOC)
        .note("in legacy mode only: \"Changing fs mode is not supported when eswitch offloads enabled.\""),
    ParamFact::runtime("esw_port_metadata", "packets carry the port that they came from within the eswitch; off gives up to 20 % more packets, but no multi-port RoCE, bonds of representors, or devices on top", DOC)
        .note("in legacy mode only; it counts from the next change to switchdev mode on"),
    ParamFact::runtime("esw_multiport", "one eswitch for all ports of the card", DOC),
    ParamFact::runtime("enable_remote_dev_reset", "whether other hosts may reset the card's firmware", CODE).generic(),
    ParamFact::driverinit("enable_roce", "RoCE on this function", DOC).generic(),
    ParamFact::driverinit("enable_eth", "the function has a link", CODE).generic(),
    ParamFact::driverinit("enable_rdma", "the function has an RDMA device", CODE).generic(),
    ParamFact::driverinit("enable_vnet", "the function has a vDPA device", CODE).generic(),
    ParamFact::driverinit("io_eq_size", "entries of an event queue for completions, 64 to 4096", DOC).generic(),
    ParamFact::driverinit("event_eq_size", "entries of the event queue for asynchronous events, 64 to 4096", DOC).generic(),
    ParamFact::driverinit("max_macs", "MAC addresses that a function can filter by, a power of 2", DOC).generic(),
    ParamFact::driverinit("num_doorbells", "doorbells that the channels of a link are spread over", DOC).generic(),
    ParamFact::driverinit("fdb_large_groups", "groups of more than one rule in the first table of the eswitch, 1 to 1024", DOC),
    ParamFact::driverinit("hairpin_num_queues", "queues for rules that forward in legacy mode", DOC),
    ParamFact::driverinit("hairpin_queue_size", "packets in such a queue", DOC),
    ParamFact::driverinit("pcie_cong_inbound_low", "where congestion of PCIe from the host's side ends, in 0.01 %", DOC),
    ParamFact::driverinit("pcie_cong_inbound_high", "where it begins", DOC),
    ParamFact::driverinit("pcie_cong_outbound_low", "where congestion of PCIe from the card's side ends, in 0.01 %", DOC),
    ParamFact::driverinit("pcie_cong_outbound_high", "where it begins", DOC),
    ParamFact::permanent("enable_sriov", "the function can have VFs", NV).generic()
        .needs(&[(Permanent, &[FirmwareReset, PciRescan])]),
    ParamFact::permanent("total_vfs", "how many VFs it can have", NV).generic()
        .needs(&[(Permanent, &[FirmwareReset, PciRescan])])
        .note("sriov_totalvfs shows it after the rescan"),
    ParamFact::permanent("max_sfs", "how many sub-functions it can have", NV).generic()
        .needs(&[(Permanent, &[FirmwareReset, PciRescan])]),
    ParamFact::permanent("cqe_compress_type", "how eagerly completions are merged: balanced or aggressive", NV),
    ParamFact::permanent("swp_l4_csum_mode", "how checksums of TCP and UDP are computed where software says where headers are", NV),
];

pub(super) const ADVICE: &[(Change<'static>, Advice)] = &[
    (
        Change::Firmware,
        Advice {
            steps: &[FirmwareReset],
            note: "every host and function on the card is reset with it; enable_remote_dev_reset must be on everywhere",
            source: Evidence::kernel(
                "drivers/net/ethernet/mellanox/mlx5/core/fw_reset.c",
                "mlx5_fw_reset_set_reset_sync",
            ),
        },
    ),
    (
        Change::Resource,
        Advice {
            steps: &[],
            note: "its resources (max_local_SFs, max_external_SFs) only tell; mstconfig and a firmware reset change them",
            source: RESET,
        },
    ),
];
