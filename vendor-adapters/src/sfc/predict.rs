//! What `efx_tc_flower` makes of a rule (`tc.c`).

use smartnic_core::adapter::{OffloadContext, Prediction};
use smartnic_core::flow::{ActionKind, ActionSet, Control, HwStats, IpProto, KeySet, PeditHeader, Rule};
use smartnic_core::types::EtherType;

use super::{LIMITS, NAME};
use crate::findings::{ASK_THE_DRIVER, Findings, Words};
use crate::tunnel::ON_THE_DEVICE;

const WORDS: Words = Words { key: "Unsupported flower keys", action: "Unhandled action", chain: "" };

/// `FLOW_DIS_IS_FRAGMENT` and `FLOW_DIS_FIRST_FRAG`.
const FLAGS: u32 = 3;
/// Of the states of connections, `est` and `trk`.
const ESTABLISHED: u16 = 1 << 1;
const TRACKED: u16 = 1 << 3;

pub(super) fn predict(rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
    let mut findings = Findings::new(NAME, rule, context);
    findings.limits(&LIMITS, WORDS);
    findings.ingress_only();
    findings.flower_only();
    findings.flags(FLAGS, "match on frag and firstfrag alone");
    keys(&mut findings);
    tunnel(&mut findings);
    let state = rule.key.ct_state.map_or((0, 0), |state| (state.value, state.mask));
    let tracked = state.1 & TRACKED != 0 && state.0 & TRACKED != 0;
    let used = rule.action_set();
    if used.contains(ActionSet::GOTO) || (used.contains(ActionSet::CT) && !tracked) {
        first_round(&mut findings);
    } else {
        actions(&mut findings);
    }
    findings.into_prediction()
}

fn keys(findings: &mut Findings<'_>) {
    let key = &findings.rule.key;
    let used = key.keys();
    let ip = matches!(key.network_type(), Some(EtherType::IPV4 | EtherType::IPV6));
    let upper = KeySet::IPV4_ADDRS | KeySet::IPV6_ADDRS | KeySet::PORTS | KeySet::IP | KeySet::TCP;
    findings.refuse_if(
        used.intersects(upper) && !ip,
        "require protocol ipv[46]",
        "match on protocol ip or ipv6",
    );
    let transport = matches!(key.ip_proto, Some(IpProto::TCP | IpProto::UDP));
    findings.refuse_if(
        ip && used.intersects(KeySet::PORTS | KeySet::TCP) && !transport,
        "require ipproto udp or tcp",
        "match on ip_proto tcp or udp",
    );
    let state = key.ct_state.map_or(0, |state| state.mask);
    findings.refuse_if(
        state & !(ESTABLISHED | TRACKED) != 0,
        "Unsupported ct_state match",
        "match on trk and est only",
    );
    findings.refuse_if(
        key.ct_label.is_some(),
        "Matching on ct_label not supported",
        "use ct_mark in place of ct_label",
    );
}

/// Keys of a tunnel, which the driver reads on tunnel devices only.
fn tunnel(findings: &mut Findings<'_>) {
    let key = &findings.rule.key;
    if !findings.wants_tunnel() || key.keys().intersects(KeySet::ENC_OPTS) {
        return;
    }
    let addresses = key.enc_src_ip.is_some() || key.enc_dst_ip.is_some();
    if key.enc_flags.is_some() {
        findings.quote("Unsupported match on enc_control.flags", "leave enc_flags out");
    } else if findings.on_other_device() {
        findings.doubt("what the engine matches of a tunnel is the firmware's", ASK_THE_DRIVER);
    } else if !addresses {
        findings.against(
            "the driver wants a tunnel's addresses: \"Flower enc keys require enc_control\"",
            ON_THE_DEVICE,
        );
    } else {
        findings.against(
            "the driver reads a tunnel's keys on a tunnel device only: \"Ingress enc_key matches not supported\"",
            ON_THE_DEVICE,
        );
    }
}

