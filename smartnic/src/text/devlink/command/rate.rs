//! `devlink port function rate`: how much ports and groups of them may send.

use smartnic_core::device::{NewParent, RATE_TCS, RateChange, RateName, RateParent};
use smartnic_core::types::DevlinkHandle;

use super::options::u64_of;
use super::{Given, Opt, Read, Stop, Takes, Want, Words};
use crate::text::tc::units;

/// What `devlink port function rate` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Shows all objects.
    Show,
    /// Shows those of one device.
    ShowDevice(DevlinkHandle),
    /// Shows one.
    ShowOne(RateName),
    /// Makes a node.
    Add(RateName, RateChange),
    /// Changes an object.
    Set(RateName, RateChange),
    /// Removes a node.
    Del(RateName),
}

/// The usage of `devlink port function rate`.
pub const USAGE: &str = "Usage: devlink port function rate help
       devlink port function rate show [ DEV | DEV/{ PORT_INDEX | NODE_NAME } ]
       devlink port function rate add DEV/NODE_NAME
               [ tx_share VAL ][ tx_max VAL ][ tx_priority N ][ tx_weight N ][ tc-bw INDEX:N ... INDEX:N ][ { parent NODE_NAME | noparent } ]
       devlink port function rate del DEV/NODE_NAME
       devlink port function rate set DEV/{ PORT_INDEX | NODE_NAME }
               [ tx_share VAL ][ tx_max VAL ][ tx_priority N ][ tx_weight N ][ tc-bw INDEX:N ... INDEX:N ][ { parent NODE_NAME | noparent } ]

       VAL - a rate: bits (bit, or no unit) or bytes (bps) a second, with a prefix (k, m, g, t or ki, mi, gi, ti)
       N - a whole number
       INDEX - a traffic class, from 0 to 7; all eight must be given";

static SHARE: Opt = Opt { names: &["tx_share"], missing: "", takes: Takes::Checked(check_rate) };
static MAX: Opt = Opt { names: &["tx_max"], missing: "", takes: Takes::Checked(check_rate) };
static PRIORITY: Opt = Opt { names: &["tx_priority"], missing: "", takes: Takes::Number(u32::MAX as u64) };
static WEIGHT: Opt = Opt { names: &["tx_weight"], missing: "", takes: Takes::Number(u32::MAX as u64) };
static PARENT: Opt = Opt { names: &["parent"], missing: "", takes: Takes::Text };
static NO_PARENT: Opt = Opt { names: &["noparent"], missing: "", takes: Takes::Nothing };
static TC_BW: Opt =
    Opt { names: &["tc-bw"], missing: "", takes: Takes::Many(RATE_TCS, |words| shares(words).map(drop)) };

const SETTINGS: [Want; 7] = [
    Want::May(&SHARE),
    Want::May(&MAX),
    Want::May(&PRIORITY),
    Want::May(&WEIGHT),
    Want::May(&PARENT),
    Want::May(&NO_PARENT),
    Want::May(&TC_BW),
];

/// Reads the words behind `rate`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command> {
    match () {
        () if words.begins("help") => Err(Stop::help(USAGE)),
        () if words.take("show") || words.is_empty() => show(words),
        () if words.take("add") => {
            let node = node(words)?;
            Ok(Command::Add(node, settings(words)?))
        }
        () if words.take("del") => {
            let node = node(words)?;
            words.options(&[])?;
            Ok(Command::Del(node))
        }
        () if words.take("set") => {
            let name = object(words)?;
            Ok(Command::Set(name, settings(words)?))
        }
        () => Err(Stop::no_command(words)),
    }
}

fn show(words: &mut Words<'_>) -> Read<Command> {
    let command = match words.peek() {
        None => return Ok(Command::Show),
        Some(word) if word.matches('/').count() == 1 => Command::ShowDevice(words.device()?),
        Some(_) => Command::ShowOne(object(words)?),
    };
    words.options(&[])?;
    Ok(command)
}

/// A node: `bus/device/name`.
fn node(words: &mut Words<'_>) -> Read<RateName> {
    let (device, node) = words.named("node")?;
    RateName::node(device, node)
        .map_err(|_| Stop::fault("Node name cannot be a devlink port index or empty."))
}

/// A node, or the leaf of a port: `bus/device/index`.
fn object(words: &mut Words<'_>) -> Read<RateName> {
    let (device, name) = words.named("node\" or \"bus_name/dev_name/port_index")?;
    if name.is_empty() {
        return Err(Stop::fault("Identifier cannot be empty"));
    }
    if !name.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(RateName::Node { device, node: name });
    }
    let index = name
        .parse::<u32>()
        .map_err(|_| Stop::fault(format!("Port index \"{name}\" is not a number or not within range")))?;
    Ok(RateName::Leaf(device.port(index)))
}

