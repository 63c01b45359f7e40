use std::cell::RefCell;

use smartnic_netlink::codec::{AttrSet, Encoder, Flags, Message, Names, Request, WireError};
use smartnic_netlink::uapi::netlink::NLMSG_OVERRUN;

use super::script::{Answer, PORT, Script, ack, ack_at, data, done, message, together};
use super::*;

static NAMES: Names = Names { fixed_len: 4, set: &AttrSet::flat(&[(1, "TEST_NUMBER")]) };
const ROW: u16 = 40;
const OP: &str = "read the test table";
const TABLE: &str = "table 1";
pub(super) const CALL: Call<'static> = Call { op: OP, object: &TABLE, names: &NAMES };

pub(super) struct Ask(Flags);

impl Request for Ask {
    fn kind(&self) -> u16 {
        41
    }

    fn flags(&self) -> Flags {
        self.0
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        e.fixed(&[0_u8; 4]);
        e.u32(1, 5);
        Ok(())
    }
}

pub(super) const DUMP: Ask = Ask(Flags::DUMP);
const CHANGE: Ask = Ask(Flags::CREATE);

fn channel(script: &Script) -> Channel {
    Channel::new(script.kernel(), Protocol::Route)
}

fn row(request: &Message<'_>, value: u8, flags: Flags) -> Answer {
    data(request, ROW, Flags::MULTI | flags, &[value, 0, 0, 0])
}

fn first_byte(message: &Message<'_>) -> Result<Option<u8>, WireError> {
    Ok(message.payload.first().copied())
}

fn rows(script: &Script) -> Result<Vec<u8>> {
    channel(script).list(OP, &TABLE, &DUMP, &first_byte)
}

#[test]
fn a_torn_dump_is_read_again_from_the_start() {
    let script = Script::default()
        .then(|sent| {
            let end = done(&sent[0], Flags::empty());
            vec![together([row(&sent[0], 1, Flags::DUMP_INTR), row(&sent[0], 9, Flags::empty())]), end]
        })
        .then(|sent| {
            vec![
                row(&sent[0], 1, Flags::empty()),
                row(&sent[0], 2, Flags::empty()),
                done(&sent[0], Flags::empty()),
            ]
        });
    assert_eq!(rows(&script).unwrap(), [1, 2]);
    assert_eq!(script.sockets(), 1, "a dump that ended leaves its socket free");
}

#[test]
fn a_dump_that_is_always_torn_is_given_up() {
    let torn =
        |sent: &[Message<'_>]| vec![row(&sent[0], 1, Flags::DUMP_INTR), done(&sent[0], Flags::empty())];
    let script = (0..8).fold(Script::default(), |script, _| script.then(torn));
    let error = rows(&script).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (
            ErrorKind::Interrupted,
            "cannot read the test table (table 1): what was read kept changing meanwhile\n\
             hint: read 8 times; try again when less is going on"
        )
    );
    script.sockets();
}

#[test]
fn a_dump_that_lost_datagrams_is_read_again_through_another_socket() {
    let script = Script::default()
        .then(|sent| {
            vec![
                row(&sent[0], 1, Flags::empty()),
                Answer::Errno(libc::ENOBUFS),
                row(&sent[0], 3, Flags::empty()),
            ]
        })
        .then(|sent| vec![row(&sent[0], 1, Flags::empty()), done(&sent[0], Flags::empty())]);
    assert_eq!(rows(&script).unwrap(), [1]);
    assert_eq!(script.sockets(), 2, "what is left of the first dump must not meet the second");
}

#[test]
fn signals_and_strangers_do_not_disturb() {
    let script = Script::default().then(|sent| {
        let seq = sent[0].header.seq;
        let other = |seq, port| message(ROW, Flags::MULTI, seq, port, |e| e.fixed(&[8_u8; 4]));
        vec![
            Answer::Errno(libc::EINTR),
            other(seq, PORT + 1),
            other(seq.wrapping_sub(1), PORT),
            message(ROW, Flags::empty(), 0, 0, |e| e.fixed(&[8_u8; 4])),
            row(&sent[0], 1, Flags::empty()),
            Answer::Errno(libc::EINTR),
            done(&sent[0], Flags::empty()),
        ]
    });
    assert_eq!(rows(&script).unwrap(), [1]);
}

