//! Connections by `rdma_cm` over rxe: between two network namespaces, and what becomes of those that cannot be.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use conformance::verbs::{self, VerbsCheck};
use serde_json::Value;
use smartnic::rdma::{Endpoint, Listener};
use smartnic::verbs::{CmEventKind, CmParameters, QpType};
use smartnic::{Error, ErrorKind, Host};

use super::verbs::Rxe;
use super::verbs_measure::Other;
use super::verbs_whole::{BY_CM, ELSEWHERE, HOLD, IN_VAIN, MEET, apart, rxe, serve, talk};
use crate::check::{Done, During, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, Ran, end, run, sh_json, until};

/// How long something may take that must happen.
const MOMENT: Duration = Duration::from_secs(10);

/// The ids of this program on rxe7 as `rdma` shows them: state, own address, queue pair.
fn shown() -> Result<Vec<(String, String, bool)>, Why> {
    let all = sh_json("rdma -j resource show cm_id link rxe7/1")?;
    let word = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let mine = all.as_array().into_iter().flatten().filter(|entry| entry["comm"] == "lab-suite");
    let mut shown: Vec<_> =
        mine.map(|entry| (word(entry, "state"), word(entry, "src-addr"), entry["lqpn"].is_u64())).collect();
    shown.sort();
    Ok(shown)
}

/// An `Endpoint` in each of two namespaces, which meet without TCP.
pub(crate) fn between_namespaces(lab: &Lab) -> Outcome {
    let Some(_rxe) = rxe(lab)? else { return Ok(Done::Skipped(ELSEWHERE.to_owned())) };
    let Some(_other) = Other::new()? else {
        return Ok(Done::Skipped("this kernel's rxe is in one namespace only".to_owned()));
    };
    let host = Host::open("linux:")?;
    let listener = Listener::bind_cm(&host, "10.77.0.1:0")?;
    let address = listener.address()?.to_string();
    let listening = ("LISTEN".to_owned(), address.clone(), false);
    expect_eq(&shown()?, &vec![listening.clone()], "who listens, as rdma shows it")?;
    let (to, me) = (format!("{BY_CM}{address}"), std::env::current_exe()?);
    let me = me.to_string_lossy().into_owned();
    std::thread::scope(|scope| {
        let there =
            scope.spawn(move || run(&["ip", "netns", "exec", "vb", &me, MEET, &to]).and_then(Ran::good));
        let served = serve(&listener);
        let said = there.join().unwrap_or_else(|_| Err(Why("the other end panicked".to_owned())));
        said.during("the other end")?;
        served.during("this end")
    })?;
    expect_eq(&shown()?, &vec![listening], "what is left, as rdma shows it")?;
    drop(listener);
    expect_eq(&shown()?, &Vec::new(), "what is left without who listened")?;
    Ok(Done::Passed)
}

/// The other end as a program of its own, which connects and then does nothing more.
fn hold(address: &str) -> Result<Child, Why> {
    let mut program = Command::new(std::env::current_exe()?);
    program.args([MEET, &format!("{HOLD}{address}")]).stdout(Stdio::null()).stderr(Stdio::piped());
    Ok(program.spawn()?)
}

fn refused(answer: Result<Endpoint, Error>, kind: ErrorKind, word: &str) -> Result<(), Why> {
    let error = answer.err().ok_or_else(|| Why(format!("it was to be refused: {word}")))?;
    expect(error.kind() == kind && error.to_string().contains(word), || {
        format!("{word} was to be said: {error}")
    })
}

/// What is refused, what leads nowhere, and a peer that is killed.
///
/// Programs that connected keep the device open until they end, since librdmacm does, and rxe of Linux 6.12 is not removed
/// before (it has no `disassociate_ucontext`, so that `rdma link delete` waits in `ib_uverbs_remove_one`): hence a program of
/// its own.
pub(crate) fn in_vain(_: &Lab) -> Outcome {
    let Some(_rxe) = Rxe::new()? else { return Ok(Done::Skipped("this kernel has no rxe".to_owned())) };
    apart(IN_VAIN)?;
    Ok(Done::Passed)
}

