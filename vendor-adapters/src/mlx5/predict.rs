//! What `mlx5e_configure_flower` makes of a rule (`en_tc.c`, `en/tc/act/`).

use smartnic_core::adapter::{OffloadContext, Prediction};
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{
    ActionKind, CT_STATES, Classifier, Control, KeySet, MirredTarget, Netdev, Rule, TunnelOpts, VlanChange,
};
use smartnic_core::types::EtherType;

use super::NAME;
use super::flow::{LEGACY, SWITCHDEV};
use crate::findings::{Counters, Findings, Words};
use crate::tunnel::ON_THE_DEVICE;

/// `MLX5_MAX_FLOW_FWD_VPORTS`.
const MAX_OUTPUTS: usize = 32;
/// `FLOW_DIS_IS_FRAGMENT`, the only flag of a packet that the hardware matches on.
const FRAGMENT: u32 = 1;
/// Of these the driver knows without a device that has them.
const VXLAN_PORT: u16 = 4789;
const GENEVE_PORT: u16 = 6081;
/// `MLX5_FS_VLAN_DEPTH`.
const VLAN_DEPTH: usize = 2;

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
        findings.against_but("the eswitch is in legacy mode", "move the NIC to switchdev mode");
    }
    findings.ingress_only();
    findings.wants_actions("Flow action doesn't have any entries");
    findings.counters(Counters::Delayed, Some("Flow action HW stats type is not supported"));
    findings.tcp_or_udp_ports("Only UDP and TCP transports are supported for L4 matching");
    findings.flags(FRAGMENT, "match on frag or nofrag alone: ip_flags frag");
    meta(&mut findings);
    tunnel(&mut findings);
    if rule.key.keys().contains(KeySet::MPLS) {
        findings.doubt(
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
        findings.quote("Can't match on \"l2_miss\"");
    }
    let state = key.ct_state.map_or(0, |state| state.value & state.mask);
    for (name, bit) in CT_STATES {
        if ["rel", "inv"].contains(&name) && state & bit != 0 {
            findings.against_but(
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
        findings.doubt(
            "the driver reads a tunnel's keys on a tunnel device only: here the NIC would act on packets of every tunnel, and of none",
            ON_THE_DEVICE,
        );
        return;
    }
    match key.enc_dst_port {
        None => findings.against_but(
            "the driver takes a packet out of a UDP tunnel by its port: \"UDP tunnel decap filter must include enc_dst_port condition\"",
            "match on the tunnel's port: enc_dst_port 4789 for VXLAN, 6081 for Geneve (GRE and MPLS over UDP need none)",
        ),
        Some(port) if !port.is_exact() => findings.against_but(
            "the driver wants the whole port: \"UDP tunnel decap filter must match enc_dst_port fully\"",
            "match on enc_dst_port without a mask",
        ),
        Some(port) => {
            let geneve = matches!(&key.enc_opts, Some(opts) if matches!(opts.value, TunnelOpts::Geneve(_)));
            if geneve && port.value != GENEVE_PORT {
                findings.quote("Matched UDP dst port is not registered as a GENEVE port");
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
        findings.against_but("the driver refuses: \"only priority 1 is supported\"", "give it priority 1");
    }
    match &rule.actions[..] {
        [action] if matches!(action.kind, ActionKind::Police(_)) => {
            findings.doubt("only representors of functions have it", "look at what the kernel does with it");
        }
        [] => findings.quote("matchall called with no action"),
        [_] => findings.against_but(
            "the driver refuses: \"mlx5 supports only police action for matchall\"",
            "write it as a flower rule without keys",
        ),
        _ => findings.quote("matchall policing support only a single action"),
    }
}

/// The driver's walk over the actions, which it takes as a whole: what follows an action that ends the packet's
/// way counts as well.
struct Walk<'f, 'a> {
    findings: &'f mut Findings<'a>,
    /// Links that get the packet in its present form.
    outputs: Vec<&'a Netdev>,
    /// All outputs so far.
    forwarded: usize,
    vlans: usize,
    popped: bool,
    forwards: bool,
    drops: bool,
    rewrites: bool,
}

impl<'f, 'a> Walk<'f, 'a> {
    fn new(findings: &'f mut Findings<'a>) -> Self {
        Self {
            findings,
            outputs: Vec::new(),
            forwarded: 0,
            vlans: 0,
            popped: false,
            forwards: false,
            drops: false,
            rewrites: false,
        }
    }

    fn actions(mut self) {
        let rule = self.findings.rule;
        for action in &rule.actions {
            match &action.kind {
                ActionKind::Gact => match action.control {
                    Control::Drop => self.drops = true,
                    Control::Pass | Control::Trap | Control::Goto(_) => self.forwards = true,
                    _ => {}
                },
                ActionKind::Redirect(target) => self.output(target, true),
                ActionKind::Mirror(target) => self.output(target, false),
                ActionKind::VlanPop => {
                    self.tag();
                    self.popped = true;
                }
                // A pop and a push behind it become one rewrite of the tag.
                ActionKind::VlanPush(change) if self.popped => {
                    self.popped = false;
                    self.rewrite(change);
                }
                ActionKind::VlanPush(_) => self.tag(),
                ActionKind::VlanModify(change) => self.rewrite(change),
                ActionKind::Mpls(_)
                | ActionKind::Police(_)
                | ActionKind::Sample(_)
                | ActionKind::Skbedit(_) => {
                    let name = action.kind.name();
                    self.findings.doubt(
                        format!(
                            "the driver takes the action {name} on conditions that are not looked at here"
                        ),
                        "look at what the kernel does with it",
                    );
                }
                // What the SDK does not know may well forward; the doubt is raised elsewhere.
                ActionKind::Unknown { .. } => self.forwards = true,
                _ => {}
            }
        }
        self.combination();
    }

    fn output(&mut self, target: &'a MirredTarget, redirect: bool) {
        self.forwards = true;
        if target.ingress {
            self.findings.quote(match redirect {
                true => "redirect to ingress is supported only for OVS internal ports",
                false => "Not implemented offload action",
            });
            return;
        }
        self.forwarded += 1;
        if self.forwarded == MAX_OUTPUTS + 1 {
            self.findings.against(format!(
                "the rule has more than {MAX_OUTPUTS} outputs: \"can't support more output ports, can't offload forwarding\""
            ));
        }
        if self.outputs.contains(&&target.dev) {
            self.findings.against(format!(
                "two outputs go to {}: \"can't duplicate output to same device\"",
                target.dev
            ));
        }
        self.outputs.push(&target.dev);
        self.place(target);
    }

    /// Where a packet may be sent from where the rule stands.
    fn place(&mut self, target: &MirredTarget) {
        let rule = self.findings.rule;
        let to_itself = rule.attach.dev() == Some(&target.dev);
        match (self.findings.on_uplink(), self.findings.to_uplink(target)) {
            _ if self.findings.is_foreign(target) => self.findings.against_but(
                format!(
                    "{} is not on the rule's switch: \"devices are not on same switch HW, can't offload forwarding\"",
                    target.dev
                ),
                "send to the uplink or to a representor of the same NIC",
            ),
            (Some(false), _) if to_itself => self.findings.quote("can't forward from a VF to itself"),
            (Some(true), Some(true)) if !to_itself => {
                self.findings.quote("devices are not the same uplink, can't offload forwarding");
            }
            (_, _) if to_itself => self.findings.doubt(
                "only some devices send a packet out where it came in: \"devices are both uplink, can't offload forwarding\"",
                "look at what the kernel does with it",
            ),
            _ => {}
        }
    }

    /// One more tag is pushed or popped.
    fn tag(&mut self) {
        self.vlans += 1;
        if self.vlans == VLAN_DEPTH + 1 {
            self.findings.against(format!(
                "the rule pushes and pops more than {VLAN_DEPTH} VLAN tags: \"Total vlans used is greater than supported\""
            ));
        }
        self.outputs.clear();
    }

    fn rewrite(&mut self, change: &VlanChange) {
        self.rewrites = true;
        self.outputs.clear();
        let key = &self.findings.rule.key;
        let matched = key.vlan_prio.unwrap_or(0);
        if key.eth_type != Some(EtherType::VLAN) {
            self.findings.against_but(
                "the rule changes a VLAN tag that it does not match on: \"VLAN rewrite action must have VLAN protocol match\"",
                "match on protocol 802.1Q",
            );
        } else if change.priority.unwrap_or(0) != matched {
            self.findings.against_but(
                "the driver changes the VLAN of a tag but not its priority: \"Changing VLAN prio is not supported\"",
                "match on the priority that the tag is to have",
            );
        }
    }

    /// `verify_attr_actions`.
    fn combination(&mut self) {
        match (self.forwards, self.drops) {
            (false, false) if !self.findings.any_against() => self.findings.against_but(
                "the driver refuses: \"Rule must have at least one forward/drop action\"",
                "end the rule with a redirect, pass or drop",
            ),
            (true, true) => self.findings.quote("Rule cannot support forward+drop action"),
            (false, true) if self.rewrites => {
                self.findings.quote("Drop with modify header action is not supported");
            }
            _ => {}
        }
    }
}
