//! `devlink dev eswitch`.

use smartnic_core::device::{EncapMode, EswitchChange, EswitchMode, InlineMode};
use smartnic_core::types::DevlinkHandle;

use super::options::one_of;
use super::{Opt, Read, Stop, Takes, Want, Words, dev};

/// What `devlink dev eswitch` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Shows the settings of one device.
    Show(DevlinkHandle),
    /// Changes settings.
    Set(DevlinkHandle, EswitchChange),
}

static MODE: Opt = Opt {
    names: &["mode"],
    missing: "E-Switch mode option expected.",
    takes: Takes::Checked(|word| known(mode(word), "eswitch mode", word)),
};
static INLINE: Opt = Opt {
    names: &["inline-mode"],
    missing: "E-Switch inline-mode option expected.",
    takes: Takes::Checked(|word| known(inline_mode(word), "eswitch inline mode", word)),
};
static ENCAP: Opt = Opt {
    names: &["encap", "encap-mode"],
    missing: "E-Switch encapsulation option expected.",
    takes: Takes::Checked(|word| known(encap_mode(word), "eswitch encap mode", word)),
};

/// Reads the words behind `dev eswitch`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command> {
    if words.begins("help") || words.is_empty() {
        return Err(Stop::help(dev::USAGE));
    }
    if words.take("set") {
        let device = words.device()?;
        let given = words.options(&[Want::May(&MODE), Want::May(&INLINE), Want::May(&ENCAP)])?;
        if given.is_empty() {
            return Err(Stop::fault("Need to set at least one option"));
        }
        let change = EswitchChange {
            mode: given.text(&MODE).and_then(mode),
            inline_mode: given.text(&INLINE).and_then(inline_mode),
            encap_mode: given.text(&ENCAP).and_then(encap_mode),
        };
        return Ok(Command::Set(device, change));
    }
    if words.take("show") {
        let device = words.device()?;
        words.options(&[])?;
        return Ok(Command::Show(device));
    }
    Err(Stop::no_command(words))
}

fn known<T>(found: Option<T>, what: &str, word: &str) -> Result<(), String> {
    found.map(drop).ok_or_else(|| format!("Unknown {what} \"{word}\""))
}

fn mode(word: &str) -> Option<EswitchMode> {
    use EswitchMode::{Legacy, Switchdev, SwitchdevInactive};
    one_of(&[("legacy", Legacy), ("switchdev", Switchdev), ("switchdev_inactive", SwitchdevInactive)], word)
}

fn inline_mode(word: &str) -> Option<InlineMode> {
    use InlineMode::{Link, Network, None, Transport};
    one_of(&[("none", None), ("link", Link), ("network", Network), ("transport", Transport)], word)
}

/// `enable` and `disable` are from devlink's first days.
fn encap_mode(word: &str) -> Option<EncapMode> {
    use EncapMode::{Basic, None};
    one_of(&[("none", None), ("disable", None), ("basic", Basic), ("enable", Basic)], word)
}
