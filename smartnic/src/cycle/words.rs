//! Goals in words.

use std::fmt;

use smartnic_core::device::PortFunctionChange;

use super::sf::words;
use super::{DriverGoal, Goal};

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Functions { mode, vfs, autoprobe } => {
                let parts = [
                    mode.map(|mode| format!("set the eswitch mode to {mode}")),
                    vfs.map(|num| format!("set the number of VFs to {num}")),
                    autoprobe
                        .map(|on| format!("turn sriov_drivers_autoprobe {}", if on { "on" } else { "off" })),
                ];
                f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
            }
            Self::Vf { vf, changes } => {
                let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
                write!(f, "set VF {vf}: {}", changes.join(" "))
            }
            Self::Drivers { vfs, driver } => {
                let vfs: Vec<String> = vfs.iter().map(ToString::to_string).collect();
                write!(f, "give VF {} ", vfs.join(", "))?;
                match driver {
                    DriverGoal::None => f.write_str("no driver"),
                    DriverGoal::Own => f.write_str("its own driver"),
                    DriverGoal::Named(name) => write!(f, "to {name}"),
                }
            }
            Self::SfCreate { sf, function, active } => {
                let state = if *active { "active" } else { "inactive" };
                write!(f, "make sub-function {sf}: state {state}{}", behind(function))
            }
            Self::SfChange { sf, function } => write!(f, "change sub-function {sf}:{}", behind(function)),
            Self::SfDelete { sf } => write!(f, "remove sub-function {sf}"),
            Self::Roce { link, .. } => write!(f, "set RoCE on {link}"),
        }
    }
}

fn behind(function: &PortFunctionChange) -> String {
    match words(function) {
        none if none.is_empty() => none,
        some => format!(" {some}"),
    }
}
