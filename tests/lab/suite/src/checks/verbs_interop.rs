//! Interop over rxe between two namespaces: our library against plain C over libibverbs (`tests/lab/peer/peer.c` says what both do),
//! each as the end that leads, and against rdma-core's `ibv_rc_pingpong`, each as the end that listens.

use std::cell::RefCell;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use smartnic::Host;
use smartnic::verbs::{
    AddressVector, Completion, CompletionOp, Gid, PathMtu, Peer, QueuePair, Rc, Receiving, Remote, Rts,
    Sending,
};

use super::verbs_data::{Rig, everything};
use super::verbs_measure::Other;
use super::verbs_whole::{ELSEWHERE, rxe};
use crate::check::{Done, During, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, end, sh, until};

const OUT: usize = 16 * 1024;
const IN: usize = 32 * 1024;
const SLOT: usize = 8 * 1024;
const MESSAGES: usize = 20;
const WRITTEN: usize = 1000;
const LENGTH: usize = 3000;
const NUMBER: u32 = 0x5eed;
const PSN: u32 = 0x4321;
const HERE: &str = "10.77.0.1";
const THERE: &str = "10.77.0.2";
/// How long something may take that must happen.
const MOMENT: Duration = Duration::from_secs(30);

/// What both ends put into memory.
fn pattern(seed: usize, length: usize) -> Vec<u8> {
    (0..length).map(|at| (seed * 31 + at * 7 + 1) as u8).collect()
}

fn length_of(message: usize) -> usize {
    message * 211 % 4000 + 1
}

/// Our end, connected.
struct Ours<'a> {
    rig: &'a Rig,
    qp: QueuePair<Rc, Rts>,
    theirs: Remote,
    /// The other end may answer before it has acknowledged: what was done meanwhile.
    kept: RefCell<Vec<Completion>>,
}

impl<'a> Ours<'a> {
    /// Tells the other end how we are reached, hears it of it, and waits until both are ready. The `first` receive requests
    /// are posted before.
    fn meet(rig: &'a Rig, stream: &mut TcpStream, first: usize) -> Result<Self, Why> {
        let qp = QueuePair::<Rc, _>::new(&*rig.pd, &rig.queues())?.init(1, 0, everything())?;
        for slot in 0..first {
            qp.receive(slot as u64, &[rig.region.sge(IN + slot * SLOT, SLOT)?])?;
        }
        let gid = rig.way.gid.unwrap_or_default();
        let hex: String = gid.0.iter().map(|byte| format!("{byte:02x}")).collect();
        let memory = rig.region.remote(0);
        writeln!(stream, "{} {PSN} {hex} {} {} {IN}", qp.number(), memory.address, memory.key)?;
        let line = read_line(stream)?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let [number, psn, gid, address, key, _] = words[..] else {
            return Err(Why(format!("the other end says {line:?}")));
        };
        let there = peer(rig, number.parse()?, psn.parse()?, read_gid(gid)?);
        let receiving = Receiving { max_reads: 4, ..Receiving::default() };
        let sending = Sending { psn: PSN, max_reads: 4, ..Sending::default() };
        let qp = qp.ready_to_receive(&there, &receiving)?.ready_to_send(&sending)?;
        writeln!(stream, "ready")?;
        expect_eq(&read_line(stream)?, &"ready".to_owned(), "the other end's word")?;
        let theirs = Remote { address: address.parse()?, key: key.parse()? };
        Ok(Self { rig, qp, theirs, kept: RefCell::default() })
    }

    /// The next completion of this operation.
    fn done(&self, wanted: CompletionOp) -> Result<Completion, Why> {
        let begun = Instant::now();
        let mut kept = self.kept.borrow_mut();
        loop {
            if let Some(at) = kept.iter().position(|done| done.op == wanted) {
                return Ok(kept.remove(at));
            }
            let mut one = [Completion::default(); 1];
            if self.rig.cq.poll(&mut one)? > 0 {
                let [one] = one;
                expect(one.is_success(), || format!("{wanted} was waited for: {one:?}"))?;
                kept.push(one);
            }
            expect(begun.elapsed() < MOMENT, || format!("{wanted} is not done; only {kept:?}"))?;
        }
    }