#[test]
fn no_answer_is_a_timeout_and_the_socket_is_given_up() {
    let script = Script::default().then(|_| vec![]).then(|sent| vec![done(&sent[0], Flags::empty())]);
    let channel = channel(&script);
    let error = channel.list(OP, &TABLE, &DUMP, &first_byte).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.to_string(), "cannot read the test table (table 1): no answer within 10 s");
    assert_eq!(channel.list(OP, &TABLE, &DUMP, &first_byte).unwrap(), []);
    assert_eq!(script.sockets(), 2);
}

#[test]
fn malformed_answers_are_named() {
    let cut = |sent: &[Message<'_>]| match row(&sent[0], 1, Flags::empty()) {
        Answer::Datagram(bytes) => vec![Answer::Datagram(bytes[..bytes.len() - 1].to_vec())],
        Answer::Errno(_) => vec![],
    };
    let short_ack = |sent: &[Message<'_>]| vec![data(&sent[0], 2, Flags::empty(), &[1, 2])];
    for script in [Script::default().then(cut), Script::default().then(short_ack)] {
        let error = rows(&script).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        assert!(error.to_string().contains("(table 1): the answer is malformed: "), "{error}");
    }
}

#[test]
fn a_refusal_carries_text_attribute_and_advice() {
    let script = Script::default().then(|sent| vec![ack_at(&sent[0], libc::EPERM, "not you", 20)]);
    let error = channel(&script).change(OP, &TABLE, &CHANGE).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read the test table (table 1): the kernel said: not you (attribute TEST_NUMBER)\n\
         hint: CAP_NET_ADMIN is needed: run as root"
    );
    assert_eq!((error.kind(), error.errno()), (ErrorKind::PermissionDenied, Some(libc::EPERM)));
}

#[test]
fn a_text_on_success_is_a_note() {
    let script = Script::default()
        .then(|sent| vec![ack(&sent[0], 0, Some("done, but slowly"))])
        .then(|sent| vec![ack(&sent[0], 0, None)]);
    let channel = channel(&script);
    let note = Extack { errno: 0, message: Some("done, but slowly".into()), attribute: None };
    assert_eq!(channel.change(OP, &TABLE, &CHANGE).unwrap(), Some(note));
    assert_eq!(channel.change(OP, &TABLE, &CHANGE).unwrap(), None);
    assert_eq!(script.sockets(), 1);
}

#[test]
fn a_change_is_never_repeated() {
    let script = Script::default().then(|_| vec![Answer::Errno(libc::ENOBUFS)]);
    let error = channel(&script).change(OP, &TABLE, &CHANGE).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Overrun);
    assert!(
        error.to_string().contains("the change may have been made\nhint: read the state again"),
        "{error}"
    );
    script.sockets();
}

