//! The first words of ends that meet over iWARP, where whoever asked must send before the other does (RFC 5044, 7.1).
//!
//! The end that asks says a word until it is answered, and then that it heard: the word may lie unread in the other end's
//! socket until something follows it (seen with siw of Linux 7.3, whose `siw_accept` answers before it listens).

use std::time::{Duration, Instant};

use super::{Endpoint, MEETING};
use crate::{Error, ErrorKind, Result};

const HELLO: u8 = 1;
const WELCOME: u8 = 2;
const HEARD: u8 = 3;
/// How long an answer is waited for before the word is said again: not so often in all that the other end has no room for it.
const PAUSE: Duration = Duration::from_millis(500);

pub(super) fn ask(op: &'static str, end: &mut Endpoint) -> Result<()> {
    let until = Instant::now() + MEETING;
    loop {
        end.send(&[HELLO])?;
        match end.receive(Some(PAUSE))?.as_deref() {
            Some([WELCOME]) => return end.send(&[HEARD]),
            Some(_) => return Err(stranger(op)),
            None if Instant::now() < until => {}
            None => return Err(silent(op)),
        }
    }
}

pub(super) fn answer(op: &'static str, end: &mut Endpoint) -> Result<()> {
    let mut is_answered = false;
    loop {
        match end.receive(Some(MEETING))?.as_deref() {
            Some([HELLO]) if is_answered => {}
            Some([HELLO]) => {
                end.send(&[WELCOME])?;
                is_answered = true;
            }
            Some([HEARD]) if is_answered => return Ok(()),
            Some(_) => return Err(stranger(op)),
            None => return Err(silent(op)),
        }
    }
}

fn stranger(op: &'static str) -> Error {
    Error::protocol(op, "the other end says other words than an Endpoint of this version over iWARP")
}

fn silent(op: &'static str) -> Error {
    let reason = format!("the other end said nothing for {} seconds", MEETING.as_secs());
    Error::new(ErrorKind::Timeout, op).reason(reason)
}
