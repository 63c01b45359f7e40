//! What `nfp_flower_add_offload` makes of a rule (`flower/offload.c`, `flower/action.c`).

use smartnic_core::adapter::{FlowLimits, OffloadContext, Prediction};
use smartnic_core::flow::{
    ActionKind, ActionSet, Classifier, IpMatch, IpProto, KeySet, Mpls, PeditHeader, Rule, TunnelOpts,
};
use smartnic_core::types::EtherType;

use super::{LIMITS, NAME};
use crate::findings::{ASK_THE_DRIVER, Counters, Findings, Words};
use crate::tunnel::{KEYS, ON_THE_DEVICE};

const WORDS: Words = Words {
    key: "unsupported offload: match not supported",
    action: "unsupported offload: unsupported action in action list",
    chain: "",
};

/// `FLOW_DIS_IS_FRAGMENT` and `FLOW_DIS_FIRST_FRAG`.
const FLAGS: u32 = 3;
/// FIN, SYN and RST; PSH and URG go with one of them.
const FIRST_FLAGS: u16 = 0x7;
const OTHER_FLAGS: u16 = 0x28;

pub(super) fn predict(rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
    let mut findings = Findings::new(NAME, rule, context);
    if rule.classifier == Classifier::Matchall {
        matchall(&mut findings);
        return findings.into_prediction();
    }
    let tracks = rule.action_set().contains(ActionSet::CT) || rule.key.ct_state.is_some();
    let chains = if tracks { FlowLimits { max_chain: FlowLimits::ALL.max_chain, ..LIMITS } } else { LIMITS };
    findings.limits(&chains, WORDS);
    findings.ingress_only();
    findings.counters(Counters::Delayed, None);
    findings.flags(FLAGS, "match on frag and firstfrag alone");
    keys(&mut findings);
    tunnel(&mut findings);
    actions(&mut findings, tracks);
    if tracks {
        findings.doubt(
            "rules of connections go to the card in threes: ct and goto in chain 0, the connection itself, +est behind",
            ASK_THE_DRIVER,
        );
    }
    findings.into_prediction()
}

fn keys(findings: &mut Findings<'_>) {
    let key = &findings.rule.key;
    match key.network_type() {
        Some(EtherType::ARP) => findings.quote(
            "unsupported offload: ARP not supported",
            "match on other protocols; keep the rule in software with skip_hw for ARP",
        ),
        Some(EtherType::IPV4 | EtherType::IPV6 | EtherType::MPLS | EtherType::MPLS_MC | EtherType::VLAN)
        | None => {}
        Some(_) => findings.quote(
            "unsupported offload: match on given EtherType is not supported",
            "match on ip, ipv6, mpls_uc or 802.1Q, or keep the rule in software with skip_hw",
        ),
    }
    let known = [IpProto::TCP, IpProto::UDP, IpProto::SCTP, IpProto::ICMP, IpProto::ICMPV6];
    findings.refuse_if(
        key.keys().contains(KeySet::PORTS) && !key.ip_proto.is_some_and(|proto| known.contains(&proto)),
        "unsupported offload: cannot match on L4 information without specified IP protocol type",
        "match on ip_proto tcp, udp, sctp, icmp or icmpv6 with it",
    );
    if let Some(flags) = key.tcp_flags {
        let flags = flags.value.0;
        if flags & !(FIRST_FLAGS | OTHER_FLAGS) != 0 {
            findings.quote(
                "unsupported offload: no match support for selected TCP flags",
                "match on fin, syn, rst, psh and urg only",
            );
        } else if flags & OTHER_FLAGS != 0 && flags & FIRST_FLAGS == 0 {
            findings.quote(
                "unsupported offload: PSH and URG is only supported when used with FIN, SYN or RST",
                "match on fin, syn or rst as well",
            );
        }
    }
    let outer =
        key.mpls_label.is_some() || key.mpls_tc.is_some() || key.mpls_bos.is_some() || key.mpls_ttl.is_some();
    let depths = key.mpls.iter().any(|entry| entry.depth != 1);
    findings.refuse_if(
        depths,
        "unsupported offload: invalid LSE depth for MPLS match offload",
        "match on the outermost label only: lse depth 1",
    );
    if (outer || !key.mpls.is_empty())
        && (key.mpls_ttl.is_some() || key.mpls.iter().any(|entry| entry.ttl.is_some()))
    {
        findings.doubt(
            "the driver passes over the TTL of an MPLS entry: the NIC would act on more packets than the rule says",
            "leave it out",
        );
    }
    if key.indev.is_some() || key.l2_miss.is_some() {
        findings.doubt(
            "the driver passes over indev and l2_miss: the NIC would act on more packets than the rule says",
            "leave that key out, or keep the rule in software with skip_hw",
        );
    }
}

