//! RDMA devices: those of the functions, and software devices over links (rxe).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smartnic_core::rdma::LinkEcn;
use smartnic_core::types::{DevlinkHandle, IfIndex, Mac, PciAddress};
use smartnic_core::verbs::Ece;

use super::rdma_pool::RdmaPools;
use super::{Event, Machine, Netdev, Role};
use crate::errno::Errno;
use crate::note::Note;

/// What a driver's RDMA devices are; the counters and their order are those of the drivers in kernel 7.3.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RdmaSpec {
    /// The driver of the RDMA devices.
    pub(crate) driver: &'static str,
    /// Its number (`enum rdma_driver_id`); none if it keeps it from programs (`uverbs_no_driver_id_binding`).
    pub(crate) id: Option<u32>,
    /// What devices are called, before their number.
    pub(crate) prefix: &'static str,
    /// Whether there are GIDs of RoCE v1.
    pub(crate) v1: bool,
    /// Its firmware's version, if it has firmware. Ours.
    pub(crate) firmware: Option<&'static str>,
    /// The bits of `ib_device_attr.device_cap_flags`. Ours.
    pub(crate) caps: u64,
    /// How many of everything there can be. Ours.
    pub(crate) most: u64,
    /// Whether regions can be registered whose pages come when they are touched.
    pub(crate) pages_on_demand: bool,
    /// What the vendor's hardware does beyond the specification between its own kind; ours but for the vendor's number.
    pub(crate) ece: Ece,
    pub(crate) counters: &'static [&'static str],
    /// Counters that are off until they are turned on.
    pub(crate) optional: &'static [&'static str],
}

const NO_ECE: Ece = Ece { vendor_id: 0, options: 0 };

const MLX5_IB: RdmaSpec = RdmaSpec {
    driver: "mlx5_ib",
    id: Some(1),
    prefix: "mlx5_",
    v1: true,
    firmware: Some("32.43.1014"),
    caps: 1 << 1 | 1 << 2 | 1 << 10 | 1 << 12 | 1 << 17 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 29,
    most: 262_144,
    pages_on_demand: true,
    ece: Ece { vendor_id: 0x15b3, options: 0x7 },
    counters: &[
        "rx_write_requests",
        "rx_read_requests",
        "rx_atomic_requests",
        "out_of_buffer",
        "out_of_sequence",
        "duplicate_request",
        "rnr_nak_retry_err",
        "packet_seq_err",
        "implied_nak_seq_err",
        "local_ack_timeout_err",
        "np_cnp_sent",
        "rp_cnp_handled",
        "np_ecn_marked_roce_packets",
    ],
    optional: &["cc_rx_ce_pkts", "cc_rx_cnp_pkts", "cc_tx_cnp_pkts"],
};

const MLX4_IB: RdmaSpec = RdmaSpec {
    driver: "mlx4_ib",
    id: Some(2),
    prefix: "mlx4_",
    v1: true,
    firmware: Some("2.42.5000"),
    caps: 1 << 1 | 1 << 2 | 1 << 10 | 1 << 12 | 1 << 17 | 1 << 21,
    most: 65_536,
    pages_on_demand: false,
    ece: NO_ECE,
    counters: &[
        "rq_num_lle",
        "sq_num_lle",
        "rq_num_lqpoe",
        "sq_num_lqpoe",
        "rq_num_lpe",
        "sq_num_lpe",
        "rq_num_wrfe",
        "sq_num_wrfe",
        "sq_num_mwbe",
        "sq_num_bre",
        "sq_num_rire",
        "rq_num_rire",
        "sq_num_rae",
        "rq_num_rae",
        "sq_num_roe",
        "sq_num_tree",
        "sq_num_rree",
        "rq_num_rnr",
        "sq_num_rnr",
        "rq_num_oos",
        "sq_num_oos",
    ],
    optional: &[],
};

const IRDMA: RdmaSpec = RdmaSpec {
    driver: "irdma",
    id: Some(9),
    prefix: "irdma",
    v1: false,
    firmware: Some("1.71"),
    caps: 1 << 17 | 1 << 21 | 1 << 24,
    most: 65_532,
    pages_on_demand: false,
    ece: NO_ECE,
    counters: &["ip4InPkts", "ip4OutPkts", "RxUDP", "TxUDP", "cnpHandled", "cnpSent", "RxECNMrkd"],
    optional: &[],
};

