//! rvu_nicpf: the functions with links of Marvell OCTEON 10 (CN10K).
//!
//! Rules: `otx2_tc.c` (`otx2_tc_add_flow`, `otx2_tc_prepare_flow`, `otx2_tc_parse_actions`). The eswitch is on another
//! function: [`super::rvu_rep`].

use smartnic_core::flow::{
    Action, ActionKind, ActionSet, Control, HwStats, IpMatch, IpProto, KeySet, Match, Police, Rule, Skbedit,
};
use smartnic_core::types::EtherType;

use super::offer::{can_offload_and_chain0, refuse, target};
use super::{Driver, EswitchKind, Facts, HwForm, Site, VfDevlink, check_flags};
use crate::errno::Errno;
use crate::model::{Netdev, Role};
use crate::note::Note;

/// rvu_nicpf.
#[derive(Debug)]
pub(crate) struct Octeontx2;

/// rvu_nicpf.
pub(crate) const OCTEONTX2: Octeontx2 = Octeontx2;

const FACTS: Facts = Facts {
    name: "rvu_nicpf",
    vf_name: "rvu_nicvf",
    // The operation is there and answers EOPNOTSUPP on a function that is not the representors'.
    eswitch: EswitchKind::None,
    vf_devlink: VfDevlink::Bare,
    uplink_egress: true,
    counters: Some(HwStats::IMMEDIATE),
    ..Facts::PLAIN
};

/// The keys that the driver reads, in this SDK's grouping.
const KEYS: KeySet = KeySet::CONTROL
    .union(KeySet::BASIC)
    .union(KeySet::ETH_ADDRS)
    .union(KeySet::VLAN)
    .union(KeySet::CVLAN)
    .union(KeySet::IPV4_ADDRS)
    .union(KeySet::IPV6_ADDRS)
    .union(KeySet::PORTS)
    .union(KeySet::IPSEC)
    .union(KeySet::MPLS)
    .union(KeySet::ICMP)
    .union(KeySet::TCP)
    .union(KeySet::IP);

/// `IPPROTO_AH`.
const AH: IpProto = IpProto(51);

impl Driver for Octeontx2 {
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
        can_offload_and_chain0(site, rule, note)?;
        // On the egress side there is matchall only.
        if site.egress {
            return Err(Errno::EOPNOTSUPP);
        }
        if !site.dev.up {
            return refuse(note, "rvu_nicpf: Interface not initialized", Errno::EINVAL);
        }
        if site.full() {
            return refuse(note, "rvu_nicpf: Free MCAM entry not available to add the flow", Errno::ENOMEM);
        }
        check_key(rule, log, note)?;
        // What the driver makes of a link that is not its own is anybody's guess; that it refuses it is ours.
        let own = |_: &Action, out: Option<&Netdev>| {
            out.is_some_and(|out| {
                matches!(out.role, Role::Uplink { .. } | Role::Vf { .. })
                    && out.role.pf() == Some(site.pf_index)
            })
        };
        let actions = actions(site, rule, own, note)?;
        Ok((actions != rule.actions).then(|| HwForm { key: rule.key.clone(), actions }))
    }

    /// `otx2_tc_ingress_matchall_install`, `otx2_tc_egress_matchall_install`.
    fn offload_matchall(&self, site: &Site<'_>, rule: &Rule, note: &mut Note) -> Result<(), Errno> {
        can_offload_and_chain0(site, rule, note)?;
        match &rule.actions[..] {
            [action] => match &action.kind {
                ActionKind::Police(police) if site.egress => check_police(action, police, true, note),
                ActionKind::Police(_) => Ok(()),
                _ if site.egress => {
                    let text = "rvu_nicpf: Only police action is supported with Egress MATCHALL offload";
                    refuse(note, text, Errno::EOPNOTSUPP)
                }
                _ => {
                    let text = "rvu_nicpf: Only police action supported with Ingress MATCHALL offload";
                    refuse(note, text, Errno::EOPNOTSUPP)
                }
            },
            _ => {
                let text = "rvu_nicpf: Egress MATCHALL offload supports only 1 policing action";
                refuse(note, text, Errno::EINVAL)
            }
        }
    }
}

