use std::fmt;

use serde::{Deserialize, Serialize};

use super::{NestedDevlink, PortName, kernel_enum};
use crate::types::{DevlinkHandle, HwAddr, IfIndex, PortHandle, PortIndex, SfNumber, UnknownAttr, VfId};

kernel_enum! {
    /// What a devlink port stands for (`enum devlink_port_flavour`).
    PortFlavour: u16 {
        /// A port with a connector: the uplink.
        Physical = 0, "physical";
        /// The CPU side of a switch.
        Cpu = 1, "cpu";
        /// A link between switches (DSA).
        Dsa = 2, "dsa";
        /// A physical function.
        PciPf = 3, "pcipf";
        /// A virtual function.
        PciVf = 4, "pcivf";
        /// A port without a connector and without a function.
        Virtual = 5, "virtual";
        /// A port that is not used.
        Unused = 6, "unused";
        /// A sub-function.
        PciSf = 7, "pcisf";
    }
}

kernel_enum! {
    /// What a port carries (`enum devlink_port_type`).
    PortType: u16 {
        /// Not decided yet, or no device is bound.
        NotSet = 0, "notset";
        /// Decided by what is plugged in.
        Auto = 1, "auto";
        /// Ethernet.
        Eth = 2, "eth";
        /// InfiniBand.
        Ib = 3, "ib";
    }
}

kernel_enum! {
    /// Whether a function is to be used (`enum devlink_port_fn_state`).
    FunctionState: u8 {
        /// It is not to be used.
        Inactive = 0, "inactive";
        /// It is to be used.
        Active = 1, "active";
    }
}

kernel_enum! {
    /// Whether a driver uses a function (`enum devlink_port_fn_opstate`).
    FunctionOpstate: u8 {
        /// No driver does.
        Detached = 0, "detached";
        /// One does.
        Attached = 1, "attached";
    }
}

/// The function behind a PF, VF or SF port (`DEVLINK_ATTR_PORT_FUNCTION`); what the driver does not tell is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PortFunction {
    /// The address that the function comes up with.
    pub hw_addr: Option<HwAddr>,
    /// Whether it is to be used (`DEVLINK_PORT_FN_ATTR_STATE`).
    pub state: Option<FunctionState>,
    /// Whether a driver uses it (`DEVLINK_PORT_FN_ATTR_OPSTATE`).
    pub opstate: Option<FunctionOpstate>,
    /// Whether it has RoCE (`DEVLINK_PORT_FN_CAP_ROCE`).
    pub roce: Option<bool>,
    /// Whether it can be moved with its virtual machine (`DEVLINK_PORT_FN_CAP_MIGRATABLE`).
    pub migratable: Option<bool>,
    /// Whether it offloads the cryptography of IPsec (`DEVLINK_PORT_FN_CAP_IPSEC_CRYPTO`).
    pub ipsec_crypto: Option<bool>,
    /// Whether it offloads whole IPsec packets (`DEVLINK_PORT_FN_CAP_IPSEC_PACKET`).
    pub ipsec_packet: Option<bool>,
    /// How many event queues for input and output it can have (`DEVLINK_PORT_FN_ATTR_MAX_IO_EQS`).
    pub max_io_eqs: Option<u32>,
    /// Its own devlink instance (`DEVLINK_PORT_FN_ATTR_DEVLINK`).
    pub nested: Option<NestedDevlink>,
}

/// What to change on the function behind a port; what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct PortFunctionChange {
    /// The address that it comes up with.
    pub hw_addr: Option<HwAddr>,
    /// Whether it is to be used; changed after all else.
    pub state: Option<FunctionState>,
    /// Whether it has RoCE.
    pub roce: Option<bool>,
    /// Whether it can be moved with its virtual machine.
    pub migratable: Option<bool>,
    /// Whether it offloads the cryptography of IPsec.
    pub ipsec_crypto: Option<bool>,
    /// Whether it offloads whole IPsec packets.
    pub ipsec_packet: Option<bool>,
    /// How many event queues for input and output it can have.
    pub max_io_eqs: Option<u32>,
}

/// A port to add (`DEVLINK_CMD_PORT_NEW`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPort {
    /// The instance that it is added to.
    pub device: DevlinkHandle,
    /// Its number, if it is to have a certain one.
    pub index: Option<PortIndex>,
    /// What it stands for; drivers of today take sub-functions only.
    pub flavour: PortFlavour,
    /// The physical function.
    pub pf: u16,
    /// The number of the sub-function, if it is to have a certain one.
    pub sf: Option<SfNumber>,
    /// The controller; the local one if it is not said.
    pub controller: Option<u32>,
}

impl NewPort {
    /// A sub-function of a physical function, with the number `sf` if there is one.
    #[must_use]
    pub fn sub_function(device: DevlinkHandle, pf: u16, sf: Option<SfNumber>) -> Self {
        Self { device, index: None, flavour: PortFlavour::PciSf, pf, sf, controller: None }
    }
}