const BNXT_RE: RdmaSpec = RdmaSpec {
    driver: "bnxt_re",
    id: Some(6),
    prefix: "bnxt_re",
    v1: true,
    firmware: Some("230.0.157.0"),
    caps: 1 << 10 | 1 << 12 | 1 << 21,
    most: 65_536,
    pages_on_demand: false,
    ece: NO_ECE,
    counters: &[
        "to_retransmits",
        "seq_err_naks_rcvd",
        "max_retry_exceeded",
        "rnr_naks_rcvd",
        "rx_ecn_marked_pkts",
    ],
    optional: &[],
};

const RXE: RdmaSpec = RdmaSpec {
    driver: "rxe",
    id: Some(14),
    prefix: "rxe",
    v1: false,
    firmware: None,
    caps: 1 << 1
        | 1 << 2
        | 1 << 4
        | 1 << 5
        | 1 << 6
        | 1 << 10
        | 1 << 11
        | 1 << 12
        | 1 << 13
        | 1 << 17
        | 1 << 21
        | 1 << 24,
    most: 1_048_576,
    pages_on_demand: true,
    ece: NO_ECE,
    counters: &[
        "sent_pkts",
        "rcvd_pkts",
        "duplicate_request",
        "out_of_seq_request",
        "rcvd_rnr_err",
        "send_rnr_err",
        "rcvd_seq_err",
        "ack_deferred",
        "retry_exceeded_err",
        "retry_rnr_exceeded_err",
        "completer_retry_err",
        "send_err",
        "link_downed",
        "rdma_sends",
        "rdma_recvs",
        "sent_bytes",
        "rcvd_bytes",
    ],
    optional: &[],
};

/// What stands behind an RDMA device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RdmaKind {
    /// A physical function, or a sub-function.
    Function,
    /// Software over a link.
    Rxe,
}

/// An RDMA device; each has one port.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RdmaDevice {
    pub(crate) index: u32,
    pub(crate) name: String,
    pub(crate) kind: RdmaKind,
    /// The link under its port.
    pub(crate) netdev: IfIndex,
    /// Whether completion queues adapt their interrupts.
    pub(crate) dim: bool,
    /// By what counters are given to queue pairs (`enum rdma_nl_counter_mask`); 0 is off.
    pub(crate) auto_mask: u32,
    /// Whether optional counters are counted per queue pair too.
    pub(crate) optional_per_qp: bool,
    /// The optional counters that are on, by their numbers.
    pub(crate) on: Vec<u32>,
    /// What files alone tell of RoCE.
    #[serde(default)]
    pub(crate) roce: RoceFiles,
    /// Pools of memory regions, of drivers that have some.
    #[serde(default)]
    pub(crate) pools: RdmaPools,
}

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

/// What the RDMA subsystem keeps.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Rdma {
    /// By number.
    pub(crate) devices: Vec<RdmaDevice>,
    pub(crate) privileged_qkey: bool,
    pub(crate) exclusive: bool,
    /// Whether the driver is the vendor's own instead of the kernel's, as far as files tell.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) vendors: bool,
    /// How often links got another IPv4 address.
    #[serde(default)]
    pub(crate) moved: u8,
}

/// A change of RDMA devices that listeners are told of.
#[derive(Debug, Clone)]
pub(crate) struct RdmaEvent {
    /// `enum rdma_nl_notify_event_type`
    pub(crate) kind: u32,
    pub(crate) index: u32,
    pub(crate) name: String,
    /// The link that was put under the port.
    pub(crate) netdev: Option<(IfIndex, String)>,
    /// What it stands on.
    pub(crate) parent: Option<RdmaParent>,
}

/// The device under an RDMA device: a PCI function, or a part of one on the auxiliary bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RdmaParent {
    pub(crate) pci: PciAddress,
    pub(crate) auxiliary: Option<String>,
}

/// An entry of a GID table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GidEntry {
    pub(crate) gid: [u8; 16],
    pub(crate) v2: bool,
}

