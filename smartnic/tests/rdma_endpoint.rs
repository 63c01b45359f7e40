//! Connections over RDMA on simulated hosts, and the examples of RDMA.

#![allow(clippy::duplicate_mod, reason = "each example has what it shares with the others")]

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use smartnic::rdma::{Endpoint, Listener, RemoteRegion};
use smartnic::verbs::{Access, Buffer, Memory, Parts};
use smartnic::{ErrorKind, Host};

#[expect(dead_code, reason = "examples have a main function of their own")]
#[path = "../examples/rdma_datagrams.rs"]
mod datagrams;
#[expect(dead_code, reason = "examples have a main function of their own")]
#[path = "../examples/rdma_ping_pong.rs"]
mod ping_pong;
#[expect(dead_code, reason = "examples have a main function of their own")]
#[path = "../examples/rdma_read_file.rs"]
mod read_file;

#[expect(dead_code, reason = "examples have a main function of their own")]
#[path = "../examples/rdma_shared_receive.rs"]
mod shared_receive;

/// A simulated host whose links are up.
fn host() -> Host {
    let host = Host::open("sim:bluefield3").unwrap();
    for link in host.switchdev().links().unwrap() {
        host.switchdev().set_link_up(link.ifindex, true).unwrap();
    }
    host
}

/// Both ends of a connection.
fn pair(host: &Host) -> (Endpoint, Endpoint) {
    let listener = Listener::bind(host, "127.0.0.1:0").unwrap();
    let address = listener.address().unwrap();
    std::thread::scope(|scope| {
        let server = scope.spawn(|| listener.accept().unwrap());
        let client = Endpoint::connect(host, address).unwrap();
        (client, server.join().unwrap())
    })
}

#[test]
fn the_examples_run() {
    let host = host();
    ping_pong::run(&host, 50).unwrap();
    let file: Vec<u8> = (0..100_000u32).map(|number| number as u8).collect();
    assert_eq!(read_file::run(&host, &file).unwrap(), file);
    assert_eq!(datagrams::run(&host, b"hello").unwrap(), b"hello");
    let came = shared_receive::run(&host, 3).unwrap();
    let wanted = |number: usize| (number, format!("hello from {number}").into_bytes());
    assert_eq!(came, [wanted(0), wanted(1), wanted(2)]);
}

/// Whoever missed that it was woken would look again after a tenth of a second: a round would take a thousand times as long.
#[test]
fn nobody_who_waits_for_completions_sleeps_through_them() {
    let took = ping_pong::run(&host(), 2000).unwrap() / 2000;
    assert!(took < Duration::from_millis(20), "a round took {took:?}");
}

#[test]
fn messages_keep_their_borders_and_memory_is_shared_and_taken_back() {
    let host = host();
    let (mut client, mut server) = pair(&host);
    for length in [0, 1, 16 * 1024] {
        client.send(&vec![7; length]).unwrap();
        assert_eq!(server.receive(None).unwrap(), Some(vec![7; length]));
    }
    assert_eq!(server.receive(Some(Duration::ZERO)).unwrap(), None);
    assert_eq!(client.send(&vec![0; 16 * 1024 + 1]).unwrap_err().kind(), ErrorKind::InvalidInput);

    let shared = server.share(&Buffer::new(50_000)).unwrap();
    let region = RemoteRegion::from_bytes(&shared.remote().to_bytes()).unwrap();
    client.write(&region, 10, &[9; 40_000]).unwrap();
    assert_eq!(shared.buffer().bytes(9, 40_002).unwrap(), [vec![0], vec![9; 40_000], vec![0]].concat());
    assert_eq!(client.write(&region, 49_999, &[0; 2]).unwrap_err().kind(), ErrorKind::InvalidInput);
    drop(shared);
    let mut byte = [0];
    assert_eq!(client.read(&region, 0, &mut byte).unwrap_err().kind(), ErrorKind::Refused);
}

/// Memory of somebody else that may only be read.
struct Page(Vec<AtomicU64>);

impl Memory for Page {
    fn parts(&self) -> Parts<'_> {
        (&[], &self.0, &[])
    }

    fn is_writable(&self) -> bool {
        false
    }
}

