use smartnic_core::device::{DeviceInfo, VersionKind};
use smartnic_core::types::DevlinkHandle;

use super::Show;

/// Shows who a device is, as `devlink dev info` does; nothing if the driver does not say.
pub fn info(device: &DevlinkHandle, info: &DeviceInfo, show: &mut Show<'_>) {
    let driver = Some(&info.driver).filter(|driver| !driver.is_empty());
    let texts = [
        ("driver", driver),
        ("serial_number", info.serial.as_ref()),
        ("board.serial_number", info.board_serial.as_ref()),
    ];
    if texts.iter().all(|(_, text)| text.is_none()) && info.versions.is_empty() {
        return;
    }
    show.open_handle(device, true);
    show.indent_more();
    for (name, text) in texts {
        if let Some(text) = text {
            show.end_line();
            show.value(name, text, format_args!("{name} {text}"));
        }
    }
    show.indent_less();
    if !info.versions.is_empty() {
        show.open_object("versions");
        for kind in [VersionKind::Fixed, VersionKind::Running, VersionKind::Stored] {
            let mut versions = info.versions.iter().filter(|version| version.kind == kind).peekable();
            if versions.peek().is_none() {
                continue;
            }
            show.open_object(&kind.to_string());
            for version in versions {
                let (name, value) = (&version.name, &version.value);
                show.value(name, value, format_args!("{name} {value}"));
                show.end_line();
            }
            show.close_object();
        }
        show.close_object();
    }
    show.close_handle();
}
