//! A long answer, received by one thread while another reads what came before.
//!
//! The kernel writes the next piece of a table while the last one is fetched, so receiving is work, and reading on the
//! same processor would add to it. Memory is that of a few pieces, however long the answer.
//!
//! All wait for the thread that receives, so it is spared whatever it can be: it wakes nobody, as that costs a system call
//! and often an interrupt of another processor. The reader looks for itself, after as long as a piece takes to come.

use std::io;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;
use std::time::{Duration, Instant};

use smartnic_core::Extack;
use smartnic_netlink::codec::messages;
use smartnic_netlink::transport::Transport;
use smartnic_netlink::uapi::netlink::NLMSG_MIN_TYPE;

use super::{Answer, Failure, receive, receive_some};

/// How many pieces there are at most: what comes while the reader sleeps and reads, and room to spare. They are made when
/// they are needed, as the kernel clears memory that is used for the first time.
const PIECES: usize = 8;
/// The shortest that the reader sleeps; the system's clocks wake nobody much sooner.
const SHORTEST: Duration = Duration::from_micros(20);
/// The longest that it sleeps, so that it is not late when the kernel was held up for once.
const LONGEST: Duration = Duration::from_millis(1);

/// A datagram, or why it could not be received.
#[derive(Default)]
struct Piece {
    datagram: Vec<u8>,
    failure: Option<io::Error>,
    /// How long it was waited for.
    took: Duration,
}

impl Piece {
    /// Receives the next one. True if it may be the last, so that nothing need come after it.
    fn fill(&mut self, transport: &mut dyn Transport) -> bool {
        let begun = Instant::now();
        self.failure = receive(transport, &mut self.datagram).err();
        self.took = begun.elapsed();
        self.failure.is_some() || may_end(&self.datagram)
    }

    /// Hands it to the reader; at the end of the answer, returns the text that came with it, if one did.
    fn read(&mut self, answer: &mut Answer<'_>) -> Result<Option<Option<Extack>>, Failure> {
        answer.take(self.failure.take().map_or(Ok(()), Err), &self.datagram)
    }
}

/// Receives an answer to its end.
pub(super) fn receive_all(
    transport: &mut dyn Transport,
    inbox: &mut Vec<u8>,
    answer: &mut Answer<'_>,
) -> Result<Option<Option<Extack>>, Failure> {
    // Most answers end with the first or the second. A thread is worth while for those that do not, and then it is begun
    // before anything is read.
    let mut first = Piece { datagram: std::mem::take(inbox), ..Piece::default() };
    let mut second = Piece::default();
    let end = if first.fill(transport) {
        first.read(answer)
    } else if second.fill(transport) {
        first.read(answer).and_then(|end| if end.is_some() { Ok(end) } else { second.read(answer) })
    } else {
        receive_beside(transport, [std::mem::take(&mut first), second], answer)
    };
    *inbox = first.datagram;
    match end? {
        None => receive_some(transport, inbox, answer),
        end => Ok(end),
    }
}

/// Reads what has come, and what comes, while another thread receives what follows, until something may be the end.
fn receive_beside(
    transport: &mut dyn Transport,
    came: [Piece; 2],
    answer: &mut Answer<'_>,
) -> Result<Option<Option<Extack>>, Failure> {
    thread::scope(|scope| {
        let (to_read, full) = channel();
        let (to_fill, empty) = channel();
        scope.spawn(|| fetch(transport, empty, to_read));
        let mut came = came.into_iter();
        let mut pace = SHORTEST;
        while let Some(mut piece) = came.next().or_else(|| next(&full, pace)) {
            let end = piece.read(answer)?;
            if end.is_some() {
                return Ok(end);
            }
            pace = (piece.took / 2).clamp(SHORTEST, LONGEST);
            let _ = to_fill.send(piece);
        }
        Ok(None)
    })
}

/// The next piece, looked for until it is there.
fn next(full: &Receiver<Piece>, pace: Duration) -> Option<Piece> {
    loop {
        match full.try_recv() {
            Ok(piece) => return Some(piece),
            Err(TryRecvError::Empty) => thread::sleep(pace),
            Err(TryRecvError::Disconnected) => return None,
        }
    }
}