impl fmt::Display for NewPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.device)?;
        if let Some(index) = self.index {
            write!(f, "/{index}")?;
        }
        write!(f, " {} pf {}", self.flavour, self.pf)?;
        match self.sf {
            Some(sf) => write!(f, " sf {sf}"),
            None => Ok(()),
        }
    }
}

/// A devlink port (`DEVLINK_CMD_PORT_GET`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Port {
    /// Its handle.
    pub handle: PortHandle,
    /// What it stands for.
    pub flavour: PortFlavour,
    /// What it carries.
    pub kind: PortType,
    /// What it was told to carry, if anything (`DEVLINK_ATTR_PORT_DESIRED_TYPE`).
    pub desired: Option<PortType>,
    /// The netdev on it, if there is one in the caller's network namespace.
    pub ifindex: Option<IfIndex>,
    /// That netdev's name; it may change at any time, so it is for people only.
    pub netdev: Option<String>,
    /// The RDMA device on it, if it is an InfiniBand port (`DEVLINK_ATTR_PORT_IBDEV_NAME`).
    pub ibdev: Option<String>,
    /// The number of the physical port (`DEVLINK_ATTR_PORT_NUMBER`).
    pub number: Option<u32>,
    /// The controller, 0 for the local one (`DEVLINK_ATTR_PORT_CONTROLLER_NUMBER`).
    pub controller: Option<u32>,
    /// The physical function's number.
    pub pf: Option<u16>,
    /// The virtual function's number.
    pub vf: Option<VfId>,
    /// The sub-function's number.
    pub sf: Option<SfNumber>,
    /// True if the function belongs to another host (`DEVLINK_ATTR_PORT_EXTERNAL`).
    pub external: bool,
    /// The port that it is a part of, by its number (`DEVLINK_ATTR_PORT_SPLIT_GROUP`).
    pub split_group: Option<u32>,
    /// Which part of it (`DEVLINK_ATTR_PORT_SPLIT_SUBPORT_NUMBER`).
    pub split_subport: Option<u32>,
    /// The line card that it is on (`DEVLINK_ATTR_LINECARD_INDEX`).
    pub line_card: Option<u32>,
    /// True if the port can be split (`DEVLINK_ATTR_PORT_SPLITTABLE`).
    pub splittable: bool,
    /// The number of lanes, if the driver tells it.
    pub lanes: Option<u32>,
    /// The function's settings, if the port has a function.
    pub function: Option<PortFunction>,
    /// Attributes that this version of the SDK has no name for, as they came.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<UnknownAttr>,
}

impl Port {
    /// A port of this flavour with nothing else known of it.
    #[must_use]
    pub fn new(handle: PortHandle, flavour: PortFlavour) -> Self {
        Self {
            handle,
            flavour,
            kind: PortType::NotSet,
            desired: None,
            ifindex: None,
            netdev: None,
            ibdev: None,
            number: None,
            controller: None,
            pf: None,
            vf: None,
            sf: None,
            external: false,
            split_group: None,
            split_subport: None,
            line_card: None,
            splittable: false,
            lanes: None,
            function: None,
            unknown: Vec::new(),
        }
    }

    /// True if the netdev on it stands for a function's end of the eswitch: a PF, VF or SF representor.
    #[must_use]
    pub fn is_representor(&self) -> bool {
        matches!(self.flavour, PortFlavour::PciPf | PortFlavour::PciVf | PortFlavour::PciSf)
    }

    /// The name that the kernel gives the port by its grammar (`__devlink_port_phys_port_name_get`); none for ports
    /// that have no name: those of a CPU, or of a flavour or with numbers that are not told.
    #[must_use]
    pub fn name(&self) -> Option<PortName> {
        let controller = self.controller.filter(|controller| *controller != 0 || self.external);
        let pf = || self.pf.map(u32::from);
        match self.flavour {
            PortFlavour::Physical => Some(PortName::Physical {
                linecard: self.line_card,
                port: self.number?,
                split: self.split_group.and(self.split_subport),
            }),
            PortFlavour::PciPf => Some(PortName::Pf { controller, pf: pf()?, split: None }),
            PortFlavour::PciVf => Some(PortName::Vf { controller, port: None, pf: pf()?, vf: self.vf? }),
            PortFlavour::PciSf => Some(PortName::Sf { controller, pf: pf()?, sf: self.sf? }),
            _ => None,
        }
    }

    /// True if the port carries a netdev that lies in another network namespace: devlink says that it is an Ethernet
    /// port, which it is only while a netdev stands on it, and not which.
    #[must_use]
    pub fn netdev_is_elsewhere(&self) -> bool {
        self.kind == PortType::Eth && self.ifindex.is_none()
    }
}
