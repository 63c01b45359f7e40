//! How drivers write firmware: mlx5_core (`mlxfw_fsm.c`), ice (`ice_fw_update.c`) and bnxt (`bnxt_devlink.c`).
//!
//! The words and their order are the drivers'; sizes, and how many pieces there are, are ours.

use smartnic_core::device::{FlashOverwrite, FlashStatus, FlashUpdate, VersionKind};

use crate::errno::Errno;
use crate::note::{Note, Spot};

/// What a driver's flash update takes.
#[derive(Debug)]
pub(crate) struct FlashRules {
    /// Whether what is of the device can be written over (`DEVLINK_SUPPORT_FLASH_UPDATE_OVERWRITE_MASK`).
    pub(crate) overwrite: bool,
    /// Whether its versions are those of components (`DEVLINK_INFO_VERSION_TYPE_COMPONENT`), which can be named.
    pub(crate) components: bool,
    /// The files below `/lib/firmware` of the simulated host. They are ours.
    pub(crate) images: &'static [Firmware],
}

/// A file with firmware.
#[derive(Debug)]
pub(crate) struct Firmware {
    /// Its path below `/lib/firmware`.
    pub(crate) file: &'static str,
    /// Whether it is for this device.
    pub(crate) fits: bool,
    /// The components in it, with their sizes in bytes.
    pub(crate) components: &'static [(&'static str, u64)],
    /// The versions that are in flash once it is written, by their names among the device's versions.
    pub(crate) versions: &'static [(&'static str, &'static str)],
}

pub(super) const MLX5_FLASH: FlashRules = FlashRules {
    overwrite: false,
    components: false,
    images: &[
        Firmware {
            file: "mellanox/fw-32.44.1036.mfa2",
            fits: true,
            components: &[("0", 16 << 20)],
            versions: &[("fw.version", "32.44.1036"), ("fw", "32.44.1036")],
        },
        Firmware { file: "mellanox/fw-of-another-board.mfa2", fits: false, components: &[], versions: &[] },
    ],
};
pub(super) const ICE_FLASH: FlashRules = FlashRules {
    overwrite: true,
    components: true,
    images: &[
        Firmware {
            file: "intel/ice/nvm-4.60.bin",
            fits: true,
            components: &[("fw.undi", 512 << 10), ("fw.mgmt", 8 << 20), ("fw.netlist", 256 << 10)],
            versions: &[("fw.undi", "1.3653.0"), ("fw.psid.api", "4.60"), ("fw.bundle_id", "0x8001ed2a")],
        },
        Firmware { file: "intel/ice/nvm-of-another-device.bin", fits: false, components: &[], versions: &[] },
    ],
};
pub(super) const BNXT_FLASH: FlashRules = FlashRules {
    overwrite: false,
    components: false,
    images: &[
        Firmware {
            file: "bnxt/231.1.162.1.pkg",
            fits: true,
            components: &[],
            versions: &[
                ("fw", "231.1.162.1"),
                ("fw.mgmt", "231.1.162.1"),
                ("fw.ncsi", "231.1.162.1"),
                ("fw.roce", "231.1.162.1"),
            ],
        },
        Firmware { file: "bnxt/of-another-chip.pkg", fits: false, components: &[], versions: &[] },
    ],
};

/// What is to be written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FlashOrder<'a> {
    pub(crate) image: &'static Firmware,
    pub(crate) component: Option<&'a str>,
    pub(crate) overwrite: FlashOverwrite,
}

type Tell<'a> = &'a mut dyn FnMut(FlashStatus);

fn status(message: &str, component: Option<&str>, done: u64, total: u64) -> FlashStatus {
    let component = component.map(str::to_owned);
    FlashStatus { message: Some(message.to_owned()), component, done, total, timeout: 0 }
}

/// Tells of the bytes that are written, in pieces.
fn pieces(message: &str, component: &str, size: u64, tell: Tell<'_>) {
    const PIECES: u64 = 16;
    for piece in 0..=PIECES {
        tell(status(message, Some(component), size * piece / PIECES, size));
    }
}

