//! Bytes that no client means: the simulated kernel answers them or passes them over, and goes on.

use std::path::Path;

use smartnic_core::backend::{FlowScope, Host};
use smartnic_core::device::{EswitchChange, EswitchMode, ParamMode, ParamValue};
use smartnic_core::flow::{Action, Attach, Rule};
use smartnic_core::types::{EtherType, IfIndex};
use smartnic_netlink::codec::{Request, messages};
use smartnic_netlink::{rtnl, tc};

use crate::common::{pf, switchdev};
use crate::wire::{Client, both, dev, drain, eswitch, features, info, param, port};

/// A generator of numbers (splitmix64), so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as usize % sides.max(1)
    }

    /// Spoils a datagram in up to three places.
    fn spoil(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..self.roll(4) {
            let at = self.roll(bytes.len());
            match self.roll(8) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, self.roll(256) as u8),
                2 => bytes.extend_from_within(at..),
                // Lengths and numbers are small: small values reach further than large ones.
                3..6 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = self.roll(20) as u8),
                _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << self.roll(8)),
            }
        }
    }
}

/// Requests to spoil, and whether they are for generic netlink: what `iproute2` and `ethtool` sent to real kernels,
/// and what is written here for the card of this simulation.
fn requests(client: &Client) -> Vec<(bool, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../smartnic-netlink/testdata");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let mut requests = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap();
        let Some(name) = name.strip_suffix(".request.hex") else { continue };
        let kind = match name.trim_start_matches("v6.12-").split('-').next() {
            Some("devlink") => Some(client.devlink),
            Some("ethtool") => Some(client.ethtool),
            Some("genl") => Some(0x10),
            _ => None,
        };
        for datagram in std::fs::read_to_string(&file).unwrap().split("\n\n") {
            let hex = datagram.split_whitespace();
            let mut bytes: Vec<u8> = hex.map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
            if let Some(kind) = kind {
                bytes[4..6].copy_from_slice(&kind.to_ne_bytes());
            }
            requests.push((kind.is_some(), bytes));
        }
    }
    assert!(requests.len() > 80, "{}", requests.len());
    requests.extend(own(client));
    requests
}

fn own(client: &Client) -> Vec<(bool, Vec<u8>)> {
    let (family, device) = (client.devlink, &pf());
    let port = &device.port(0);
    let change = EswitchChange::mode(EswitchMode::Switchdev);
    let link = IfIndex(2);
    let rule =
        Rule::new(Attach::ingress(link)).protocol(EtherType::IPV4).action(Action::redirect(IfIndex(4)));
    let scope = FlowScope::at(Attach::ingress(link));
    let generic: [&dyn Request; 9] = [
        &dev::Dump { family },
        &port::Get { family, port },
        &port::Dump { family, device: Some(device) },
        &info::Get { family, device },
        &eswitch::Get { family, device },
        &eswitch::Set { family, device, change: &change },
        &param::Dump { family, device: Some(device) },
        &param::Set {
            family,
            device,
            name: "enable_roce",
            mode: ParamMode::DriverInit,
            value: &ParamValue::Bool(false),
        },
        &features::Set { family: client.ethtool, link, feature: features::HW_TC_OFFLOAD, on: true },
    ];
    let route: [&dyn Request; 4] = [
        &rtnl::link::Dump,
        &tc::filter::Add(&rule),
        &tc::filter::Dump(&scope),
        &tc::qdisc::Dump { link: None },
    ];
    let write = |request: &dyn Request| {
        let mut bytes = Vec::new();
        request.write(&mut bytes, 9, 0).unwrap();
        bytes
    };
    let generic = generic.into_iter().map(|request| (true, write(request)));
    generic.chain(route.into_iter().map(|request| (false, write(request)))).collect()
}

#[test]
fn spoilt_requests_do_no_harm_and_answers_are_whole() {
    for (profile, seed) in [("bluefield3", 1), ("e810", 2), ("thor2", 3)] {
        let (host, _, mut client) = both(profile);
        switchdev(&host, 2);
        let requests = requests(&client);
        let mut dice = Dice(seed);
        let mut answers = 0;
        for round in 0..8000 {
            let (generic, mut bytes) = requests[dice.roll(requests.len())].clone();
            dice.spoil(&mut bytes);
            let socket = if generic { &mut client.generic } else { &mut client.route };
            // A real socket refuses what is too short to be a message.
            let _ = socket.send(&bytes);
            for answer in drain(socket.as_mut()) {
                answers += 1;
                for message in messages(&answer) {
                    assert!(message.is_ok(), "{profile}, round {round}: {bytes:02x?} → {answer:02x?}");
                }
            }
        }
        assert!(answers > 4000, "{answers}");
        // The machine is one that can be told and read still, by both faces alike.
        let (links, over) = client.ask(&rtnl::link::Dump, |m| rtnl::link::decode(m).unwrap());
        assert_eq!((over.errno, links), (0, host.switchdev().links().unwrap()));
        for link in host.switchdev().links().unwrap() {
            let scope = FlowScope::at(Attach::ingress(link.ifindex));
            let (filters, over) = client.ask(&tc::filter::Dump(&scope), |m| tc::filter::decode(m).unwrap());
            if over.errno == 0 {
                // Keys are left out of the comparison: whether a rule for tagged packets was written without the
                // tag's protocol among its keys, which no tool does, does not show in a dump.
                let told = filters.into_iter().filter_map(tc::filter::Filter::flow);
                let told: Vec<_> =
                    told.map(|entry| (entry.id(), entry.rule.actions, entry.in_hw_count)).collect();
                let held = host.flow().entries(&scope).unwrap().into_iter();
                let held: Vec<_> =
                    held.map(|entry| (entry.id(), entry.rule.actions, entry.in_hw_count)).collect();
                assert_eq!(told, held);
            }
        }
    }
}
