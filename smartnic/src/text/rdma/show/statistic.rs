//! Counters, and how queue pairs get them.

use smartnic_core::rdma::{BoundCounter, HwCounter, MrCounters, OptionalCounter, Place, QpMode, StatMode};

use super::Show;

/// The hardware counters of a port.
pub fn port_counters(device: &str, number: u32, counters: &[HwCounter], show: &mut Show<'_>) {
    show.entry(|show| {
        show.put("ifname", device, format_args!("link {device}/"));
        show.put("port", number, format_args!("{number} "));
        show.counters(counters);
    });
}

/// A counter that queue pairs are bound to.
pub fn bound(counter: &BoundCounter, show: &mut Show<'_>) {
    show.entry(|show| {
        show.link(counter.device_index, &counter.device, counter.port);
        show.number("cntn", Some(counter.counter));
        show.word("qp-type", counter.qp_type.map(|kind| kind.word()));
        show.owner(&counter.owner);
        show.counters(&counter.counters);
        show.text(format_args!("\n    "));
        show.qp_numbers(&counter.qps);
    });
}

/// What a memory region counted.
pub fn mr_counters(counted: &MrCounters, show: &mut Show<'_>) {
    show.entry(|show| {
        let place = Place { device_index: counted.device_index, device: counted.device.clone(), port: None };
        show.dev(&place);
        show.number("mrn", Some(counted.mr));
        show.counters(&counted.counters);
    });
}

/// How the queue pairs of a port get counters.
pub fn mode(told: &StatMode, show: &mut Show<'_>) {
    let text = match told.mode {
        QpMode::Off => "qp auto off".to_owned(),
        QpMode::Manual => "qp manual".to_owned(),
        QpMode::Unknown(number) => format!("unknown ({number})"),
        QpMode::Auto(auto) => {
            let by = [("type", auto.by_type), ("pid", auto.by_pid)];
            let by: Vec<&str> = by.into_iter().filter(|(_, on)| *on).map(|(word, _)| word).collect();
            let optional = match told.optional_counters {
                Some(true) => " optional-counters on",
                // rdma takes a kernel without them for one that has them off.
                Some(false) | None => " optional-counters off",
            };
            format!("qp auto {} on{optional}", by.join(","))
        }
    };
    show.entry(|show| {
        show.link(told.device_index, &told.device, Some(told.port));
        show.word("mode", Some(&text));
    });
}

/// The optional counters of a port: all that there are, or those that are on. A port without any is not shown.
pub fn optional(place: (u32, &str, u32), counters: &[OptionalCounter], all: bool, show: &mut Show<'_>) {
    let wanted =
        |counter: &&OptionalCounter| if all { counter.on.is_some() } else { counter.on == Some(true) };
    let names: Vec<&str> = counters.iter().filter(wanted).map(|counter| &*counter.name).collect();
    if names.is_empty() {
        return;
    }
    let title = if all { "supported optional-counters" } else { "optional-counters" };
    let (index, device, number) = place;
    show.entry(|show| {
        show.link(index, device, Some(number));
        if show.style.json {
            show.out.open(Some(title), '[');
            names.iter().for_each(|name| show.out.value(None, *name));
            show.out.close(']');
        } else {
            show.text(format_args!("{title} {} ", names.join(",")));
        }
    });
}
