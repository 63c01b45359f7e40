//! `devlink lc`: line cards.

use smartnic_core::types::DevlinkHandle;

use super::{Opt, Read, Stop, Takes, Want, Words};

/// What `devlink lc` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Shows all line cards, or those of one device.
    Show(Option<DevlinkHandle>),
    /// Shows one.
    ShowOne(DevlinkHandle, u32),
    /// Sets the type of one, or takes it away.
    Set(DevlinkHandle, u32, Option<String>),
}

const USAGE: &str = "Usage: devlink lc show [ DEV [ lc LC_INDEX ] ]
       devlink lc set DEV lc LC_INDEX [ { type LC_TYPE | notype } ]";

static INDEX: Opt =
    Opt { names: &["lc"], missing: "Linecard index expected.", takes: Takes::Number(u32::MAX as u64) };
static KIND: Opt = Opt { names: &["type"], missing: "Linecard type expected.", takes: Takes::Text };
static NO_KIND: Opt = Opt { names: &["notype"], missing: "", takes: Takes::Nothing };

/// Reads the words behind `lc`.
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
            let device = words.device()?;
            let given = words.options(&[Want::May(&INDEX)])?;
            Ok(match given.number(&INDEX) {
                Some(index) => Command::ShowOne(device, index),
                None => Command::Show(Some(device)),
            })
        }
        () if words.take("set") => {
            let device = words.device()?;
            let given = words.options(&[Want::Must(&INDEX), Want::May(&KIND), Want::May(&NO_KIND)])?;
            let kind = match (given.text(&KIND), given.has(&NO_KIND)) {
                (Some(kind), _) => Some(kind.to_owned()).filter(|kind| !kind.is_empty()),
                (None, true) => None,
                (None, false) => return Err(Stop::fault(KIND.missing)),
            };
            Ok(Command::Set(device, given.number(&INDEX).unwrap_or_default(), kind))
        }
        () => Err(Stop::no_command(words)),
    }
}
