//! cxgb4: Chelsio T4, T5, T6, which has no devlink.
//!
//! Rules: `cxgb4_tc_flower.c` (`cxgb4_flow_rule_replace`, `cxgb4_validate_flow_actions`, `cxgb4_validate_flow_match`). Which
//! fields the match table has is the firmware's configuration; that it has all but tunnels is ours, and so is that
//! priorities fit. On a card all ports are on one function; here each has one of its own.

use smartnic_core::flow::{
    ActionKind, ActionSet, Classifier, HwStats, KeySet, Pedit, PeditHeader, PeditKey, Rule,
};
use smartnic_core::types::EtherType;

use super::offer::{can_offload_and_chain0, check_hw_stats, refuse, target};
use super::{Driver, Facts, HwForm, Site, check_flags};
use crate::errno::Errno;
use crate::model::Role;
use crate::note::Note;

/// cxgb4.
#[derive(Debug)]
pub(crate) struct Cxgb4;

/// cxgb4.
pub(crate) const CXGB4: Cxgb4 = Cxgb4;

const FACTS: Facts = Facts {
    name: "cxgb4",
    vf_name: "cxgb4vf",
    devlink: false,
    uplink_tc_offload: true,
    uplink_egress: true,
    counters: Some(HwStats::IMMEDIATE),
    ..Facts::PLAIN
};

const KEYS: KeySet = KeySet::CONTROL
    .union(KeySet::BASIC)
    .union(KeySet::IPV4_ADDRS)
    .union(KeySet::IPV6_ADDRS)
    .union(KeySet::PORTS)
    .union(KeySet::ENC_KEYID)
    .union(KeySet::VLAN)
    .union(KeySet::IP);

/// `FLOW_DIS_IS_FRAGMENT`
const FRAGMENT: u32 = 1;

/// What NAT rewrites: the addresses and ports of a connection (`CXGB4_ACTION_NATMODE_*`).
const DIP: u8 = 1;
const SIP: u8 = 1 << 1;
const DPORT: u8 = 1 << 2;
const SPORT: u8 = 1 << 3;
/// The combinations that the card has (`cxgb4_natmode_config_array`).
const NAT: [u8; 11] = [
    0,
    DIP,
    DIP | DPORT,
    DIP | DPORT | SIP,
    DIP | DPORT | SPORT,
    SIP | SPORT,
    DIP | SIP | SPORT,
    DIP | SIP | DPORT | SPORT,
    // From T6 on.
    SIP,
    DIP | SPORT,
    DIP | SIP,
];

impl Driver for Cxgb4 {
    fn facts(&self) -> &'static Facts {
        &FACTS
    }

    fn offload(
        &self,
        site: &Site<'_>,
        rule: &Rule,
        log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<Option<HwForm>, Errno> {
        if !site.dev.up {
            log.push(format!("cxgb4: Failed to setup tc on port {}. Link Down?", site.pf_index));
            return Err(Errno::EINVAL);
        }
        can_offload_and_chain0(site, rule, note)?;
        if site.egress {
            return Err(Errno::EOPNOTSUPP);
        }
        // Whatever the reason, the number is this one.
        check_actions(site, rule, note).map_err(|_| Errno::EOPNOTSUPP)?;
        check_key(rule, note).map_err(|_| Errno::EOPNOTSUPP)?;
        check_flags("cxgb4", &rule.key, FRAGMENT, note)?;
        if site.full() {
            return refuse(note, "cxgb4: No free LETCAM index available", Errno::ENOMEM);
        }
        if rule.key.enc_key_id.is_some() {
            return refuse(note, "cxgb4: filter creation err -95", Errno::EOPNOTSUPP);
        }
        Ok(None)
    }

    /// `cxgb4_tc_matchall_replace`; a mirror is had in this way only, and a limit of what is sent. That there is one rule of
    /// the kind on each side is not looked at here.
    fn offload_matchall(&self, site: &Site<'_>, rule: &Rule, note: &mut Note) -> Result<(), Errno> {
        can_offload_and_chain0(site, rule, note)?;
        match (site.egress, &rule.actions[..]) {
            (true, [action]) if matches!(action.kind, ActionKind::Police(_)) => Ok(()),
            (true, [_]) => refuse(
                note,
                "cxgb4: Only policing action is supported with Egress MATCHALL offload",
                Errno::EOPNOTSUPP,
            ),
            (true, _) => {
                refuse(note, "cxgb4: Egress MATCHALL offload supports only 1 policing action", Errno::EINVAL)
            }
            (false, _) => check_actions(site, rule, note),
        }
    }
}

