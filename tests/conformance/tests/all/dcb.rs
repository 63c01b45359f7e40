//! Data centre bridging by direct calls and in netlink bytes: the same random changes come to the same answers and states.

use conformance::random::Random;
use smartnic::dcb::{COUNT, DcbApp, DcbBuffer, DcbChange, DcbEts, DcbPfc, DcbSelector};
use smartnic::{Host, Result};
use smartnic_sim::FaultPlan;

use crate::faces::{direct, machine, netlink};

const SEEDS: u64 = 8;
const OPERATIONS: usize = 150;

/// One change of a link.
#[derive(Debug)]
enum Operation {
    Set(DcbChange),
    Remove(DcbChange),
    Dcbx(u8),
}

fn next(random: &mut Random) -> Operation {
    let eight = |random: &mut Random, below: usize| -> [u8; COUNT] {
        std::array::from_fn(|_| random.below(below) as u8)
    };
    let entry = |random: &mut Random| DcbApp {
        selector: DcbSelector::of([1, 4, 5, 5, 5, 5, 255][random.below(7)]),
        protocol: [26, 26, 34, 46, 64, 4791][random.below(6)],
        priority: random.below(8) as u8,
    };
    let table = |random: &mut Random| (0..random.below(3)).map(|_| entry(random)).collect::<Vec<_>>();
    match random.below(10) {
        0 => Operation::Dcbx([0x01, 0x09, 0x05, 0x0d, 0x0a][random.below(5)]),
        1..=3 => Operation::Remove(DcbChange {
            apps: table(random),
            rewrites: if random.once_in(4) { table(random) } else { Vec::new() },
            ..DcbChange::default()
        }),
        _ => {
            let shares = [[0; COUNT], [100, 0, 0, 0, 0, 0, 0, 0], [50, 0, 0, 50, 0, 0, 0, 0], [7; COUNT]];
            let classes = if random.once_in(5) { 12 } else { 8 };
            let ets = DcbEts {
                willing: random.once_in(2),
                selection: if random.once_in(2) { [2; COUNT] } else { [0; COUNT] },
                tx_bandwidth: *random.pick(&shares).unwrap_or(&shares[0]),
                priority_class: eight(random, classes),
                ..DcbEts::default()
            };
            let pfc = DcbPfc { enabled: random.below(256) as u8, delay: 7, ..DcbPfc::default() };
            let buffer = DcbBuffer {
                priority_buffer: eight(random, 2),
                size: [[100_000, 100_000, 0, 0, 0, 0, 0, 0], [300_000, 0, 0, 0, 0, 0, 0, 0]][random.below(2)],
                total: 0,
            };
            Operation::Set(DcbChange {
                ets: random.once_in(2).then_some(ets),
                pfc: random.once_in(2).then_some(pfc),
                max_rate: random.once_in(4).then_some([5; COUNT]),
                buffer: random.once_in(3).then_some(buffer),
                apps: table(random),
                rewrites: if random.once_in(4) { table(random) } else { Vec::new() },
                trust: random.once_in(8).then(|| vec![DcbSelector::Dscp]),
            })
        }
    }
}

fn run(host: &Host, link: &str, operation: &Operation) -> Result<()> {
    let dcb = host.dcb()?;
    match operation {
        Operation::Set(change) => dcb.set_dcb(link, change),
        Operation::Remove(entries) => dcb.remove_dcb(link, entries),
        Operation::Dcbx(bits) => dcb.set_dcbx(link, *bits),
    }
}

#[test]
fn both_faces_come_to_the_same() {
    let (mut done, mut refused) = (0, 0);
    for profile in ["bluefield3", "e810", "thor2", "x710", "i350"] {
        for seed in 0..SEEDS {
            let (one, two) = (machine(profile, seed), machine(profile, seed));
            let calls = direct(&one, &FaultPlan::new());
            let bytes = netlink(&two, &FaultPlan::new());
            let links = calls.switchdev().links().unwrap();
            let own = links.iter().find(|link| link.parent_bus.as_deref() == Some("pci")).unwrap();
            let mut random = Random::new(seed);
            for number in 0..OPERATIONS {
                let operation = next(&mut random);
                let link = if random.once_in(20) { "nope" } else { &*own.name };
                let at = format!("{profile}, seed {seed}, operation {number} on {link}: {operation:?}");
                let (left, right) = (run(&calls, link, &operation), run(&bytes, link, &operation));
                let words = |result: &Result<()>| result.as_ref().err().map(ToString::to_string);
                assert_eq!(words(&left), words(&right), "{at}");
                if left.is_ok() {
                    done += 1
                } else {
                    refused += 1
                }
                assert!(one.snapshot() == two.snapshot(), "{at}: the machines differ");
                let read = |host: &Host| host.dcb().unwrap().dcb(link).map_err(|error| error.to_string());
                assert_eq!(read(&calls), read(&bytes), "{at}");
            }
        }
    }
    assert!(done > 500 && refused > 500, "{done} done, {refused} refused");
}
