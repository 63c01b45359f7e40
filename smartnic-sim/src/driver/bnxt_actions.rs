//! What bnxt_en takes of actions: `bnxt_tc_parse_actions`, `bnxt_tc_parse_pedit`, `bnxt_tc_resolve_tunnel_hdrs`.
//!
//! Actions that the driver does not know are left out of the hardware's rule without a word, and so are changes that add.

use smartnic_core::flow::{
    Action, ActionKind, ActionSet, HwStats, IpMatch, Match, Pedit, PeditCommand, PeditHeader, PeditKey, Rule,
    TunnelSet,
};
use std::net::{IpAddr, Ipv4Addr};

use super::Site;
use super::offer::target;
use crate::errno::Errno;
use crate::note::Note;

/// The last bytes of an Ethernet header that are written (`PEDIT_OFFSET_SMAC_LAST_4_BYTES`).
const LAST_OF_ETH: i32 = 8;

/// What the actions so far have come to (`struct bnxt_tc_actions`).
#[derive(Default)]
struct Sum {
    /// Bits of MAC addresses that are written.
    mac: [u8; 12],
    /// Whether the last change of an IP address was of the source; none so far if nothing is said.
    source: Option<bool>,
    encap: Option<TunnelSet>,
    decap: bool,
}

/// The actions that reach the hardware.
pub(super) fn actions(
    site: &Site<'_>,
    rule: &Rule,
    log: &mut Vec<String>,
    note: &mut Note,
) -> Result<Vec<Action>, Errno> {
    if rule.actions.is_empty() {
        log.push("bnxt_en: no actions".into());
        return Err(Errno::EINVAL);
    }
    check_hw_stats(rule, note)?;
    let mut kept = Vec::new();
    let mut output = None;
    let mut sum = Sum::default();
    for action in &rule.actions {
        match action.kind.group(action.control) {
            ActionSet::DROP => {
                check_tunnel(site, &rule.key, &sum, log)?;
                return Ok(vec![action.clone()]);
            }
            ActionSet::REDIRECT => {
                output = target(site, action);
                if output.is_none() {
                    log.push("bnxt_en: no dev in mirred action".into());
                    return Err(Errno::EINVAL);
                }
                // Of several targets the driver keeps the last.
                kept.retain(|action: &Action| !matches!(action.kind, ActionKind::Redirect(_)));
                kept.push(action.clone());
            }
            ActionSet::VLAN_PUSH | ActionSet::VLAN_POP => kept.push(action.clone()),
            ActionSet::VLAN_MANGLE => return Err(Errno::EOPNOTSUPP),
            _ => {
                if let Some(action) = beyond(action, &mut sum, log)? {
                    kept.push(action);
                }
            }
        }
    }
    if sum.mac.chunks(6).any(|mac| mac.iter().any(|bits| *bits != 0) && mac.iter().any(|bits| *bits != 0xff))
    {
        return Err(Errno::EINVAL);
    }
    // A flow that neither drops nor forwards is the firmware's decision; that it refuses it is ours.
    let output = output.ok_or(Errno::EOPNOTSUPP)?;
    let on_switch = output.role.is_on_switch() && output.role.pf() == Some(site.pf_index);
    // What goes through a tunnel leaves by the PF, whatever link is named.
    if sum.encap.is_none() && (!site.switchdev() || !on_switch) {
        log.push(format!("bnxt_en: dev(ifindex={}) not on same switch", output.ifindex));
        return Err(Errno::EINVAL);
    }
    check_tunnel(site, &rule.key, &sum, log)?;
    one_address(&mut kept, sum.source);
    Ok(kept)
}

fn check_hw_stats(rule: &Rule, note: &mut Note) -> Result<(), Errno> {
    let first: Option<HwStats> = rule.actions.first().and_then(|action| action.hw_stats);
    if rule.actions.iter().any(|action| action.hw_stats != first) {
        note.say("bnxt_en: Mixing HW stats types for actions is not supported");
        return Err(Errno::EOPNOTSUPP);
    }
    if first.is_some_and(|stats| !stats.is_all()) {
        note.say("bnxt_en: Driver supports only default HW stats type \"any\"");
        return Err(Errno::EOPNOTSUPP);
    }
    Ok(())
}

