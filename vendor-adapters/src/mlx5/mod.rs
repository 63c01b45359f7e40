//! NVIDIA ConnectX-4 and later, BlueField (`mlx5_core`).

mod counters;
mod features;
mod flow;
mod params;
mod predict;
mod rewrite;
mod roce;
mod said;
#[cfg(test)]
mod tests;
mod transition;
mod walk;

use smartnic_core::adapter::{Adapter, Evidence, Facts, Identity, Modes, PciIds};

const NAME: &str = "mlx5";

const FACTS: Facts = Facts {
    identity: Identity {
        drivers: &["mlx5_core"],
        pci: &[PciIds {
            vendor: 0x15b3,
            devices: &[
                (0x1011, 0x1027),
                (0x2101, 0x2101),
                (0xa2d2, 0xa2d3),
                (0xa2d6, 0xa2d6),
                (0xa2dc, 0xa2dc),
                (0xa2df, 0xa2df),
            ],
        }],
        source: Some(Evidence::kernel(
            "drivers/net/ethernet/mellanox/mlx5/core/main.c",
            "mlx5_core_pci_table",
        )),
    },
    trees: &["drivers/net/ethernet/mellanox/mlx5/core"],
    surveyed: true,
    features: features::FEATURES,
    modes: Modes {
        rate_tree: false,
        settable: transition::MODES,
        names: "p0 (uplink), pf0vf1, pf0sf88; c1pf0vf1 for functions of another host (DPU)",
        rules: said::MODE_RULES,
        ..Modes::UNKNOWN
    },
    flow: Some(flow::FLOW),
    params: params::PARAMS,
    advice: params::ADVICE,
    counters: counters::COUNTERS,
    roce: Some(roce::ROCE),
    sub_function_rdma: Some(Evidence::kernel(
        "drivers/net/ethernet/mellanox/mlx5/core/dev.c",
        "is_ib_enabled",
    )),
    own_processor: &[(0x15b3, 0xa2d2), (0x15b3, 0xa2d6), (0x15b3, 0xa2dc), (0x15b3, 0xa2df)],
    rdma_drivers: &["mlx5_ib"],
    caveats: said::CAVEATS,
    settings: said::SETTINGS,
    ..Facts::new(NAME, "NVIDIA ConnectX-4 to ConnectX-9, BlueField-2 and -3")
};

/// The adapter for `mlx5_core`.
pub(crate) const MLX5: Adapter =
    Adapter::new(&FACTS).with_order(transition::steps).with_predictions(predict::predict);
