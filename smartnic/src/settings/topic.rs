//! The topics: how a host is asked for each, and how words change it.

use smartnic_core::ethtool::{self, Record};
use smartnic_core::types::IfIndex;

use super::{Setting, insist};
use crate::text::suggest::closest;
use crate::{Error, ErrorKind, Host, Result};

/// What a link told of a topic: fields by name.
pub type Told = Box<dyn Record>;

/// Reads NAME VALUE pairs, makes the change unless it is only tried, and returns what was asked for.
type Change = fn(&Host, IfIndex, &[(&str, &str)], bool) -> Result<Told>;

/// A record of a topic.
#[derive(Debug)]
struct Part {
    fields: fn() -> &'static [&'static str],
    get: fn(&Host, IfIndex) -> Result<Told>,
    set: Option<Change>,
}

/// Settings that belong together, such as the rings of a link.
#[derive(Debug)]
pub struct Topic {
    name: &'static str,
    read: &'static str,
    change: &'static str,
    parts: &'static [Part],
}

macro_rules! part {
    ($record:ident, $get:ident) => {
        Part {
            fields: || ethtool::$record::default().names(),
            get: |host, link| Ok(Box::new(host.ethtool()?.$get(link)?)),
            set: None,
        }
    };
    ($record:ident, $get:ident, $set:ident) => {
        Part {
            set: Some(|host, link, words, really| {
                let mut change = ethtool::$record::default();
                for (field, value) in words {
                    change.read(field, value).map_err(|error| error.hint(format!("in: {field} {value}")))?;
                }
                if really {
                    host.ethtool()?.$set(link, &change)?;
                }
                Ok(Box::new(change))
            }),
            ..part!($record, $get)
        }
    };
}

macro_rules! topics {
    ($($name:literal: $read:literal, $change:literal, [$($part:expr),*];)*) => {
        static TOPICS: &[Topic] =
            &[$(Topic { name: $name, read: $read, change: $change, parts: &[$($part),*] }),*];
    };
}

topics! {
    "ring": "read rings", "change rings", [part!(Rings, rings, set_rings)];
    "channel": "read channels", "change channels", [part!(Channels, channels, set_channels)];
    "coalesce": "read interrupt coalescing", "change interrupt coalescing", [part!(Coalesce, coalesce, set_coalesce)];
    "pause": "read pausing", "change pausing", [part!(Pause, pause, set_pause)];
    "fec": "read error correction", "change error correction", [part!(Fec, fec, set_fec)];
    "link": "read the link's settings", "change the link's settings", [
        part!(LinkModes, link_modes, set_link_modes),
        part!(LinkInfo, link_info, set_link_info),
        part!(LinkState, link_state)
    ];
    "eee": "read energy-efficient Ethernet", "change energy-efficient Ethernet", [part!(Eee, eee, set_eee)];
    "wol": "read Wake-on-LAN", "change Wake-on-LAN", [part!(WakeOnLan, wake_on_lan, set_wake_on_lan)];
    "private": "read private flags", "change private flags", [part!(PrivateFlags, private_flags, set_private_flags)];
    "driver": "read which driver serves it", "change the driver", [part!(DriverInfo, driver_info)];
    "messages": "read the message level", "change the message level", [part!(Messages, messages, set_messages)];
    "timestamp": "read time stamping", "change time stamping", [
        part!(Timestamping, timestamping),
        part!(TimestampConfig, timestamp_config, set_timestamp_config),
        part!(VirtualClocks, virtual_clocks)
    ];
    "plca": "read PLCA", "change PLCA", [part!(Plca, plca, set_plca), part!(Plca, plca_status)];
    "mm": "read frame pre-emption", "change frame pre-emption", [part!(MacMerge, mac_merge, set_mac_merge)];
    "pse": "read power over Ethernet", "change power over Ethernet",
        [part!(PowerSourcing, power_sourcing, set_power_sourcing)];
    "tunable": "read tunables", "change tunables", [part!(Tunables, tunables, set_tunables)];
    "module": "read a module's power", "change a module's power", [part!(ModulePower, module_power, set_module_power)];
}

