//! What rdma prints, as text and as JSON by the same calls.

use std::fmt::{self, Write};

use smartnic_core::rdma::{
    BoundCounter, CmId, CompletionQueue, Context, Device, DriverEntry, DriverValue, Event, HwCounter,
    MemoryRegion, MrCounters, NetnsMode, OptionalCounter, Owner, Place, Port, ProtectionDomain, QpMode,
    QpNumbers, QueuePair, Resources, SharedReceiveQueue, StatMode, Summary, System,
};
use smartnic_core::types::Guid;

use super::filter::Filter;
use crate::text::json::{Json, Scalar};

/// How much is shown, and in which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// JSON instead of text (`rdma -j`).
    pub json: bool,
    /// More than most people want (`rdma -d`).
    pub details: bool,
    /// What drivers tell, too (`rdma -dd`).
    pub driver: bool,
}

/// Collects what is shown.
pub struct Show<'a> {
    style: Style,
    comm: &'a dyn Fn(u32) -> Option<String>,
    out: Json,
}

impl fmt::Debug for Show<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Show")
            .field("style", &self.style)
            .field("out", &self.out.text)
            .finish_non_exhaustive()
    }
}

impl<'a> Show<'a> {
    /// Begins with nothing; `comm` knows the names of processes.
    pub fn new(style: Style, comm: &'a dyn Fn(u32) -> Option<String>) -> Self {
        Self { style, comm, out: Json::default() }
    }

    /// Takes out what was collected so far.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.out.text)
    }

    /// Begins a table.
    pub fn begin(&mut self) {
        if self.style.json {
            self.out.open(None, '[');
        }
    }

    /// Ends a table.
    pub fn end(&mut self) {
        if self.style.json {
            self.out.close(']');
            self.out.text.push('\n');
        }
    }

    fn entry(&mut self, fill: impl FnOnce(&mut Self)) {
        if self.style.json {
            self.out.open(None, '{');
        }
        fill(self);
        if self.style.json {
            self.out.close('}');
        }
        self.out.text.push('\n');
    }

    fn put(&mut self, name: &str, value: impl Scalar, text: fmt::Arguments<'_>) {
        match self.style.json {
            true => self.out.value(Some(name), value),
            // Writing to a string cannot fail.
            false => drop(self.out.text.write_fmt(text)),
        }
    }

    /// What text alone shows.
    fn text(&mut self, text: fmt::Arguments<'_>) {
        if !self.style.json {
            let _ = self.out.text.write_fmt(text);
        }
    }

    fn number(&mut self, name: &str, value: Option<impl Into<u64>>) {
        if let Some(value) = value.map(Into::into) {
            self.put(name, value, format_args!("{name} {value} "));
        }
    }

    fn word(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.put(name, value, format_args!("{name} {value} "));
        }
    }

    fn key(&mut self, name: &str, value: Option<impl Into<u64>>) {
        if let Some(value) = value.map(Into::into) {
            self.put(name, format!("{value:x}"), format_args!("{name} 0x{value:x} "));
        }
    }

    fn on_off(&mut self, name: &str, value: Option<bool>) {
        if let Some(on) = value {
            self.put(name, on, format_args!("{name} {} ", if on { "on" } else { "off" }));
        }
    }

    fn index(&mut self, index: u32, name: &str) {
        self.put("ifindex", index, format_args!("{index}: "));
        self.put("ifname", name, format_args!("{name}: "));
    }

    fn link(&mut self, index: u32, device: &str, port: Option<u32>) {
        self.put("ifindex", index, format_args!(""));
        self.put("ifname", device, format_args!("link {device}/"));
        match port {
            Some(port) => self.put("port", port, format_args!("{port} ")),
            None => self.text(format_args!("- ")),
        }
    }

    fn dev(&mut self, place: &Place) {
        self.put("ifindex", place.device_index, format_args!(""));
        self.put("ifname", &place.device, format_args!("dev {} ", place.device));
    }

    fn caps(&mut self, names: impl Iterator<Item = &'static str>) {
        let names: Vec<&str> = names.collect();
        if self.style.json {
            self.out.open(Some("caps"), '[');
            names.iter().for_each(|name| self.out.value(None, *name));
            self.out.close(']');
        } else {
            self.text(format_args!("\n    caps: <{}>", names.join(", ")));
        }
    }

    fn owner(&mut self, owner: &Owner) {
        self.number("pid", owner.pid);
        let comm = owner.pid.and_then(self.comm);
        if let Some(comm) = comm {
            self.word("comm", Some(&comm));
        } else if let Some(module) = &owner.kernel {
            self.put("comm", module, format_args!("comm [{module}] "));
        }
    }

    fn driver(&mut self, entries: &[DriverEntry]) {
        if !self.style.driver {
            return;
        }
        for entry in entries {
            let name = &entry.name;
            match &entry.value {
                DriverValue::Text(text) => self.word(name, Some(text)),
                DriverValue::Signed(number) => {
                    self.put(name, number.to_string(), format_args!("{name} {number} "));
                }
                DriverValue::Unsigned(number) if entry.hex => {
                    self.put(name, format!("0x{number:x}"), format_args!("{name} 0x{number:x} "));
                }
                DriverValue::Unsigned(number) => self.number(name, Some(*number)),
            }
        }
    }

    fn counters(&mut self, counters: &[HwCounter]) {
        for HwCounter { name, value } in counters {
            self.put(name, *value, format_args!("\n    {name} {value} "));
        }
    }
}

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

