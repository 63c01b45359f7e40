//! devlink payloads on the `rust-netlink` crates: what is written is what devlink(8) wrote, and what kernels answered is read.

use std::path::Path;

use netlink_packet_core::{Emitable, NLM_F_ACK, NetlinkMessage, NetlinkPayload};
use netlink_packet_generic::GenlMessage;
use smartnic::device::EswitchMode;
use smartnic::rust_netlink::{Devlink, wire};
use smartnic::types::DevlinkHandle;

/// The messages among captured bytes (see smartnic-netlink/testdata).
fn captured(name: &str) -> Vec<Vec<u8>> {
    let path = format!("../smartnic-netlink/testdata/{name}.hex");
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    let bytes: Vec<u8> = text.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
    let mut rest = &bytes[..];
    let mut all = Vec::new();
    while rest.len() >= 16 {
        let len = u32::from_ne_bytes(rest[..4].try_into().unwrap()) as usize;
        all.push(rest[..len].to_vec());
        rest = rest.get(len.next_multiple_of(4)..).unwrap_or_default();
    }
    all
}

fn handle() -> DevlinkHandle {
    let answer = payloads("devlink-dev-get.reply").remove(0);
    answer.read(wire::dev::decode).unwrap().handle
}

/// The payloads of captured answers, by the crates' own way.
fn payloads(name: &str) -> Vec<Devlink> {
    let inner = |bytes: &Vec<u8>| {
        let message = NetlinkMessage::<GenlMessage<Devlink>>::deserialize(bytes).unwrap();
        match message.payload {
            NetlinkPayload::InnerMessage(inner) => Some(inner.payload),
            _ => None,
        }
    };
    captured(name).iter().filter_map(inner).collect()
}

/// The bytes of a message as the crates write it, with numbers of a conversation from captured bytes.
fn written(payload: Devlink, like: &[u8]) -> Vec<u8> {
    let mut message = payload.into_message();
    let number = |at: usize| u32::from_ne_bytes(like[at..at + 4].try_into().unwrap());
    if let NetlinkPayload::InnerMessage(inner) = &mut message.payload {
        inner.set_resolved_family_id(u16::from_ne_bytes([like[4], like[5]]));
    }
    message.header.sequence_number = number(8);
    message.header.port_number = number(12);
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.emit(&mut bytes);
    bytes
}

#[test]
fn requests_are_the_bytes_that_devlink_sent() {
    let device = handle();
    let get = Devlink::of(&wire::eswitch::Get { family: 0, device: &device }).unwrap();
    let theirs = &captured("devlink-eswitch-get.request")[0];
    let ours = written(get, theirs);
    assert_eq!(ours, *theirs);
    let dump = Devlink::of(&wire::dev::Dump { family: 0 }).unwrap();
    let mut theirs = captured("devlink-dev-dump.request").remove(0);
    // devlink wants an acknowledgement of a dump besides, which has none but its end.
    theirs[6] &= !(NLM_F_ACK as u8);
    assert_eq!(written(dump, &theirs), theirs);
}

#[test]
fn answers_of_kernels_are_read_and_written_again() {
    let modes = ["devlink-eswitch-get.reply", "devlink-eswitch-get-switchdev.reply"]
        .map(|name| payloads(name)[0].read(wire::eswitch::decode).unwrap().mode);
    assert_eq!(modes, [EswitchMode::Legacy, EswitchMode::Switchdev].map(Some));
    let devices = payloads("devlink-dev-dump.reply");
    assert!(!devices.is_empty());
    for device in devices {
        assert!(!device.read(wire::dev::decode).unwrap().handle.device.is_empty());
        let mut attributes = vec![0; device.buffer_len()];
        device.emit(&mut attributes);
        assert_eq!(attributes, device.attributes());
    }
}

#[test]
fn an_answer_that_lacks_something_is_an_error() {
    let empty = Devlink::of(&wire::dev::Dump { family: 0 }).unwrap();
    assert!(empty.attributes().is_empty() && empty.read(wire::port::decode).is_err());
}
