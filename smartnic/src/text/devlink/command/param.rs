//! `devlink dev param` and `devlink port param`.

use smartnic_core::device::{Param, ParamMode, ParamType, ParamValue};
use smartnic_core::types::{DevlinkHandle, PortHandle};

use super::options::{boolean, none_of_booleans, number, one_of};
use super::{Either, Opt, Read, Stop, Takes, Want, Words, dev, port};
use crate::text::devlink::show::number_of;

/// What `devlink dev param` and `devlink port param` ask for, of something that has the handle `H`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command<H, All = H> {
    /// Shows all parameters, or those of one device.
    List(Option<All>),
    /// Shows one parameter.
    Show(H, String),
    /// Sets one; without a value to its default.
    Set {
        /// What has the parameter.
        owner: H,
        /// Its name.
        name: String,
        /// When the value is to take effect.
        mode: ParamMode,
        /// The value as it is written.
        value: Option<String>,
    },
}

static NAME: Opt = Opt { names: &["name"], missing: "Parameter name expected.", takes: Takes::Text };
static VALUE: Opt = Opt { names: &["value"], missing: "Value to set expected.", takes: Takes::Text };
static MODE: Opt = Opt {
    names: &["cmode"],
    missing: "Configuration mode expected.",
    takes: Takes::Checked(|word| match mode(word) {
        Some(_) => Ok(()),
        None => Err(format!("Unknown configuration mode \"{word}\"")),
    }),
};
static DEFAULT: Opt = Opt { names: &["default"], missing: "", takes: Takes::Nothing };

/// Reads the words behind `dev param`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command<DevlinkHandle>> {
    if words.begins("help") {
        return Err(Stop::help(dev::USAGE));
    }
    if words.take_show() {
        if words.is_empty() {
            return Ok(Command::List(None));
        }
        let device = words.device()?;
        let given = words.options(&[Want::May(&NAME)])?;
        return Ok(match given.text(&NAME) {
            Some(name) => Command::Show(device, name.to_owned()),
            None => Command::List(Some(device)),
        });
    }
    if words.take("set") {
        let owner = words.device()?;
        let wants = [Want::Must(&NAME), Want::May(&VALUE), Want::Must(&MODE), Want::May(&DEFAULT)];
        let given = words.options(&wants)?;
        let value = given.text(&VALUE);
        match (value.is_some(), given.has(&DEFAULT)) {
            (true, true) => return Err(Stop::fault("Cannot specify both value and default")),
            (false, false) => return Err(Stop::fault("Either value or default must be specified")),
            _ => {}
        }
        return set(owner, given.text(&NAME), given.text(&MODE), value);
    }
    Err(Stop::no_command(words))
}

/// Reads the words behind `port param`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read_port(words: &mut Words<'_>) -> Read<Command<PortHandle, Either>> {
    if words.begins("help") {
        return Err(Stop::help(port::USAGE));
    }
    if words.take_show() {
        if words.is_empty() {
            return Ok(Command::List(None));
        }
        let either = words.either()?;
        let given = words.options(&[Want::May(&NAME)])?;
        return Ok(match (either, given.text(&NAME)) {
            (Either::Port(port), Some(name)) => Command::Show(port, name.to_owned()),
            (either, _) => Command::List(Some(either)),
        });
    }
    if words.take("set") {
        let owner = words.port()?;
        let given = words.options(&[Want::Must(&NAME), Want::Must(&VALUE), Want::Must(&MODE)])?;
        return set(owner, given.text(&NAME), given.text(&MODE), given.text(&VALUE));
    }
    Err(Stop::no_command(words))
}

fn set<H, All>(
    owner: H,
    name: Option<&str>,
    word: Option<&str>,
    value: Option<&str>,
) -> Read<Command<H, All>> {
    // Both were asked for as options that must be there.
    let missing = || Stop::fault("Parameter name expected.");
    let name = name.ok_or_else(missing)?.to_owned();
    let mode = word.and_then(mode).ok_or_else(missing)?;
    Ok(Command::Set { owner, name, mode, value: value.map(str::to_owned) })
}

/// The value that is written for a parameter, which has the parameter's type.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn value_of(param: &Param, text: &str) -> Read<ParamValue> {
    let wrong = || {
        let text = format!("Value \"{text}\" is not a number or not within range");
        Stop::fault(text)
    };
    let plain = match number_of(&param.name, text) {
        Some(known) => Some(known.ok_or_else(wrong)?),
        None => number(text),
    };
    let value = match param.kind {
        ParamType::U8 => plain.and_then(|plain| u8::try_from(plain).ok()).map(ParamValue::U8),
        ParamType::U16 => plain.and_then(|plain| u16::try_from(plain).ok()).map(ParamValue::U16),
        ParamType::U32 => plain.and_then(|plain| u32::try_from(plain).ok()).map(ParamValue::U32),
        ParamType::U64 => plain.map(ParamValue::U64),
        ParamType::Flag => match boolean(text) {
            Some(value) => Some(ParamValue::Bool(value)),
            None => {
                let Stop { message, code } = wrong();
                return Err(Stop { message: format!("{}\n{message}", none_of_booleans(text)), code });
            }
        },
        ParamType::Text => Some(ParamValue::Text(text.to_owned())),
        // devlink has no form for these; ours is numbers with commas between.
        ParamType::U64Array => ParamValue::read(param.kind, text),
        ParamType::Binary | ParamType::Unknown(_) => return Err(Stop::fault("Value type not supported")),
    };
    value.ok_or_else(wrong)
}

fn mode(word: &str) -> Option<ParamMode> {
    use ParamMode::{DriverInit, Permanent, Runtime};
    one_of(&[("runtime", Runtime), ("driverinit", DriverInit), ("permanent", Permanent)], word)
}
