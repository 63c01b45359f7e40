//! What each SmartNIC driver wants and can do: data and pure decisions, never I/O.
//!
//! One module per kernel driver. Each says which devices it speaks for, what it takes of flow rules, in which
//! order it wants the steps to another eswitch mode, and what it expects to become of one rule. What is written
//! here was read in the drivers of kernel 7.3 and is quoted in their own words; the kernel decides.
//!
//! To add a driver: a folder, and one line in [`registry`], in alphabetical order.

mod bnxt;
mod classes;
mod cxgb4;
mod findings;
mod generic;
mod hns3;
mod i40e;
mod ice;
mod idpf;
mod igb;
mod ionic;
mod ixgbe;
mod labnic;
mod macros;
mod mlx5;
mod netdevsim;
mod nfp;
mod octeon_ep;
mod octeontx2;
mod qede;
mod rdma;
mod sfc;
#[cfg(test)]
mod testing;
mod tunnel;

use std::sync::Arc;

use smartnic_core::adapter::{Adapter, Registry, VendorAdapter};

/// The adapters, in the order of their names.
const ADAPTERS: &[Adapter] = &[
    bnxt::BNXT,
    rdma::bnxt_re::BNXT_RE,
    cxgb4::CXGB4,
    rdma::efa::EFA,
    rdma::erdma::ERDMA,
    hns3::HNS3,
    rdma::hns_roce::HNS_ROCE,
    i40e::I40E,
    ice::ICE,
    idpf::IDPF,
    igb::IGB,
    ionic::IONIC,
    rdma::ionic_rdma::IONIC_RDMA,
    rdma::irdma::IRDMA,
    ixgbe::IXGBE,
    labnic::LABNIC,
    rdma::mana_ib::MANA_IB,
    mlx5::MLX5,
    rdma::mlx5_ib::MLX5_IB,
    netdevsim::NETDEVSIM,
    nfp::NFP,
    octeon_ep::OCTEON_EP,
    octeontx2::OCTEONTX2,
    octeontx2::OCTEONTX2_REP,
    qede::QEDE,
    rdma::rxe::RXE,
    sfc::SFC,
    rdma::siw::SIW,
];

/// Every adapter of this crate, the fallback last.
#[must_use]
pub fn registry() -> Registry {
    let adapters = ADAPTERS.iter().map(|adapter| Arc::new(*adapter) as Arc<dyn VendorAdapter>);
    Registry::new(adapters.collect(), Arc::new(generic::Generic))
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartnic_core::adapter::DeviceIdentity;

    fn found(driver: &str, pci_id: Option<(u16, u16)>) -> String {
        let device = DeviceIdentity { driver: driver.to_owned(), bus: "pci".to_owned(), pci_id };
        registry().find(&device).name().to_owned()
    }

    /// The order is that of `enum rdma_driver_id` (`include/uapi/rdma/ib_user_ioctl_verbs.h`), in which nothing is ever taken out.
    #[test]
    fn rdma_drivers_have_the_kernels_numbers() {
        const DRIVERS: [&str; 22] = [
            "",
            "mlx5_ib",
            "mlx4_ib",
            "cxgb3",
            "iw_cxgb4",
            "mthca",
            "bnxt_re",
            "ocrdma",
            "nes",
            "irdma",
            "vmw_pvrdma",
            "qedr",
            "hns_roce",
            "usnic",
            "rxe",
            "hfi1",
            "qib",
            "efa",
            "siw",
            "erdma",
            "mana_ib",
            "ionic_rdma",
        ];
        let registry = registry();
        let facts = registry.iter().map(|adapter| adapter.facts());
        let found: Vec<_> = facts.filter_map(|facts| Some((facts.name, facts.rdma?.driver_id))).collect();
        assert_eq!(found.len(), 10);
        for (name, number) in found {
            assert_eq!(DRIVERS.get(number as usize), Some(&name), "{number}");
        }
    }

    #[test]
    fn the_driver_decides_and_without_one_the_pci_id() {
        assert_eq!(found("mlx5_core", Some((0x15b3, 0xa2dc))), "mlx5");
        assert_eq!(found("ice", None), "ice");
        assert_eq!(found("bnxt_en", None), "bnxt");
        assert_eq!(found("netdevsim", None), "netdevsim");
        assert_eq!(found("labnic", None), "labnic");
        assert_eq!(found("", Some((0x15b3, 0xa2dc))), "mlx5", "BlueField-3 before its driver is bound");
        assert_eq!(found("", Some((0x8086, 0x1592))), "ice", "E810-C");
        assert_eq!(found("", Some((0x14e4, 0x1760))), "bnxt", "Thor 2");
        assert_eq!(found("", Some((0x15b3, 0x1003))), "generic", "ConnectX-3 has another driver");
        assert_eq!(found("", Some((0x8086, 0x1572))), "i40e", "X710");
        assert_eq!(found("", Some((0x19ee, 0x4000))), "nfp", "Agilio CX");
        assert_eq!(found("sfc_ef100", None), "sfc");
        assert_eq!(found("rvu_rep", None), "octeontx2_rep");
        assert_eq!(found("vfio-pci", Some((0x15b3, 0xa2dc))), "generic");
        assert_eq!(found("", None), "generic");
    }

    #[test]
    fn names_are_in_order_and_the_fallback_is_last() {
        let registry = registry();
        let mut names: Vec<&str> = registry.iter().map(|adapter| adapter.name()).collect();
        assert_eq!(names.pop(), Some("generic"));
        assert!(names.is_sorted(), "{names:?}");
        for name in names {
            assert_eq!(registry.named(name).map(|adapter| adapter.name()), Some(name));
        }
    }
}