impl Topic {
    /// All topics.
    #[must_use]
    pub fn all() -> &'static [Self] {
        TOPICS
    }

    /// The topic of this name.
    ///
    /// # Errors
    /// `InvalidInput` with the nearest name if there is none.
    pub fn named(name: &str) -> Result<&'static Self> {
        TOPICS.iter().find(|topic| topic.name == name).ok_or_else(|| {
            let names = || TOPICS.iter().map(|topic| topic.name);
            let known = names().collect::<Vec<_>>().join(" ");
            let error = Error::invalid("find a topic of settings", format!("expected one of: {known}"));
            match closest(name, names()) {
                Some(near) => error.on(name).hint(format!("did you mean {near}?")),
                None => error.on(name),
            }
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What reading it is called in messages.
    #[must_use]
    pub fn reading(&self) -> &'static str {
        self.read
    }

    /// What changing it is called in messages.
    #[must_use]
    pub fn changing(&self) -> &'static str {
        self.change
    }

    /// What a link tells. Where there are several records, those that it does not have are left out.
    ///
    /// # Errors
    /// `Unsupported` if it has none of them, `NotFound` if there is no such link, and what else the kernel says.
    pub fn read(&self, host: &Host, link: IfIndex) -> Result<Vec<Told>> {
        let mut told = Vec::new();
        let mut refusal = None;
        for part in self.parts {
            match (part.get)(host, link) {
                Ok(record) => told.push(record),
                Err(error) if error.kind() == ErrorKind::Unsupported => refusal = refusal.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        match refusal {
            Some(error) if told.is_empty() => Err(error),
            _ => Ok(told),
        }
    }

    /// What the link of this name tells, field by field.
    ///
    /// # Errors
    /// Those of [`Topic::read`].
    pub fn settings(&self, host: &Host, link: &str) -> Result<Vec<Setting>> {
        let told = self.read(host, host.names()?.index(link)?).map_err(|error| error.on(link))?;
        Ok(told.iter().flat_map(|record| Setting::of(self.name, record.as_ref())).collect())
    }

    /// Changes fields of the link of this name, given as text, and reads back what came of it. All values are read before
    /// anything is changed.
    ///
    /// # Errors
    /// `InvalidInput` for a field that cannot be set or a value that it cannot have, `Mismatch` if something is otherwise
    /// than was asked for afterwards, and what the kernel or driver says.
    pub fn set(&self, host: &Host, link: &str, pairs: &[(&str, &str)]) -> Result<()> {
        let settable = || self.parts.iter().filter_map(|part| Some(((part.fields)(), part.set?)));
        if let Some((field, _)) =
            pairs.iter().find(|(field, _)| !settable().any(|(names, _)| names.contains(field)))
        {
            let known: Vec<&str> = settable().flat_map(|(names, _)| names.iter().copied()).collect();
            let reason = match known.is_empty() {
                true => "it can only be read".to_owned(),
                false => format!("expected one of: {}", known.join(" ")),
            };
            return Err(Error::invalid(self.change, reason).on(field));
        }
        let index = host.names()?.index(link)?;
        let mut asked = Vec::new();
        for really in [false, true] {
            for (names, set) in settable() {
                let here: Vec<_> = pairs.iter().copied().filter(|(field, _)| names.contains(field)).collect();
                if here.is_empty() {
                    continue;
                }
                let change = set(host, index, &here, really).map_err(|error| error.on(link))?;
                if really {
                    asked.push(change);
                }
            }
        }
        let now = self.read(host, index).map_err(|error| error.on(link))?;
        let got = |field: &str| now.iter().find_map(|record| record.get(field));
        let fields = asked.iter().flat_map(|change| change.fields());
        let missed: Vec<_> = fields
            .map(|(field, asked)| (field, asked, got(field)))
            .filter(|(_, asked, got)| !got.as_ref().is_some_and(|got| asked.is_in(got)))
            .collect();
        insist(self.change, link, &missed)
    }
}