/// Tunnels and rewrites; what the hardware does of the action, if anything.
fn beyond(action: &Action, sum: &mut Sum, log: &mut Vec<String>) -> Result<Option<Action>, Errno> {
    match &action.kind {
        ActionKind::TunnelSet(set) => {
            if set.dst_ip.is_some_and(|ip| ip.is_ipv6()) {
                log.push("bnxt_en: only IPv4 tunnel-encap is supported".into());
                return Err(Errno::EOPNOTSUPP);
            }
            sum.encap = Some(set.clone());
            Ok(Some(action.clone()))
        }
        ActionKind::TunnelUnset => {
            sum.decap = true;
            Ok(Some(action.clone()))
        }
        ActionKind::Pedit(pedit) => {
            let sets = pedit.keys.iter().filter(|key| key.command == PeditCommand::Set);
            let keys = sets.map(|key| rewrite(key, sum)).collect::<Result<Vec<_>, _>>().map_err(|why| {
                log.push(format!("bnxt_en: {why}"));
                Errno::EINVAL
            })?;
            let pedit = Pedit { keys, ..pedit.clone() };
            let kept = !pedit.keys.is_empty();
            Ok(kept.then(|| Action { kind: ActionKind::Pedit(pedit), ..action.clone() }))
        }
        _ => Ok(None),
    }
}

/// One change (`bnxt_tc_parse_pedit`), as the hardware makes it: addresses and ports are written whole. The driver's words
/// if it refuses it.
fn rewrite(key: &PeditKey, sum: &mut Sum) -> Result<PeditKey, &'static str> {
    let offset = key.offset;
    match key.header {
        PeditHeader::Eth => {
            let start = usize::try_from(offset).ok().filter(|_| offset <= LAST_OF_ETH);
            let place = start.and_then(|start| sum.mac.get_mut(start..start + 4));
            let place = place.ok_or("bnxt_tc_parse_pedit: eth_hdr: Invalid pedit field")?;
            for (bits, more) in place.iter_mut().zip((!key.mask).to_be_bytes()) {
                *bits |= more;
            }
            Ok(*key)
        }
        PeditHeader::Ip4 if offset == 12 || offset == 16 => {
            sum.source = Some(offset == 12);
            Ok(PeditKey { mask: 0, ..*key })
        }
        PeditHeader::Ip4 => Err("bnxt_tc_parse_pedit: IPv4_hdr: Invalid pedit field"),
        PeditHeader::Ip6 if (8..40).contains(&offset) => {
            sum.source = Some(offset < 24);
            Ok(PeditKey { mask: 0, ..*key })
        }
        PeditHeader::Ip6 => Err("bnxt_tc_parse_pedit: IPv6_hdr: Invalid pedit field"),
        PeditHeader::Tcp | PeditHeader::Udp if sum.source.is_none() => {
            Err("Need to specify L3 rewrite as well")
        }
        PeditHeader::Tcp | PeditHeader::Udp => Ok(*key),
        PeditHeader::Network | PeditHeader::Unknown(_) => {
            Err("bnxt_tc_parse_pedit: Unsupported pedit hdr type")
        }
    }
}

/// The hardware translates one of the two addresses, the one that was named last.
fn one_address(kept: &mut [Action], source: Option<bool>) {
    let Some(source) = source else { return };
    let other = |key: &PeditKey| match key.header {
        PeditHeader::Ip4 => (key.offset == 12) != source,
        PeditHeader::Ip6 => (key.offset < 24) != source,
        _ => false,
    };
    for action in kept {
        if let ActionKind::Pedit(pedit) = &mut action.kind {
            pedit.keys.retain(|key| !other(key));
        }
    }
}

/// The way to the other end of a tunnel must lead out by the PF (`bnxt_tc_resolve_tunnel_hdrs`). Links of this host have
/// addresses of IPv4, and no routes beyond their networks.
fn check_tunnel(site: &Site<'_>, key: &Match, sum: &Sum, log: &mut Vec<String>) -> Result<(), Errno> {
    let from = match key.enc_src_ip {
        Some(IpMatch::V4(ip)) => ip.value,
        _ => Ipv4Addr::UNSPECIFIED,
    };
    let to = match &sum.encap {
        // A rule that takes a tunnel off is looked at for that alone.
        _ if sum.decap => from,
        Some(set) => match set.dst_ip {
            Some(IpAddr::V4(ip)) => ip,
            _ => Ipv4Addr::UNSPECIFIED,
        },
        None => return Ok(()),
    };
    if to.is_unspecified() {
        // Such a route is one to the host itself.
        let pf = site.machine.uplink(site.pf_index).map_or("", |dev| dev.name.as_str());
        log.push(format!("bnxt_en: dst_dev(lo) for {} is not PF-if({pf})", Ipv4Addr::LOCALHOST));
        return Err(Errno::EOPNOTSUPP);
    }
    let Some(dev) = site.machine.way_to(to.octets()) else {
        log.push(format!("bnxt_en: no route to {to}"));
        return Err(Errno::EOPNOTSUPP);
    };
    let pf = site.machine.uplink(site.pf_index);
    if pf.is_some_and(|pf| pf.ifindex == dev.ifindex) {
        return Ok(());
    }
    let pf = pf.map_or("", |pf| pf.name.as_str());
    log.push(format!("bnxt_en: dst_dev({}) for {to} is not PF-if({pf})", dev.name));
    Err(Errno::EOPNOTSUPP)
}
