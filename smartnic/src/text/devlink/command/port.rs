//! `devlink port`.

use smartnic_core::device::{NewPort, PortFlavour, PortType};
use smartnic_core::types::{PortHandle, SfNumber};

use super::options::one_of;
use super::{Either, Opt, Read, Stop, Takes, Want, Words, function, param};

/// What `devlink port` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Shows one port, those of one device, or all.
    Show(Option<Either>),
    /// Decides what a port carries.
    SetType(PortHandle, PortType),
    /// Splits a port.
    Split(PortHandle, u32),
    /// Joins a split port.
    Unsplit(PortHandle),
    /// `devlink port function`.
    Function(function::Command),
    /// `devlink port param`.
    Param(param::Command<PortHandle, Either>),
    /// Adds a port.
    Add(NewPort),
    /// Removes a port.
    Del(PortHandle),
}

static TYPE: Opt = Opt {
    names: &["type"],
    missing: "Port type not set.",
    takes: Takes::Checked(|word| match kind(word) {
        Some(_) => Ok(()),
        None => Err(format!("Unknown port type \"{word}\"")),
    }),
};
static COUNT: Opt = Opt {
    names: &["count"],
    missing: "Port split count option expected.",
    takes: Takes::Number(u32::MAX as u64),
};
static FLAVOUR: Opt = Opt {
    names: &["flavour"],
    missing: "Port flavour is expected.",
    takes: Takes::Checked(|word| match flavour(word) {
        Some(_) => Ok(()),
        None => Err(format!("Error: argument \"{word}\" is wrong: unknown flavour")),
    }),
};
static PFNUM: Opt = Opt {
    names: &["pfnum"],
    missing: "Port PCI PF number is expected.",
    takes: Takes::Number(u16::MAX as u64),
};
static SFNUM: Opt = Opt { names: &["sfnum"], missing: "", takes: Takes::Number(u32::MAX as u64) };
static CONTROLLER: Opt = Opt { names: &["controller"], missing: "", takes: Takes::Number(u32::MAX as u64) };

/// The usage of `devlink port`.
pub const USAGE: &str = "Usage: devlink port show [ DEV/PORT_INDEX ]
       devlink port set DEV/PORT_INDEX [ type { eth | ib | auto} ]
       devlink port split DEV/PORT_INDEX count COUNT
       devlink port unsplit DEV/PORT_INDEX
       devlink port function set DEV/PORT_INDEX [ hw_addr ADDR ] [ state { active | inactive } ]
                      [ roce { enable | disable } ] [ migratable { enable | disable } ]
                      [ ipsec_crypto { enable | disable } ] [ ipsec_packet { enable | disable } ]
                      [ max_io_eqs EQS ]
       devlink port function rate { help | show | add | del | set }
       devlink port param set DEV/PORT_INDEX name PARAMETER value VALUE cmode { permanent | driverinit | runtime }
       devlink port param show [DEV/PORT_INDEX name PARAMETER]
       devlink port health show [ DEV/PORT_INDEX reporter REPORTER_NAME ]
       devlink port add DEV/PORT_INDEX flavour FLAVOUR pfnum PFNUM
                      [ sfnum SFNUM ][ controller CNUM ]
       devlink port del DEV/PORT_INDEX";

const USAGE_ADD: &str = "       devlink port add DEV/PORT_INDEX flavour FLAVOUR pfnum PFNUM
                      [ sfnum SFNUM ][ controller CNUM ]";

/// Reads the words behind `port`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command> {
    match () {
        () if words.begins("help") => Err(Stop::help(USAGE)),
        () if words.take_show() => {
            if words.is_empty() {
                return Ok(Command::Show(None));
            }
            let either = words.port_or_device()?;
            words.options(&[])?;
            Ok(Command::Show(Some(either)))
        }
        () if words.take("set") => {
            let port = words.port()?;
            let given = words.options(&[Want::Must(&TYPE)])?;
            Ok(Command::SetType(port, given.text(&TYPE).and_then(kind).unwrap_or(PortType::NotSet)))
        }
        () if words.take("split") => {
            let port = words.port()?;
            let given = words.options(&[Want::Must(&COUNT)])?;
            Ok(Command::Split(port, given.number(&COUNT).unwrap_or_default()))
        }
        () if words.take("unsplit") => alone(words).map(Command::Unsplit),
        () if words.take("param") => param::read_port(words).map(Command::Param),
        () if words.take("function") => function::read(words).map(Command::Function),
        () if words.take("add") => add(words).map(Command::Add),
        () if words.take("del") => match words.begins("help") || words.is_empty() {
            true => Err(Stop::help("       devlink port del DEV/PORT_INDEX")),
            false => alone(words).map(Command::Del),
        },
        () => Err(Stop::no_command(words)),
    }
}

/// A port and nothing else.
fn alone(words: &mut Words<'_>) -> Read<PortHandle> {
    let port = words.port()?;
    words.options(&[])?;
    Ok(port)
}

fn add(words: &mut Words<'_>) -> Read<NewPort> {
    if words.begins("help") || words.is_empty() {
        return Err(Stop::help(USAGE_ADD));
    }
    let (device, index) = match words.either()? {
        Either::Device(device) => (device, None),
        Either::Port(port) => (port.device, Some(port.index)),
    };
    let wants = [Want::Must(&FLAVOUR), Want::Must(&PFNUM), Want::May(&SFNUM), Want::May(&CONTROLLER)];
    let given = words.options(&wants)?;
    Ok(NewPort {
        device,
        index,
        flavour: given.text(&FLAVOUR).and_then(flavour).unwrap_or(PortFlavour::PciSf),
        pf: given.number(&PFNUM).unwrap_or_default(),
        sf: given.number(&SFNUM).map(SfNumber),
        controller: given.number(&CONTROLLER),
    })
}

fn kind(word: &str) -> Option<PortType> {
    one_of(&[("auto", PortType::Auto), ("eth", PortType::Eth), ("ib", PortType::Ib)], word)
}

fn flavour(word: &str) -> Option<PortFlavour> {
    let table = [
        ("physical", PortFlavour::Physical),
        ("cpu", PortFlavour::Cpu),
        ("dsa", PortFlavour::Dsa),
        ("pcipf", PortFlavour::PciPf),
        ("pcivf", PortFlavour::PciVf),
        ("pcisf", PortFlavour::PciSf),
        ("virtual", PortFlavour::Virtual),
    ];
    one_of(&table, word)
}
