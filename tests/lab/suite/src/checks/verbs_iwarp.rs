//! Verbs over siw, which is iWARP: RDMA over TCP. Connections are made by `rdma_cm` alone, and whoever asks sends first.
//!
//! What may hang does so in a program of its own, which says how far it came.

use std::net::IpAddr;

use conformance::verbs;
use smartnic::Host;
use smartnic::rdma::{Endpoint, Listener};

use super::verbs_whole::{self, BY_CM, MEET, serve, talk};
use crate::check::{Done, During, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, Ran, run, sh};

const UP: [&str; 5] = [
    "ip link add siw-a type veth peer name siw-b",
    "ip addr add 10.78.0.1/24 dev siw-a",
    "ip link set siw-a up",
    "ip link set siw-b up",
    "rdma link add siw7 type siw netdev siw-a",
];
const HERE: &str = "10.78.0.1";

/// siw over one end of a veth pair, taken away again whatever came.
pub(crate) struct Iwarp;

impl Iwarp {
    /// Nothing if this kernel has no siw.
    pub(crate) fn new() -> Result<Option<Self>, Why> {
        if sh("modprobe -a siw ib_uverbs rdma_ucm veth").is_err() {
            return Ok(None);
        }
        let iwarp = Self;
        for line in UP {
            sh(line)?;
        }
        Ok(Some(iwarp))
    }
}

impl Drop for Iwarp {
    fn drop(&mut self) {
        // What is not there any more is no matter.
        for line in ["rdma link delete siw7", "ip link del siw-a", "modprobe -r siw"] {
            let _ = sh(line);
        }
    }
}

/// What stands before the name of a piece of work for [`work`].
pub(crate) const IWARP: &str = "iwarp/";
const SUITE: &str = "suite";
const ENDS: &str = "ends";
const SERVE: &str = "serve";
const NONE: &str = "this kernel has no siw";

fn apart(name: &str) -> Result<String, Why> {
    verbs_whole::apart(&format!("{IWARP}{name}"))
}

/// The other side of [`apart`].
pub(crate) fn work(host: &Host, name: &str) -> Result<(), Why> {
    match name {
        SUITE => {
            let address: IpAddr = HERE.parse()?;
            let ran =
                verbs::run_by_address(host, "siw7", address, verbs::ALL, &mut |line| eprintln!("{line}"));
            let report = ran.map_err(|stop| Why(format!("{stop:?}")))?;
            expect(report.failed.is_empty(), || format!("{} failed", report.failed.len()))
        }
        ENDS => [true, false, true, false].into_iter().try_for_each(|listener_first| {
            eprintln!("the end that listens speaks first: {listener_first}");
            ends(host, listener_first)
        }),
        SERVE => {
            let listener = Listener::bind_cm(host, format!("{HERE}:7472"))?;
            eprintln!("it listens");
            serve(&listener)
        }
        other => Err(Why(format!("{other} is no work"))),
    }
}

/// Both ends in this process.
fn ends(host: &Host, listener_first: bool) -> Result<(), Why> {
    let listener = Listener::bind_cm(host, format!("{HERE}:0"))?;
    let address = listener.address()?;
    std::thread::scope(|scope| {
        let asking = scope.spawn(move || -> Result<(), Why> {
            let mut peer = Endpoint::connect_cm(host, address)?;
            eprintln!("the end that asks is connected");
            if listener_first {
                return talk(peer);
            }
            peer.send(b"a word")?;
            expect_eq(&peer.receive(None)?.as_deref(), &Some(&b"another"[..]), "what came back")
        });
        let listening = || -> Result<(), Why> {
            if listener_first {
                return serve(&listener);
            }
            let mut peer = listener.accept()?;
            eprintln!("the end that listens is connected");
            // No empty message of the library's own comes before.
            expect_eq(&peer.receive(None)?.as_deref(), &Some(&b"a word"[..]), "the first message")?;
            Ok(peer.send(b"another")?)
        };
        let listened = listening();
        let asked = asking.join().unwrap_or_else(|_| Err(Why("the end that asks panicked".to_owned())));
        match (asked, listened) {
            (Ok(()), Ok(())) => Ok(()),
            (asked, listened) => {
                let said = |end: Result<(), Why>| end.err().map(|why| why.0);
                Err(Why(format!("who asks: {:?}; who listens: {:?}", said(asked), said(listened))))
            }
        }
    })
}