#[test]
fn a_stream_is_repeated_only_before_its_first_row() {
    let lost = |_: &[Message<'_>]| vec![Answer::Errno(libc::ENOBUFS)];
    let whole = |sent: &[Message<'_>]| vec![row(&sent[0], 1, Flags::empty()), done(&sent[0], Flags::empty())];
    let torn =
        |sent: &[Message<'_>]| vec![row(&sent[0], 1, Flags::DUMP_INTR), done(&sent[0], Flags::empty())];
    let read = |script: &Script| {
        let mut seen = 0;
        let mut decode = |message: &Message<'_>, row: &mut u8| {
            *row = first_byte(message)?.unwrap_or_default();
            Ok(true)
        };
        let end = channel(script).stream(OP, &TABLE, &DUMP, &mut 0, &mut decode, &mut |_| {
            seen += 1;
            Ok(())
        });
        (end.map_err(|error| error.kind()), seen)
    };
    assert_eq!(read(&Script::default().then(lost).then(whole)), (Ok(()), 1));
    assert_eq!(read(&Script::default().then(torn)), (Err(ErrorKind::Interrupted), 1));
}

#[test]
fn a_callers_error_ends_a_stream_and_its_socket() {
    let script = Script::default()
        .then(|sent| vec![row(&sent[0], 1, Flags::empty()), done(&sent[0], Flags::empty())])
        .then(|sent| vec![done(&sent[0], Flags::empty())]);
    let channel = channel(&script);
    let read = |each: &mut dyn FnMut(&()) -> Result<()>| {
        channel.stream(OP, &TABLE, &DUMP, &mut (), &mut |_, ()| Ok(true), each)
    };
    let enough = read(&mut |()| Err(Error::invalid("count", "enough")));
    assert_eq!(enough.unwrap_err().kind(), ErrorKind::InvalidInput);
    read(&mut |()| Ok(())).unwrap();
    assert_eq!(script.sockets(), 2);
}

/// Sends three requests in one batch, each of which asks for an answer, and returns what became of them, in words.
fn submit(script: &Script) -> Result<Vec<String>> {
    submit_asking(script, true)
}

fn submit_asking(script: &Script, asks: bool) -> Result<Vec<String>> {
    let outcomes = RefCell::new(vec![String::new(); 3]);
    channel(script).with(&CALL, |connection| {
        let mut batch = connection.batch(16);
        for _ in 0..3 {
            assert!(connection.push(&mut batch, &CHANGE, asks).unwrap());
        }
        connection.submit(&mut batch, &|_| CALL, &mut |index, outcome| {
            outcomes.borrow_mut()[index] = match outcome {
                Ok(None) => "done".into(),
                Ok(Some(note)) => format!("done: {note}"),
                Err(error) => format!("{:?}: {}", error.kind(), error.why()),
            };
        })
    })?;
    Ok(outcomes.into_inner())
}

#[test]
fn each_request_of_a_batch_gets_its_outcome() {
    let script = Script::default().then(|sent| {
        let [a, b, c] = sent else { panic!("three requests in one send") };
        vec![ack(a, 0, Some("slow")), together([ack_at(b, libc::ENOSPC, "full", 20), ack(c, 0, None)])]
    });
    let want = ["done: slow", "NoSpace: the kernel said: full (attribute TEST_NUMBER)", "done"];
    assert_eq!(submit(&script).unwrap(), want);
}

#[test]
fn lost_outcomes_of_a_batch_are_said_to_be_unknown() {
    let lost = "Overrun: the kernel's answer was lost; the change may have been made";
    // The first answer is lost, the last still comes.
    let script = Script::default()
        .then(|sent| vec![Answer::Errno(libc::ENOBUFS), ack(&sent[1], 0, None), ack(&sent[2], 0, None)])
        .then(|sent| vec![ack(&sent[0], 0, None)]);
    assert_eq!(submit(&script).unwrap(), [lost, "done", "done"]);
    // The last is lost: the answer to the barrier says that nothing more comes.
    let script = Script::default()
        .then(|sent| vec![ack(&sent[0], 0, None), ack(&sent[1], 0, None), Answer::Errno(libc::ENOBUFS)])
        .then(|sent| {
            assert_eq!((sent.len(), sent[0].header.kind), (1, 1));
            vec![ack(&sent[0], 0, None)]
        });
    assert_eq!(submit(&script).unwrap(), ["done", "done", lost]);
    script.sockets();
    // The kernel can say it with a message of its own.
    let script = Script::default()
        .then(|sent| {
            let overrun = data(&sent[2], NLMSG_OVERRUN, Flags::empty(), &[]);
            vec![ack(&sent[0], 0, None), ack(&sent[1], 0, None), overrun]
        })
        .then(|sent| vec![ack(&sent[0], 0, None)]);
    assert_eq!(submit(&script).unwrap(), ["done", "done", lost]);
}

#[test]
fn what_did_not_ask_for_an_answer_is_done_unless_a_failure_may_have_been_dropped() {
    let script = Script::default().then(|sent| {
        let asking: Vec<_> = sent.iter().map(|request| request.header.flags.contains(Flags::ACK)).collect();
        assert_eq!(asking, [false, false, true]);
        vec![ack(&sent[1], libc::ENOSPC, Some("full")), ack(&sent[2], 0, None)]
    });
    let want = ["done", "NoSpace: the kernel said: full", "done"];
    assert_eq!(submit_asking(&script, false).unwrap(), want);
    let lost = "Overrun: the kernel's answer was lost; the change may have been made";
    let script = Script::default()
        .then(|sent| vec![Answer::Errno(libc::ENOBUFS), ack(&sent[2], 0, None)])
        .then(|sent| vec![ack(&sent[0], 0, None)]);
    assert_eq!(submit_asking(&script, false).unwrap(), [lost, lost, "done"]);
}

#[test]
fn a_batch_without_answers_fails_as_a_whole() {
    let script = Script::default().then(|sent| vec![ack(&sent[0], 0, None)]);
    assert_eq!(submit(&script).unwrap_err().kind(), ErrorKind::Timeout);
}
