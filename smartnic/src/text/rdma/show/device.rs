//! Devices, ports, what they have of everything, the settings of the subsystem, and word of changes.

use smartnic_core::rdma::{Device, Event, NetnsMode, Port, Summary, System};
use smartnic_core::types::Guid;

use super::Show;

/// A GUID in groups of four digits, as rdma has it.
fn groups(value: u64) -> String {
    let [a, b, c, d] = [48, 32, 16, 0].map(|shift| value >> shift & 0xffff);
    format!("{a:04x}:{b:04x}:{c:04x}:{d:04x}")
}

/// A device.
pub fn device(device: &Device, show: &mut Show<'_>) {
    show.entry(|show| {
        show.index(device.index, &device.name);
        show.word("node_type", device.node_type.map(|kind| kind.word()));
        show.word("protocol", device.protocol.as_deref());
        show.word("fw", device.firmware.as_deref());
        let guid = |guid: Option<Guid>| guid.map(|guid| groups(guid.0));
        show.word("node_guid", guid(device.node_guid).as_deref());
        show.word("sys_image_guid", guid(device.system_guid).as_deref());
        if let Some(kind) = device.kind {
            let word = if kind == 1 { "smi" } else { "unknown" };
            show.word("type", Some(word));
        }
        show.word("parent", device.parent.as_deref());
        if show.style.details {
            show.on_off("adaptive-moderation", device.adaptive_moderation);
            if let Some(caps) = device.caps {
                show.caps(caps.names());
            }
        }
    });
}

/// A port.
pub fn port(port: &Port, show: &mut Show<'_>) {
    show.entry(|show| {
        show.link(port.device_index, &port.device, Some(port.number));
        if let Some(prefix) = port.subnet_prefix {
            show.word("subnet_prefix", Some(&groups(prefix)));
        }
        show.number("lid", port.lid);
        show.number("sm_lid", port.sm_lid);
        show.number("lmc", port.lmc);
        show.word("state", port.state.map(|state| state.word()));
        show.word("physical_state", port.phys_state.map(|state| state.word()));
        show.word("netdev", port.netdev.as_deref());
        if show.style.json || show.style.details {
            show.number("netdev_index", port.netdev_index);
        }
        if let Some(caps) = port.caps.filter(|_| show.style.details) {
            show.caps(caps.names());
        }
    });
}

/// How much of everything a device has.
pub fn summary(summary: &Summary, show: &mut Show<'_>) {
    show.entry(|show| {
        show.index(summary.device_index, &summary.device);
        for entry in &summary.entries {
            let (name, current) = (&entry.name, entry.current);
            match entry.max {
                Some(max) => {
                    show.put(name, current, format_args!("{name} {current}/{max} "));
                    if show.style.json {
                        show.out.value(Some(&format!("{name}-max")), max);
                    }
                }
                None => show.put(name, current, format_args!("{name} {current} ")),
            }
        }
    });
}

/// The settings of the subsystem: text, even where JSON is asked for, as rdma has it.
#[must_use]
pub fn system(system: &System) -> String {
    let word = |on: bool| if on { "on" } else { "off" };
    let netns = system.netns.map(|mode| match mode {
        NetnsMode::Shared => "netns shared".to_owned(),
        NetnsMode::Exclusive => "netns exclusive".to_owned(),
    });
    let said = |name: &str, value: Option<bool>| value.map(|on| format!("{name} {}", word(on)));
    let parts = [
        netns,
        said("privileged-qkey", system.privileged_qkey),
        said("monitor", system.monitor),
        said("copy-on-fork", system.copy_on_fork),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ") + "\n"
}

/// Word of a change.
pub fn event(event: &Event, show: &mut Show<'_>) {
    show.entry(|show| {
        let kind = format!("[{}]", event.kind.word());
        show.put("event_type", &kind, format_args!("{kind}\t"));
        if let (Some(index), Some(device)) = (event.device_index, &event.device) {
            show.put("rdma_index", index, format_args!("dev {index}"));
            show.put("rdma_dev", device, format_args!(" {device}"));
        }
        if let Some(port) = event.port {
            show.put("port", port, format_args!(" port {port}"));
        }
        if let Some(index) = event.netdev_index {
            show.put("netdev_idx", index, format_args!(" netdev {index}"));
        }
        if let Some(netdev) = &event.netdev {
            show.put("netdev_name", netdev, format_args!(" {netdev}"));
        }
    });
}