/// What iWARP, and siw's part of rdma-core, have not.
const ABSENT: &[&str] = &[
    "a window lends a piece of memory, and is taken back by either end",
    "a window of a domain lends to all of it",
    "a region is registered anew, and nobody has its old keys",
    "memory of other devices is reached as any other",
    "memory of the device itself is reached as any other",
    "memory that a peer may not touch ends both queue pairs",
    "a message that does not fit ends both queue pairs",
    "a receiver that is not ready is waited for, or not",
    "nobody answers, and what was posted fails in order",
    "datagrams come with a header, and only with the key",
    "queue pairs share receive requests, and the limit is told",
    "states go only forward, with what they need",
    "a full queue says so, and completions give places back",
    "an extended queue says the same, and nothing that nobody wants",
    "completions say when they were done",
    "a batch is posted whole or not at all",
    "a batch binds windows",
    "words are written at once, and writes are flushed",
    "raw packets come by rules, and by no others",
    "long segments are cut into packets",
    "domains that stand on one another share what is in them",
    "one connection reaches every shared queue of a domain",
    "both ends agree on what the vendor adds",
    "ends meet by an IPv6 address",
    "what is chosen of a connection holds, and both ends tell",
    "who is refused learns why, and where nobody listens",
    "datagrams find their way by address",
    "datagrams to a group reach who joined it",
];

/// What simulated devices must do, siw does as far as iWARP has it.
pub(crate) fn suite(_: &Lab) -> Outcome {
    let Some(_iwarp) = Iwarp::new()? else { return Ok(Done::Skipped(NONE.to_owned())) };
    let said = apart(SUITE)?;
    let absent = said.lines().filter_map(|line| line.strip_prefix("n/a")?.trim().split(": ").next());
    let absent: Vec<&str> = absent.collect();
    expect(absent == ABSENT, || format!("left out: {said}"))?;
    Ok(Done::Passed)
}

pub(crate) fn endpoints(_: &Lab) -> Outcome {
    let Some(_iwarp) = Iwarp::new()? else { return Ok(Done::Skipped(NONE.to_owned())) };
    apart(ENDS)?;
    Ok(Done::Passed)
}

/// The other end of the pair in a namespace of its own, with siw there; taken away again whatever came.
struct There;

impl There {
    /// Nothing if this kernel has siw in one namespace only.
    fn new() -> Result<Option<Self>, Why> {
        let there = Self;
        for line in [
            "ip netns add vi",
            "ip link set siw-b netns vi",
            "ip -n vi addr add 10.78.0.2/24 dev siw-b",
            "ip -n vi link set siw-b up",
        ] {
            sh(line)?;
        }
        let add = "ip netns exec vi rdma link add siw8 type siw netdev siw-b";
        let made = run(&add.split(' ').collect::<Vec<_>>())?;
        Ok((made.code == 0).then_some(there))
    }
}

impl Drop for There {
    fn drop(&mut self) {
        for line in ["rdma link delete siw8", "ip netns exec vi rdma link delete siw8", "ip netns del vi"] {
            let _ = sh(line);
        }
    }
}

pub(crate) fn between_namespaces(_: &Lab) -> Outcome {
    let Some(_iwarp) = Iwarp::new()? else { return Ok(Done::Skipped(NONE.to_owned())) };
    let Some(_there) = There::new()? else {
        return Ok(Done::Skipped("this kernel's siw is in one namespace only".to_owned()));
    };
    let me = std::env::current_exe()?.to_string_lossy().into_owned();
    std::thread::scope(|scope| {
        let here = scope.spawn(|| apart(SERVE));
        let mut asked = Err(Why("nobody asked".to_owned()));
        // It may not listen yet.
        for _ in 0..40 {
            let ran = run(&["ip", "netns", "exec", "vi", &me, MEET, &format!("{BY_CM}{HERE}:7472")])?;
            let refused = ran.err.contains("refused") || ran.err.contains("nobody listens");
            asked = ran_well(ran);
            if asked.is_ok() || !refused || here.is_finished() {
                break;
            }
        }
        let served = here.join().unwrap_or_else(|_| Err(Why("this end panicked".to_owned())));
        asked.during("the other end")?;
        served.during("this end").map(drop)
    })?;
    Ok(Done::Passed)
}

fn ran_well(ran: Ran) -> Result<(), Why> {
    ran.good().map(drop)
}