fn settings(words: &mut Words<'_>) -> Read<RateChange> {
    let given = words.options(&SETTINGS)?;
    let change = RateChange {
        tx_share: given.text(&SHARE).and_then(rate),
        tx_max: given.text(&MAX).and_then(rate),
        tx_priority: given.number(&PRIORITY),
        tx_weight: given.number(&WEIGHT),
        tc_bw: given.words(&TC_BW).and_then(|words| shares(words).ok()),
        parent: parent(&given),
    };
    if let (Some(share), Some(max)) = (change.tx_share, change.tx_max) {
        check_share(share, max)?;
    }
    Ok(change)
}

/// An empty name takes the parent away, as the kernel has it.
fn parent(given: &Given<'_>) -> Option<NewParent> {
    match given.text(&PARENT) {
        Some("") => Some(NewParent::None),
        Some(node) => Some(NewParent::Node(RateParent { node: node.to_owned(), device: None })),
        None => given.has(&NO_PARENT).then_some(NewParent::None),
    }
}

/// Refuses a guarantee above the limit, as devlink does before it asks the kernel.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn check_share(share: u64, max: u64) -> Read<()> {
    match max != 0 && share > max {
        true => Err(Stop::fault("Invalid. Expected tx_share <= tx_max or tx_share == 0.")),
        false => Ok(()),
    }
}

/// A rate such as `10mbit` or `1.5gbps` in bytes a second; without a unit it is bits.
#[must_use]
pub fn rate(text: &str) -> Option<u64> {
    units::rate(text)
}

fn check_rate(text: &str) -> Result<(), String> {
    rate(text).map(drop).ok_or_else(|| format!("Invalid rate value: \"{text}\""))
}

/// The shares of all traffic classes, each as `class:share`.
fn shares(words: &[&str]) -> Result<[u32; RATE_TCS], String> {
    let mut all = [None; RATE_TCS];
    for word in words {
        let (index, share) =
            word.split_once(':').ok_or_else(|| format!("Invalid format in token: {word}"))?;
        let number = u64_of(index).ok_or_else(|| format!("Invalid traffic class index: {index}"))?;
        let share = u64_of(share)
            .and_then(|share| u32::try_from(share).ok())
            .ok_or_else(|| format!("Invalid bandwidth value: {share}"))?;
        let most = RATE_TCS - 1;
        let place = usize::try_from(number).ok().and_then(|number| all.get_mut(number)).ok_or_else(|| {
            format!("Error parsing tc-bw: invalid index: {index}, use values between 0 and {most}")
        })?;
        if place.replace(share).is_some() {
            return Err(format!("Error parsing tc-bw: duplicate index : {index}"));
        }
    }
    Ok(all.map(Option::unwrap_or_default))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(line: &str) -> Read<Command> {
        let all: Vec<String> = line.split(' ').map(str::to_owned).collect();
        read(&mut Words::new(&all, &|_| None))
    }

    #[test]
    fn rates_are_read_with_their_units() {
        let Ok(Command::Set(name, change)) =
            command("set pci/0000:03:00.0/1 tx_share 10Mbit tx_max 1.5gbps noparent")
        else {
            panic!("not read")
        };
        assert_eq!(name.to_string(), "pci/0000:03:00.0/1");
        assert_eq!((change.tx_share, change.tx_max), (Some(1_250_000), Some(1_500_000_000)));
        assert_eq!(change.parent, Some(NewParent::None));
    }

    #[test]
    fn all_traffic_classes_are_told_in_any_order() {
        let Ok(Command::Add(_, change)) =
            command("add pci/0000:03:00.0/g tc-bw 7:1 0:20 1:0 2:0 3:0 4:0 5:80 6:0 parent all")
        else {
            panic!("not read")
        };
        assert_eq!(change.tc_bw, Some([20, 0, 0, 0, 0, 80, 0, 1]));
    }

    #[test]
    fn what_is_wrong_is_said_as_devlink_says_it() {
        for (line, says) in [
            ("set pci/0000:03:00.0/1 tx_max 10mph", "Invalid rate value: \"10mph\""),
            ("set pci/0000:03:00.0/1 tx_share 2 tx_max 8", ""),
            ("set pci/0000:03:00.0/1 tx_share 80 tx_max 8", "Invalid. Expected tx_share <= tx_max"),
            ("add pci/0000:03:00.0/1", "Node name cannot be a devlink port index or empty."),
            ("add pci/0000:03:00.0", "Wrong identification string format."),
            ("set pci/0000:03:00.0/4294967296", "Port index \"4294967296\" is not a number"),
            ("set pci/0000:03:00.0/1 tc-bw 0:1 0:2 1:0 2:0 3:0 4:0 5:0 6:0", "duplicate index : 0"),
            ("set pci/0000:03:00.0/1 tc-bw 8:1 0:2 1:0 2:0 3:0 4:0 5:0 6:0", "invalid index: 8"),
            ("set pci/0000:03:00.0/1 colour red", "Unknown option \"colour\""),
            ("paint", "Command \"paint\" not found"),
        ] {
            match command(line) {
                Ok(_) => assert_eq!(says, "", "{line}"),
                Err(stop) => {
                    assert!(stop.message.contains(says) && !says.is_empty(), "{line}: {}", stop.message)
                }
            }
        }
    }
}
