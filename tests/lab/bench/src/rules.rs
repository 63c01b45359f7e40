//! The rules: the same for all, as values and as lines for tc.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;

use smartnic::flow::{Action, Attach, IpProto, Rule};
use smartnic::text::tc::rule_to_tc;
use smartnic::types::EtherType;

use crate::place::Place;
use crate::why::Why;

/// The rules, and files of lines for `tc -batch` that add and remove them.
pub(crate) struct Rules {
    /// With numbers for links.
    pub(crate) rules: Vec<Rule>,
}

/// The file that adds them.
pub(crate) const ADD: &str = "/tmp/add.tc";
/// The file that removes them.
pub(crate) const DELETE: &str = "/tmp/delete.tc";

impl Rules {
    /// Makes so many rules, no two alike, and writes the files.
    pub(crate) fn make(place: &Place, count: u32, in_hardware: bool) -> Result<Self, Why> {
        let mut handles: HashMap<u16, u32> = HashMap::new();
        let (mut add, mut delete) = (String::new(), String::new());
        let mut rules = Vec::with_capacity(usize::try_from(count)?);
        for number in 0..count {
            let rule = rule(Attach::ingress(place.link), number);
            let handle = handles.entry(rule.prio).or_insert(0);
            *handle += 1;
            let rule = rule.handle(*handle);
            let rule = if in_hardware { rule } else { rule.skip_hw() };
            let named = Rule { attach: Attach::ingress(place.name), ..rule.clone() };
            writeln!(add, "{}", rule_to_tc(&named)?)?;
            let (prio, protocol, name) = (rule.prio, rule.protocol, place.name);
            writeln!(
                delete,
                "filter del dev {name} ingress protocol {protocol} pref {prio} handle {handle} flower"
            )?;
            rules.push(rule);
        }
        fs::write(ADD, add)?;
        fs::write(DELETE, delete)?;
        Ok(Self { rules })
    }

    /// The rules with every so-many-th changed, so that there are `changes` changes.
    pub(crate) fn changed(&self, changes: usize) -> Vec<Rule> {
        let every = self.rules.len() / changes.max(1);
        let change = |(at, rule): (usize, &Rule)| match at % every.max(1) {
            0 => Rule { actions: vec![Action::trap()], ..rule.clone() },
            _ => rule.clone(),
        };
        self.rules.iter().enumerate().map(change).collect()
    }
}

/// One of five sorts: of ten rules, half drop what comes from a host, two let a connection pass, and one each is about
/// DNS, an IPv6 network, and a MAC address in a VLAN.
fn rule(attach: Attach, number: u32) -> Rule {
    let [_, a, b, c] = number.to_be_bytes();
    let on = |prio, protocol| Rule::new(attach.clone()).prio(prio).protocol(protocol);
    let host = |first: u8| format!("{first}.{a}.{b}.{c}").parse().ok();
    match number % 10 {
        0..5 => on(100, EtherType::IPV4).matching(|key| key.src_ip = host(10)).action(Action::drop()),
        5 | 6 => on(200, EtherType::IPV4)
            .matching(|key| {
                key.ip_proto = Some(IpProto::TCP);
                key.src_ip = host(11);
                key.dst_ip = format!("192.0.2.{}", number % 250 + 1).parse().ok();
                key.dst_port = Some(443.into());
            })
            .action(Action::pass()),
        7 => on(300, EtherType::IPV4)
            .matching(|key| {
                key.ip_proto = Some(IpProto::UDP);
                key.dst_ip = host(12);
                key.dst_port = Some(53.into());
            })
            .action(Action::drop()),
        8 => on(400, EtherType::IPV6)
            .matching(|key| {
                let network = format!("2001:db8:{:x}:{:x}::/64", number >> 16, number & 0xffff);
                key.dst_ip = network.parse().ok();
            })
            .action(Action::drop()),
        _ => on(500, EtherType::VLAN)
            .matching(|key| {
                key.vlan_id = u16::try_from(number % 4094 + 1).ok();
                key.dst_mac = format!("02:00:00:{a:02x}:{b:02x}:{c:02x}").parse().ok();
            })
            .action(Action::vlan_pop())
            .action(Action::pass()),
    }
}
