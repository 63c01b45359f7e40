//! What `ice_add_cls_flower` makes of a rule (`ice_tc_lib.c`).

use std::net::{Ipv4Addr, Ipv6Addr};

use smartnic_core::adapter::{OffloadContext, Prediction};
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{
    Action, ActionKind, Attach, IpMatch, KeySet, Match, MirredTarget, PortMatch, Rule, Side,
};
use smartnic_core::types::{EtherType, Mac, Masked};

use super::{LEGACY, NAME, SWITCHDEV};
use crate::findings::{ASK_THE_DRIVER, Findings, SWITCHDEV_FIRST, Words};
use crate::tunnel::ON_THE_DEVICE;

const WRONG_PLACE: &str = "The action is not supported for this netdevice";

pub(super) fn predict(rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
    let mut findings = Findings::new(NAME, rule, context);
    let legacy = context.mode == Some(EswitchMode::Legacy);
    let action = if legacy { "Unsupported TC action" } else { "Unsupported action in switchdev mode" };
    let words = Words { key: "Unsupported key used", action, chain: "" };
    findings.limits(if legacy { &LEGACY } else { &SWITCHDEV }, words);
    if legacy && rule.action_set().intersects(SWITCHDEV.actions - LEGACY.actions) {
        findings.against("the eswitch is in legacy mode", SWITCHDEV_FIRST);
    }
    findings.flower_only();
    findings.wants_actions("");
    findings.tcp_or_udp_ports("Only UDP and TCP transport are supported");
    egress(&mut findings);
    keys(&mut findings);
    findings.flags(0, "leave ip_flags out");
    tunnel(&mut findings);
    if !legacy {
        places(&mut findings);
    }
    findings.into_prediction()
}

/// On egress the driver takes a filter for LLDP only.
fn egress(findings: &mut Findings<'_>) {
    const LLDP: EtherType = EtherType(0x88cc);
    let egress = matches!(findings.rule.attach, Attach::Dev { side: Side::Egress, .. });
    if egress && findings.rule.key.eth_type != Some(LLDP) {
        let hint = "put the rule on the ingress side of the link where the packets come in";
        findings.against(
            "on egress the driver takes rules for LLDP only: \"Non-LLDP filtering is not supported on egress in switchdev mode\"",
            hint,
        );
    }
}

/// Keys of a tunnel, which need a tunnel device, as the rule's own or as that of a redirect (`ice_get_tunnel_device`).
fn tunnel(findings: &mut Findings<'_>) {
    if !findings.wants_tunnel() {
        return;
    }
    let elsewhere = |action: &Action| action.target().is_some_and(|target| findings.is_foreign(target));
    if !findings.on_other_device() && !findings.rule.actions.iter().any(elsewhere) {
        findings.against(
            "the driver reads a tunnel's keys on a tunnel device only: \"Tunnel key used, but device isn't a tunnel\"",
            ON_THE_DEVICE,
        );
        return;
    }
    let keys = findings.rule.key.keys();
    if keys.contains(KeySet::ENC_CONTROL) {
        findings.against(
            "the driver refuses: \"Failed to parse TC flower tunnel attributes\"",
            "leave enc_flags out",
        );
    }
    let inner = keys.contains(KeySet::ETH_ADDRS) && keys.contains(KeySet::ENC_KEYID);
    if inner && findings.rule.classid.is_some() {
        findings.quote(
            "Unable to add filter because filter using tunnel key and inner MAC is unsupported combination",
            "match on the tunnel's key or on the inner MAC addresses, not both",
        );
    }
}

