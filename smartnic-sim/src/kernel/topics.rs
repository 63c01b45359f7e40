//! ethtool's topics that are fields of a link: which record of the model is which topic, and what its fields may become.
//! Both faces stand on this.

use smartnic_core::ethtool::{Bits, LinkState, PrivateFlags, Record, Value};
use smartnic_core::types::IfIndex;
use smartnic_netlink::uapi::ethtool_netlink::*;

use super::queues_tables::*;
use crate::errno::Errno;
use crate::model::{Event, Machine, Netdev, Queues};

/// One topic: what it answers with, and its attributes.
pub(crate) struct Topic {
    pub(super) get: u8,
    pub(super) set: Option<u8>,
    pub(super) reply: u8,
    pub(super) max: u16,
    pub(super) rows: &'static [Row],
}

pub(super) const TOPICS: &[Topic] = &[
    Topic {
        get: ETHTOOL_MSG_RINGS_GET,
        set: Some(ETHTOOL_MSG_RINGS_SET),
        reply: ETHTOOL_MSG_RINGS_GET_REPLY,
        max: ETHTOOL_A_RINGS_MAX,
        rows: RINGS,
    },
    Topic {
        get: ETHTOOL_MSG_CHANNELS_GET,
        set: Some(ETHTOOL_MSG_CHANNELS_SET),
        reply: ETHTOOL_MSG_CHANNELS_GET_REPLY,
        max: ETHTOOL_A_CHANNELS_MAX,
        rows: CHANNELS,
    },
    Topic {
        get: ETHTOOL_MSG_COALESCE_GET,
        set: Some(ETHTOOL_MSG_COALESCE_SET),
        reply: ETHTOOL_MSG_COALESCE_GET_REPLY,
        max: ETHTOOL_A_COALESCE_MAX,
        rows: COALESCE,
    },
    Topic {
        get: ETHTOOL_MSG_PAUSE_GET,
        set: Some(ETHTOOL_MSG_PAUSE_SET),
        reply: ETHTOOL_MSG_PAUSE_GET_REPLY,
        max: ETHTOOL_A_PAUSE_MAX,
        rows: PAUSE,
    },
    Topic {
        get: ETHTOOL_MSG_LINKINFO_GET,
        set: Some(ETHTOOL_MSG_LINKINFO_SET),
        reply: ETHTOOL_MSG_LINKINFO_GET_REPLY,
        max: ETHTOOL_A_LINKINFO_MAX,
        rows: LINK_INFO,
    },
    Topic {
        get: ETHTOOL_MSG_LINKMODES_GET,
        set: Some(ETHTOOL_MSG_LINKMODES_SET),
        reply: ETHTOOL_MSG_LINKMODES_GET_REPLY,
        max: ETHTOOL_A_LINKMODES_MAX,
        rows: LINK_MODES_ROWS,
    },
    Topic {
        get: ETHTOOL_MSG_LINKSTATE_GET,
        set: None,
        reply: ETHTOOL_MSG_LINKSTATE_GET_REPLY,
        max: ETHTOOL_A_LINKSTATE_MAX,
        rows: LINK_STATE,
    },
    Topic {
        get: ETHTOOL_MSG_EEE_GET,
        set: Some(ETHTOOL_MSG_EEE_SET),
        reply: ETHTOOL_MSG_EEE_GET_REPLY,
        max: ETHTOOL_A_EEE_MAX,
        rows: EEE,
    },
    Topic {
        get: ETHTOOL_MSG_WOL_GET,
        set: Some(ETHTOOL_MSG_WOL_SET),
        reply: ETHTOOL_MSG_WOL_GET_REPLY,
        max: ETHTOOL_A_WOL_MAX,
        rows: WOL,
    },
    Topic {
        get: ETHTOOL_MSG_DEBUG_GET,
        set: Some(ETHTOOL_MSG_DEBUG_SET),
        reply: ETHTOOL_MSG_DEBUG_GET_REPLY,
        max: ETHTOOL_A_DEBUG_MAX,
        rows: DEBUG,
    },
    Topic {
        get: ETHTOOL_MSG_PRIVFLAGS_GET,
        set: Some(ETHTOOL_MSG_PRIVFLAGS_SET),
        reply: ETHTOOL_MSG_PRIVFLAGS_GET_REPLY,
        max: ETHTOOL_A_PRIVFLAGS_MAX,
        rows: PRIVATE,
    },
    Topic {
        get: ETHTOOL_MSG_TSINFO_GET,
        set: None,
        reply: ETHTOOL_MSG_TSINFO_GET_REPLY,
        max: ETHTOOL_A_TSINFO_MAX,
        rows: TSINFO,
    },
    Topic {
        get: ETHTOOL_MSG_TSCONFIG_GET,
        set: Some(ETHTOOL_MSG_TSCONFIG_SET),
        reply: ETHTOOL_MSG_TSCONFIG_GET_REPLY,
        max: ETHTOOL_A_TSCONFIG_MAX,
        rows: TSCONFIG,
    },
    Topic {
        get: ETHTOOL_MSG_MODULE_GET,
        set: Some(ETHTOOL_MSG_MODULE_SET),
        reply: ETHTOOL_MSG_MODULE_GET_REPLY,
        max: ETHTOOL_A_MODULE_MAX,
        rows: MODULE,
    },
    Topic {
        get: ETHTOOL_MSG_FEC_GET,
        set: Some(ETHTOOL_MSG_FEC_SET),
        reply: ETHTOOL_MSG_FEC_GET_REPLY,
        max: ETHTOOL_A_FEC_MAX,
        rows: FEC,
    },
];

