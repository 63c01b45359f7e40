//! What `mlx5e_configure_flower` makes of a rule (`en_tc.c`, `en/tc/act/`).

use smartnic_core::adapter::{OffloadContext, Prediction};
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{ActionKind, CT_STATES, Classifier, KeySet, Rule, TunnelOpts};

use super::NAME;
use super::flow::{LEGACY, SWITCHDEV};
use super::walk::Walk;
use crate::findings::{ASK_THE_DRIVER, Counters, Findings, SWITCHDEV_FIRST, Words};
use crate::tunnel::ON_THE_DEVICE;

/// `FLOW_DIS_IS_FRAGMENT`, the only flag of a packet that the hardware matches on.
const FRAGMENT: u32 = 1;
/// Of these the driver knows without a device that has them.
const VXLAN_PORT: u16 = 4789;
const GENEVE_PORT: u16 = 6081;

const WORDS: Words = Words {
    key: "Unsupported key",
    action: "Not implemented offload action",
    chain: "Requested chain is out of supported range",
};

pub(super) fn predict(rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
    let mut findings = Findings::new(NAME, rule, context);
    if rule.classifier == Classifier::Matchall {
        matchall(&mut findings);
        return findings.into_prediction();
    }
    let legacy = context.mode == Some(EswitchMode::Legacy);
    findings.limits(if legacy { &LEGACY } else { &SWITCHDEV }, WORDS);
    if legacy && rule.action_set().intersects(SWITCHDEV.actions - LEGACY.actions) {
        findings.against("the eswitch is in legacy mode", SWITCHDEV_FIRST);
    }
    findings.ingress_only();
    findings.wants_actions("Flow action doesn't have any entries");
    findings.counters(Counters::Delayed, Some("Flow action HW stats type is not supported"));
    findings.tcp_or_udp_ports("Only UDP and TCP transports are supported for L4 matching");
    findings.flags(FRAGMENT, "match on frag or nofrag alone: ip_flags frag");
    meta(&mut findings);
    tunnel(&mut findings);
    if rule.key.keys().contains(KeySet::MPLS) {
        findings.caution(
            "the driver looks at MPLS within tunnels only: the NIC would act on packets with any label",
            "keep the rule in software with skip_hw",
        );
    }
    if !legacy && !rule.actions.is_empty() {
        Walk::new(&mut findings).actions();
    }
    findings.into_prediction()
}

/// A bridge's misses and the states of connections (`mlx5e_flower_parse_meta`, `mlx5_tc_ct_match_add`).
fn meta(findings: &mut Findings<'_>) {
    let key = &findings.rule.key;
    if key.l2_miss.is_some() {
        findings.quote(
            "Can't match on \"l2_miss\"",
            "leave l2_miss out, or keep the rule in software with skip_hw",
        );
    }
    let state = key.ct_state.map_or(0, |state| state.value & state.mask);
    for (name, bit) in CT_STATES {
        if ["rel", "inv"].contains(&name) && state & bit != 0 {
            findings.against(
                format!("the driver refuses: \"matching on ct_state +{name} isn't supported\""),
                "match on -rel and -inv, and leave such packets to software",
            );
        }
    }
}

/// Keys of a tunnel, which the driver reads on tunnel devices only (`parse_tunnel_attr`, `mlx5e_tc_tun_parse_udp_ports`).
fn tunnel(findings: &mut Findings<'_>) {
    let key = &findings.rule.key;
    if !findings.wants_tunnel() {
        return;
    }
    if !findings.on_other_device() {
        findings.caution(
            "the driver reads a tunnel's keys on a tunnel device only: here the NIC would act on packets of every tunnel, and of none",
            ON_THE_DEVICE,
        );
        return;
    }
    match key.enc_dst_port {
        None => findings.against(
            "the driver takes a packet out of a UDP tunnel by its port: \"UDP tunnel decap filter must include enc_dst_port condition\"",
            "match on the tunnel's port: enc_dst_port 4789 for VXLAN, 6081 for Geneve (GRE and MPLS over UDP need none)",
        ),
        Some(port) if !port.is_exact() => findings.against(
            "the driver wants the whole port: \"UDP tunnel decap filter must match enc_dst_port fully\"",
            "match on enc_dst_port without a mask",
        ),
        Some(port) => {
            let geneve = matches!(&key.enc_opts, Some(opts) if matches!(opts.value, TunnelOpts::Geneve(_)));
            if geneve && port.value != GENEVE_PORT {
                findings.quote("Matched UDP dst port is not registered as a GENEVE port", "match on enc_dst_port 6081, the port that the NIC knows for Geneve");
            } else if port.value != VXLAN_PORT && port.value != GENEVE_PORT {
                findings.doubt(
                    "the NIC knows the ports of tunnel devices only: \"Matched UDP dst port is not registered as a VXLAN port\"",
                    "make the tunnel device with this port (`ip link add … type vxlan … dstport PORT`)",
                );
            }
        }
    }
}

/// `mlx5e_tc_configure_matchall`: a rate for what a function sends.
fn matchall(findings: &mut Findings<'_>) {
    let rule = findings.rule;
    if rule.prio != 1 {
        findings.against("the driver refuses: \"only priority 1 is supported\"", "give it priority 1");
    }
    match &rule.actions[..] {
        [action] if matches!(action.kind, ActionKind::Police(_)) => {
            findings.doubt("only representors of functions have it", ASK_THE_DRIVER);
        }
        [] => findings.quote("matchall called with no action", "give it one police action"),
        [_] => findings.against(
            "the driver refuses: \"mlx5 supports only police action for matchall\"",
            "write it as a flower rule without keys",
        ),
        _ => findings.quote(
            "matchall policing support only a single action",
            "give it one police action alone; other rules are flower rules",
        ),
    }
}
