//! Bytes that no kernel would send: every golden message cut short at every byte, and with every byte changed.
//!
//! Nothing is expected of the readers but that they return.

use std::fs;

use smartnic_core::rdma::ResourceKind;
use smartnic_netlink::codec::{Ack, Exchange, Expect, Message, attribute_path, messages};
use smartnic_netlink::ethtool::bitset::SetNames;
use smartnic_netlink::ethtool::record;
use smartnic_netlink::{dcb, devlink, ethtool, genl, nldev, rtnl, tc};

use crate::capture;

/// Runs every reader of the families that a message of this name may belong to.
fn read_all(stem: &str, message: &Message<'_>) {
    let _ = Ack::decode(message);
    let _ = Ack::decode_done(message);
    match capture::fixed_len(stem) {
        _ if stem.starts_with("dcb-") => {
            let _ = dcb::decode(message);
            let _ = dcb::status(message);
        }
        20 => {
            let _ = tc::filter::decode(message);
            let _ = tc::qdisc::decode(message);
        }
        0 => {
            let _ = nldev::decode_device(message);
            let _ = nldev::decode_port(message);
            let _ = nldev::decode_system(message);
            let _ = nldev::decode_event(message);
            let _ = nldev::decode_summary(message);
            for kind in ResourceKind::ALL {
                let _ = nldev::decode_resources(kind, message);
                let _ = nldev::decode_raw(kind, message);
            }
            let _ = nldev::decode_pools(message);
            let _ = nldev::decode_counters(message);
            let _ = nldev::decode_optional(message);
            let _ = nldev::decode_mode(message);
            let _ = nldev::decode_bound(message);
        }
        16 => {
            let _ = rtnl::link::decode(message);
            let _ = rtnl::tunnel::decode(message);
            let _ = ethtool::notice::decode_link(message);
        }
        _ => {
            let _ = genl::decode(message);
            let _ = devlink::dev::decode(message);
            let _ = devlink::port::decode(message);
            let _ = devlink::eswitch::decode(message);
            let _ = devlink::info::decode(message);
            let _ = devlink::param::decode(message);
            let _ = devlink::param::decode_port(message);
            let _ = devlink::resource::decode(message);
            let _ = devlink::reload::decode(message);
            let _ = devlink::notice::decode(message);
            let _ = devlink::health::decode(message);
            let _ = devlink::region::decode(message);
            let _ = devlink::region::decode_chunks(message, &mut Vec::new());
            let _ = devlink::trap::decode(message);
            let _ = devlink::trap::decode_group(message);
            let _ = devlink::trap::decode_policer(message);
            let mut told = devlink::fmsg::Decoder::default();
            let _ = told.take(message);
            let _ = told.finish().to_string();
            let _ = ethtool::features::decode(message, "hw-tc-offload");
            let _ = ethtool::features::decode_all(message);
            let _ = ethtool::eeprom::decode(message);
            let _ = ethtool::statistics::decode(message);
            let _ = ethtool::strings::decode(message);
            let _ = ethtool::tunnel::decode(message);
            let names = SetNames::default();
            for (_, layout) in ethtool::TOPICS {
                let _ = record::fields(message, layout, &mut |_, _| {});
            }
            let _ = ethtool::notice::decode(message, &names);
        }
    }
}

/// The messages of all captures, each as bytes of its own.
fn golden() -> impl Iterator<Item = (String, Vec<u8>)> {
    capture::all().into_iter().flat_map(|capture| {
        let split = |datagram: &Vec<u8>| -> Vec<Vec<u8>> {
            let whole = messages(datagram).map(Result::unwrap);
            whole.map(|message| [&message.header.encode()[..], message.payload].concat()).collect()
        };
        let all: Vec<_> = capture.datagrams.iter().flat_map(split).collect();
        all.into_iter().map(move |bytes| (capture.stem.clone(), bytes))
    })
}

#[test]
fn every_prefix_is_read_without_panic() {
    for (stem, bytes) in golden() {
        let header = Message::decode(&bytes).unwrap().header;
        for len in 0..bytes.len() {
            assert!(Message::decode(&bytes[..len]).is_err());
            // The same, cut behind the header's back.
            let payload = bytes.get(16..len).unwrap_or_default();
            read_all(&stem, &Message { header, payload });
        }
    }
}

#[test]
fn every_changed_byte_is_read_without_panic() {
    for (stem, mut bytes) in golden() {
        for at in 0..bytes.len() {
            let was = bytes[at];
            for changed in [was ^ 1, was ^ 0x80, was.wrapping_add(4), 0, 0xff] {
                bytes[at] = changed;
                for message in messages(&bytes).flatten() {
                    read_all(&stem, &message);
                    let mut exchange = Exchange::new(message.header.seq, message.header.port, Expect::Dump);
                    let _ = exchange.accept(message);
                }
            }
            bytes[at] = was;
        }
    }
}

#[test]
fn every_offset_in_every_request_has_a_path_or_none() {
    for (stem, bytes) in golden().filter(|(stem, _)| stem.ends_with(".request")) {
        let (fixed, set) = match capture::fixed_len(&stem) {
            20 => (20, tc::NAMES.set),
            16 => (16, rtnl::link::NAMES.set),
            0 => (0, nldev::NAMES.set),
            _ => (4, devlink::NAMES.set),
        };
        for offset in 0..u32::try_from(bytes.len()).unwrap() + 8 {
            let inside = offset >= 16 + fixed && (offset as usize) < bytes.len();
            let path = attribute_path(&bytes, fixed as usize, set, Some(offset), None);
            assert!(inside || path.is_none(), "{stem}: {offset}: {path:?}");
            for len in [0, 15, 17, bytes.len() / 2, bytes.len().saturating_sub(3)] {
                let _ = attribute_path(
                    &bytes[..len.min(bytes.len())],
                    fixed as usize,
                    set,
                    Some(offset),
                    Some(9),
                );
            }
        }
    }
}

/// The inputs that fuzzing found, one a line; see `fuzz/README.md`.
#[test]
fn what_fuzzing_found_is_read_without_panic() {
    let found = capture::folder().join("../../fuzz/found");
    let mut inputs = 0;
    for file in fs::read_dir(found).unwrap() {
        let path = file.unwrap().path();
        // The names of the captures' families stand for those of the targets here.
        let stem = match path.file_stem().unwrap().to_str().unwrap() {
            target if target.starts_with("tc_") => "tc-",
            "rtnl_link" => "rtnl-",
            _ => "genl-",
        };
        for line in fs::read_to_string(&path).unwrap().lines() {
            let pair = |at: usize| u8::from_str_radix(&line[at..at + 2], 16).unwrap();
            let bytes: Vec<u8> = (0..line.len()).step_by(2).map(pair).collect();
            messages(&bytes).flatten().for_each(|message| read_all(stem, &message));
            let _ = attribute_path(&bytes, capture::fixed_len(stem), tc::NAMES.set, Some(52), None);
            inputs += 1;
        }
    }
    assert!(inputs > 100, "found/ is not where it should be");
}
