use serde::{Deserialize, Serialize};

use super::kernel_enum;

kernel_enum! {
    /// How the embedded switch works (`enum devlink_eswitch_mode`).
    EswitchMode: u16 {
        /// The NIC forwards by MAC and VLAN on its own; VFs have no representors.
        Legacy = 0, "legacy";
        /// Every VF and SF has a representor, and flow rules decide.
        Switchdev = 1, "switchdev";
        /// As `switchdev`, but traffic does not flow yet (kernel 7.0 and later).
        SwitchdevInactive = 2, "switchdev_inactive";
    }
}

kernel_enum! {
    /// How much of each packet the VF must hand to the NIC before it is sent (`enum devlink_eswitch_inline_mode`).
    InlineMode: u8 {
        /// Nothing.
        None = 0, "none";
        /// The Ethernet header.
        Link = 1, "link";
        /// Up to the IP header.
        Network = 2, "network";
        /// Up to the TCP or UDP header.
        Transport = 3, "transport";
    }
}

kernel_enum! {
    /// Whether the eswitch can add tunnel headers (`enum devlink_eswitch_encap_mode`).
    EncapMode: u8 {
        /// It cannot.
        None = 0, "none";
        /// It can.
        Basic = 1, "basic";
    }
}

/// The settings of an eswitch (`DEVLINK_CMD_ESWITCH_GET`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eswitch {
    /// The mode; `None` if the driver has no such setting.
    pub mode: Option<EswitchMode>,
    /// The inline mode, where the driver has one (mlx5).
    pub inline_mode: Option<InlineMode>,
    /// The encapsulation mode, where the driver has one (mlx5).
    pub encap_mode: Option<EncapMode>,
}

/// What to change on an eswitch (`DEVLINK_CMD_ESWITCH_SET`); what is `None` stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EswitchChange {
    /// The new mode.
    pub mode: Option<EswitchMode>,
    /// The new inline mode.
    pub inline_mode: Option<InlineMode>,
    /// The new encapsulation mode.
    pub encap_mode: Option<EncapMode>,
}

impl EswitchChange {
    /// Changes the mode only.
    #[must_use]
    pub fn mode(mode: EswitchMode) -> Self {
        Self { mode: Some(mode), ..Self::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_read_what_they_print_and_keep_unknown_numbers() {
        for &mode in EswitchMode::ALL {
            assert_eq!(mode.to_string().parse::<EswitchMode>().unwrap(), mode);
            assert_eq!(EswitchMode::from_number(mode.number()), mode);
        }
        let later = EswitchMode::from_number(9);
        assert_eq!((later.number(), later.to_string().as_str()), (9, "unknown-9"));
        assert_eq!("unknown-9".parse::<EswitchMode>().unwrap(), later);
        let error = "switchdv".parse::<EswitchMode>().unwrap_err().to_string();
        assert!(error.contains("legacy switchdev switchdev_inactive"), "{error}");
    }
}
