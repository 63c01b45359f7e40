use std::fmt;

use smartnic_core::device::EswitchMode;
use smartnic_core::{ErrorKind, Result};

use super::Nic;
use crate::Host;

/// Whose a card with a processor of its own is, seen from this system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// This is the card's own processor, and it has the eswitch (DPU mode): so many functions of the host that the card
    /// is in have their ends of the eswitch here.
    OwnProcessor {
        /// How many ports are external (`DEVLINK_ATTR_PORT_EXTERNAL`).
        functions: usize,
    },
    /// This is the host that the card is in, and it has the eswitch (NIC mode).
    NicMode,
    /// This is the host that the card is in, and the card's own processor has the eswitch (DPU mode): there is none here.
    HostOfDpu,
    /// The ports that would tell come with switchdev mode.
    Untold,
}

impl Seat {
    /// The word that programs get: `own-processor`, `nic-mode`, `host-of-dpu` or `untold`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OwnProcessor { .. } => "own-processor",
            Self::NicMode => "nic-mode",
            Self::HostOfDpu => "host-of-dpu",
            Self::Untold => "untold",
        }
    }

    /// How many functions of the host have their ends of the eswitch here; none unless this is the card's own processor.
    #[must_use]
    pub const fn host_functions(self) -> Option<usize> {
        match self {
            Self::OwnProcessor { functions } => Some(functions),
            _ => None,
        }
    }
}

impl fmt::Display for Seat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OwnProcessor { functions } => {
                write!(
                    f,
                    "DPU mode; this is the card's own processor, with {functions} functions of the host"
                )
            }
            Self::NicMode => f.write_str("NIC mode; this host has the eswitch"),
            Self::HostOfDpu => f.write_str("DPU mode; the card's own processor has the eswitch"),
            Self::Untold => f.write_str("NIC mode or DPU mode: told in switchdev mode only"),
        }
    }
}

impl Nic {
    /// Whose the card is: by its external ports, or, of a card that its adapter knows to have a processor of its own, by
    /// who has the eswitch. `None` for other cards.
    ///
    /// # Errors
    /// Those of reading the eswitch.
    pub fn seat(&self, host: &Host) -> Result<Option<Seat>> {
        let functions = self.ports.iter().filter(|port| port.external).count();
        if functions > 0 {
            return Ok(Some(Seat::OwnProcessor { functions }));
        }
        let known = self.adapter.facts().own_processor;
        let tree =
            if known.is_empty() { None } else { host.hardware().and_then(|hardware| hardware.tree()).ok() };
        let function =
            tree.and_then(|tree| tree.functions.into_iter().find(|one| one.handle == *self.handle()));
        let card = function.and_then(|function| function.pci).map(|pci| (pci.vendor, pci.device));
        if card.is_none_or(|card| !known.contains(&card)) {
            return Ok(None);
        }
        Ok(match host.devlink().eswitch(self.handle()) {
            Ok(eswitch) => Some(match eswitch.mode {
                Some(EswitchMode::Switchdev | EswitchMode::SwitchdevInactive) => Seat::NicMode,
                _ => Seat::Untold,
            }),
            Err(error) if error.kind() == ErrorKind::Unsupported => Some(Seat::HostOfDpu),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => None,
            Err(error) => return Err(error),
        })
    }
}