impl RdmaParent {
    /// As devlink names it.
    pub(crate) fn handle(&self) -> DevlinkHandle {
        match &self.auxiliary {
            Some(name) => DevlinkHandle::new("auxiliary", name),
            None => self.pci.into(),
        }
    }
}

impl RdmaDevice {
    /// The counters with whether each is optional, by their numbers.
    pub(crate) fn counters(&self, spec: &RdmaSpec) -> Vec<(&'static str, bool)> {
        let fixed = spec.counters.iter().map(|name| (*name, false));
        fixed.chain(spec.optional.iter().map(|name| (*name, true))).collect()
    }
}

impl Machine {
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
    pub(super) fn check_rdma_param(&self, pf: usize, name: &str, note: &mut Note) -> Result<(), Errno> {
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
    pub(super) fn rdma_follows_param(&mut self, pf: usize, name: &str) {
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

    fn function_spec(&self) -> Option<&'static RdmaSpec> {
        match self.profile.driver.facts().name {
            "mlx4_core" => Some(&MLX4_IB),
            "mlx5_core" => Some(&MLX5_IB),
            "ice" => Some(&IRDMA),
            "bnxt_en" => Some(&BNXT_RE),
            _ => None,
        }
    }

    /// The name of the device of a function whose link this is. All ports of a function are ports of one device, of which the
    /// first alone is simulated.
    pub(crate) fn rdma_over(&self, link: IfIndex) -> Option<String> {
        let link = match self.netdev(link).ok()?.role {
            Role::Port { pf, .. } => {
                self.netdevs.values().find(|dev| dev.role == Role::Uplink { pf })?.ifindex
            }
            _ => link,
        };
        let is_over = |device: &&RdmaDevice| device.kind == RdmaKind::Function && device.netdev == link;
        self.rdma.devices.iter().find(is_over).map(|device| device.name.clone())
    }

    /// The address of a link of IP over InfiniBand: flags and a queue pair's number, which are ours, and the port's GID.
    pub(crate) fn ipoib_address(netdev: &Netdev) -> [u8; 20] {
        let mut address = [0; 20];
        address[..4].copy_from_slice(&[0x80, 0, 0, 0x48]);
        address[4..].copy_from_slice(&link_local(netdev.mac));
        address
    }

    /// What a device is.
    pub(crate) fn rdma_spec(&self, device: &RdmaDevice) -> &'static RdmaSpec {
        match device.kind {
            RdmaKind::Rxe => &RXE,
            RdmaKind::Function => self.function_spec().unwrap_or(&RXE),
        }
    }

    /// What a device stands on; nothing for software.
    pub(crate) fn rdma_parent(&self, device: &RdmaDevice) -> Option<RdmaParent> {
        if device.kind != RdmaKind::Function {
            return None;
        }
        let netdev = self.netdev(device.netdev).ok()?;
        match self.parent_of(netdev) {
            Some(pci) => Some(RdmaParent { pci, auxiliary: None }),
            None => {
                let pci = self.pfs.get(netdev.role.pf()?)?.address;
                Some(RdmaParent { pci, auxiliary: Some(self.auxiliary_of(netdev)?) })
            }
        }
    }

    /// The device of this number.
    /// Whether the driver of a device keeps pools of memory regions.
    pub(crate) fn has_pools(&self, index: u32) -> Result<bool, Errno> {
        Ok(self.rdma_spec(self.rdma_device(index)?) == &MLX5_IB)
    }

    pub(crate) fn rdma_device(&self, index: u32) -> Result<&RdmaDevice, Errno> {
        self.rdma.devices.iter().find(|device| device.index == index).ok_or(Errno::EINVAL)
    }

    /// The device of this number, to change it.
    pub(crate) fn rdma_device_mut(&mut self, index: u32) -> Result<&mut RdmaDevice, Errno> {
        self.rdma.devices.iter_mut().find(|device| device.index == index).ok_or(Errno::EINVAL)
    }

    /// The device of a function comes with its uplink.
    pub(super) fn rdma_follows(&mut self, netdev: &Netdev) {
        if let Role::Uplink { pf } = netdev.role {
            if self.function_spec() == Some(&IRDMA) && self.param_is_on(pf, "enable_roce") == Some(false) {
                return;
            }
            self.add_function_rdma(netdev);
        }
    }

