use std::fmt;

use serde::Serialize;

use super::{Evidence, ParamFact};
use crate::device::ParamMode;

/// What must happen before a change has taken effect; later ones reach further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// `devlink dev reload DEV action driver_reinit`: links, representors, and RDMA devices go and come again.
    DriverReload,
    /// `devlink dev reload DEV action fw_activate`, or what else resets the firmware of the card.
    FirmwareReset,
    /// The PCI function is removed and found again (`/sys/bus/pci/devices/…/remove`, `/sys/bus/pci/rescan`).
    PciRescan,
    /// The machine starts again.
    Reboot,
    /// The card must lose its power: switch the slot or the machine off and on.
    PowerCycle,
}

impl Activation {
    /// How it is done, for people; `DEV` stands for the devlink handle, `ADDRESS` for the PCI address.
    #[must_use]
    pub const fn how(self) -> &'static str {
        match self {
            Self::DriverReload => "devlink dev reload DEV action driver_reinit",
            Self::FirmwareReset => "devlink dev reload DEV action fw_activate",
            Self::PciRescan => "echo 1 > /sys/bus/pci/devices/ADDRESS/remove; echo 1 > /sys/bus/pci/rescan",
            Self::Reboot => "reboot",
            Self::PowerCycle => "switch the machine off and on",
        }
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DriverReload => "devlink reload",
            Self::FirmwareReset => "firmware reset",
            Self::PciRescan => "PCI rescan",
            Self::Reboot => "reboot",
            Self::PowerCycle => "power cycle",
        })
    }
}

/// A change of which it is asked what it needs to take effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Change<'a> {
    /// A devlink parameter of the device was set in a mode.
    Param {
        /// Its name.
        name: &'a str,
        /// In which of its modes.
        mode: ParamMode,
    },
    /// New firmware was written into the card's memory (`devlink dev flash`).
    Firmware,
    /// A port was split or put together again.
    PortSplit,
    /// The eswitch mode was set.
    EswitchMode,
    /// The number of VFs was set.
    NumVfs,
    /// The size of a devlink resource was set.
    Resource,
}

/// What a change needs to take effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// What must happen, in this order; empty if the change is there at once.
    pub steps: &'static [Activation],
    /// What else is to be known.
    pub note: &'static str,
    /// Where this can be read.
    pub source: Evidence,
}

impl Advice {
    /// A change that is there at once.
    #[must_use]
    pub const fn at_once(source: Evidence) -> Self {
        Self { steps: &[], note: "", source }
    }

    /// What devlink itself says of every driver (`devlink-params.rst`, `devlink-reload.rst`), for changes of which an
    /// adapter says nothing.
    #[must_use]
    pub const fn generic(change: &Change<'_>) -> Self {
        const PARAMS: Evidence =
            Evidence::kernel("Documentation/networking/devlink/devlink-params.rst", "driverinit");
        const FLASH: Evidence =
            Evidence::kernel("Documentation/networking/devlink/devlink-reload.rst", "fw_activate");
        const RESOURCES: Evidence =
            Evidence::kernel("Documentation/networking/devlink/devlink-resource.rst", "reload");
        match change {
            Change::Param { mode: ParamMode::DriverInit, .. } => {
                Self { steps: &[Activation::DriverReload], note: "", source: PARAMS }
            }
            Change::Param { mode: ParamMode::Permanent, .. } => Self {
                steps: &[Activation::FirmwareReset],
                note: "devlink only says that a hard reset is needed: if the value is not there after a reset of the \
                       firmware, it is after a power cycle",
                source: PARAMS,
            },
            Change::Param { .. } => Self::at_once(PARAMS),
            Change::Firmware => Self {
                steps: &[Activation::FirmwareReset],
                note: "drivers without this reload action need a reboot",
                source: FLASH,
            },
            Change::Resource => Self { steps: &[Activation::DriverReload], note: "", source: RESOURCES },
            Change::PortSplit => {
                Self::at_once(Evidence::kernel("Documentation/networking/devlink/devlink-port.rst", ""))
            }
            Change::EswitchMode | Change::NumVfs => Self::at_once(Evidence::kernel(
                "Documentation/networking/devlink/devlink-eswitch-attr.rst",
                "mode",
            )),
        }
    }

    /// What a parameter in this mode needs, as its adapter says; devlink's general word for a mode that it does not list.
    #[must_use]
    pub fn of_param(fact: &ParamFact, mode: ParamMode) -> Self {
        match fact.modes.iter().find(|(listed, _)| *listed == mode) {
            Some((_, steps)) => Self { steps, note: fact.note, source: fact.source },
            None => Self::generic(&Change::Param { name: fact.name, mode }),
        }
    }
}
