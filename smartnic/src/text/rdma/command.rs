//! rdma's words, with their abbreviations (the first word of a table that begins so), messages and exit codes.
//!
//! rdma ends with code 0 where it does not know a word; so does this.

use smartnic_core::rdma::{
    AutoMode, Binding, DeviceChange, NetnsMode, NewLink, NewSubDevice, QpMode, ResourceKind, SystemChange,
};

use super::filter::{At, Filter, Values, fields};
use super::usage;

/// Why a command line leads to nothing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// What to say.
    pub message: String,
    /// The exit code.
    pub code: u8,
    /// Whether it is what was asked for, and goes to standard output.
    pub is_help: bool,
    /// Whether a table was begun, which in JSON must be ended.
    pub in_table: bool,
}

impl Stop {
    /// Something is wrong (exit code 1).
    pub fn fault(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1, is_help: false, in_table: false }
    }

    /// A word is unknown (exit code 0, as with rdma).
    fn unknown(what: &str, word: &str) -> Self {
        Self { code: 0, ..Self::fault(format!("Unknown {what} '{word}'.")) }
    }

    fn help(usage: &str) -> Self {
        Self { message: usage.to_owned(), code: 0, is_help: true, in_table: false }
    }

    /// There is no such device.
    #[must_use]
    pub fn no_device(name: &str) -> Self {
        Self { in_table: true, ..Self::fault(format!("Wrong device name - {name}")) }
    }

    /// There is no such port.
    #[must_use]
    pub fn no_port() -> Self {
        Self { in_table: true, ..Self::fault("Wrong device name") }
    }
}

/// What reading words leads to.
pub type Read<T> = Result<T, Stop>;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `dev show`
    Devices(Option<String>),
    /// `dev add`
    AddDevice(NewSubDevice),
    /// `dev delete`
    RemoveDevice(String),
    /// `dev set`
    SetDevice(String, DeviceChange),
    /// `link show`
    Links(Option<At>),
    /// `link add`
    AddLink(NewLink),
    /// `link delete`
    RemoveLink(String),
    /// `resource show`
    Summary(Option<String>),
    /// `resource show KIND`
    Resources(ResourceKind, Filter),
    /// `system show`
    System,
    /// `system set`
    SetSystem(SystemChange),
    /// `statistic show`
    Counters(Option<At>),
    /// `statistic qp show`
    BoundCounters(Filter),
    /// `statistic mr show`
    MrCounters(Filter),
    /// `statistic qp mode`
    QpModes(Option<At>),
    /// `statistic qp set`; without a port, of all its ports
    SetQpMode(At, QpMode, Option<bool>),
    /// `statistic qp bind`
    Bind(At, u32, Option<u32>),
    /// `statistic qp unbind`
    Unbind(At, Binding),
    /// `statistic mode`: the optional counters that are on, or with true all that there are
    Optional(Option<At>, bool),
    /// `statistic set`: these on and all others off
    SetOptional(At, Vec<String>),
    /// `monitor`
    Monitor,
}

/// The words of a line.
struct Words<'w>(&'w [String]);

