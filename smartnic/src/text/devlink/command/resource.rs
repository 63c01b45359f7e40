//! `devlink resource`.

use smartnic_core::device::ResourceScope;
use smartnic_core::types::DevlinkHandle;

use super::options::one_of;
use super::{Either, Opt, Read, Stop, Takes, Want, Words};

/// What `devlink resource` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Shows the resources of one device or port.
    Show(Either),
    /// Shows those of all devices, of all ports, or of both.
    List(Option<ResourceScope>),
    /// Changes a size.
    Set {
        /// The device.
        device: DevlinkHandle,
        /// The names that lead to the resource, with `/` between.
        path: String,
        /// The new size.
        size: u64,
    },
}

static PATH: Opt = Opt { names: &["path"], missing: "Resource path expected.", takes: Takes::Text };
static SIZE: Opt =
    Opt { names: &["size"], missing: "Resource size expected.", takes: Takes::Number(u64::MAX) };

const USAGE: &str = "Usage: devlink resource show [ DEV[/PORT_INDEX] | scope { dev | port } ]
       devlink resource set DEV path PATH size SIZE";

/// Reads the words behind `resource`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command> {
    if words.begins("help") || words.is_empty() {
        return Err(Stop::help(USAGE));
    }
    if words.take("show") {
        if words.is_empty() {
            return Ok(Command::List(None));
        }
        if words.take("scope") {
            let word = words.next().ok_or_else(|| Stop::fault("String parameter expected"))?;
            let scopes = [("dev", ResourceScope::Device), ("port", ResourceScope::Port)];
            let scope = one_of(&scopes, word);
            let unknown = || Stop::fault(format!("Unknown resource scope \"{word}\""));
            return scope.map(|scope| Command::List(Some(scope))).ok_or_else(unknown);
        }
        let either = words.either()?;
        words.options(&[])?;
        return Ok(Command::Show(either));
    }
    if words.take("set") {
        let device = words.device()?;
        let given = words.options(&[Want::Must(&PATH), Want::Must(&SIZE)])?;
        let path = given.text(&PATH).unwrap_or_default().to_owned();
        return Ok(Command::Set { device, path, size: given.number(&SIZE).unwrap_or_default() });
    }
    Err(Stop::no_command(words))
}