pub(super) fn check_key(rule: &Rule, log: &mut Vec<String>, note: &mut Note) -> Result<(), Errno> {
    let key: &Match = &rule.key;
    let used = key.keys();
    if !(used - KEYS).is_empty() {
        log.push(format!("rvu_nicpf: unsupported flow used key {:#x}", used.bits()));
        return Err(Errno::EOPNOTSUPP);
    }
    let known = [IpProto::TCP, IpProto::UDP, IpProto::SCTP, IpProto::ICMP, IpProto::ESP, AH, IpProto::ICMPV6];
    if let Some(proto) = key.ip_proto.filter(|proto| !known.contains(proto)) {
        log.push(format!("rvu_nicpf: ip_proto={:#x} not supported", proto.0));
        return Err(Errno::EOPNOTSUPP);
    }
    let mut unless = |refused: bool, text: &str| match refused {
        true => refuse(note, format!("rvu_nicpf: {text}"), Errno::EOPNOTSUPP),
        false => Ok(()),
    };
    let (ip, ip6) =
        (key.network_type() == Some(EtherType::IPV4), key.network_type() == Some(EtherType::IPV6));
    let fragments = key.ip_flags.is_some_and(|flags| flags.mask & 1 != 0);
    unless(fragments && !ip && !ip6, "flow-type should be either IPv4 and IPv6")?;
    let flags = key.ip_flags.is_some_and(|flags| flags.mask & !1 != 0);
    unless(!flags && key.src_mac.is_some(), "src mac match not supported")?;
    if !flags {
        let ipsec = matches!(key.ip_proto, Some(IpProto::ESP | AH));
        unless(used.contains(KeySet::IPSEC) && !ipsec, "SPI index is valid only for ESP/AH proto")?;
        unless(key.ip_tos.is_some() && !ip, "tos not supported")?;
        unless(key.ip_ttl.is_some(), "ttl not supported")?;
    }
    check_flags("rvu_nicpf", key, 1, note)?;
    // The kernel's dissector has the tag's id under a mask of 0 if it was not given.
    let drops = rule.actions.iter().any(|action| action.kind.group(action.control) == ActionSet::DROP);
    let tags = [
        (used.contains(KeySet::VLAN) || key.eth_type.is_some_and(EtherType::is_vlan), key.vlan_id),
        (used.contains(KeySet::CVLAN), key.cvlan_id),
    ];
    if drops && tags.iter().any(|(tagged, id)| *tagged && id.is_none()) {
        log.push("rvu_nicpf: vlan tpid 0x8100 with vlan_id 0 is not supported for DROP rule.".into());
        return Err(Errno::EOPNOTSUPP);
    }
    let loopback = |ip: &Option<IpMatch>| matches!(ip, Some(IpMatch::V6(ip)) if ip.value.is_loopback());
    if loopback(&key.src_ip) || loopback(&key.dst_ip) {
        return refuse(note, "rvu_nicpf: Flow matching IPv6 loopback addr not supported", Errno::EOPNOTSUPP);
    }
    if key.mpls.iter().any(|entry| entry.depth > 4) {
        return refuse(note, "rvu_nicpf: unsupported LSE depth for MPLS match offload", Errno::EOPNOTSUPP);
    }
    Ok(())
}

/// The actions that count: behind a drop or a pass the driver does not look. `reaches` says to the receive side of which
/// links packets can be sent.
pub(super) fn actions(
    site: &Site<'_>,
    rule: &Rule,
    reaches: impl Fn(&Action, Option<&Netdev>) -> bool,
    note: &mut Note,
) -> Result<Vec<Action>, Errno> {
    if rule.actions.is_empty() {
        return refuse(note, "rvu_nicpf: no tc actions specified", Errno::EINVAL);
    }
    let (mut kept, mut police) = (Vec::new(), 0);
    for action in &rule.actions {
        kept.push(action.clone());
        match (action.kind.group(action.control), &action.kind) {
            (ActionSet::DROP | ActionSet::ACCEPT, _) => return Ok(kept),
            (ActionSet::MIRRED_INGRESS, _) => {
                if !reaches(action, target(site, action)) {
                    return refuse(note, "rvu_nicpf: can't redirect to other pf/vf", Errno::EOPNOTSUPP);
                }
            }
            (ActionSet::VLAN_POP | ActionSet::QUEUE, _) => {}
            (ActionSet::POLICE, ActionKind::Police(limit)) => {
                check_police(action, limit, action == rule.actions.last().unwrap_or(action), note)?;
                police += 1;
            }
            (ActionSet::MARK, ActionKind::Skbedit(Skbedit { mark: Some(mark), .. })) if *mark > 0xffff => {
                return refuse(note, "rvu_nicpf: Bad flow mark, only 16 bit supported", Errno::EOPNOTSUPP);
            }
            (ActionSet::MARK, _) => {}
            _ => return Err(Errno::EOPNOTSUPP),
        }
    }
    if police > 1 {
        let text = "rvu_nicpf: rate limit police offload requires a single action";
        return refuse(note, text, Errno::EOPNOTSUPP);
    }
    Ok(kept)
}

/// `otx2_policer_validate`.
fn check_police(action: &Action, police: &Police, last: bool, note: &mut Note) -> Result<(), Errno> {
    let conform = police.conform.unwrap_or(Control::Pass);
    let text = if action.control != Control::Drop {
        "Offload not supported when exceed action is not drop"
    } else if !matches!(conform, Control::Pipe | Control::Pass) {
        "Offload not supported when conform action is not pipe or ok"
    } else if conform == Control::Pass && !last {
        "Offload not supported when conform action is ok, but action is not last"
    } else if police.peak_rate != 0 || police.average_rate.is_some() || police.overhead != 0 {
        "Offload not supported when peakrate/avrate/overhead is configured"
    } else {
        return Ok(());
    };
    refuse(note, format!("rvu_nicpf: {text}"), Errno::EOPNOTSUPP)
}