    fn say(&self, from: usize, length: usize) -> Result<(), Why> {
        Ok(self.qp.send(1, &[self.rig.region.sge(from, length)?])?)
    }

    fn receive(&self, slot: usize) -> Result<(), Why> {
        Ok(self.qp.receive(slot as u64, &[self.rig.region.sge(IN + slot * SLOT, SLOT)?])?)
    }

    fn holds(&self, from: usize, wanted: &[u8], what: &str) -> Result<(), Why> {
        let found = self.rig.region.buffer().bytes(from, wanted.len())?;
        expect(found == wanted, || format!("{what}: other bytes"))
    }

    fn lead(&self) -> Result<(), Why> {
        let (region, buffer) = (&self.rig.region, self.rig.region.buffer());
        for message in 0..MESSAGES {
            let bytes = pattern(message, length_of(message));
            self.receive(0)?;
            buffer.write(OUT, &bytes)?;
            self.say(OUT, bytes.len())?;
            self.done(CompletionOp::Send)?;
            let came = self.done(CompletionOp::Receive)?;
            expect_eq(&(came.bytes as usize), &bytes.len(), "the length of a message that came back")?;
            self.holds(IN, &bytes, "a message that came back")?;
        }
        let (first, second) = (pattern(100, LENGTH), pattern(101, LENGTH));
        buffer.write(OUT, &first)?;
        self.qp.write(2, &[region.sge(OUT, LENGTH)?], self.theirs.at(WRITTEN as u64))?;
        self.done(CompletionOp::Write)?;
        buffer.write(OUT, &second)?;
        let behind = self.theirs.at((WRITTEN + LENGTH) as u64);
        self.qp.write_imm(3, &[region.sge(OUT, LENGTH)?], behind, NUMBER)?;
        self.done(CompletionOp::Write)?;
        self.qp.read(4, &[region.sge(IN, 2 * LENGTH)?], self.theirs.at(WRITTEN as u64))?;
        self.done(CompletionOp::Read)?;
        self.holds(IN, &[first, second].concat(), "what was written and read back")?;

        let word = || -> Result<u64, Why> {
            Ok(u64::from_ne_bytes(buffer.bytes(IN, 8)?.try_into().unwrap_or_default()))
        };
        self.qp.fetch_add(5, region.sge(IN, 8)?, self.theirs, 5)?;
        self.done(CompletionOp::FetchAdd)?;
        expect_eq(&word()?, &0, "what there was before the addition")?;
        self.qp.compare_swap(6, region.sge(IN, 8)?, self.theirs, 5, 9)?;
        self.done(CompletionOp::CompareSwap)?;
        expect_eq(&word()?, &5, "what there was before the swap")?;

        self.receive(0)?;
        buffer.write(OUT, b"done")?;
        self.say(OUT, 4)?;
        self.done(CompletionOp::Send)?;
        expect_eq(&self.done(CompletionOp::Receive)?.bytes, &4, "the length of the answer")?;
        self.holds(IN, b"seen", "the answer")
    }

    fn follow(&self) -> Result<(), Why> {
        let buffer = self.rig.region.buffer();
        for message in 0..MESSAGES {
            let came = self.done(CompletionOp::Receive)?;
            let (bytes, place) = (pattern(message, length_of(message)), IN + message % 2 * SLOT);
            expect_eq(&(came.bytes as usize), &bytes.len(), "the length of a message")?;
            self.holds(place, &bytes, "a message")?;
            buffer.write(OUT, &bytes)?;
            self.receive(message % 2)?;
            self.say(OUT, bytes.len())?;
            self.done(CompletionOp::Send)?;
        }
        let came = self.done(CompletionOp::ReceiveWriteImm)?;
        expect_eq(
            &(came.imm, came.bytes as usize),
            &(Some(NUMBER), LENGTH),
            "the number that came with the write",
        )?;
        self.holds(WRITTEN, &[pattern(100, LENGTH), pattern(101, LENGTH)].concat(), "what was written here")?;
        let came = self.done(CompletionOp::Receive)?;
        self.holds(IN + came.id as usize * SLOT, b"done", "the last message")?;
        expect_eq(&buffer.bytes(0, 8)?, &9_u64.to_ne_bytes().to_vec(), "the counter")?;
        buffer.write(OUT, b"seen")?;
        self.say(OUT, 4)?;
        self.done(CompletionOp::Send).map(drop)
    }
}