/// `mlxfw_firmware_flash`
pub(super) fn mlx5_flash(order: &FlashOrder<'_>, tell: Tell<'_>, note: &mut Note) -> Result<(), Errno> {
    tell(status("Initializing firmware flash process", None, 0, 0));
    if !order.image.fits {
        note.say("mlxfw: Firmware flash failed: Could not find device PSID in MFA2 file");
        return Err(Errno::EINVAL);
    }
    for (component, size) in order.image.components {
        tell(status("Updating component", Some(component), 0, 0));
        pieces("Downloading component", component, *size, tell);
        tell(status("Verifying component", Some(component), 0, 0));
    }
    tell(status("Activating image", None, 0, 0));
    tell(status("Firmware flash done", None, 0, 0));
    Ok(())
}

/// `ice_devlink_flash_update`
pub(super) fn ice_flash(order: &FlashOrder<'_>, tell: Tell<'_>, note: &mut Note) -> Result<(), Errno> {
    if order.overwrite.identifiers && !order.overwrite.settings {
        note.say("ice: Requested overwrite mask is not supported");
        return Err(Errno::EOPNOTSUPP);
    }
    // Of all components, this one alone can be written by itself.
    if order.component.is_some_and(|component| component != "fw.mgmt") {
        return Err(Errno::EOPNOTSUPP);
    }
    tell(status("Preparing to flash", None, 0, 0));
    if !order.image.fits {
        note.say("ice: Firmware image has no record matching this device");
        return Err(Errno::ENOENT);
    }
    let wanted = |name: &str| order.component.is_none_or(|component| component == name);
    let components = || order.image.components.iter().filter(|(name, _)| wanted(name));
    for (component, size) in components() {
        let erasing = status("Erasing", Some(component), 0, 0);
        tell(FlashStatus { timeout: ICE_ERASE_TIMEOUT, ..erasing });
        tell(status("Erasing done", Some(component), 0, 0));
        pieces("Flashing", component, *size, tell);
        tell(status("Flashing done", Some(component), *size, *size));
    }
    tell(status("Activate new firmware by devlink reload action fw_activate", None, 0, 0));
    Ok(())
}

/// Seconds that erasing may take (`ICE_FW_ERASE_TIMEOUT`).
const ICE_ERASE_TIMEOUT: u64 = 300;

/// `bnxt_dl_flash_update`
pub(super) fn bnxt_flash(order: &FlashOrder<'_>, tell: Tell<'_>, note: &mut Note) -> Result<(), Errno> {
    tell(status("Preparing to flash", None, 0, 0));
    if !order.image.fits {
        note.say("bnxt_en: PKG install error : Invalid device");
        tell(status("Flashing failed", None, 0, 0));
        return Err(Errno::EOPNOTSUPP);
    }
    tell(status("Flashing done", None, 0, 0));
    Ok(())
}

/// What the kernel looks at before any driver does (`devlink_nl_flash_update_doit`).
pub(crate) fn check(
    rules: &FlashRules,
    versions: &[(VersionKind, &str, &str)],
    update: &FlashUpdate,
    note: &mut Note,
) -> Result<&'static Firmware, Errno> {
    if let Some(component) = &update.component {
        let can_be = |kind: &VersionKind| matches!(kind, VersionKind::Running | VersionKind::Stored);
        let named = versions.iter().any(|(kind, name, _)| can_be(kind) && name == component);
        if !rules.components || !named {
            note.say_at(Spot::FlashComponent, "selected component is not supported by this device");
            return Err(Errno::EINVAL);
        }
    }
    if update.overwrite != FlashOverwrite::default() && !rules.overwrite {
        note.say_at(Spot::FlashOverwrite, "overwrite settings are not supported by this device");
        return Err(Errno::EOPNOTSUPP);
    }
    rules.images.iter().find(|image| image.file == update.file).ok_or_else(|| {
        note.say_at(Spot::FlashFile, "failed to locate the requested firmware file");
        Errno::ENOENT
    })
}