/// `cxgb4_validate_flow_match`
fn check_key(rule: &Rule, note: &mut Note) -> Result<(), Errno> {
    let used = rule.key.keys();
    if !(used - KEYS).is_empty() {
        let text = format!("cxgb4: Unsupported key used: {:#x}", used.bits());
        return refuse(note, text, Errno::EOPNOTSUPP);
    }
    if !used.contains(KeySet::IP) {
        return Ok(());
    }
    if !matches!(rule.key.network_type(), Some(EtherType::IPV4 | EtherType::IPV6)) {
        return refuse(note, "cxgb4: IP Key supported only with IPv4/v6", Errno::EINVAL);
    }
    if rule.key.ip_ttl.is_some() {
        return refuse(note, "cxgb4: ttl match unsupported for offload", Errno::EOPNOTSUPP);
    }
    Ok(())
}

/// `cxgb4_validate_flow_actions`
fn check_actions(site: &Site<'_>, rule: &Rule, note: &mut Note) -> Result<(), Errno> {
    check_hw_stats("cxgb4", &rule.actions, true, note)?;
    let (mut redirects, mut changes, mut nat) = (false, false, None);
    for action in &rule.actions {
        match (action.kind.group(action.control), &action.kind) {
            (ActionSet::ACCEPT | ActionSet::DROP, _) => {}
            (ActionSet::MIRRED, _) if rule.classifier != Classifier::Matchall => {
                let text = "cxgb4: Egress mirror action is only supported for tc-matchall";
                return refuse(note, text, Errno::EOPNOTSUPP);
            }
            (ActionSet::MIRRED | ActionSet::REDIRECT, _) => {
                if !target(site, action).is_some_and(|dev| matches!(dev.role, Role::Uplink { .. })) {
                    return refuse(note, "cxgb4: Out port invalid", Errno::EINVAL);
                }
                redirects = true;
            }
            (_, ActionKind::VlanPop) => changes = true,
            (_, ActionKind::VlanPush(tag) | ActionKind::VlanModify(tag)) => {
                if tag.protocol.is_some_and(|protocol| protocol != EtherType::VLAN) {
                    return refuse(note, "cxgb4: Unsupported vlan proto", Errno::EOPNOTSUPP);
                }
                changes = true;
            }
            (ActionSet::MANGLE, ActionKind::Pedit(pedit)) => {
                let flags = rewrites(pedit)
                    .or_else(|text| refuse(note, format!("cxgb4: {text}"), Errno::EOPNOTSUPP))?;
                nat = Some(nat.unwrap_or(0) | flags);
            }
            _ => return refuse(note, "cxgb4: Unsupported action", Errno::EOPNOTSUPP),
        }
    }
    if (changes || nat.is_some()) && !redirects {
        let text = "cxgb4: pedit/vlan rewrite invalid without egress redirect";
        return refuse(note, text, Errno::EINVAL);
    }
    if nat.is_some_and(|nat| !NAT.contains(&nat)) {
        return refuse(note, "cxgb4: Unsupported NAT mode 4-tuple combination", Errno::EOPNOTSUPP);
    }
    Ok(())
}

/// What of a connection the changes rewrite (`valid_pedit_action`).
fn rewrites(pedit: &Pedit) -> Result<u8, &'static str> {
    pedit.keys.iter().try_fold(0, |flags, key| Ok(flags | rewrite(key)?))
}

fn rewrite(key: &PeditKey) -> Result<u8, &'static str> {
    match (key.header, key.offset) {
        (PeditHeader::Eth, 0 | 4 | 8) => Ok(0),
        (PeditHeader::Ip4, 12) | (PeditHeader::Ip6, 8 | 12 | 16 | 20) => Ok(SIP),
        (PeditHeader::Ip4, 16) | (PeditHeader::Ip6, 24 | 28 | 32 | 36) => Ok(DIP),
        (PeditHeader::Tcp | PeditHeader::Udp, 0) => {
            let touched = !key.mask;
            match (touched >> 16 != 0, touched & 0xffff != 0, key.header) {
                (true, true, PeditHeader::Tcp) => Err("Unsupported mask for TCP L4 ports"),
                (true, true, _) => Err("Unsupported mask for UDP L4 ports"),
                (true, false, _) => Ok(SPORT),
                (false, ..) => Ok(DPORT),
            }
        }
        (PeditHeader::Network | PeditHeader::Unknown(_), _) => Err("Unsupported pedit type"),
        _ => Err("Unsupported pedit field"),
    }
}
