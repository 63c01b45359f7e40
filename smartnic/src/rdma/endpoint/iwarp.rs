//! The first words of ends that meet over iWARP, where whoever asked must send before the other does (RFC 5044, 7.1).
//!
//! The end that asks says a word until it is answered, and then that it heard: the word may lie unread in the other end's
//! socket until something follows it (seen with siw of Linux 7.3, whose `siw_accept` answers before it listens).

use std::time::{Duration, Instant};

use super::Endpoint;
use crate::{Error, ErrorKind, Result};

const HELLO: u8 = 1;
const WELCOME: u8 = 2;
const HEARD: u8 = 3;
/// How long an answer is waited for before the word is said again: not so often in all that the other end has no room for it.
const PAUSE: Duration = Duration::from_millis(500);

/// Asks, and takes at most so long for all of it.
pub(super) fn ask(op: &'static str, end: &mut Endpoint, most: Duration) -> Result<()> {
    let until = Instant::now() + most;
    while until > Instant::now() {
        end.send_until(op, &[HELLO], until)?;
        match end.receive(Some(PAUSE.min(left(until))))?.as_deref() {
            Some([WELCOME]) => return end.send_until(op, &[HEARD], until),
            Some(_) => return Err(stranger(op)),
            None => {}
        }
    }
    Err(silent(op, most, "an answer"))
}

/// Answers, and takes at most so long for all of it: an end that says its first word again and again, and nothing else, must not
/// keep whoever accepts from others.
pub(super) fn answer(op: &'static str, end: &mut Endpoint, most: Duration) -> Result<()> {
    let until = Instant::now() + most;
    let mut is_answered = false;
    loop {
        match end.receive(Some(left(until)))?.as_deref() {
            Some([HELLO]) if is_answered && until > Instant::now() => {}
            Some([HELLO]) if !is_answered => {
                end.send_until(op, &[WELCOME], until)?;
                is_answered = true;
            }
            Some([HEARD]) if is_answered => return Ok(()),
            Some([HELLO]) | None if is_answered => {
                return Err(silent(op, most, "that it heard the answer"));
            }
            Some(_) => return Err(stranger(op)),
            None => return Err(silent(op, most, "its first word")),
        }
    }
}

fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now())
}

fn stranger(op: &'static str) -> Error {
    Error::protocol(op, "the other end says other words than an Endpoint of this version over iWARP")
}

fn silent(op: &'static str, most: Duration, what: &str) -> Error {
    let reason = format!("over iWARP, the other end did not say {what} within {} ms", most.as_millis());
    Error::new(ErrorKind::Timeout, op).reason(reason).hint("both ends must be Endpoints of this library")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Host;
    use crate::rdma::Listener;

    /// The words do not depend on what carries them.
    fn ends() -> (Endpoint, Endpoint) {
        let host = Host::open("sim:bluefield3").expect("a simulated host");
        for link in host.switchdev().links().expect("links") {
            host.switchdev().set_link_up(link.ifindex, true).expect("a link that goes up");
        }
        let listener = Listener::bind(&host, "127.0.0.1:0").expect("a listener");
        let address = listener.address().expect("its address");
        std::thread::scope(|scope| {
            let other = scope.spawn(|| listener.accept().expect("one end"));
            let asks = Endpoint::connect(&host, address).expect("the other end");
            (asks, other.join().expect("it was accepted"))
        })
    }

    #[test]
    fn ends_that_say_their_words_meet() {
        let (mut asks, mut answers) = ends();
        std::thread::scope(|scope| {
            let other = scope.spawn(|| answer("accept", &mut answers, Duration::from_secs(20)));
            ask("connect", &mut asks, Duration::from_secs(20)).expect("an answer");
            other.join().expect("it ran").expect("a first word");
        });
    }

    #[test]
    fn nobody_waits_for_ever_for_the_first_word() {
        let (mut asks, mut answers) = ends();
        let error = answer("accept", &mut answers, Duration::from_millis(50)).expect_err("nobody spoke");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains("its first word within 50 ms"), "{error}");
        let error = ask("connect", &mut asks, Duration::from_millis(50)).expect_err("nobody answered");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains("an answer within 50 ms"), "{error}");
    }

    #[test]
    fn who_only_repeats_the_first_word_is_given_up() {
        let (mut asks, mut answers) = ends();
        for _ in 0..20 {
            asks.send(&[HELLO]).expect("a word");
        }
        let begin = Instant::now();
        let error = answer("accept", &mut answers, Duration::from_millis(200)).expect_err("it never heard");
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains("that it heard the answer"), "{error}");
        assert!(begin.elapsed() >= Duration::from_millis(200), "{:?}", begin.elapsed());
        drop(asks);
    }
}