/// The resources of one kind that are wanted.
pub fn resources(resources: &Resources, filter: &Filter, show: &mut Show<'_>) {
    let placed = |place: &Place| filter.wants_place(&place.device, place.port);
    match resources {
        Resources::Qp(all) => {
            all.iter()
                .filter(|it| placed(&it.place) && qp_wanted(it, filter))
                .for_each(|it| queue_pair(it, show));
        }
        Resources::CmId(all) => {
            all.iter().filter(|it| placed(&it.place) && cm_wanted(it, filter)).for_each(|it| cm_id(it, show));
        }
        Resources::Cq(all) => {
            all.iter().filter(|it| placed(&it.place) && cq_wanted(it, filter)).for_each(|it| queue(it, show));
        }
        Resources::Mr(all) => {
            all.iter()
                .filter(|it| placed(&it.place) && mr_wanted(it, filter))
                .for_each(|it| region(it, show));
        }
        Resources::Pd(all) => {
            all.iter()
                .filter(|it| placed(&it.place) && pd_wanted(it, filter))
                .for_each(|it| domain(it, show));
        }
        Resources::Ctx(all) => {
            let wanted = |it: &&Context| {
                placed(&it.place)
                    && filter.wants_number("ctxn", it.number.map(Into::into))
                    && filter.wants_number("pid", it.owner.pid.map(Into::into))
            };
            all.iter().filter(wanted).for_each(|it| context(it, show));
        }
        Resources::Srq(all) => {
            all.iter()
                .filter(|it| placed(&it.place) && srq_wanted(it, filter))
                .for_each(|it| shared(it, show));
        }
    }
}

fn wide(value: Option<u32>) -> Option<u64> {
    value.map(Into::into)
}

/// `enum ib_mig_state`
fn migration(state: u8) -> &'static str {
    match state {
        0 => "MIGRATED",
        1 => "REARM",
        2 => "ARMED",
        _ => "UNKNOWN",
    }
}

fn qp_wanted(qp: &QueuePair, filter: &Filter) -> bool {
    filter.wants_number("lqpn", Some(qp.number.into()))
        && filter.wants_number("rqpn", wide(qp.remote))
        && filter.wants_number("pdn", wide(qp.pd))
        && filter.wants_number("pid", wide(qp.owner.pid))
        && filter.wants_number("sq-psn", wide(qp.send_psn))
        && filter.wants_number("rq-psn", wide(qp.receive_psn))
        && filter.wants_word("type", Some(qp.kind.word()))
        && filter.wants_word("subtype", qp.subtype.as_deref())
        && filter.wants_word("path-mig-state", qp.path_migration.map(migration))
        && filter.wants_word("state", Some(qp.state.word()))
}

fn queue_pair(qp: &QueuePair, show: &mut Show<'_>) {
    show.entry(|show| {
        show.link(qp.place.device_index, &qp.place.device, qp.place.port);
        show.number("lqpn", Some(qp.number));
        show.number("pdn", qp.pd);
        show.number("rqpn", qp.remote);
        show.word("type", Some(qp.kind.word()));
        show.word("subtype", qp.subtype.as_deref());
        show.word("state", Some(qp.state.word()));
        show.number("rq-psn", qp.receive_psn);
        show.number("sq-psn", qp.send_psn);
        show.word("path-mig-state", qp.path_migration.map(migration));
        show.owner(&qp.owner);
        show.driver(&qp.driver);
    });
}

fn cm_wanted(id: &CmId, filter: &Filter) -> bool {
    let address = |at: Option<std::net::SocketAddr>| at.map(|at| at.ip().to_string());
    let port = |at: Option<std::net::SocketAddr>| at.map(|at| at.port().into());
    filter.wants_number("cm-idn", wide(id.number))
        && filter.wants_number("lqpn", wide(id.qp))
        && filter.wants_number("pid", wide(id.owner.pid))
        && filter.wants_word("qp-type", id.qp_type.map(|kind| kind.word()))
        && filter.wants_word("state", Some(id.state.word()))
        && filter.wants_word("ps", Some(id.port_space.word()))
        && filter.wants_word("src-addr", address(id.source).as_deref())
        && filter.wants_word("dst-addr", address(id.destination).as_deref())
        && filter.wants_number("src-port", port(id.source))
        && filter.wants_number("dst-port", port(id.destination))
}

