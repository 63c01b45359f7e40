//! What rules counted.

use std::net::UdpSocket;

use smartnic::Host;

use crate::check::{Done, Outcome, expect, expect_eq};
use crate::checks::corpus::all_agree;
use crate::corpus::{file, tc_batch};
use crate::lab::{Lab, sh};
use crate::nic::Nic;

const PACKETS: u64 = 10;

/// Bytes of payload; with the headers of UDP, IPv4 and Ethernet, which tc counts too, 42 more.
const PAYLOAD: u64 = 100;

/// Packets of this machine, sent out through a rule.
pub(crate) fn as_tc_counts(lab: &Lab) -> Outcome {
    let _nic = Nic::with_places()?;
    sh("ip address add 192.0.2.1/24 dev sim0")?;
    sh("ip neighbor add 192.0.2.2 lladdr 02:00:00:00:00:02 dev sim0")?;
    let lines = [
        "filter add dev sim0 egress protocol ip pref 1 flower ip_proto udp dst_port 9 action mirred egress mirror dev sim1 action pass",
        "filter add dev sim0 egress protocol ip pref 2 flower ip_proto udp dst_port 10 action pass",
    ];
    tc_batch(&file("counters", &lines)?)?;
    let socket = UdpSocket::bind("192.0.2.1:0")?;
    for _ in 0..PACKETS {
        socket.send_to(&[0; PAYLOAD as usize], "192.0.2.2:9")?;
    }
    let seen = all_agree(lab)?;
    let counted: Vec<(u64, u64)> = seen.iter().map(|rule| rule.counted).collect();
    expect_eq(&counted, &vec![(PACKETS, PACKETS * (PAYLOAD + 42)), (0, 0)], "packets and bytes")?;

    // No device did it, and the clock of the rule runs in milliseconds since it was made.
    let entries = smartnic::flow::entries(&Host::open("linux:")?, None)?;
    let ages = entries.iter().map(|entry| entry.stats.age_ms);
    expect(ages.clone().all(|age| age.is_some_and(|age| age < 60_000)), || {
        format!("ages of rules in milliseconds: {:?}", ages.collect::<Vec<_>>())
    })?;
    let by_hardware: u64 = entries.iter().map(|entry| entry.stats.hw_packets).sum();
    expect_eq(&by_hardware, &0, "packets that hardware handled")?;
    let hits = lab.snicctl(&["flow", "list", "--hits", "-o", "tc"])?;
    expect_eq(&hits.lines().count(), &1, "rules that packets have met")?;
    Ok(Done::Passed)
}