/// A rule that tracks connections or goes to another chain (`efx_tc_flower_handle_lhs_actions`).
fn first_round(findings: &mut Findings<'_>) {
    let rule = findings.rule;
    if rule.chain != 0 {
        findings.quote(
            "LHS rule only allowed in chain 0",
            "put the rule that goes to another chain into chain 0: the card knows two rounds only",
        );
    }
    let used = rule.action_set();
    let others = used - ActionSet::GOTO - ActionSet::CT;
    if !others.is_empty() {
        findings.against(
            format!(
                "a rule that tracks or goes to a chain does nothing else, not {others}: \"for LHS rule\""
            ),
            "do that in the rules of the other chain",
        );
    }
    findings.refuse_if(
        !used.contains(ActionSet::GOTO),
        "Missing goto chain in LHS rule",
        "end it with goto chain N, and put what is to be done into chain N",
    );
    findings.refuse_if(
        rule.actions.iter().any(|action| action.control == Control::Goto(0)),
        "Can't goto chain 0, no looping in hw",
        "go to another chain than 0",
    );
    if used.contains(ActionSet::CT) {
        findings.doubt(
            "only a lookup of the connection goes to the card, not commit, force, clear or NAT",
            ASK_THE_DRIVER,
        );
    }
}

fn actions(findings: &mut Findings<'_>) {
    let rule = findings.rule;
    let (mut pushes, mut pops, mut ended) = (0_u32, 0_u32, false);
    for action in &rule.actions {
        if ended {
            findings.quote("Action follows non-pipe action", "put the drop or the redirect last");
            break;
        }
        let delivers = matches!(action.kind, ActionKind::Redirect(_) | ActionKind::Mirror(_))
            || (action.kind == ActionKind::Gact && action.control == Control::Drop);
        let counts = action.hw_stats.is_none_or(|stats| stats.is_empty() || stats.contains(HwStats::DELAYED));
        findings.refuse_if(
            delivers && !counts,
            "not supported (only 'delayed')",
            "leave hw_stats out, or ask for delayed",
        );
        match &action.kind {
            ActionKind::Gact if action.control == Control::Drop => ended = true,
            ActionKind::Redirect(target) | ActionKind::Mirror(target) if !target.ingress => {
                ended = matches!(action.kind, ActionKind::Redirect(_));
                if findings.is_foreign(target) {
                    findings.against(
                        format!("{} is not on the rule's switch: \"Mirred egress device not on switch\"", target.dev),
                        "send to the PF or to a representor of the same NIC",
                    );
                }
            }
            ActionKind::VlanPop if pushes > 0 => pushes -= 1,
            ActionKind::VlanPop => {
                pops += 1;
                findings.refuse_if(pops > 2, "More than two VLAN pops, or action order violated", "take off two tags at most, before any is put on");
            }
            ActionKind::VlanPush(_) => {
                pushes += 1;
                findings.refuse_if(pushes > 2, "More than two VLAN pushes, or action order violated", "put on two tags at most, behind what is taken off");
            }
            ActionKind::TunnelUnset => findings.quote("Cannot offload tunnel decap action without tunnel device", "put the rule on the tunnel device (such as vxlan0)"),
            ActionKind::TunnelSet(_) => findings.doubt(
                "where the tunnel's packets go must be known to the kernel: the driver looks for the route and the neighbour",
                "send to the tunnel device, and ask the driver: snicctl flow explain FILE --probe",
            ),
            ActionKind::Pedit(pedit) => {
                let eth = pedit.keys.iter().all(|key| key.header == PeditHeader::Eth);
                if !eth && !pedit.keys.iter().all(|key| matches!(key.header, PeditHeader::Ip4 | PeditHeader::Ip6 | PeditHeader::Eth)) {
                    findings.quote("Unhandled mangle htype", "rewrite MAC addresses, or take one off the TTL");
                } else {
                    findings.doubt(
                        "the driver rewrites whole MAC addresses and takes one off the TTL: \"is not supported\"",
                        ASK_THE_DRIVER,
                    );
                }
            }
            ActionKind::Ct(_) => findings.doubt(
                "of connections only NAT goes to the card here: \"Can only offload CT 'nat' action in RHS rules\"",
                ASK_THE_DRIVER,
            ),
            _ => {}
        }
    }
}
