//! What `cargo xtask bench codec` runs: one flow rule written and read, again and again, by us or by another crate.
//!
//! `codec-bench WHO write|read ROUNDS` prints the nanoseconds of one round. Before, what was written or read is held
//! against the rule.

mod bindings;
mod neli_crate;
mod ours;
mod route;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use interop::{message, written};
use smartnic_core::flow::{Action, Attach, IpProto, Rule};
use smartnic_core::types::{EtherType, IfIndex};
use smartnic_netlink::tc::filter::{Add, Filter, decode};

/// Writes the rule at the end of a buffer, and reads it from a message; returns how many attributes were met.
trait Codec {
    fn write(&mut self, bytes: &mut Vec<u8>);
    fn read(&mut self, bytes: &[u8]) -> usize;
}

/// A connection that is dropped: what such rules mostly look like.
fn rule() -> Rule {
    Rule::new(Attach::ingress(IfIndex(7)))
        .prio(10)
        .protocol(EtherType::IPV4)
        .handle(1)
        .matching(|key| {
            key.ip_proto = Some(IpProto::TCP);
            key.src_ip = "10.1.2.0/24".parse().ok();
            key.dst_ip = "192.0.2.7".parse().ok();
            key.dst_port = Some(443.into());
        })
        .action(Action::drop())
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let [who, what, rounds] = words[..] else { return usage() };
    let Ok(rounds) = rounds.parse::<u32>() else { return usage() };
    let bytes = written(&Add(&rule()));
    let mut codec: Box<dyn Codec> = match who {
        "ours" => Box::new(ours::Ours::new()),
        "netlink-packet-route" => Box::new(route::Route::new(&bytes)),
        "netlink-bindings" => Box::new(bindings::Bindings),
        "neli" => Box::new(neli_crate::Neli),
        _ => return usage(),
    };
    let mut buffer = Vec::new();
    let begun = match what {
        "write" => {
            codec.write(&mut buffer);
            check(&buffer);
            let begun = Instant::now();
            for _ in 0..rounds {
                buffer.clear();
                codec.write(black_box(&mut buffer));
            }
            begun
        }
        "read" => {
            // The keys, the three of the filter itself, and the action's.
            assert!(codec.read(&bytes) >= 10, "too few attributes were met");
            let begun = Instant::now();
            for _ in 0..rounds {
                black_box(codec.read(black_box(&bytes)));
            }
            begun
        }
        _ => return usage(),
    };
    println!("{:.1}", begun.elapsed().as_nanos() as f64 / f64::from(rounds));
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("usage: codec-bench ours|netlink-packet-route|netlink-bindings|neli write|read ROUNDS");
    ExitCode::FAILURE
}

/// What was written must be the rule.
fn check(bytes: &[u8]) {
    match decode(&message(bytes)) {
        Ok(Filter::Flow(entry)) => assert_eq!(entry.rule, rule()),
        other => panic!("what was written is no rule: {other:?}"),
    }
}