/// Keys of a tunnel, which the driver reads on tunnel devices only (`nfp_flower_calculate_key_layers`).
fn tunnel(findings: &mut Findings<'_>) {
    let key = &findings.rule.key;
    if !key.keys().intersects(KEYS) || findings.on_other_device() {
        return;
    }
    let whole = match &key.enc_dst_ip {
        Some(IpMatch::V4(ip)) => ip.is_exact(),
        Some(IpMatch::V6(ip)) => ip.is_exact(),
        None => false,
    };
    let vxlan_opts = key.enc_dst_port.is_some_and(|port| port.value == 4789) && key.enc_opts.is_some();
    let words = if key.enc_src_ip.is_none() && key.enc_dst_ip.is_none() {
        "unsupported offload: tunnel match not supported"
    } else if key.enc_flags.is_some() {
        "Unsupported match on enc_control.flags"
    } else if !whole {
        "destination address is supported"
    } else if key.enc_dst_port.is_none() {
        "unsupported offload: an exact match on L4 destination port is required for non-GRE tunnels"
    } else if key.enc_dst_port.is_some_and(|port| !port.is_exact()) {
        "unsupported offload: only an exact match L4 destination port is supported"
    } else if !key.enc_dst_port.is_some_and(|port| [4789, 6081].contains(&port.value)) {
        "unsupported offload: tunnel type unknown"
    } else if vxlan_opts
        && !matches!(&key.enc_opts, Some(opts) if matches!(opts.value, TunnelOpts::Geneve(_)))
    {
        "unsupported offload: encap options not supported on vxlan tunnels"
    } else {
        "unsupported offload: "
    };
    findings.against(
        format!("the driver reads a tunnel's keys on a tunnel device only: \"{words}\""),
        ON_THE_DEVICE,
    );
}

fn actions(findings: &mut Findings<'_>, tracks: bool) {
    let rule = findings.rule;
    let used = rule.action_set();
    if used.contains(ActionSet::GOTO) && !tracks {
        findings.quote(
            WORDS.action,
            "put what stands in the other chain into this rule: the card has one chain only",
        );
    }
    if rule.actions.is_empty() {
        findings.doubt(
            "the driver takes a rule without actions: what the card does then is the firmware's",
            "say what is to be done",
        );
    }
    let mut tunnel = false;
    for action in &rule.actions {
        match &action.kind {
            ActionKind::Redirect(target) | ActionKind::Mirror(target) => {
                if tunnel && !findings.is_foreign(target) {
                    findings.quote("unsupported offload: egress interface does not match the required tunnel type", "redirect to the tunnel device behind tunnel_key set, such as vxlan0");
                } else if !tunnel && findings.is_foreign(target) {
                    findings.against(
                        format!("{} is not on the rule's switch: \"unsupported offload: ingress and egress interfaces are on different devices\"", target.dev),
                        "send to a representor of the same NIC",
                    );
                } else if target.ingress {
                    findings.doubt(
                        "the driver takes the receive side of a link for its other side: the NIC would send the packets out",
                        "redirect to egress, or keep the rule in software with skip_hw",
                    );
                }
            }
            ActionKind::TunnelSet(_) => tunnel = true,
            ActionKind::Police(_) => findings.against(
                "the driver refuses: \"can not offload flow table with unsupported police action.\"",
                "make the policer by itself first (tc actions add action police …) and name its index in the rule",
            ),
            ActionKind::Mpls(Mpls::Push { entry, .. }) if entry.bos.is_none() => {
                findings.quote("unsupported offload: BOS field must explicitly be set for MPLS push", "say bos 1 (or 0 above another label)");
            }
            ActionKind::Skbedit(skbedit) if skbedit.ptype.is_some_and(|ptype| ptype != 0) => {
                findings.against(
                    "the driver takes the packet type host only, without a word",
                    "say ptype host, or leave the action out",
                );
            }
            ActionKind::Pedit(pedit) if pedit.keys.iter().any(|key| key.header == PeditHeader::Network) => {
                findings.quote("unsupported offload: pedit on unsupported header", "name the field: pedit ex munge ip …, in place of munge offset …");
            }
            ActionKind::Pedit(pedit) if pedit.keys.iter().any(|key| key.header != PeditHeader::Eth) => findings.doubt(
                "rewriting beyond MAC addresses needs csum behind it, and not every field can be rewritten: \"set actions without updating checksums are not supported\"",
                "put action csum behind the pedit",
            ),
            ActionKind::Csum(_) => findings.doubt(
                "checksums are computed for what was rewritten only: \"unsupported csum update action in action list\"",
                "name the headers whose fields were rewritten",
            ),
            _ => {}
        }
    }
}

/// `nfp_flower_install_rate_limiter`.
fn matchall(findings: &mut Findings<'_>) {
    let rule = findings.rule;
    findings.refuse_if(
        findings.on_uplink() == Some(true),
        "unsupported offload: qos rate limit offload not supported on non-VF ports",
        "put it on the representor of a VF",
    );
    let police = |action: &smartnic_core::flow::Action| matches!(action.kind, ActionKind::Police(_));
    match &rule.actions[..] {
        _ if rule.prio != 1 => findings.against(
            "the driver refuses: \"unsupported offload: qos rate limit offload requires highest priority\"",
            "give it priority 1",
        ),
        [one] if police(one) => findings.doubt(
            "only representors of VFs have it: \"unsupported offload: qos rate limit offload not supported on non-VF ports\"",
            ASK_THE_DRIVER,
        ),
        [one, two] if police(one) && police(two) => {
            findings.doubt("one rate in bytes and one in packets", ASK_THE_DRIVER);
        }
        _ => findings.quote("unsupported offload: qos rate limit offload requires police action", "give it one police action, or one in bytes and one in packets"),
    }
}