/// Why a field does not become what was asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refusal {
    pub(super) errno: Errno,
    pub(super) text: &'static str,
    /// The attribute that is to blame; none if it is all of the request.
    pub(super) attr: Option<u16>,
}

fn refused(errno: Errno, text: &'static str, attr: u16) -> Refusal {
    Refusal { errno, text, attr: Some(attr) }
}

/// What a field becomes by a number.
pub(super) fn fit(row: &Row, now: &dyn Record, number: u64) -> Result<Value, Refusal> {
    // What the driver does not tell it cannot change.
    if now.get(row.name).is_none() {
        return Err(refused(row.lacking_errno, row.lacking, row.attr));
    }
    if let Some(limit) = row.limit
        && let Some(Value::Number(most)) = now.get(limit)
        && number > most
    {
        return Err(refused(Errno::EINVAL, row.exceeding, row.attr));
    }
    Ok(if row.switch { Value::Switch(number != 0) } else { Value::Number(number) })
}

/// The set that a field is now.
pub(super) fn bits_of(row: &Row, now: &dyn Record) -> Result<Bits, Refusal> {
    match now.get(row.name) {
        Some(Value::Bits(bits)) => Ok(bits),
        _ => Err(refused(row.lacking_errno, row.lacking, row.attr)),
    }
}

/// What a set becomes; bits that the driver does not have are refused.
pub(super) fn fit_bits(row: &Row, now: Bits, on: Vec<String>) -> Result<Value, Refusal> {
    if let Some(of) = &now.of
        && on.iter().any(|name| !of.contains(name))
    {
        return Err(refused(Errno::EINVAL, row.lacking, row.attr));
    }
    Ok(Value::Bits(Bits { on, of: now.of }))
}

/// What must hold of all fields together.
pub(super) fn together(
    topic: &Topic,
    now: &dyn Record,
    changed: &mut Vec<(&'static str, Value)>,
) -> Result<(), Refusal> {
    if topic.get == ETHTOOL_MSG_CHANNELS_GET && changed.contains(&("combined", Value::Number(0))) {
        let text = "requested channel counts would result in no RX or TX channel being configured";
        return Err(refused(Errno::EINVAL, text, ETHTOOL_A_CHANNELS_COMBINED_COUNT));
    }
    if topic.get == ETHTOOL_MSG_LINKMODES_GET {
        speeds(now, changed).map_err(|text| Refusal { errno: Errno::EINVAL, text, attr: None })?;
    }
    if topic.get == ETHTOOL_MSG_FEC_GET {
        let none = |(name, value): &(&str, Value)| {
            *name == "config" && matches!(value, Value::Bits(bits) if bits.on.is_empty())
        };
        let auto = match changed.iter().find(|(name, _)| *name == "auto") {
            Some((_, auto)) => Some(auto.clone()),
            None => now.get("auto"),
        };
        if changed.iter().any(none) && auto != Some(Value::Switch(true)) {
            return Err(refused(Errno::EINVAL, "no FEC modes set", ETHTOOL_A_FEC_MODES));
        }
    }
    Ok(())
}

/// The names of a set's bits, as the kernel numbers them.
pub(super) fn names<'a>(row: &Row, bits: &'a Bits) -> Vec<&'a str> {
    match row.names {
        [] => bits.of.iter().flatten().map(String::as_str).collect(),
        names => names.to_vec(),
    }
}