/// The work of [`in_vain`].
pub(crate) fn come_to_nothing(host: &Host) -> Result<(), Why> {
    refused(Endpoint::connect_cm(host, "10.77.0.1:7"), ErrorKind::Refused, "nobody listens there")?;
    refused(Endpoint::connect_cm(host, "10.77.0.99:7"), ErrorKind::NotFound, "address not resolved")?;

    let listener = Listener::bind_cm(host, "10.77.0.1:0")?;
    let address = listener.address()?;
    // Somebody who does not say the word.
    let cm = host.verbs()?.connections()?;
    let id = cm.create_id(QpType::Rc)?;
    let told = |wanted: CmEventKind| {
        let event = cm.next_event(Some(MOMENT))?.map(|arrival| arrival.event.kind);
        expect_eq(&event, &Some(wanted), "what a stranger is told")
    };
    id.resolve_address(None, address, MOMENT)?;
    told(CmEventKind::AddressResolved)?;
    id.resolve_route(MOMENT)?;
    told(CmEventKind::RouteResolved)?;
    id.connect(&CmParameters::of_qp(77), b"hello")?;
    refused(listener.accept(), ErrorKind::Protocol, "no Endpoint of this version")?;
    told(CmEventKind::Rejected)?;
    drop(id);

    let mut program = hold(&address.to_string())?;
    let held = held(&listener, &address.to_string());
    program.kill()?;
    let (_, said) = end(program)?;
    let mut peer = held.during(format_args!("the peer said {said:?}"))?;
    let error = peer.receive(Some(MOMENT)).err().map(|error| error.to_string()).unwrap_or_default();
    expect(error.contains("closed the connection"), || format!("a peer that is dead: {error:?}"))?;
    drop((peer, listener));
    until("no id is left", || Ok(shown()?.is_empty()))
}

/// What every check of the suite about connections says of itself.
const OF_CONNECTIONS: [&str; 6] = [
    "ends meet by address, carry data and part",
    "an end that goes is told to the other",
    "who is refused learns why, and where nobody listens",
    "a connection takes no step before its time",
    "datagrams find their way by address",
    "datagrams to a group reach who joined it",
];

/// The checks of the suite about connections.
pub(crate) fn suite(lab: &Lab) -> Outcome {
    let Some(_rxe) = rxe(lab)? else { return Ok(Done::Skipped(ELSEWHERE.to_owned())) };
    let host = Host::open("linux:")?;
    let all = verbs::ALL.iter().filter(|check| OF_CONNECTIONS.contains(&check.name));
    let checks: Vec<VerbsCheck> = all.copied().collect();
    let report = verbs::run(&host, "rxe7", &checks, &mut |_| ()).map_err(|stop| Why(format!("{stop:?}")))?;
    expect(report.failed.is_empty(), || format!("{:?}", report.failed))?;
    let left_out = format!("checks passed; left out: {:?}", report.skipped);
    expect_eq(&report.passed.len(), &OF_CONNECTIONS.len(), &left_out)?;
    Ok(Done::Passed)
}

/// One program with a host in each namespace: ids are made where their host is.
pub(crate) fn of_hosts(lab: &Lab) -> Outcome {
    let Some(_rxe) = rxe(lab)? else { return Ok(Done::Skipped(ELSEWHERE.to_owned())) };
    let Some(_other) = Other::new()? else {
        return Ok(Done::Skipped("this kernel's rxe is in one namespace only".to_owned()));
    };
    let (here, there) = (Host::open("linux:")?, Host::open("linux:netns=vb")?);
    // Each knows its own addresses alone.
    refused_at(Listener::bind_cm(&here, "10.77.0.2:0"), "10.77.0.2")?;
    refused_at(Listener::bind_cm(&there, "10.77.0.1:0"), "10.77.0.1")?;
    for (listening, at, asking) in [(&there, "10.77.0.2:0", &here), (&here, "10.77.0.1:0", &there)] {
        let listener = Listener::bind_cm(listening, at)?;
        let address = listener.address()?;
        std::thread::scope(|scope| {
            let asks = scope.spawn(move || talk(Endpoint::connect_cm(asking, address)?));
            let served = serve(&listener);
            let said = asks.join().unwrap_or_else(|_| Err(Why("the end that asks panicked".to_owned())));
            said.during("the end that asks")?;
            served.during("the end that listens")
        })
        .during(at)?;
    }
    Ok(Done::Passed)
}

fn refused_at(answer: Result<Listener, Error>, address: &str) -> Result<(), Why> {
    expect(answer.is_err(), || format!("{address} is here, too"))
}

/// This end of a connection with a peer that has said a word.
fn held(listener: &Listener, address: &str) -> Result<Endpoint, Why> {
    let mut peer = listener.accept()?;
    let word = peer.receive(Some(MOMENT))?;
    expect_eq(&word.as_deref(), &Some(&b"here"[..]), "the peer's word")?;
    let connected: Vec<_> =
        shown()?.into_iter().filter(|(state, _, has_qp)| state == "CONNECT" && *has_qp).collect();
    // Both ends are programs of this name.
    let here = connected.iter().filter(|(_, source, _)| source == address).count();
    expect((connected.len(), here) == (2, 1), || format!("two ids that are connected, not {connected:?}"))?;
    Ok(peer)
}