    /// Makes the device of the function that a link is the first of, under the next name that is free.
    pub(super) fn add_function_rdma(&mut self, netdev: &Netdev) {
        let Some(spec) = self.function_spec() else { return };
        let free = |number: &u32| {
            let name = format!("{}{number}", spec.prefix);
            self.rdma.devices.iter().all(|device| device.name != name)
        };
        let number = (0..).find(free).unwrap_or_default();
        self.add_rdma(format!("{}{number}", spec.prefix), RdmaKind::Function, netdev);
    }

    /// Devices over a link go with it.
    pub(super) fn rdma_leaves(&mut self, link: IfIndex) {
        let over: Vec<u32> = self
            .rdma
            .devices
            .iter()
            .filter(|device| device.netdev == link)
            .map(|device| device.index)
            .collect();
        over.into_iter().for_each(|index| self.drop_rdma(index));
    }

    /// Makes a software device (`rdma_link_ops.newlink`).
    pub(crate) fn new_rdma_link(&mut self, name: &str, kind: &str, link: &str) -> Result<(), Errno> {
        if name.is_empty() || name.contains('%') {
            return Err(Errno::EINVAL);
        }
        let netdev =
            self.netdevs.values().find(|netdev| netdev.name == link).cloned().ok_or(Errno::ENODEV)?;
        if kind != "rxe" {
            return Err(Errno::EINVAL);
        }
        let taken = |device: &RdmaDevice| {
            device.name == name || (device.kind == RdmaKind::Rxe && device.netdev == netdev.ifindex)
        };
        if self.rdma.devices.iter().any(taken) {
            return Err(Errno::EEXIST);
        }
        if netdev.role == Role::Loopback {
            return Err(Errno::EINVAL);
        }
        self.add_rdma(name.to_owned(), RdmaKind::Rxe, &netdev);
        Ok(())
    }

    /// Removes a software device; those of functions cannot be removed so.
    pub(crate) fn delete_rdma_link(&mut self, index: u32) -> Result<(), Errno> {
        if self.rdma_device(index)?.kind != RdmaKind::Rxe {
            return Err(Errno::EINVAL);
        }
        self.drop_rdma(index);
        Ok(())
    }

    /// Gives a device another name.
    pub(crate) fn rename_rdma(&mut self, index: u32, name: &str) -> Result<(), Errno> {
        if name.is_empty() || name.len() > 63 {
            return Err(Errno::EINVAL);
        }
        if self.rdma_device(index)?.name == name {
            return Ok(());
        }
        if self.rdma.devices.iter().any(|device| device.name == name) {
            return Err(Errno::EEXIST);
        }
        self.rdma_device_mut(index)?.name = name.to_owned();
        self.tell_rdma(smartnic_core::rdma::EventKind::Rename, index, None);
        Ok(())
    }

    fn add_rdma(&mut self, name: String, kind: RdmaKind, netdev: &Netdev) {
        use smartnic_core::rdma::EventKind::{NetdevAttach, Register};
        let free = |index: &u32| self.rdma.devices.iter().all(|device| device.index != *index);
        let index = (0..).find(free).unwrap_or_default();
        let has_parameters = kind == RdmaKind::Function && self.function_spec() == Some(&MLX5_IB);
        let all = CONGESTION.iter().filter(|_| has_parameters);
        let parameters = all.map(|(name, value)| ((*name).to_owned(), *value)).collect();
        let device = RdmaDevice {
            index,
            name,
            kind,
            netdev: netdev.ifindex,
            dim: false,
            auto_mask: 0,
            optional_per_qp: false,
            on: Vec::new(),
            roce: RoceFiles {
                parameters,
                ecn: (has_parameters && self.rdma.vendors).then_some(ALL_PRIORITIES),
                ..RoceFiles::default()
            },
            pools: RdmaPools::default(),
        };
        self.rdma.devices.push(device);
        self.rdma.devices.sort_by_key(|device| device.index);
        self.tell_rdma(Register, index, None);
        self.tell_rdma(NetdevAttach, index, Some((netdev.ifindex, netdev.name.clone())));
    }

