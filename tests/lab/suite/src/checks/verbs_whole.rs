//! Verbs as a whole over rxe: every example, and connections between two network namespaces.

#![allow(clippy::duplicate_mod, reason = "each example has what it shares with the others")]

use std::process::{Command, ExitCode, Stdio};

use conformance::verbs;
use smartnic::Host;
use smartnic::rdma::{Endpoint, Listener, RemoteRegion};
use smartnic::verbs::Buffer;

use super::verbs::Rxe;
use super::verbs_connections;
use super::verbs_iwarp::{self, IWARP};
use super::verbs_measure::Other;
use crate::check::{Done, During, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, end, run};

#[expect(dead_code, reason = "examples have a main function of their own")]
#[path = "../../../../../smartnic/examples/rdma_datagrams.rs"]
mod datagrams;
#[expect(dead_code, reason = "examples have a main function of their own")]
#[path = "../../../../../smartnic/examples/rdma_ping_pong.rs"]
mod ping_pong;
#[expect(dead_code, reason = "examples have a main function of their own")]
#[path = "../../../../../smartnic/examples/rdma_read_file.rs"]
mod read_file;
#[expect(dead_code, reason = "examples have a main function of their own")]
#[path = "../../../../../smartnic/examples/rdma_shared_receive.rs"]
mod shared_receive;

/// Why a check is left out.
pub(crate) const ELSEWHERE: &str = "on Linux 7.3 only, which takes long enough";

/// rxe on the newest kernel, where these checks run.
pub(crate) fn rxe(lab: &Lab) -> Result<Option<Rxe>, Why> {
    if lab.kernel == "7.3" { Rxe::new() } else { Ok(None) }
}

pub(crate) fn examples(lab: &Lab) -> Outcome {
    let Some(_rxe) = rxe(lab)? else { return Ok(Done::Skipped(ELSEWHERE.to_owned())) };
    let host = Host::open("linux:")?;
    ping_pong::run(&host, 100).during("rdma_ping_pong")?;
    let file: Vec<u8> = (0..100_000u32).map(|number| number as u8).collect();
    let read = read_file::run(&host, &file).during("rdma_read_file")?;
    expect(read == file, || "rdma_read_file: other bytes than the file's".to_owned())?;
    let came = datagrams::run(&host, b"hello").during("rdma_datagrams")?;
    expect_eq(&came, &b"hello".to_vec(), "rdma_datagrams")?;
    let mut came = shared_receive::run(&host, 3).during("rdma_shared_receive")?;
    came.sort();
    let wanted = |number: usize| (number, format!("hello from {number}").into_bytes());
    expect_eq(&came, &vec![wanted(0), wanted(1), wanted(2)], "rdma_shared_receive")?;
    Ok(Done::Passed)
}

/// What simulated devices must do, rxe does too; one report names all that it does otherwise.
pub(crate) fn suite(lab: &Lab) -> Outcome {
    let Some(_rxe) = rxe(lab)? else { return Ok(Done::Skipped(ELSEWHERE.to_owned())) };
    let host = Host::open("linux:")?;
    let ran = verbs::run(&host, "rxe7", verbs::ALL, &mut |_| ());
    let report = ran.map_err(|stop| Why(format!("{stop:?}")))?;
    expect(report.failed.is_empty(), || format!("{:?}", report.failed))?;
    // All but what rxe, or rdma-core's part of it, has not, and says so; connections need librdmacm, which is here.
    let absent = [
        "a region is registered anew, and nobody has its old keys",
        "memory of other devices is reached as any other",
        "memory of the device itself is reached as any other",
        "completions say when they were done",
        "raw packets come by rules, and by no others",
        "long segments are cut into packets",
        "domains that stand on one another share what is in them",
        "one connection reaches every shared queue of a domain",
        "both ends agree on what the vendor adds",
        "ends meet by an IPv6 address",
    ];
    let skipped: Vec<&str> = report.skipped.iter().map(|(name, _)| *name).collect();
    expect(skipped == absent, || format!("left out: {:#?}", report.skipped))?;
    Ok(Done::Passed)
}

