//! `devlink trap`.

use smartnic_core::device::{TrapAction, TrapGroupChange, TrapPolicerChange};
use smartnic_core::types::DevlinkHandle;

use super::options::one_of;
use super::{Opt, Read, Stop, Takes, Want, Words};

/// What `devlink trap` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Shows the traps of one device, or all; or the one of this name.
    Show(Option<DevlinkHandle>, Option<String>),
    /// Sets the action of a trap.
    Set(DevlinkHandle, String, Option<TrapAction>),
    /// Shows the groups of one device, or all; or the one of this name.
    GroupShow(Option<DevlinkHandle>, Option<String>),
    /// Changes a group.
    GroupSet(DevlinkHandle, String, TrapGroupChange),
    /// Shows the policers of one device, or all; or the one of this number.
    PolicerShow(Option<DevlinkHandle>, Option<u32>),
    /// Changes a policer.
    PolicerSet(DevlinkHandle, u32, TrapPolicerChange),
}

/// The usage of `devlink trap`.
pub const USAGE: &str = "\
Usage: devlink trap set DEV trap TRAP [ action { trap | drop | mirror } ]
       devlink trap show [ DEV trap TRAP ]
       devlink trap group set DEV group GROUP [ action { trap | drop | mirror } ]
                              [ policer POLICER ] [ nopolicer ]
       devlink trap group show [ DEV group GROUP ]
       devlink trap policer set DEV policer POLICER [ rate RATE ] [ burst BURST ]
       devlink trap policer show DEV policer POLICER";

static TRAP: Opt = Opt { names: &["trap"], missing: "Trap's name is expected.", takes: Takes::Text };
static GROUP: Opt = Opt { names: &["group"], missing: "Trap group's name is expected.", takes: Takes::Text };
static POLICER: Opt = Opt {
    names: &["policer"],
    missing: "BUG: unknown argument required but not found",
    takes: Takes::Number(u32::MAX as u64),
};
static NO_POLICER: Opt = Opt { names: &["nopolicer"], missing: "", takes: Takes::Nothing };
static ACTION: Opt = Opt {
    names: &["action"],
    missing: "",
    takes: Takes::Checked(|word| match action(word) {
        Some(_) => Ok(()),
        None => Err(format!("Unknown trap action \"{word}\"")),
    }),
};
static RATE: Opt = Opt { names: &["rate"], missing: "", takes: Takes::Number(u64::MAX) };
static BURST: Opt = Opt { names: &["burst"], missing: "", takes: Takes::Number(u64::MAX) };

/// Reads the words behind `trap`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command> {
    if words.begins("help") {
        return Err(Stop::help(USAGE));
    }
    if words.take_show() {
        let (device, given) = chosen(words, &TRAP)?;
        return Ok(Command::Show(device, given));
    }
    if words.take("set") {
        let device = words.device()?;
        let given = words.options(&[Want::Must(&TRAP), Want::May(&ACTION)])?;
        let name = given.text(&TRAP).unwrap_or_default().to_owned();
        return Ok(Command::Set(device, name, given.text(&ACTION).and_then(action)));
    }
    if words.take("group") {
        return group(words);
    }
    if words.take("policer") {
        return policer(words);
    }
    Err(Stop::no_command(words))
}

fn group(words: &mut Words<'_>) -> Read<Command> {
    if words.begins("help") {
        return Err(Stop::help(USAGE));
    }
    if words.take_show() {
        let (device, given) = chosen(words, &GROUP)?;
        return Ok(Command::GroupShow(device, given));
    }
    if words.take("set") {
        let device = words.device()?;
        let wants = [Want::May(&ACTION), Want::Must(&GROUP), Want::May(&POLICER), Want::May(&NO_POLICER)];
        let given = words.options(&wants)?;
        let change = TrapGroupChange {
            action: given.text(&ACTION).and_then(action),
            policer: given.number(&POLICER).filter(|_| !given.has(&NO_POLICER)),
        };
        let policer = if given.has(&NO_POLICER) { Some(0) } else { change.policer };
        let name = given.text(&GROUP).unwrap_or_default().to_owned();
        return Ok(Command::GroupSet(device, name, TrapGroupChange { policer, ..change }));
    }
    Err(Stop::no_command(words))
}

