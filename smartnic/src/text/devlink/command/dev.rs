//! `devlink dev`: instances, and who their devices are.

use smartnic_core::device::FlashUpdate;
use smartnic_core::types::DevlinkHandle;

use super::{Read, Stop, Words, eswitch, flash, param, reload, selftest};

/// What `devlink dev` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Shows one instance, or all.
    Show(Option<DevlinkHandle>),
    /// Shows who one device is, or who all are.
    Info(Option<DevlinkHandle>),
    /// `devlink dev eswitch`.
    Eswitch(eswitch::Command),
    /// `devlink dev param`.
    Param(param::Command<DevlinkHandle>),
    /// `devlink dev reload`.
    Reload(reload::Command),
    /// Writes firmware.
    Flash(DevlinkHandle, FlashUpdate),
    /// `devlink dev selftests`.
    Selftests(selftest::Command),
}

/// The usage of `devlink dev`.
pub const USAGE: &str = "Usage: devlink dev show [ DEV ]
       devlink dev eswitch set DEV [ mode { legacy | switchdev | switchdev_inactive } ]
                               [ inline-mode { none | link | network | transport } ]
                               [ encap-mode { none | basic } ]
       devlink dev eswitch show DEV
       devlink dev param set DEV name PARAMETER [ value VALUE | default ] cmode { permanent | driverinit | runtime }
       devlink dev param show [DEV name PARAMETER]
       devlink dev reload DEV [ netns { PID | NAME | ID } ]
                              [ action { driver_reinit | fw_activate } ] [ limit no_reset ]
       devlink dev info [ DEV ]
       devlink dev flash DEV file PATH [ component NAME ] [ overwrite SECTION ]
       devlink dev selftests show [DEV]
       devlink dev selftests run DEV [id TESTNAME ]";

/// Reads the words behind `dev`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command> {
    match () {
        () if words.begins("help") => Err(Stop::help(USAGE)),
        () if words.take_show() => one_or_all(words).map(Command::Show),
        () if words.take("eswitch") => eswitch::read(words).map(Command::Eswitch),
        () if words.take("reload") => reload::read(words).map(Command::Reload),
        () if words.take("param") => param::read(words).map(Command::Param),
        () if words.take("info") => match words.begins("help") {
            true => Err(Stop::help(USAGE)),
            false => one_or_all(words).map(Command::Info),
        },
        () if words.take("flash") => {
            flash::read(words).map(|(device, update)| Command::Flash(device, update))
        }
        () if words.take("selftests") => selftest::read(words).map(Command::Selftests),
        () => Err(Stop::no_command(words)),
    }
}

/// One device, or none for all.
pub(super) fn one_or_all(words: &mut Words<'_>) -> Read<Option<DevlinkHandle>> {
    if words.is_empty() {
        return Ok(None);
    }
    let device = words.device()?;
    words.options(&[])?;
    Ok(Some(device))
}
