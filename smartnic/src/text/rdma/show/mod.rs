//! What rdma prints, as text and as JSON by the same calls: here what collects it, in the modules what is shown of
//! each object.

mod device;
mod pool;
mod resource;
mod statistic;

use std::fmt::{self, Write};

use smartnic_core::rdma::{DriverEntry, DriverValue, HwCounter, Owner, Place, QpNumbers};

use crate::text::json::{Json, Scalar};

pub use device::{device, event, port, summary, system};
pub use pool::{pools, raw};
pub use resource::resources;
pub use statistic::{bound, mode, mr_counters, optional, port_counters};

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

    fn qp_numbers(&mut self, qps: &QpNumbers) {
        if qps.0.is_empty() {
            return;
        }
        let range = |(first, last): &(u32, u32)| match first == last {
            true => first.to_string(),
            false => format!("{first}-{last}"),
        };
        if self.style.json {
            self.out.open(Some("lqpn"), '[');
            for (first, last) in &qps.0 {
                match first == last {
                    true => self.out.value(None, *first),
                    false => self.out.value(None, range(&(*first, *last))),
                }
            }
            self.out.close(']');
        } else {
            let all: Vec<String> = qps.0.iter().map(range).collect();
            self.text(format_args!("lqpn {} ", all.join(",")));
        }
    }
}