/// A line, and no byte more.
fn read_line(stream: &mut TcpStream) -> Result<String, Why> {
    let (mut line, mut byte) = (Vec::new(), [0]);
    loop {
        stream.read_exact(&mut byte)?;
        if byte == *b"\n" {
            return Ok(String::from_utf8_lossy(&line).into_owned());
        }
        line.extend(byte);
    }
}

/// A GID of 32 digits.
fn read_gid(text: &str) -> Result<Gid, Why> {
    Ok(Gid(u128::from_str_radix(text, 16)?.to_be_bytes()))
}

fn peer(rig: &Rig, qp: u32, psn: u32, gid: Gid) -> Peer {
    let address = AddressVector { gid: Some(gid), ..rig.way };
    Peer { qp, psn, address, mtu: PathMtu::Mtu1024 }
}

/// A program in the other namespace.
fn there(words: &[&str]) -> Result<Child, Why> {
    let mut program = Command::new("ip");
    program.args(["netns", "exec", "vb"]).args(words);
    Ok(program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?)
}

/// Does what is to be done here beside a program there, which must end well.
fn beside(words: &[&str], work: impl FnOnce() -> Result<(), Why>) -> Result<(), Why> {
    let program = there(words)?;
    let here = work();
    let (code, said) = end(program)?;
    here.during(format_args!("here, while there was said {said:?}"))?;
    expect(code == 0, || format!("{} ended with code {code}: {said}", words.join(" ")))
}

/// A connection to a program there, once it listens.
fn dial(port: &str) -> Result<TcpStream, Why> {
    until("the other end to listen", || {
        Ok(sh(&format!("ip netns exec vb ss -Hltn sport = {port}"))?.contains(port))
    })?;
    let stream = TcpStream::connect((THERE, port.parse()?))?;
    stream.set_read_timeout(Some(MOMENT))?;
    Ok(stream)
}

/// The next who connects to us.
fn take(listener: &TcpListener) -> Result<TcpStream, Why> {
    let (stream, _) = listener.accept()?;
    stream.set_read_timeout(Some(MOMENT))?;
    Ok(stream)
}

/// Where the address of rxe8 is in its table.
fn index_there() -> Result<String, Why> {
    let wanted = format!("::ffff:{THERE}");
    for index in 0..8 {
        let file = format!("/sys/class/infiniband/rxe8/ports/1/gids/{index}");
        let text = sh(&format!("ip netns exec vb cat {file}"))?;
        if text.trim().parse::<std::net::Ipv6Addr>()? == wanted.parse::<std::net::Ipv6Addr>()? {
            return Ok(index.to_string());
        }
    }
    Err(Why(format!("{wanted} is not in the table of rxe8")))
}

pub(crate) fn with_c(lab: &Lab) -> Outcome {
    let Some(_rxe) = rxe(lab)? else { return Ok(Done::Skipped(ELSEWHERE.to_owned())) };
    let Some(_other) = Other::new()? else {
        return Ok(Done::Skipped("this kernel's rxe is in one namespace only".to_owned()));
    };
    let (host, index) = (Host::open("linux:")?, index_there()?);
    let rig = Rig::new(&host)?;
    beside(&["verbs-peer", "serve", "rxe8", &index, "4711"], || {
        Ours::meet(&rig, &mut dial("4711")?, 0)?.lead()
    })
    .during("we lead")?;
    // The memory is new for the other direction: counters begin at zero.
    let rig = Rig::new(&host)?;
    let listener = TcpListener::bind((HERE, 4712))?;
    beside(&["verbs-peer", "connect", "rxe8", &index, "4712", HERE], || {
        Ours::meet(&rig, &mut take(&listener)?, 2)?.follow()
    })
    .during("C leads")?;
    Ok(Done::Passed)
}

