//! Packets and what rules count of them; only simulated hosts let packets in.

use smartnic_core::backend::{Datapath, FlowScope};
use smartnic_core::flow::{Action, Attach, Fate, FlowStats, IpProto, Packet, Rule};
use smartnic_core::types::EtherType;

use crate::bench::Offload;
use crate::{Bench, Result, Stop, catalogue, equal};

super::checks! {
    "a new rule has counted nothing": zero,
    "a rule in hardware counts what the NIC handles, if the driver reads that": in_hardware,
    "a rule in software counts what the CPU handles": in_software,
}

const COUNT: u64 = 10;
const LENGTH: u32 = 128;

fn datapath<'a>(bench: &'a Bench<'_>) -> Result<&'a dyn Datapath> {
    bench.host.datapath().ok_or_else(|| Stop::skip("packets can be let into simulated NICs only"))
}

/// A packet that the first rule of [`catalogue::many`] is for.
fn packet() -> Packet {
    Packet {
        eth_type: EtherType::IPV4,
        src_ip: "192.0.2.1".parse().ok(),
        dst_ip: "10.0.0.0".parse().ok(),
        ip_proto: Some(IpProto::UDP),
        src_port: Some(1000),
        dst_port: Some(4789),
        length: LENGTH,
        ..Packet::default()
    }
}

/// The counters of the only rule at a place, without times.
fn counted(bench: &Bench<'_>, place: &Attach) -> Result<FlowStats> {
    let mut entries = bench.host.flow().entries(&FlowScope::at(place.clone()))?;
    match (entries.pop(), entries.is_empty()) {
        (Some(entry), true) => Ok(FlowStats { age_ms: None, idle_ms: None, ..entry.stats }),
        _ => Err(Stop::Failed("there is not one rule".into())),
    }
}

fn zero(bench: &Bench<'_>) -> Result {
    let rig = bench.rig()?;
    let entry = bench.install(&catalogue::many(&rig, 1).remove(0))?;
    equal!(counted(bench, &entry.rule.attach)?, FlowStats::default(), "the counters of a new rule");
    Ok(())
}

fn in_hardware(bench: &Bench<'_>) -> Result {
    if bench.subject.offload == Offload::Few {
        return Err(Stop::skip("this driver takes rules of a few kinds only"));
    }
    let rig = bench.rig()?;
    let datapath = datapath(bench)?;
    let rule = catalogue::many(&rig, 1).remove(0).skip_sw();
    bench.install(&rule)?;
    let delivery = datapath.send(rig.uplink.ifindex, &packet(), COUNT)?;
    equal!(delivery.in_hardware, true, "handled by the NIC alone");
    equal!(delivery.path.fate, Fate::Redirected(rig.rep(0)), "where the packets went");
    let bytes = COUNT * u64::from(LENGTH);
    let expected = match bench.subject.adapter.facts().flow.is_some_and(|flow| flow.counters) {
        true => {
            FlowStats { packets: COUNT, bytes, hw_packets: COUNT, hw_bytes: bytes, ..FlowStats::default() }
        }
        false => FlowStats::default(),
    };
    equal!(counted(bench, &rule.attach)?, expected, "the counters");
    let other = Packet { dst_port: Some(1), ..packet() };
    datapath.send(rig.uplink.ifindex, &other, COUNT)?;
    equal!(counted(bench, &rule.attach)?, expected, "the counters after packets that the rule is not for");
    Ok(())
}

fn in_software(bench: &Bench<'_>) -> Result {
    let rig = bench.rig()?;
    let datapath = datapath(bench)?;
    let rule = catalogue::many(&rig, 1).remove(0);
    let rule = Rule { actions: vec![Action::drop()], ..rule }.skip_hw();
    bench.install(&rule)?;
    let delivery = datapath.send(rig.uplink.ifindex, &packet(), COUNT)?;
    equal!((delivery.in_hardware, delivery.path.fate), (false, Fate::Dropped), "what became of the packets");
    let expected = FlowStats { packets: COUNT, bytes: COUNT * u64::from(LENGTH), ..FlowStats::default() };
    equal!(counted(bench, &rule.attach)?, expected, "the counters");
    Ok(())
}