/// The word by which this program is the other end of [`endpoints`], in the other namespace.
pub(crate) const MEET: &str = "--meet";
/// What stands before the address if the two are to meet by `rdma_cm`.
pub(crate) const BY_CM: &str = "cm/";
/// The same, for an end that says a word and then nothing for as long as it lives.
pub(crate) const HOLD: &str = "hold/";

/// The word for what [`verbs_connections::in_vain`] has done by a program of its own.
pub(crate) const IN_VAIN: &str = "in-vain";

/// Does a piece of work as a program of its own, which may hang, and returns what it said.
pub(crate) fn apart(work: &str) -> Result<String, Why> {
    let mut program = Command::new(std::env::current_exe()?);
    program.args([MEET, work]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let (code, said) = end(program.spawn()?).during(work)?;
    expect(code == 0, || format!("{work} ended with code {code}: {said}"))?;
    Ok(said)
}

/// An `Endpoint` in each of two namespaces, which find each other by address.
pub(crate) fn endpoints(lab: &Lab) -> Outcome {
    let Some(_rxe) = rxe(lab)? else { return Ok(Done::Skipped(ELSEWHERE.to_owned())) };
    let Some(_other) = Other::new()? else {
        return Ok(Done::Skipped("this kernel's rxe is in one namespace only".to_owned()));
    };
    let host = Host::open("linux:")?;
    let listener = Listener::bind(&host, "10.77.0.1:0")?;
    let (address, me) = (listener.address()?.to_string(), std::env::current_exe()?);
    let me = me.to_string_lossy().into_owned();
    std::thread::scope(|scope| {
        let there = scope.spawn(move || {
            run(&["ip", "netns", "exec", "vb", &me, MEET, &address]).and_then(super::super::lab::Ran::good)
        });
        let served = serve(&listener);
        let said = there.join().unwrap_or_else(|_| Err(Why("the other end panicked".to_owned())));
        said.during("the other end")?;
        served.during("this end")
    })?;
    Ok(Done::Passed)
}

/// The end that lends memory.
pub(crate) fn serve(listener: &Listener) -> Result<(), Why> {
    let mut peer = listener.accept()?;
    let memory = Buffer::new(70_000);
    memory.write(69_000, b"from the other namespace")?;
    let shared = peer.share(&memory)?;
    peer.send(&shared.remote().to_bytes())?;
    let message = peer.receive(None)?.unwrap_or_default();
    expect_eq(&message, &b"from the other namespace".to_vec(), "what was read here and sent back")?;
    expect_eq(&memory.bytes(0, 7)?, &b"written".to_vec(), "what was written here")?;
    Ok(peer.send(b"seen")?)
}

/// The end in the other namespace: reads, writes, and sends what it read.
pub(crate) fn meet(address: &str) -> ExitCode {
    let ran = || -> Result<(), Why> {
        let host = Host::open("linux:")?;
        if let Some(work) = address.strip_prefix(IWARP) {
            return verbs_iwarp::work(&host, work);
        }
        if address == IN_VAIN {
            return verbs_connections::come_to_nothing(&host);
        }
        if let Some(address) = address.strip_prefix(HOLD) {
            let mut peer = Endpoint::connect_cm(&host, address)?;
            peer.send(b"here")?;
            return Ok(peer.receive(None).map(drop)?);
        }
        talk(match address.strip_prefix(BY_CM) {
            Some(address) => Endpoint::connect_cm(&host, address)?,
            None => Endpoint::connect(&host, address)?,
        })
    };
    match ran() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

/// What the other end of [`serve`] does: reads, writes, and sends what it read.
pub(super) fn talk(mut peer: Endpoint) -> Result<(), Why> {
    let region = RemoteRegion::from_bytes(&peer.receive(None)?.unwrap_or_default())?;
    let mut read = [0; 24];
    peer.read(&region, 69_000, &mut read)?;
    peer.write(&region, 0, b"written")?;
    peer.send(&read)?;
    expect_eq(&peer.receive(None)?.unwrap_or_default(), &b"seen".to_vec(), "the last word")
}