/// A speed must be one of a supported mode; with autonegotiation, those modes are advertised (`ethnl_auto_linkmodes`).
fn speeds(now: &dyn Record, changed: &mut Vec<(&'static str, Value)>) -> Result<(), &'static str> {
    let Some((_, Value::Number(speed))) = changed.iter().find(|(name, _)| *name == "speed") else {
        return Ok(());
    };
    let Some(Value::Bits(bits)) = now.get("modes") else { return Ok(()) };
    let begin = format!("{speed}base");
    let of = bits.of.clone().unwrap_or_default();
    let fitting: Vec<String> = of.into_iter().filter(|mode| mode.starts_with(&begin)).collect();
    if fitting.is_empty() {
        return Err("link settings update failed");
    }
    let autoneg = match changed.iter().find(|(name, _)| *name == "auto-negotiation") {
        Some((_, autoneg)) => Some(autoneg.clone()),
        None => now.get("auto-negotiation"),
    };
    if autoneg == Some(Value::Switch(true)) && !changed.iter().any(|(name, _)| *name == "modes") {
        let kept = bits.on.iter().filter(|mode| !mode.contains("base")).cloned();
        changed.push(("modes", Value::Bits(Bits { on: kept.chain(fitting).collect(), of: bits.of })));
    }
    Ok(())
}

/// Makes a change that was found to fit.
pub(super) fn put(
    machine: &mut Machine,
    index: IfIndex,
    topic: &Topic,
    changed: Vec<(&'static str, Value)>,
) -> Result<(), Errno> {
    if topic.get == ETHTOOL_MSG_PRIVFLAGS_GET
        && let Some((_, Value::Bits(flags))) = changed.first()
    {
        machine.dcb_follows(index, &PrivateFlags { flags: Some(flags.clone()) })?;
    }
    let netdev = machine.netdevs.get_mut(&index.0).ok_or(Errno::ENODEV)?;
    let queues = netdev.queues.as_mut().ok_or(Errno::EOPNOTSUPP)?;
    let Queues { rings, channels, coalesce, pause, settings } = queues;
    let record: &mut dyn Record = match topic.get {
        ETHTOOL_MSG_RINGS_GET => rings,
        ETHTOOL_MSG_CHANNELS_GET => channels,
        ETHTOOL_MSG_COALESCE_GET => coalesce,
        ETHTOOL_MSG_PAUSE_GET => pause.as_mut().ok_or(Errno::EOPNOTSUPP)?,
        _ => {
            let settings = settings.as_mut().ok_or(Errno::EOPNOTSUPP)?;
            match topic.get {
                ETHTOOL_MSG_LINKINFO_GET => &mut settings.info,
                ETHTOOL_MSG_LINKMODES_GET => &mut settings.modes,
                ETHTOOL_MSG_EEE_GET => settings.eee.as_mut().ok_or(Errno::EOPNOTSUPP)?,
                ETHTOOL_MSG_WOL_GET => &mut settings.wol,
                ETHTOOL_MSG_DEBUG_GET => &mut settings.messages,
                ETHTOOL_MSG_PRIVFLAGS_GET => settings.private.as_mut().ok_or(Errno::EOPNOTSUPP)?,
                ETHTOOL_MSG_TSCONFIG_GET => &mut settings.stamping,
                ETHTOOL_MSG_MODULE_GET => &mut settings.module,
                ETHTOOL_MSG_FEC_GET => &mut settings.fec,
                _ => return Err(Errno::EOPNOTSUPP),
            }
        }
    };
    let mut differs = false;
    for (name, value) in changed {
        let before = record.get(name);
        record.put(name, value);
        differs |= record.get(name) != before;
    }
    // What stays as it was is not told (`ethnl_default_set_doit`).
    if differs {
        machine.events.push(|| Event::Setting(index, topic.get));
    }
    Ok(())
}

/// The record of a topic; none if the link has none of it.
pub(super) fn record(netdev: &Netdev, topic: &Topic) -> Option<Box<dyn Record>> {
    let queues = netdev.queues.as_ref()?;
    let record: Box<dyn Record> = match topic.get {
        ETHTOOL_MSG_RINGS_GET => Box::new(queues.rings.clone()),
        ETHTOOL_MSG_CHANNELS_GET => Box::new(queues.channels.clone()),
        ETHTOOL_MSG_COALESCE_GET => Box::new(queues.coalesce.clone()),
        ETHTOOL_MSG_PAUSE_GET => Box::new(queues.pause.clone()?),
        _ => {
            let settings = queues.settings.as_ref()?;
            match topic.get {
                ETHTOOL_MSG_LINKINFO_GET => Box::new(settings.info.clone()),
                ETHTOOL_MSG_LINKMODES_GET => Box::new(settings.modes.clone()),
                // A cable is always plugged in here, and its other end is up.
                ETHTOOL_MSG_LINKSTATE_GET => {
                    Box::new(LinkState { link: Some(netdev.up), ..LinkState::default() })
                }
                ETHTOOL_MSG_EEE_GET => Box::new(settings.eee.clone()?),
                ETHTOOL_MSG_WOL_GET => Box::new(settings.wol.clone()),
                ETHTOOL_MSG_DEBUG_GET => Box::new(settings.messages.clone()),
                ETHTOOL_MSG_PRIVFLAGS_GET => Box::new(settings.private.clone()?),
                ETHTOOL_MSG_TSINFO_GET => Box::new(settings.stamps.clone()),
                ETHTOOL_MSG_TSCONFIG_GET => Box::new(settings.stamping.clone()),
                ETHTOOL_MSG_MODULE_GET => Box::new(settings.module.clone()),
                ETHTOOL_MSG_FEC_GET => Box::new(settings.fec.clone()),
                _ => return None,
            }
        }
    };
    Some(record)
}

impl Topic {
    /// The topic that a command asks for.
    pub(crate) fn of(get: u8) -> Option<&'static Self> {
        TOPICS.iter().find(|topic| topic.get == get)
    }

    /// The fields that a link tells to who asks for statistics too.
    pub(crate) fn told(&self, netdev: &Netdev) -> Result<Vec<(&'static str, Value)>, Errno> {
        let mut fields = self.settings(netdev)?;
        if self.get == ETHTOOL_MSG_PAUSE_GET {
            let record = record(netdev, self).ok_or(Errno::EOPNOTSUPP)?;
            let counted = PAUSE_STATS.iter().filter_map(|(_, name)| Some((*name, record.get(name)?)));
            fields.extend(counted);
        }
        Ok(fields)
    }

    /// The fields without statistics.
    pub(crate) fn settings(&self, netdev: &Netdev) -> Result<Vec<(&'static str, Value)>, Errno> {
        let record = record(netdev, self).ok_or(Errno::EOPNOTSUPP)?;
        // Without a link, the kernel says that speed and duplex are unknown.
        let unknown = |name: &str| {
            self.get == ETHTOOL_MSG_LINKMODES_GET
                && !netdev.up
                && matches!(name, "speed" | "duplex" | "lanes")
        };
        let rows = self.rows.iter().filter(|row| !unknown(row.name));
        let fields = rows.filter_map(|row| match record.get(row.name)? {
            Value::Bits(bits) => Some((row.name, Value::Bits(in_order(row, &bits)))),
            value => Some((row.name, value)),
        });
        Ok(fields.collect())
    }

    /// Changes the fields that are there.
    pub(crate) fn set(&self, machine: &mut Machine, link: IfIndex, change: &dyn Record) -> Result<(), Errno> {
        let given = change.fields();
        let row = |name: &str| self.rows.iter().find(|row| row.settable && row.name == name);
        for (name, value) in &given {
            if row(name).and_then(|row| row.max).is_some_and(|max| number(value).is_some_and(|it| it > max)) {
                return Err(Errno::ERANGE);
            }
        }
        if given.iter().any(|(name, _)| row(name).is_none()) {
            return Err(Errno::EINVAL);
        }
        let now = record(machine.netdev(link)?, self).ok_or(Errno::EOPNOTSUPP)?;
        let mut changed = Vec::new();
        for row in self.rows {
            let Some((_, value)) = given.iter().find(|(name, _)| *name == row.name) else { continue };
            let value = match value {
                Value::Bits(asked) => {
                    let bits = bits_of(row, &*now).map_err(|refusal| refusal.errno)?;
                    let on = chosen(row, &bits, asked)?;
                    fit_bits(row, bits, on)
                }
                value => fit(row, &*now, number(value).ok_or(Errno::EINVAL)?),
            };
            changed.push((row.name, value.map_err(|refusal| refusal.errno)?));
        }
        together(self, &*now, &mut changed).map_err(|refusal| refusal.errno)?;
        put(machine, link, self, changed)
    }
}

/// A field as a number.
pub(super) fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) | Value::Word(_, number) => Some(*number),
        Value::Switch(on) => Some(u64::from(*on)),
        _ => None,
    }
}

/// The bits that are set after a change; a name that the kernel does not know is refused.
fn chosen(row: &Row, now: &Bits, asked: &Bits) -> Result<Vec<String>, Errno> {
    let known = names(row, now);
    let named = asked.of.as_ref().unwrap_or(&asked.on);
    if named.iter().any(|name| !known.contains(&name.as_str())) {
        return Err(Errno::EOPNOTSUPP);
    }
    let on = |name: &&str| match &asked.of {
        Some(of) if !of.iter().any(|it| it == name) => now.has(name),
        _ => asked.has(name),
    };
    Ok(known.into_iter().filter(on).map(str::to_owned).collect())
}

/// A set with its bits in the kernel's order.
fn in_order(row: &Row, bits: &Bits) -> Bits {
    let known = names(row, bits);
    let among = |list: &[String]| {
        let there = known.iter().filter(|name| list.iter().any(|it| it == **name));
        there.map(|name| (*name).to_owned()).collect::<Vec<_>>()
    };
    Bits { on: among(&bits.on), of: bits.of.as_deref().map(among) }
}