fn policer(words: &mut Words<'_>) -> Read<Command> {
    if words.begins("help") {
        return Err(Stop::help(USAGE));
    }
    if words.take_show() {
        let (device, given) = chosen(words, &POLICER)?;
        let number = given.and_then(|text| super::number(&text)).and_then(|id| u32::try_from(id).ok());
        return Ok(Command::PolicerShow(device, number));
    }
    if words.take("set") {
        let device = words.device()?;
        let given = words.options(&[Want::Must(&POLICER), Want::May(&RATE), Want::May(&BURST)])?;
        let change = TrapPolicerChange { rate: given.number(&RATE), burst: given.number(&BURST) };
        return Ok(Command::PolicerSet(device, given.number(&POLICER).unwrap_or_default(), change));
    }
    Err(Stop::no_command(words))
}

/// The device, and which of its objects, as far as they are said.
fn chosen(words: &mut Words<'_>, want: &'static Opt) -> Read<(Option<DevlinkHandle>, Option<String>)> {
    if words.is_empty() {
        return Ok((None, None));
    }
    let device = words.device()?;
    let given = words.selector(want)?;
    Ok((Some(device), given.and_then(|given| given.text(want).map(str::to_owned))))
}

fn action(word: &str) -> Option<TrapAction> {
    use TrapAction::{Drop, Mirror, Trap};
    one_of(&[("drop", Drop), ("trap", Trap), ("mirror", Mirror)], word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_line(line: &str) -> Read<Command> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        read(&mut Words::new(&words, &|_| None))
    }

    #[test]
    fn the_lines_of_scripts_are_read() {
        let device = || DevlinkHandle::new("netdevsim", "netdevsim1");
        let group = |action, policer| {
            Command::GroupSet(device(), "l2_drops".into(), TrapGroupChange { action, policer })
        };
        let policer = TrapPolicerChange { rate: Some(2000), burst: Some(16) };
        for (line, want) in [
            ("", Command::Show(None, None)),
            (
                "show netdevsim/netdevsim1 trap fid_miss",
                Command::Show(Some(device()), Some("fid_miss".into())),
            ),
            (
                "set netdevsim/netdevsim1 trap fid_miss action trap",
                Command::Set(device(), "fid_miss".into(), Some(TrapAction::Trap)),
            ),
            ("group", Command::GroupShow(None, None)),
            ("group set netdevsim/netdevsim1 group l2_drops policer 1", group(None, Some(1))),
            ("group set netdevsim/netdevsim1 group l2_drops nopolicer", group(None, Some(0))),
            (
                "group set netdevsim/netdevsim1 group l2_drops action drop policer 1337",
                group(Some(TrapAction::Drop), Some(1337)),
            ),
            ("policer show netdevsim/netdevsim1", Command::PolicerShow(Some(device()), None)),
            ("policer show netdevsim/netdevsim1 policer 1", Command::PolicerShow(Some(device()), Some(1))),
            (
                "policer set netdevsim/netdevsim1 policer 1 rate 2000 burst 16",
                Command::PolicerSet(device(), 1, policer),
            ),
        ] {
            assert_eq!(read_line(line).unwrap(), want, "{line}");
        }
        for (line, want) in [
            ("set netdevsim/netdevsim1 trap fid_miss action nope", "Unknown trap action \"nope\""),
            ("foo", "Command \"foo\" not found"),
            ("set netdevsim/netdevsim1", "Trap's name is expected."),
        ] {
            assert_eq!(read_line(line).unwrap_err().message, want, "{line}");
        }
    }
}