fn keys(findings: &mut Findings<'_>) {
    let key = &findings.rule.key;
    let addresses: Vec<Masked<Ipv6Addr>> = [key.src_ip, key.dst_ip]
        .into_iter()
        .filter_map(|address| match address {
            Some(IpMatch::V6(address)) => Some(address),
            _ => None,
        })
        .collect();
    if addresses.iter().any(|address| address.value == Ipv6Addr::LOCALHOST) {
        findings
            .quote("Bad IPv6, addr is LOOPBACK", "match on another address: ::1 never comes in from a wire");
    }
    if !addresses.is_empty() && addresses.iter().all(|address| address.mask == Ipv6Addr::UNSPECIFIED) {
        findings.against(
            "an IPv6 address of prefix 0 matches nothing in this driver: \"Bad src/dest IPv6, addr is any\"",
            "leave the address out",
        );
    }
    // The driver takes what follows but does not put it into the filter.
    if key.ip_proto.is_some() && !key.keys().contains(KeySet::PORTS) {
        findings.doubt(
            "the driver does not match on the IP protocol alone: the NIC would act on every packet that meets the other keys",
            "add a port, or keep the rule in software with skip_hw",
        );
    }
    for name in zeros(key) {
        findings.doubt(
            format!("the driver takes {name} 0 for \"not given\": the NIC would act on every {name}"),
            "keep the rule in software with skip_hw",
        );
    }
}

/// The keys whose value is 0 though their mask is not (`if (match.key->dst)` in the driver).
fn zeros(key: &Match) -> Vec<&'static str> {
    let mac = |mac: &Option<Masked<Mac>>| {
        mac.is_some_and(|mac| mac.value == Mac([0; 6]) && mac.mask != Mac([0; 6]))
    };
    let ip = |ip: &Option<IpMatch>| matches!(ip, Some(IpMatch::V4(ip)) if ip.value == Ipv4Addr::UNSPECIFIED && ip.mask != Ipv4Addr::UNSPECIFIED);
    let port = |port: &Option<PortMatch>| matches!(port, Some(PortMatch::Masked(port)) if port.value == 0 && port.mask != 0);
    [
        ("MAC address", mac(&key.src_mac) || mac(&key.dst_mac)),
        ("IPv4 address", ip(&key.src_ip) || ip(&key.dst_ip)),
        ("port", port(&key.src_port) || port(&key.dst_port)),
    ]
    .into_iter()
    .filter_map(|(name, zero)| zero.then_some(name))
    .collect()
}

/// Which action goes where: `ice_tc_setup_drop_action`, `ice_tc_setup_action`.
fn places(findings: &mut Findings<'_>) {
    let rule = findings.rule;
    let on_block = matches!(rule.attach, Attach::Block(_));
    for action in &rule.actions {
        match &action.kind {
            ActionKind::Gact if action.control == smartnic_core::flow::Control::Drop => match findings
                .on_uplink()
            {
                Some(false) => findings.against(
                    format!("the driver drops at the uplink only, not at a representor: \"{WRONG_PLACE}\""),
                    "put the rule on the uplink, or redirect what may pass and leave the rest",
                ),
                None => findings
                    .doubt(format!("a drop at a representor is refused: \"{WRONG_PLACE}\""), ASK_THE_DRIVER),
                Some(true) => {}
            },
            ActionKind::Redirect(target) | ActionKind::Mirror(target) if !target.ingress => {
                forward(findings, target, on_block);
            }
            _ => {}
        }
    }
    if rule.actions.len() > 1 && !findings.any_against() {
        findings.doubt(
            "the driver keeps only the last of several actions: the NIC would not do the others",
            "use one action a rule",
        );
    }
}

fn forward(findings: &mut Findings<'_>, target: &MirredTarget, on_block: bool) {
    if findings.is_foreign(target) {
        findings.against(
            format!("{} is not on the rule's switch: \"{WRONG_PLACE}\"", target.dev),
            "send to the uplink or to a representor of the same NIC",
        );
        return;
    }
    if let (Some(true), Some(true), false) = (findings.on_uplink(), findings.to_uplink(target), on_block) {
        findings.against(
            format!("the driver forwards from an uplink to representors only: \"{WRONG_PLACE}\""),
            "redirect to a representor",
        );
    }
}
