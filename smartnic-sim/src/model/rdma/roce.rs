//! What files tell of RoCE, and devices that follow parameters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smartnic_core::rdma::LinkEcn;

use super::spec::{IRDMA, MLX5_IB};
use super::{RdmaDevice, RdmaKind};
use crate::errno::Errno;
use crate::model::Machine;
use crate::note::Note;

/// What rdma_cm gives to connections, and parameters of congestion control.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct RoceFiles {
    /// Whether connections get RoCE v1.
    pub(crate) v1: bool,
    /// The type of service that they get.
    pub(crate) tos: u8,
    /// Whether the device has a directory in configfs.
    pub(crate) view: bool,
    /// By name.
    pub(crate) parameters: BTreeMap<String, u64>,
    /// Which priorities of its link take part in congestion control; none unless the driver is the vendor's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ecn: Option<LinkEcn>,
}

/// Parameters of congestion control of mlx5, as its firmware starts; the numbers are ours.
const CONGESTION: [(&str, u64); 4] =
    [("np_cnp_dscp", 48), ("np_cnp_prio", 6), ("np_cnp_prio_mode", 1), ("np_min_time_between_cnps", 4)];

/// What the vendor's own driver starts with.
const ALL_PRIORITIES: LinkEcn = LinkEcn { notification: 0xff, reaction: 0xff };

impl Machine {
    /// What the files of a new device tell: only mlx5's functions have parameters of congestion control.
    pub(super) fn roce_files(&self, kind: RdmaKind) -> RoceFiles {
        if kind != RdmaKind::Function || self.function_spec() != Some(&MLX5_IB) {
            return RoceFiles::default();
        }
        RoceFiles {
            parameters: CONGESTION.map(|(name, value)| (name.to_owned(), value)).into(),
            ecn: self.rdma.vendors.then_some(ALL_PRIORITIES),
            ..RoceFiles::default()
        }
    }

    /// The vendor's own driver takes the place of the kernel's, which as far as files tell it does for mlx5 only.
    pub(crate) fn load_vendor_driver(&mut self) {
        self.rdma.vendors = true;
        let has_parameters = |device: &&mut RdmaDevice| !device.roce.parameters.is_empty();
        for device in self.rdma.devices.iter_mut().filter(has_parameters) {
            device.roce.ecn = Some(ALL_PRIORITIES);
        }
    }

    /// RoCE and iWARP exclude each other on ice, even where one of them goes off (`ice_devlink_enable_roce_validate`,
    /// `ice_devlink_enable_iw_validate`).
    pub(in crate::model) fn check_rdma_param(
        &self,
        pf: usize,
        name: &str,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let (other, is) = match name {
            "enable_roce" => ("enable_iwarp", "iWARP"),
            "enable_iwarp" => ("enable_roce", "RoCEv2"),
            _ => return Ok(()),
        };
        if self.function_spec() != Some(&IRDMA) || self.param_is_on(pf, other) != Some(true) {
            return Ok(());
        }
        note.say(format!(
            "ice: {is} is currently enabled. This device cannot enable iWARP and RoCEv2 simultaneously"
        ));
        Err(Errno::EOPNOTSUPP)
    }

    /// The RDMA device of ice comes and goes with RoCE at once (`ice_devlink_enable_roce_set`). Devices of iWARP are not
    /// simulated.
    pub(in crate::model) fn rdma_follows_param(&mut self, pf: usize, name: &str) {
        if self.function_spec() != Some(&IRDMA) || name != "enable_roce" {
            return;
        }
        let Some(uplink) = self.uplink(pf).cloned() else { return };
        let is_over =
            |device: &&RdmaDevice| device.kind == RdmaKind::Function && device.netdev == uplink.ifindex;
        let there = self.rdma.devices.iter().find(is_over).map(|device| device.index);
        match (there, self.param_is_on(pf, name)) {
            (Some(index), Some(false)) => self.drop_rdma(index),
            (None, Some(true)) => self.rdma_follows(&uplink),
            _ => {}
        }
    }
}