    fn drop_rdma(&mut self, index: u32) {
        self.tell_rdma(smartnic_core::rdma::EventKind::Unregister, index, None);
        self.rdma.devices.retain(|device| device.index != index);
    }

    fn tell_rdma(
        &mut self,
        kind: smartnic_core::rdma::EventKind,
        index: u32,
        netdev: Option<(IfIndex, String)>,
    ) {
        let Ok(device) = self.rdma_device(index) else { return };
        let (name, parent, kind) = (device.name.clone(), self.rdma_parent(device), kind.number());
        self.events.push(|| Event::Rdma(Box::new(RdmaEvent { kind, index, name, netdev, parent })));
    }

    /// The IPv4 address of a link: uplinks have one each, 198.18.N.1 in a network of 24 bits; the last number grows with
    /// each change of addresses. Ours.
    pub(crate) fn address_of(&self, netdev: &Netdev) -> Option<[u8; 4]> {
        match netdev.role {
            Role::Uplink { pf } => Some([198, 18, u8::try_from(pf).ok()?, self.rdma.moved + 1]),
            _ => None,
        }
    }

    /// The link by which an IPv4 address is reached: one that is up, in the same network.
    pub(crate) fn way_to(&self, address: [u8; 4]) -> Option<&Netdev> {
        let near = |at: [u8; 4]| at[..3] == address[..3];
        self.netdevs.values().find(|netdev| netdev.up && self.address_of(netdev).is_some_and(near))
    }

    /// The GID table of a device: of the link's own address first, then of its IPv4 address; while the link is down,
    /// only the first.
    pub(crate) fn gids(&self, device: &RdmaDevice) -> Vec<GidEntry> {
        let Ok(netdev) = self.netdev(device.netdev) else { return Vec::new() };
        // A port of InfiniBand has the one that follows from its GUID.
        if netdev.infiniband {
            return vec![GidEntry { gid: link_local(netdev.mac), v2: false }];
        }
        if !self.has_roce(netdev) {
            return Vec::new();
        }
        let mut gids = vec![link_local(netdev.mac)];
        if let (true, Some(address)) = (netdev.up, self.address_of(netdev)) {
            let mut gid = [0; 16];
            gid[10..12].copy_from_slice(&[0xff, 0xff]);
            gid[12..].copy_from_slice(&address);
            gids.push(gid);
        }
        let types: &[bool] = if self.rdma_spec(device).v1 { &[false, true] } else { &[true] };
        gids.into_iter().flat_map(|gid| types.iter().map(move |v2| GidEntry { gid, v2: *v2 })).collect()
    }

    /// Whether the function under a link has RoCE: that of sub-functions is set by their ports.
    fn has_roce(&self, netdev: &Netdev) -> bool {
        match netdev.role {
            Role::Sf { pf, sf } => self.sf(pf, sf).is_some_and(|sf| sf.settings.roce),
            _ => true,
        }
    }

    /// The largest payload of a packet, in bytes: what is left of the link's with the headers of RoCE v2.
    pub(crate) fn verbs_mtu(&self, index: u32) -> u32 {
        const HEADERS: u32 = 58;
        let link = self.rdma_device(index).and_then(|device| self.netdev(device.netdev));
        let bytes = link.map_or(1500, |netdev| netdev.mtu).saturating_sub(HEADERS);
        128 << smartnic_core::verbs::PathMtu::within(bytes).number()
    }

    /// The GUID of a device: its link's address with two bytes in the middle.
    pub(crate) fn node_guid(&self, device: &RdmaDevice) -> u64 {
        let mac = self.netdev(device.netdev).map(|netdev| netdev.mac).unwrap_or_default();
        let [.., a, b, c, d, e, f, g, h] = link_local(mac);
        u64::from_be_bytes([a, b, c, d, e, f, g, h])
    }
}

/// `addrconf_addr_eui48`
fn link_local(Mac([a, b, c, d, e, f]): Mac) -> [u8; 16] {
    [0xfe, 0x80, 0, 0, 0, 0, 0, 0, a ^ 2, b, c, 0xff, 0xfe, d, e, f]
}
