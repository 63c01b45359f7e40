//! qede: Marvell FastLinQ.
//!
//! Rules: `qede_filter.c` (`qede_add_tc_flower_fltr`, `qede_parse_flow_attr`, `qede_parse_actions`). That all rules of a
//! card must be of one form is the driver's; which form is there is told by the rules that it holds.

use smartnic_core::flow::{ActionSet, IpMatch, IpProto, KeySet, Match, PortMatch, Rule};
use smartnic_core::types::EtherType;

use super::offer::{can_offload_and_chain0, check_hw_stats, refuse};
use super::{Driver, Facts, HwForm, Site, check_flags};
use crate::errno::Errno;
use crate::note::Note;

/// qede.
#[derive(Debug)]
pub(crate) struct Qede;

/// qede.
pub(crate) const QEDE: Qede = Qede;

const FACTS: Facts = Facts { name: "qede", vf_name: "qede", uplink_tc_offload: true, ..Facts::PLAIN };

const KEYS: KeySet = KeySet::CONTROL
    .union(KeySet::IPV4_ADDRS)
    .union(KeySet::BASIC)
    .union(KeySet::IPV6_ADDRS)
    .union(KeySet::PORTS);

impl Driver for Qede {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn serials(&self, dsn: [u8; 8]) -> (Option<String>, Option<String>) {
        (None, Some(dsn.map(|byte| format!("{byte:02X}")).concat()))
    }

    fn offload(
        &self,
        site: &Site<'_>,
        rule: &Rule,
        _log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<Option<HwForm>, Errno> {
        can_offload_and_chain0(site, rule, note)?;
        let used = rule.key.keys();
        if !(used - KEYS).is_empty() {
            return refuse(
                note,
                format!("qede: Unsupported key used: {:#x}", used.bits()),
                Errno::EOPNOTSUPP,
            );
        }
        check_flags("qede", &rule.key, 0, note)?;
        let v4 = rule.protocol == EtherType::IPV4;
        if !v4 && rule.protocol != EtherType::IPV6 {
            return refuse(
                note,
                format!("qede: Unsupported proto={:#x}", rule.protocol.0),
                Errno::EPROTONOSUPPORT,
            );
        }
        if !matches!(rule.key.ip_proto, Some(IpProto::TCP | IpProto::UDP)) {
            return refuse(note, "qede: Invalid protocol request", Errno::EINVAL);
        }
        tuple(&rule.key, v4, note)?;
        if site.full() {
            return Err(Errno::EINVAL);
        }
        if rule.actions.is_empty() {
            return refuse(note, "qede: No actions received", Errno::EINVAL);
        }
        check_hw_stats("qede", &rule.actions, true, note)?;
        let drops = |group| group == ActionSet::DROP;
        if !rule.actions.iter().all(|action| drops(action.kind.group(action.control))) {
            return Err(Errno::EINVAL);
        }
        if site.has_match(rule.key.clone()) {
            return Err(Errno::EEXIST);
        }
        Ok(None)
    }
}

/// Checks masks, and that the match is of one of the four forms.
fn tuple(key: &Match, v4: bool, note: &mut Note) -> Result<(), Errno> {
    let zero = |ip: &IpMatch| match ip {
        IpMatch::V4(ip) => ip.value.is_unspecified(),
        IpMatch::V6(ip) => ip.value.is_unspecified(),
    };
    let whole = |ip: &IpMatch| match ip {
        IpMatch::V4(ip) => ip.is_exact(),
        IpMatch::V6(ip) => ip.is_exact(),
    };
    let addresses = [&key.src_ip, &key.dst_ip].map(|ip| ip.as_ref().filter(|ip| !zero(ip)));
    if addresses.iter().flatten().any(|ip| !whole(ip)) {
        let text = match v4 {
            true => "qede: Do not support ipv4 prefix/masks",
            false => "qede: Do not support IPv6 address prefix/mask",
        };
        return refuse(note, text, Errno::EINVAL);
    }
    let ports = [&key.src_port, &key.dst_port].map(|port| match port {
        Some(PortMatch::Masked(port)) if port.value != 0 => Some(*port),
        _ => None,
    });
    if ports.iter().flatten().any(|port| !port.is_exact()) {
        return refuse(note, "qede: Do not support ports masks", Errno::EINVAL);
    }
    let [src, dst] = addresses.map(|ip| ip.is_some());
    let [from, to] = ports.map(|port| port.is_some());
    match (src, dst, from, to) {
        (true, true, true, true)
        | (false, false, false, true)
        | (true, false, false, false)
        | (false, true, false, false) => Ok(()),
        _ => refuse(note, "qede: Invalid N-tuple", Errno::EOPNOTSUPP),
    }
}