/// How `ibv_rc_pingpong` says how it is reached: LID, queue pair, first packet, GID, and a zero.
fn pingpong_words(qp: u32, gid: Gid) -> Vec<u8> {
    let hex: String = gid.0.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("0000:{qp:06x}:{PSN:06x}:{hex}\0").into_bytes()
}

/// Hears the same of the other end.
fn pingpong_peer(rig: &Rig, stream: &mut TcpStream) -> Result<Peer, Why> {
    let mut words = [0; 52];
    stream.read_exact(&mut words)?;
    let text = String::from_utf8_lossy(&words).into_owned();
    let parts: Vec<&str> = text.trim_end_matches('\0').split(':').collect();
    let [_, qp, psn, gid] = parts[..] else { return Err(Why(format!("ibv_rc_pingpong says {text:?}"))) };
    Ok(peer(rig, u32::from_str_radix(qp, 16)?, u32::from_str_radix(psn, 16)?, read_gid(gid)?))
}

/// So often a message goes there and back.
const TURNS: usize = 100;
/// Of so many bytes, of which the program looks at the ends of each page.
const BYTES: usize = 4096;

/// Both send as soon as they received, which of both ever begins.
fn pingpong(rig: &Rig, stream: &mut TcpStream, begins: bool) -> Result<(), Why> {
    let qp = QueuePair::<Rc, _>::new(&*rig.pd, &rig.queues())?.init(1, 0, everything())?;
    let posted = 8.min(TURNS);
    for slot in 0..posted {
        qp.receive(slot as u64, &[rig.region.sge(IN, BYTES)?])?;
    }
    let number = qp.number();
    let ours = pingpong_words(number, rig.way.gid.unwrap_or_default());
    let there = if begins {
        stream.write_all(&ours)?;
        pingpong_peer(rig, stream)?
    } else {
        pingpong_peer(rig, stream)?
    };
    let sending = Sending { psn: PSN, ..Sending::default() };
    let qp = qp.ready_to_receive(&there, &Receiving::default())?.ready_to_send(&sending)?;
    let mut word = *b"done\0";
    if begins {
        stream.write_all(&word)?;
    } else {
        stream.write_all(&ours)?;
        stream.read_exact(&mut word)?;
        expect_eq(&word, b"done\0", "the last word before messages")?;
    }
    let end = Ours { rig, qp, theirs: Remote { address: 0, key: 0 }, kept: RefCell::default() };
    for turn in 0..TURNS {
        if begins {
            end.say(OUT, BYTES)?;
        }
        let came = end.done(CompletionOp::Receive)?;
        expect_eq(&(came.bytes as usize), &BYTES, "the length of a message")?;
        if turn + posted < TURNS {
            end.qp.receive(0, &[rig.region.sge(IN, BYTES)?])?;
        }
        if !begins {
            end.say(OUT, BYTES)?;
        }
        end.done(CompletionOp::Send)?;
    }
    Ok(())
}

pub(crate) fn with_pingpong(lab: &Lab) -> Outcome {
    let Some(_rxe) = rxe(lab)? else { return Ok(Done::Skipped(ELSEWHERE.to_owned())) };
    let Some(_other) = Other::new()? else {
        return Ok(Done::Skipped("this kernel's rxe is in one namespace only".to_owned()));
    };
    let (host, index) = (Host::open("linux:")?, index_there()?);
    let (turns, bytes) = (TURNS.to_string(), BYTES.to_string());
    let common = ["-d", "rxe8", "-g", &index, "-n", &turns, "-s", &bytes, "-m", "1024"];
    let rig = Rig::new(&host)?;
    let words = [&["ibv_rc_pingpong", "-p", "4713"][..], &common].concat();
    beside(&words, || pingpong(&rig, &mut dial("4713")?, true)).during("it listens")?;
    let rig = Rig::new(&host)?;
    let listener = TcpListener::bind((HERE, 4714))?;
    let words = [&["ibv_rc_pingpong", "-p", "4714"][..], &common, &[HERE]].concat();
    beside(&words, || pingpong(&rig, &mut take(&listener)?, false)).during("we listen")?;
    Ok(Done::Passed)
}
