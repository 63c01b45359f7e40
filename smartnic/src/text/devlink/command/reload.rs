//! `devlink dev reload`.

use smartnic_core::device::{Reload, ReloadAction, ReloadLimit, TargetNetns};
use smartnic_core::types::DevlinkHandle;

use super::options::one_of;
use super::{Opt, Read, Stop, Takes, Want, Words, dev};

/// What `devlink dev reload` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The device.
    pub device: DevlinkHandle,
    /// How to reload it.
    pub reload: Reload,
}

static NETNS: Opt = Opt { names: &["netns"], missing: "", takes: Takes::Text };
static ACTION: Opt = Opt {
    names: &["action"],
    missing: "",
    takes: Takes::Checked(|word| match action(word) {
        Some(_) => Ok(()),
        None => Err(format!("Unknown reload action \"{word}\"")),
    }),
};
static LIMIT: Opt = Opt {
    names: &["limit"],
    missing: "",
    takes: Takes::Checked(|word| match limit(word) {
        Some(_) => Ok(()),
        None => Err(format!("Unknown reload limit \"{word}\"")),
    }),
};

/// Reads the words behind `dev reload`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command> {
    if words.begins("help") || words.is_empty() {
        return Err(Stop::help(dev::USAGE));
    }
    let device = words.device()?;
    let given = words.options(&[Want::May(&NETNS), Want::May(&ACTION), Want::May(&LIMIT)])?;
    let reload = Reload {
        action: given.text(&ACTION).and_then(action),
        limit: given.text(&LIMIT).and_then(limit),
        netns: given.text(&NETNS).map(|name| TargetNetns::Name(name.to_owned())),
    };
    Ok(Command { device, reload })
}

fn action(word: &str) -> Option<ReloadAction> {
    one_of(&[("driver_reinit", ReloadAction::DriverReinit), ("fw_activate", ReloadAction::FwActivate)], word)
}

fn limit(word: &str) -> Option<ReloadLimit> {
    one_of(&[("no_reset", ReloadLimit::NoReset)], word)
}