impl<'w> Words<'w> {
    fn peek(&self) -> Option<&'w str> {
        self.0.first().map(String::as_str)
    }

    fn next(&mut self) -> Option<&'w str> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }

    /// Goes past the next word if it is `name` or begins it.
    fn take(&mut self, name: &str) -> bool {
        let begins = self.peek().is_some_and(|word| name.starts_with(word));
        if begins {
            self.next();
        }
        begins
    }

    /// The first of `names` that the next word is or begins; the first of all if there is no word.
    fn choose(&mut self, what: &str, names: &[&'static str]) -> Read<&'static str> {
        let Some(word) = self.next() else { return Ok(names[0]) };
        let fits = names.iter().find(|name| name.starts_with(word));
        fits.copied().ok_or_else(|| Stop::unknown(what, word))
    }

    fn end(&self) -> Read<()> {
        self.peek().map_or(Ok(()), |word| Err(Stop::unknown("parameter", word)))
    }

    fn needed(&mut self, missing: &str) -> Read<String> {
        self.next().map(str::to_owned).ok_or_else(|| Stop::fault(missing))
    }

    fn device(&mut self) -> Read<String> {
        self.needed("Please provide device name.")
    }
}

/// Reads a line.
///
/// # Errors
/// A [`Stop`] that says what rdma would say.
pub fn read(words: &[String]) -> Read<Command> {
    let mut words = Words(words);
    let objects = ["help", "dev", "link", "resource", "system", "statistic", "monitor"];
    match words.choose("object", &objects)? {
        "dev" => dev(&mut words),
        "link" => link(&mut words),
        "resource" => resource(&mut words),
        "system" => system(&mut words),
        "statistic" => statistic(&mut words),
        "monitor" => match words.choose("mon command", &["", "help"])? {
            "help" => Err(Stop::help(usage::MONITOR)),
            _ => Ok(Command::Monitor),
        },
        _ => Err(Stop::help(usage::RDMA)),
    }
}

fn dev(words: &mut Words<'_>) -> Read<Command> {
    match words.choose("dev command", &["show", "add", "delete", "list", "set", "help"])? {
        "add" => {
            let name = words.needed("Please provide a device name to add.")?;
            let mut parts = (None, None);
            loop {
                match words.peek() {
                    Some(word) if "type".starts_with(word) => {
                        words.next();
                        let kind = words.needed("Please provide a device type.")?;
                        // RDMA_DEVICE_TYPE_SMI is the only one there is.
                        let known = kind.eq_ignore_ascii_case("smi");
                        parts.0 = known.then_some(1);
                        if !known {
                            return Err(Stop::fault(format!("Invalid device type {kind}")));
                        }
                    }
                    Some(word) if "parent".starts_with(word) => {
                        words.next();
                        parts.1 = Some(words.needed("Please provide a parent device name.")?);
                    }
                    Some(word) => return Err(Stop::unknown("parameter", word)),
                    None => break,
                }
            }
            let (Some(kind), Some(parent)) = parts else { return Err(Stop::help(usage::DEV)) };
            Ok(Command::AddDevice(NewSubDevice { name, kind, parent }))
        }
        "delete" => Ok(Command::RemoveDevice(words.device()?)),
        "set" => {
            let device = words.device()?;
            let Some(what) = words.next() else { return Err(Stop::help(usage::DEV)) };
            let fits =
                ["name", "netns", "adaptive-moderation"].into_iter().find(|name| name.starts_with(what));
            let value = words.next();
            let change = match (fits, value) {
                (None, _) => return Err(Stop::unknown("parameter", what)),
                (Some("name"), Some(name)) => DeviceChange::Name(name.to_owned()),
                (Some("netns"), Some(netns)) => DeviceChange::Netns(netns.to_owned()),
                (Some("adaptive-moderation"), Some("on")) => DeviceChange::AdaptiveModeration(true),
                (Some("adaptive-moderation"), Some("off")) => DeviceChange::AdaptiveModeration(false),
                (Some(_), Some(value)) => return Err(Stop::unknown("parameter", value)),
                (Some(_), None) => return Err(Stop::help(usage::DEV)),
            };
            Ok(Command::SetDevice(device, change))
        }
        "help" => Err(Stop::help(usage::DEV)),
        _ => {
            let device = words.next().map(str::to_owned);
            words.end()?;
            Ok(Command::Devices(device))
        }
    }
}

fn link(words: &mut Words<'_>) -> Read<Command> {
    match words.choose("link command", &["show", "add", "delete", "list", "help"])? {
        "add" => {
            let name = words.needed("Please provide a link name to add.")?;
            if !words.take("type") {
                return Err(Stop::help(usage::LINK));
            }
            let kind = words.needed("Please provide a link type.")?;
            if !words.take("netdev") {
                return Err(Stop::help(usage::LINK));
            }
            let netdev = words.needed("Please provide a net device name.")?;
            words.end()?;
            Ok(Command::AddLink(NewLink { name, kind, netdev }))
        }
        "delete" => Ok(Command::RemoveLink(words.device()?)),
        "help" => Err(Stop::help(usage::LINK)),
        _ => {
            let at = words.next().map(|word| port_at(word, true)).transpose()?;
            words.end()?;
            Ok(Command::Links(at))
        }
    }
}

/// A place such as `rxe0/1`; the port may be missing unless it must be there.
fn port_at(word: &str, strict: bool) -> Read<At> {
    match word.split_once('/') {
        Some((device, port)) if !device.is_empty() => {
            let port = port.parse().ok().filter(|port| *port > 0);
            match port {
                Some(port) => Ok(At { device: device.to_owned(), port: Some(port) }),
                None => Err(Stop::no_port()),
            }
        }
        None if !strict => Ok(At { device: word.to_owned(), port: None }),
        _ => Err(Stop::no_port()),
    }
}

fn resource(words: &mut Words<'_>) -> Read<Command> {
    match words.choose("resource command", &["show", "list", "help"])? {
        "help" => Err(Stop::help(usage::RESOURCE)),
        _ => {
            let Some(word) = words.peek() else { return Ok(Command::Summary(None)) };
            let kinds = [
                ("qp", ResourceKind::Qp),
                ("cm_id", ResourceKind::CmId),
                ("cq", ResourceKind::Cq),
                ("mr", ResourceKind::Mr),
                ("pd", ResourceKind::Pd),
                ("ctx", ResourceKind::Ctx),
                ("srq", ResourceKind::Srq),
            ];
            words.next();
            match kinds.into_iter().find(|(name, _)| name.starts_with(word)) {
                Some((_, kind)) => {
                    let (place, known) = fields(kind);
                    Ok(Command::Resources(kind, filter(words, place, known)?))
                }
                None => {
                    words.end()?;
                    Ok(Command::Summary(Some(word.to_owned())))
                }
            }
        }
    }
}

fn filter(words: &mut Words<'_>, place: &str, known: &[(&'static str, Values)]) -> Read<Filter> {
    let mut filter = Filter::default();
    while let Some(word) = words.next() {
        if word == place {
            let Some(at) = words.next() else {
                return Err(Stop::fault(format!("No filter data was supplied to filter option {place}")));
            };
            filter.at = Some(match place {
                "link" => port_at(at, false)?,
                _ => At { device: at.to_owned(), port: None },
            });
            continue;
        }
        let Some((name, values)) = known.iter().find(|(name, _)| *name == word) else {
            return Err(Stop::fault(format!("Unsupported filter option: {word}")));
        };
        let Some(value) = words.next() else {
            return Err(Stop::fault("There is filter option without data"));
        };
        let wants =
            values.read(value).ok_or_else(|| Stop::fault(format!("{value} is no value of {name}")))?;
        filter.wants.push((name, wants));
    }
    Ok(filter)
}

