//! `devlink port function`: what can be set on the function behind a port.

use smartnic_core::device::{FunctionState, PortFunctionChange};
use smartnic_core::types::{HwAddr, PortHandle};

use super::options::one_of;
use super::{Opt, Read, Stop, Takes, Want, Words, rate};

/// What `devlink port function` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Changes the function behind a port.
    Set(PortHandle, PortFunctionChange),
    /// `devlink port function rate`.
    Rate(rate::Command),
}

static HW_ADDR: Opt = Opt {
    names: &["hw_addr"],
    missing: "Port function's hardware address is expected.",
    takes: Takes::Checked(|word| match word.parse::<HwAddr>() {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("\"{word}\" is invalid lladdr.")),
    }),
};
static STATE: Opt = Opt {
    names: &["state"],
    missing: "",
    takes: Takes::Checked(|word| match state(word) {
        Some(_) => Ok(()),
        None => Err(format!("Error: argument \"{word}\" is wrong: unknown state")),
    }),
};
static ROCE: Opt = Opt { names: &["roce"], missing: "", takes: Takes::Bool };
static MIGRATABLE: Opt = Opt { names: &["migratable"], missing: "", takes: Takes::Bool };
static IPSEC_CRYPTO: Opt = Opt { names: &["ipsec_crypto"], missing: "", takes: Takes::Bool };
static IPSEC_PACKET: Opt = Opt { names: &["ipsec_packet"], missing: "", takes: Takes::Bool };
static MAX_IO_EQS: Opt = Opt { names: &["max_io_eqs"], missing: "", takes: Takes::Number(u32::MAX as u64) };

const USAGE: &str =
    "Usage: devlink port function set DEV/PORT_INDEX [ hw_addr ADDR ] [ state { active | inactive } ]
                      [ roce { enable | disable } ] [ migratable { enable | disable } ]
                      [ ipsec_crypto { enable | disable } ] [ ipsec_packet { enable | disable } ]
       devlink port function rate { help | show | add | del | set }";

/// Reads the words behind `port function`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command> {
    if words.begins("help") || words.is_empty() {
        return Err(Stop::help(USAGE));
    }
    if words.take("rate") {
        return rate::read(words).map(Command::Rate);
    }
    if !words.take("set") {
        return Err(Stop::no_command(words));
    }
    if words.is_empty() {
        return Err(Stop::help(USAGE));
    }
    let port = words.port()?;
    let opts = [&HW_ADDR, &STATE, &ROCE, &MIGRATABLE, &IPSEC_CRYPTO, &IPSEC_PACKET, &MAX_IO_EQS];
    let given = words.options(&opts.map(Want::May))?;
    let change = PortFunctionChange {
        hw_addr: given.text(&HW_ADDR).and_then(|word| word.parse().ok()),
        state: given.text(&STATE).and_then(state),
        roce: given.boolean(&ROCE),
        migratable: given.boolean(&MIGRATABLE),
        ipsec_crypto: given.boolean(&IPSEC_CRYPTO),
        ipsec_packet: given.boolean(&IPSEC_PACKET),
        max_io_eqs: given.number(&MAX_IO_EQS),
    };
    Ok(Command::Set(port, change))
}

fn state(word: &str) -> Option<FunctionState> {
    one_of(&[("inactive", FunctionState::Inactive), ("active", FunctionState::Active)], word)
}