#[test]
fn memory_goes_straight_from_one_end_to_the_other() {
    let host = host();
    let (mut client, server) = pair(&host);
    let shared = server.share(&Buffer::new(5000)).unwrap();
    let ours = client.share(&Buffer::new(600)).unwrap();
    ours.buffer().write(0, &[3; 600]).unwrap();
    client.write_from(&shared.remote(), 4400, &ours, 10, 590).unwrap();
    assert_eq!(shared.buffer().bytes(4399, 601).unwrap(), [vec![0], vec![3; 590], vec![0; 10]].concat());
    client.read_into(&shared.remote(), 4395, &ours, 0, 10).unwrap();
    assert_eq!(ours.buffer().bytes(0, 11).unwrap(), [vec![0; 5], vec![3; 6]].concat());

    // What does not fit is refused before it fails the connection.
    for (offset, at, length) in [(4401, 0, 600), (0, 1, 600), (0, usize::MAX, 2), (u64::MAX, 0, 1)] {
        let error = client.write_from(&shared.remote(), offset, &ours, at, length).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    let error = client.read_into(&shared.remote(), 0, &shared, 0, 8).unwrap_err();
    assert!(error.to_string().contains("not shared by this end"), "{error}");
    client.read_into(&shared.remote(), 0, &ours, 0, 8).unwrap();

    let page = Buffer::over(Arc::new(Page((0..8).map(AtomicU64::new).collect())));
    assert_eq!(server.share(&page).unwrap_err().kind(), ErrorKind::InvalidInput);
    let shared = server.share_for(&page, Access::REMOTE_READ).unwrap();
    client.read_into(&shared.remote(), 8, &ours, 0, 8).unwrap();
    assert_eq!(ours.buffer().bytes(0, 8).unwrap(), 1u64.to_ne_bytes());
    assert_eq!(client.write(&shared.remote(), 0, &[1]).unwrap_err().kind(), ErrorKind::Refused);
}

#[test]
fn nobody_who_comes_is_waited_for_without_end() {
    let host = host();
    for listener in [Listener::bind(&host, "127.0.0.1:0"), Listener::bind_cm(&host, "127.0.0.1:0")] {
        let listener = listener.unwrap();
        for most in [Duration::ZERO, Duration::from_millis(30)] {
            let begun = Instant::now();
            assert!(listener.accept_within(most).unwrap().is_none());
            assert!(begun.elapsed() >= most);
        }
    }
}

#[test]
fn ends_meet_without_tcp_and_part() {
    let host = host();
    let listener = Listener::bind_cm(&host, "127.0.0.1:0").unwrap();
    let address = listener.address().unwrap();
    let pair = || {
        std::thread::scope(|scope| {
            let server = scope.spawn(|| listener.accept().unwrap());
            let client = Endpoint::connect_cm(&host, address).unwrap();
            (client, server.join().unwrap())
        })
    };
    // Two connections of one listener, which hear by one channel.
    let ((mut client, mut server), (other_client, mut other_server)) = (pair(), pair());
    client.send(b"last words").unwrap();
    drop(client);
    assert_eq!(server.receive(None).unwrap().as_deref(), Some(&b"last words"[..]));
    let error = server.receive(None).unwrap_err();
    assert!(error.to_string().contains("closed the connection"), "{error}");
    assert_eq!(other_server.receive(Some(Duration::from_millis(1))).unwrap(), None);
    drop(other_client);
    assert_eq!(other_server.receive(None).unwrap_err().kind(), ErrorKind::Io);

    drop(listener);
    let error = Endpoint::connect_cm(&host, address).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert!(error.to_string().contains("nobody listens"), "{error}");
    let error = Endpoint::connect_cm(&host, "198.18.0.77:7").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let down = Host::open("sim:bluefield3").unwrap();
    assert_eq!(Endpoint::connect_cm(&down, "127.0.0.1:7").unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn an_end_that_goes_is_noticed_and_a_port_that_is_down_is_said() {
    let up = host();
    let (mut client, mut server) = pair(&up);
    client.send(b"last words").unwrap();
    drop(client);
    assert_eq!(server.receive(None).unwrap().as_deref(), Some(&b"last words"[..]));
    let error = server.receive(None).unwrap_err();
    assert!(error.to_string().contains("closed the connection"), "{error}");

    let down = Host::open("sim:bluefield3").unwrap();
    let listener = Listener::bind(&down, "127.0.0.1:0").unwrap();
    let error = Endpoint::connect(&down, listener.address().unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("carries data"), "{error}");
}