fn system(words: &mut Words<'_>) -> Read<Command> {
    match words.choose("system command", &["show", "set", "help"])? {
        "help" => Err(Stop::help(usage::SYSTEM)),
        "set" => {
            let Some(what) = words.next() else { return Err(Stop::help(usage::SYSTEM_SET)) };
            if "netns".starts_with(what) {
                let mode = match words.next() {
                    Some("shared") => NetnsMode::Shared,
                    Some("exclusive") => NetnsMode::Exclusive,
                    _ => return Err(Stop::fault("valid options are: { shared | exclusive }")),
                };
                return Ok(Command::SetSystem(SystemChange::Netns(mode)));
            }
            if "privileged-qkey".starts_with(what) {
                let on =
                    on_off(words.next()).ok_or_else(|| Stop::fault("valid options are: { on | off }"))?;
                return Ok(Command::SetSystem(SystemChange::PrivilegedQkey(on)));
            }
            Err(Stop::unknown("parameter", what))
        }
        _ => {
            words.take("netns");
            words.end()?;
            Ok(Command::System)
        }
    }
}

fn on_off(word: Option<&str>) -> Option<bool> {
    match word {
        Some("on") => Some(true),
        Some("off") => Some(false),
        _ => None,
    }
}

fn statistic(words: &mut Words<'_>) -> Read<Command> {
    let verbs = ["show", "list", "help", "qp", "mr", "mode", "set", "unset"];
    match words.choose("statistic command", &verbs)? {
        "help" => Err(Stop::help(usage::STATISTIC)),
        "qp" => qp_statistic(words),
        "mr" => {
            words.take("show");
            let known = [("mrn", Values::Numbers)];
            Ok(Command::MrCounters(filter(words, "dev", &known)?))
        }
        "mode" => {
            let all = words.take("supported");
            Ok(Command::Optional(at_link(words)?, all))
        }
        "set" => {
            let at = must(at_link_first(words)?)?;
            if !words.take("optional-counters") {
                return Err(Stop::help(usage::STATISTIC));
            }
            let names = words.needed("Please provide optional counters.")?;
            Ok(Command::SetOptional(at, names.split(',').map(str::to_owned).collect()))
        }
        "unset" => {
            let at = must(at_link_first(words)?)?;
            if !words.take("optional-counters") {
                return Err(Stop::help(usage::STATISTIC));
            }
            Ok(Command::SetOptional(at, Vec::new()))
        }
        _ => {
            if words.take("mr") {
                return Ok(Command::MrCounters(Filter::default()));
            }
            Ok(Command::Counters(at_link(words)?))
        }
    }
}