fn cm_id(id: &CmId, show: &mut Show<'_>) {
    show.entry(|show| {
        show.link(id.place.device_index, &id.place.device, id.place.port);
        show.number("cm-idn", id.number);
        show.number("lqpn", id.qp);
        show.word("qp-type", id.qp_type.map(|kind| kind.word()));
        show.word("state", Some(id.state.word()));
        show.word("ps", Some(id.port_space.word()));
        show.owner(&id.owner);
        // rdma sets no brackets around IPv6 addresses.
        let text = |at: Option<std::net::SocketAddr>| at.map(|at| format!("{}:{}", at.ip(), at.port()));
        show.word("src-addr", text(id.source).as_deref());
        show.word("dst-addr", text(id.destination).as_deref());
        show.driver(&id.driver);
    });
}

fn cq_wanted(cq: &CompletionQueue, filter: &Filter) -> bool {
    filter.wants_number("users", cq.users)
        && filter.wants_number("cqn", wide(cq.number))
        && filter.wants_number("ctxn", wide(cq.context))
        && filter.wants_number("pid", wide(cq.owner.pid))
        && filter.wants_word("poll-ctx", cq.poll_context.map(|context| context.word()))
}

fn queue(cq: &CompletionQueue, show: &mut Show<'_>) {
    show.entry(|show| {
        show.dev(&cq.place);
        show.number("cqn", cq.number);
        show.number("cqe", Some(cq.entries));
        show.number("users", cq.users);
        show.word("poll-ctx", cq.poll_context.map(|context| context.word()));
        show.on_off("adaptive-moderation", cq.adaptive_moderation);
        show.number("ctxn", cq.context);
        show.owner(&cq.owner);
        show.driver(&cq.driver);
    });
}

fn mr_wanted(mr: &MemoryRegion, filter: &Filter) -> bool {
    filter.wants_number("rkey", wide(mr.rkey))
        && filter.wants_number("lkey", wide(mr.lkey))
        && filter.wants_number("mrlen", mr.length)
        && filter.wants_number("mrn", wide(mr.number))
        && filter.wants_number("pdn", wide(mr.pd))
        && filter.wants_number("pid", wide(mr.owner.pid))
}

fn region(mr: &MemoryRegion, show: &mut Show<'_>) {
    show.entry(|show| {
        show.dev(&mr.place);
        show.number("mrn", mr.number);
        show.key("rkey", mr.rkey);
        show.key("lkey", mr.lkey);
        show.key("iova", mr.iova);
        show.number("mrlen", mr.length);
        show.number("pdn", mr.pd);
        show.owner(&mr.owner);
        show.driver(&mr.driver);
    });
}

fn pd_wanted(pd: &ProtectionDomain, filter: &Filter) -> bool {
    filter.wants_number("users", pd.users)
        && filter.wants_number("pdn", wide(pd.number))
        && filter.wants_number("ctxn", wide(pd.context))
        && filter.wants_number("pid", wide(pd.owner.pid))
}

fn domain(pd: &ProtectionDomain, show: &mut Show<'_>) {
    show.entry(|show| {
        show.dev(&pd.place);
        show.number("pdn", pd.number);
        show.key("local_dma_lkey", pd.local_dma_lkey);
        show.number("users", pd.users);
        show.key("unsafe_global_rkey", pd.unsafe_global_rkey);
        show.number("ctxn", pd.context);
        show.owner(&pd.owner);
        show.driver(&pd.driver);
    });
}

fn context(context: &Context, show: &mut Show<'_>) {
    show.entry(|show| {
        show.dev(&context.place);
        show.number("ctxn", context.number);
        show.owner(&context.owner);
        show.driver(&context.driver);
    });
}

fn srq_wanted(srq: &SharedReceiveQueue, filter: &Filter) -> bool {
    let overlaps = |first: u64, last: u64| {
        srq.qps.0.iter().any(|(from, to)| u64::from(*from) <= last && first <= u64::from(*to))
    };
    filter.wants_number("srqn", wide(srq.number))
        && filter.wants_number("pdn", wide(srq.pd))
        && filter.wants_number("cqn", wide(srq.cq))
        && filter.wants_number("pid", wide(srq.owner.pid))
        && filter.wants_word("type", srq.kind.map(|kind| kind.word()))
        && filter.wants_any("lqpn", overlaps)
}

fn shared(srq: &SharedReceiveQueue, show: &mut Show<'_>) {
    show.entry(|show| {
        show.dev(&srq.place);
        show.number("srqn", srq.number);
        show.word("type", srq.kind.map(|kind| kind.word()));
        qp_numbers(&srq.qps, show);
        show.number("pdn", srq.pd);
        show.number("cqn", srq.cq);
        show.owner(&srq.owner);
        show.driver(&srq.driver);
    });
}

fn qp_numbers(qps: &QpNumbers, show: &mut Show<'_>) {
    if qps.0.is_empty() {
        return;
    }
    let range = |(first, last): &(u32, u32)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    };
    if show.style.json {
        show.out.open(Some("lqpn"), '[');
        for (first, last) in &qps.0 {
            match first == last {
                true => show.out.value(None, *first),
                false => show.out.value(None, range(&(*first, *last))),
            }
        }
        show.out.close(']');
    } else {
        let all: Vec<String> = qps.0.iter().map(range).collect();
        show.text(format_args!("lqpn {} ", all.join(",")));
    }
}

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
        qp_numbers(&counter.qps, show);
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