/// Fills pieces until the last datagram of the answer has come, or nobody reads any more.
fn fetch(transport: &mut dyn Transport, empty: Receiver<Piece>, to_read: Sender<Piece>) {
    // The two that came before the thread are given to it, too.
    let mut made = 2;
    loop {
        let read = match empty.try_recv() {
            Err(TryRecvError::Empty) if made < PIECES => {
                made += 1;
                Some(Piece::default())
            }
            Err(TryRecvError::Empty) => empty.recv().ok(),
            read => read.ok(),
        };
        let Some(mut piece) = read else { return };
        let is_last = piece.fill(transport);
        if to_read.send(piece).is_err() || is_last {
            return;
        }
    }
}

/// Whether a message in the datagram is none of a table's rows: after the end, nothing comes to wait for.
fn may_end(datagram: &[u8]) -> bool {
    messages(datagram).any(|message| message.is_ok_and(|message| message.header.kind < NLMSG_MIN_TYPE))
}

#[cfg(test)]
mod tests {
    use smartnic_core::Error;
    use smartnic_netlink::codec::{Flags, Message};
    use smartnic_netlink::transport::Protocol;

    use super::*;
    use crate::connection::script::{Answer, Script, data, done, message};
    use crate::connection::tests::{CALL, DUMP};
    use crate::connection::{Connection, Result};

    /// A table of so many rows, one in each datagram, with what ends it.
    fn table(rows: u32, end: fn(&Message<'_>) -> Answer) -> Script {
        Script::default().lanes(2).then(move |sent| {
            let row = |number: u32| data(&sent[0], 99, Flags::MULTI, &number.to_ne_bytes());
            (0..rows).map(row).chain([end(&sent[0])]).collect()
        })
    }

    /// Reads the table; what came of it, the rows that were seen, and whether the socket can be used again.
    fn read(script: &Script, fail_at: u32) -> (Result<(), super::Failure>, Vec<u32>, bool) {
        let mut connection = Connection::open(&*script.kernel(), Protocol::Route).unwrap();
        let mut seen = Vec::new();
        let end = connection.run(&CALL, &DUMP, &mut |message| {
            let number = u32::from_ne_bytes(message.payload.try_into().unwrap());
            seen.push(number);
            if number == fail_at { Err(Error::invalid("count", "enough")) } else { Ok(()) }
        });
        (end.map(drop), seen, !connection.is_busy())
    }

    const NEVER: u32 = u32::MAX;

    #[test]
    fn short_and_long_tables_arrive_whole_and_in_order() {
        for rows in [0, 1, 4, 5, 6, 12, 13, 14, 1000] {
            let (end, seen, usable) = read(&table(rows, |sent| done(sent, Flags::empty())), NEVER);
            assert!(end.is_ok() && usable, "{rows} rows: {end:?}");
            assert_eq!(seen, (0..rows).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_long_table_can_be_torn_or_lost_at_its_end() {
        let torn = table(1000, |sent| done(sent, Flags::DUMP_INTR));
        assert!(matches!(read(&torn, NEVER), (Err(Failure::Torn(_)), seen, true) if seen.len() == 1000));
        let lost = table(1000, |_| Answer::Errno(libc::ENOBUFS));
        assert!(matches!(read(&lost, NEVER), (Err(Failure::Torn(_)), seen, false) if seen.len() == 1000));
    }

    #[test]
    fn a_reader_that_has_enough_ends_it_at_once() {
        let script = table(1000, |sent| done(sent, Flags::empty()));
        let (end, seen, usable) = read(&script, 500);
        assert!(matches!(end, Err(Failure::Final(_))) && !usable);
        assert_eq!(seen, (0..=500).collect::<Vec<_>>());
    }

    #[test]
    fn a_message_without_meaning_in_the_middle_is_no_end() {
        let script = Script::default().lanes(2).then(|sent| {
            let row = |number: u32| data(&sent[0], 99, Flags::MULTI, &number.to_ne_bytes());
            let noop = || message(1, Flags::empty(), 0, 0, |_| {});
            let middle = (0..100).map(row).chain([noop()]).chain((100..200).map(row));
            middle.chain([done(&sent[0], Flags::empty())]).collect()
        });
        let (end, seen, usable) = read(&script, NEVER);
        assert!(end.is_ok() && usable, "{end:?}");
        assert_eq!(seen, (0..200).collect::<Vec<_>>());
    }
}