fn qp_statistic(words: &mut Words<'_>) -> Read<Command> {
    match words.choose("parameter", &["show", "list", "mode", "set", "bind", "unbind", "help"])? {
        "help" => Err(Stop::help(usage::STATISTIC)),
        "mode" => Ok(Command::QpModes(at_link(words)?)),
        "set" => {
            let at = must(at_link_first(words)?)?;
            if !words.take("auto") {
                return Err(Stop::help(usage::STATISTIC));
            }
            let criteria = words.needed("Please provide auto mode type.")?;
            let mode = match criteria.as_str() {
                "off" => QpMode::Off,
                list => {
                    let mut auto = AutoMode::default();
                    for word in list.split(',') {
                        match word {
                            "type" => auto.by_type = true,
                            "pid" => auto.by_pid = true,
                            word => return Err(Stop::fault(format!("Unknown auto mode '{word}'."))),
                        }
                    }
                    if words.next() != Some("on") {
                        return Err(Stop::help(usage::STATISTIC));
                    }
                    QpMode::Auto(auto)
                }
            };
            let mut optional = None;
            if words.take("optional-counters") {
                optional = Some(on_off(words.next()).ok_or_else(|| Stop::help(usage::STATISTIC))?);
            }
            words.end()?;
            // What is not said is off, as with rdma.
            let optional = optional.or(matches!(mode, QpMode::Auto(_)).then_some(false));
            Ok(Command::SetQpMode(at, mode, optional))
        }
        verb @ ("bind" | "unbind") => {
            let at = must(at_link_first(words)?)?;
            let (mut qp, mut counter) = (None, None);
            while let Some(word) = words.next() {
                let value = words.next().and_then(|value| value.parse().ok());
                let Some(value) = value else {
                    return Err(Stop::fault("There is filter option without data"));
                };
                match word {
                    "lqpn" => qp = Some(value),
                    "cntn" => counter = Some(value),
                    word => return Err(Stop::unknown("parameter", word)),
                }
            }
            match (verb, qp, counter) {
                ("bind", Some(qp), counter) => Ok(Command::Bind(at, qp, counter)),
                ("unbind", qp, Some(counter)) => Ok(Command::Unbind(at, Binding { counter, qp })),
                _ => Err(Stop::help(usage::STATISTIC)),
            }
        }
        _ => {
            let known = [("cntn", Values::Numbers), ("lqpn", Values::Numbers), ("pid", Values::Numbers)];
            Ok(Command::BoundCounters(filter(words, "link", &known)?))
        }
    }
}

/// `link PLACE` at the end of a line, or nothing.
fn at_link(words: &mut Words<'_>) -> Read<Option<At>> {
    let at = at_link_first(words)?;
    words.end()?;
    Ok(at)
}

fn at_link_first(words: &mut Words<'_>) -> Read<Option<At>> {
    if !words.take("link") {
        return Ok(None);
    }
    words.next().map(|word| port_at(word, false)).transpose()
}

fn must(at: Option<At>) -> Read<At> {
    at.ok_or_else(|| Stop::help(usage::STATISTIC))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Read<Command> {
        read(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn words_are_cut_short_as_rdma_takes_them() {
        let at = |port| Some(At { device: "rxe0".into(), port });
        assert_eq!(line("d s rxe0").unwrap(), Command::Devices(Some("rxe0".into())));
        assert_eq!(line("l").unwrap(), Command::Links(None));
        assert_eq!(line("link show rxe0/1").unwrap(), Command::Links(at(Some(1))));
        assert_eq!(line("res").unwrap(), Command::Summary(None));
        assert_eq!(line("stat show link rxe0").unwrap(), Command::Counters(at(None)));
        assert_eq!(
            line("sys set netns exclusive").unwrap(),
            Command::SetSystem(SystemChange::Netns(NetnsMode::Exclusive))
        );
        let auto = QpMode::Auto(AutoMode { by_type: true, by_pid: true });
        assert_eq!(
            line("stat qp set link rxe0/1 auto pid,type on").unwrap(),
            Command::SetQpMode(At { device: "rxe0".into(), port: Some(1) }, auto, Some(false))
        );
        assert!(matches!(line("mon").unwrap(), Command::Monitor));
    }

    #[test]
    fn what_is_wrong_is_said_as_rdma_says_it() {
        for (text, message, code) in [
            ("bogus", "Unknown object 'bogus'.", 0),
            ("dev bogus", "Unknown dev command 'bogus'.", 0),
            ("link show rxe0", "Wrong device name", 1),
            ("link add x type rxe netdev", "Please provide a net device name.", 1),
            ("res show qp dev rxe0", "Unsupported filter option: dev", 1),
            ("res show qp link", "No filter data was supplied to filter option link", 1),
            ("system set netns foo", "valid options are: { shared | exclusive }", 1),
            ("stat qp set link rxe0/1 auto foo on", "Unknown auto mode 'foo'.", 1),
        ] {
            let stop = line(text).unwrap_err();
            assert_eq!((stop.message.as_str(), stop.code), (message, code), "{text}");
        }
        assert!(line("dev set rxe0").unwrap_err().is_help);
    }
}
