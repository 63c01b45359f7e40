//! What this crate reads from the kernels' answers.

use std::fs;

use serde_json::{Value, json};
use smartnic_netlink::codec::{Completion, Exchange, Expect, Flags, Message, Names, Step, messages};
use smartnic_netlink::tc::filter::Filter;
use smartnic_netlink::{dcb, devlink, ethtool, genl, nldev, rtnl, tc};

use crate::capture::{self, Capture};
use crate::ethtool_ask::EthtoolAsk;
use crate::rdma_ask::RdmaAsk;
use crate::tc_ask::TcAsk;

#[test]
fn answers_are_read_as_they_were_meant() {
    let bless = std::env::var_os("SNIC_BLESS").is_some();
    for capture in capture::all().iter().filter(|capture| capture.stem.ends_with(".reply")) {
        let read = read(capture);
        if bless {
            let path = capture::folder().join(format!("{}.json", capture.stem));
            fs::write(path, serde_json::to_string_pretty(&read).unwrap() + "\n").unwrap();
        } else {
            assert_eq!(read, capture.expected, "{}: {}", capture.stem, capture.about["command"]);
        }
    }
}

/// Follows the exchange from its request to its end.
fn read(capture: &Capture) -> Value {
    let stem = capture.stem.strip_suffix(".reply").unwrap();
    let request = capture::read(format!("{stem}.request"));
    let op = request.expected["request"]["op"].as_str().unwrap().to_owned();
    let rdma = serde_json::from_value::<RdmaAsk>(request.expected["request"].clone()).ok();
    let ethtool = serde_json::from_value::<EthtoolAsk>(request.expected["request"].clone()).ok();
    let value = |message: &Message<'_>| match (&rdma, &ethtool) {
        (Some(ask), _) => ask.value(message),
        (_, Some(ask)) => ask.value(message),
        _ if op.starts_with("tc") => TcAsk::value(message),
        _ => value(&op, message),
    };
    let (asked, header) = capture::request(&request);
    let header = header.header;
    let expect = if header.flags.contains(Flags::DUMP) {
        Expect::Dump
    } else if header.flags.contains(Flags::ACK) {
        Expect::Ack
    } else {
        Expect::Reply
    };
    // The tools leave their port out of requests; the kernel fills it in.
    let port = Message::decode(&capture.datagrams[0]).unwrap().header.port;
    let mut exchange = Exchange::new(header.seq, port, expect);
    let mut values = Vec::new();
    let mut end = Value::Null;
    for message in capture.datagrams.iter().flat_map(|datagram| messages(datagram)) {
        match exchange.accept(message.unwrap()).unwrap() {
            Step::Data(message) => values.push(value(&message)),
            Step::Done(done) => {
                values.extend(done.reply.map(|message| value(&message)));
                end = completion(
                    &done,
                    asked,
                    ethtool.as_ref().map_or_else(|| names(&capture.stem), EthtoolAsk::names),
                );
            }
            step => panic!("{}: {step:?}", capture.stem),
        }
    }
    // devlink does not wait for the end of what reporters tell, nor dcb for that of a refusal; it is then null.
    let left = ["diagnose", "health_dump", "dcb_set", "dcb_remove"].contains(&op.as_str());
    assert!(exchange.is_done() || left, "{}: the answer has no end", capture.stem);
    json!({ "values": values, "end": end })
}

fn value(op: &str, message: &Message<'_>) -> Value {
    match op {
        "family" => {
            let family = genl::decode(message).unwrap();
            json!({ "name": family.name, "id": family.id, "version": family.version, "groups": family.groups })
        }
        "devices" | "device" => json!(devlink::dev::decode(message).unwrap()),
        "ports" | "port" => json!(devlink::port::decode(message).unwrap()),
        "eswitch" => json!(devlink::eswitch::decode(message).unwrap()),
        "infos" | "info" => json!(devlink::info::decode(message).unwrap()),
        "params" | "param" => json!(devlink::param::decode(message).unwrap()),
        "port_params" | "port_param" => json!(devlink::param::decode_port(message).unwrap()),
        "port_new" => json!(devlink::port::decode(message).unwrap()),
        "resources" | "port_resources" | "all_resources" => {
            json!(devlink::resource::decode(message).unwrap())
        }
        "reload" => json!(devlink::reload::decode(message).unwrap()),
        "reporters" | "reporter" => json!(devlink::health::decode(message).unwrap()),
        "diagnose" | "health_dump" => {
            let mut decoder = devlink::fmsg::Decoder::default();
            decoder.take(message).unwrap();
            json!(decoder.finish())
        }
        "regions" | "region" | "snapshot_new" => json!(devlink::region::decode(message).unwrap()),
        "region_read" => {
            let mut chunks = Vec::new();
            devlink::region::decode_chunks(message, &mut chunks).unwrap();
            json!(chunks.iter().map(|chunk| (chunk.address, &chunk.data)).collect::<Vec<_>>())
        }
        "traps" | "trap" => json!(devlink::trap::decode(message).unwrap()),
        "trap_groups" | "trap_group" => json!(devlink::trap::decode_group(message).unwrap()),
        "trap_policers" | "trap_policer" => json!(devlink::trap::decode_policer(message).unwrap()),
        "rates" | "rate" => json!(devlink::rate::decode(message).unwrap()),
        "selftest_dump" | "selftests" => json!(devlink::selftest::decode(message).unwrap()),
        "links" | "link" => json!(rtnl::link::decode(message).unwrap()),
        "features" => {
            let read = |name: &str| match ethtool::features::decode(message, name) {
                Ok(feature) => format!("{feature:?}"),
                Err(error) => error.to_string(),
            };
            json!({ "hw-tc-offload": read("hw-tc-offload"), "no-such-feature": read("no-such-feature") })
        }
        "dcb" => json!(dcb::decode(message).unwrap()),
        "dcb_set" | "dcb_remove" | "dcb_dcbx" => json!({ "errno": dcb::status(message).unwrap() }),
        "feature_set" => json!({ "command": devlink::command(message).unwrap() }),
        "qdiscs" => json!(tc::qdisc::decode(message).unwrap()),
        "filters" | "filter" => match tc::filter::decode(message).unwrap() {
            Filter::Flow(entry) => json!({ "flow": entry }),
            Filter::Head => json!("head"),
            other => json!(format!("{other:?}")),
        },
        _ => panic!("{op} is answered with a message"),
    }
}

fn names(stem: &str) -> &'static Names {
    match capture::fixed_len(stem) {
        _ if stem.starts_with("dcb-") => &dcb::NAMES,
        20 => &tc::NAMES,
        _ if stem.contains("tc-actions") => &tc::action_table::NAMES,
        16 => &rtnl::link::NAMES,
        0 => &nldev::NAMES,
        _ => &devlink::NAMES,
    }
}

fn completion(done: &Completion<'_>, request: &[u8], names: &'static Names) -> Value {
    json!({
        "errno": done.errno,
        "message": done.extack.message,
        "attribute": names.path(&done.extack, request),
        "repeat": done.must_repeat(),
    })
}
