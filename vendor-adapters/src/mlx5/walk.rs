//! The driver's walk over the actions of a rule in the eswitch (`parse_tc_actions`, `en/tc/act/`).

use smartnic_core::flow::{
    Action, ActionKind, Control, Csum, Ct, CtFlags, MirredTarget, Mpls, Netdev, Police, VlanChange,
};
use smartnic_core::types::EtherType;

use super::rewrite::{Rewrites, wants_transport};
use crate::findings::{ASK_THE_DRIVER, Findings};

/// `MLX5_MAX_FLOW_FWD_VPORTS`.
const MAX_OUTPUTS: usize = 32;
/// `MLX5_FS_VLAN_DEPTH`.
const VLAN_DEPTH: usize = 2;
/// `PACKET_HOST`.
const HOST: u16 = 0;

/// What the hardware does before it goes on in another table, which it does behind `ct`, `police` and `sample`.
#[derive(Default)]
struct Part {
    forwards: bool,
    drops: bool,
    rewrites: bool,
    bits: Rewrites,
    /// All outputs so far.
    outputs: usize,
    popped: bool,
    chain: bool,
}

/// The driver takes the actions as a whole: what follows an action that ends the packet's way counts as well.
pub(super) struct Walk<'f, 'a> {
    findings: &'f mut Findings<'a>,
    part: Part,
    /// Whether this is not the first part.
    behind: bool,
    /// Links that get the packet in its present form.
    outputs: Vec<&'a Netdev>,
    vlans: usize,
    encap: bool,
    labelled: bool,
    bare: bool,
    decap: bool,
    jump: u32,
}

impl<'f, 'a> Walk<'f, 'a> {
    pub(super) fn new(findings: &'f mut Findings<'a>) -> Self {
        Self {
            findings,
            part: Part::default(),
            behind: false,
            outputs: Vec::new(),
            vlans: 0,
            encap: false,
            labelled: false,
            bare: false,
            decap: false,
            jump: 0,
        }
    }

    pub(super) fn actions(mut self) {
        let rule = self.findings.rule;
        let last = rule.actions.len().saturating_sub(1);
        for (at, action) in rule.actions.iter().enumerate() {
            let ends = self.action(action, at, at == last);
            if let Some(terminates) = self.landed(action) {
                self.end(terminates);
            } else if ends && at < last {
                self.end(false);
            }
        }
        self.finish();
        let pedits = rule.actions.iter().filter_map(|action| match &action.kind {
            ActionKind::Pedit(pedit) => Some(pedit),
            _ => None,
        });
        if wants_transport(&rule.key, pedits) {
            self.findings.against(
                "the driver mends checksums of TCP, UDP and ICMP only: \"can't offload re-write of non TCP/UDP\"",
                "match on ip_proto tcp, udp or icmp",
            );
        }
        if self.encap || self.labelled {
            self.findings.caution(
                "no output follows the outer header: the NIC would leave it out",
                "redirect to the tunnel device behind it",
            );
        }
        if self.decap && !self.findings.on_other_device() {
            self.findings.caution(
                "the driver takes a tunnel off on a tunnel device only: here the NIC does nothing of tunnel_key unset",
                crate::tunnel::ON_THE_DEVICE,
            );
        }
    }

    /// One action; says whether the hardware goes on in another table behind it.
    fn action(&mut self, action: &'a Action, at: usize, last: bool) -> bool {
        match &action.kind {
            ActionKind::Gact => match action.control {
                Control::Drop => self.part.drops = true,
                Control::Goto(chain) => (self.part.forwards, self.part.chain) = (true, chain != 0),
                Control::Pass | Control::Trap => self.part.forwards = true,
                _ => {}
            },
            ActionKind::Redirect(target) => self.output(target, true),
            ActionKind::Mirror(target) => self.output(target, false),
            ActionKind::VlanPop => {
                self.part.popped |= self.vlans == 0;
                self.tag();
            }
            // A pop and a push behind it become one rewrite of the tag.
            ActionKind::VlanPush(change) if self.part.popped => {
                self.part.popped = false;
                self.retag(change);
            }
            ActionKind::VlanPush(_) => self.tag(),
            ActionKind::VlanModify(change) => self.retag(change),
            ActionKind::VlanPushEth(_) => {
                self.findings.against(
                    "the driver puts an Ethernet header before a packet only where it took an MPLS label off",
                    "put it right behind mpls pop",
                );
            }
            ActionKind::VlanPopEth => {
                self.tag();
                self.bare = true;
            }
            ActionKind::TunnelSet(_) => self.encap = true,
            ActionKind::TunnelUnset => self.decap = true,
            ActionKind::Pedit(pedit) => {
                self.part.bits.add(pedit);
                self.part.rewrites |= !pedit.keys.is_empty();
                self.outputs.clear();
            }
            ActionKind::Csum(csum) => self.checksum(*csum),
            ActionKind::Ct(ct) => return self.track(ct, last),
            ActionKind::Police(police) => {
                self.police(police, action.control, last);
                return true;
            }
            ActionKind::Sample(_) => return true,
            ActionKind::Skbedit(skbedit) if skbedit.ptype.is_some_and(|ptype| ptype != HOST) => {
                self.findings.quote(
                    "skbedit ptype is only supported with type host",
                    "say ptype host, or leave the action out",
                );
            }
            ActionKind::Mpls(mpls) => self.label(mpls, at),
            // What the SDK does not know may well forward; the doubt is raised elsewhere.
            ActionKind::Unknown { .. } => self.part.forwards = true,
            _ => {}
        }
        false
    }

    fn output(&mut self, target: &'a MirredTarget, redirect: bool) {
        self.part.forwards = true;
        if target.ingress {
            let words = match redirect {
                true => "redirect to ingress is supported only for OVS internal ports",
                false => "Not implemented offload action",
            };
            self.findings.quote(words, "send to egress: mirred egress redirect dev LINK");
            return;
        }
        self.part.outputs += 1;
        if self.part.outputs == MAX_OUTPUTS + 1 {
            self.findings.against(
                format!("the rule has more than {MAX_OUTPUTS} outputs: \"can't support more output ports, can't offload forwarding\""),
                "send to fewer links, or go on in another chain",
            );
        }
        if std::mem::take(&mut self.labelled) {
            self.findings.quote(
                "mpls is supported only through a bareudp device",
                "redirect to a bareudp device behind mpls push",
            );
            return;
        }
        if self.bare {
            self.findings.quote(
                "vlan pop eth is supported only with mpls push",
                "put mpls push and a redirect to a bareudp device behind vlan pop_eth",
            );
        }
        if std::mem::take(&mut self.encap) {
            self.through_tunnel(target);
            return;
        }
        if self.outputs.contains(&&target.dev) {
            self.findings.against(
                format!("two outputs go to {}: \"can't duplicate output to same device\"", target.dev),
                "send to each link once",
            );
        }
        self.outputs.push(&target.dev);
        self.place(target);
    }

    /// A packet with an outer header goes to the tunnel's device (`mlx5e_attach_encap`).
    fn through_tunnel(&mut self, target: &MirredTarget) {
        let hint = "redirect to the tunnel device, such as vxlan0, whose packets leave by the NIC's uplink";
        match self.findings.on_switch(target) {
            Some(true) => self
                .findings
                .against(format!("{} is no tunnel device: \"Unsupported tunnel\"", target.dev), hint),
            _ => self.findings.doubt(
                "the driver finds the way to the tunnel's other end by the host's routes and neighbours",
                hint,
            ),
        }
    }

    /// Where a packet may be sent from where the rule stands.
    fn place(&mut self, target: &MirredTarget) {
        let rule = self.findings.rule;
        let to_itself = rule.attach.dev() == Some(&target.dev);
        match (self.findings.on_uplink(), self.findings.to_uplink(target)) {
            _ if self.findings.is_foreign(target) => self.findings.against(
                format!(
                    "{} is not on the rule's switch: \"devices are not on same switch HW, can't offload forwarding\"",
                    target.dev
                ),
                "send to the uplink or to a representor of the same NIC",
            ),
            (Some(false), _) if to_itself => self.findings.quote("can't forward from a VF to itself", "redirect to another representor, or to the uplink"),
            (Some(true), Some(true)) if !to_itself => {
                self.findings.quote("devices are not the same uplink, can't offload forwarding", "redirect to a representor, or back out of the same uplink");
            }
            (_, _) if to_itself => self.findings.doubt(
                "only some devices send a packet out where it came in: \"devices are both uplink, can't offload forwarding\"",
                ASK_THE_DRIVER,
            ),
            _ => {}
        }
    }

    /// One more tag is pushed or popped.
    fn tag(&mut self) {
        self.vlans += 1;
        if self.vlans == VLAN_DEPTH + 1 {
            self.findings.against(
                format!("the rule pushes and pops more than {VLAN_DEPTH} VLAN tags: \"Total vlans used is greater than supported\""),
                "push or pop two tags at most",
            );
        }
        self.outputs.clear();
    }

    fn retag(&mut self, change: &VlanChange) {
        self.part.rewrites = true;
        self.outputs.clear();
        let key = &self.findings.rule.key;
        let matched = key.vlan_prio.unwrap_or(0);
        if key.eth_type != Some(EtherType::VLAN) || self.behind {
            self.findings.against(
                "the rule changes a VLAN tag that it does not match on: \"VLAN rewrite action must have VLAN protocol match\"",
                "match on protocol 802.1Q, and change the tag before ct, police and sample",
            );
        } else if change.priority.unwrap_or(0) != matched {
            self.findings.against(
                "the driver changes the VLAN of a tag but not its priority: \"Changing VLAN prio is not supported\"",
                "match on the priority that the tag is to have",
            );
        }
    }

    fn checksum(&mut self, csum: Csum) {
        let mended = Csum::IPV4_HEADER | Csum::TCP | Csum::UDP;
        if !self.part.rewrites {
            self.findings.against(
                "the NIC mends checksums of what it rewrites: \"TC csum action is only offloaded with pedit\"",
                "put csum behind the pedit that makes it needed",
            );
        } else if !mended.contains(csum) {
            self.findings
                .quote("can't offload TC csum action for some header/s", "name ip4h, tcp and udp only");
        }
    }

    fn track(&mut self, ct: &Ct, last: bool) -> bool {
        if ct.flags.contains(CtFlags::COMMIT) && last {
            self.findings.against(
                "the driver refuses a commit that nothing follows, without a word",
                "end the rule with a redirect, or go on in another chain",
            );
        }
        self.outputs.clear();
        !ct.flags.contains(CtFlags::CLEAR)
    }

    fn police(&mut self, police: &Police, exceed: Control, last: bool) {
        let conform = police.conform.unwrap_or(Control::Pass);
        let taken =
            |control| matches!(control, Control::Pipe | Control::Pass | Control::Jump(_) | Control::Drop);
        if !taken(conform) || !taken(exceed) {
            self.findings.quote(
                "Offload not supported when conform-exceed action is not pipe, ok, jump or drop",
                "say pipe, ok, jump or drop: conform-exceed drop/pipe",
            );
        }
        if police.peak_rate != 0 || police.average_rate.is_some() || police.overhead != 0 {
            self.findings.quote(
                "Offload not supported when peakrate/avrate/overhead is configured",
                "give rate and burst only",
            );
        }
        // A limit on the size alone sends packets to a table by itself.
        let rate = police.rate != 0 || police.packet_rate.is_some_and(|rate| rate != 0);
        self.part.forwards |= !rate;
        if !last && (conform == Control::Pass || exceed == Control::Pass) {
            self.findings.caution(
                "where police lets a packet pass, the NIC goes on with the next action",
                "say pipe in place of ok: conform-exceed drop/pipe",
            );
        }
    }

    fn label(&mut self, mpls: &Mpls, at: usize) {
        match mpls {
            Mpls::Push { protocol, .. } => {
                if protocol.is_some_and(|protocol| protocol != EtherType::MPLS) {
                    self.findings.quote(
                        "mpls push is supported only for mpls_uc protocol",
                        "leave protocol out, or say protocol mpls_uc",
                    );
                }
                self.labelled = true;
            }
            Mpls::Pop { .. } if at > 1 || at == 1 && !self.decap => {
                self.findings.quote(
                    "mpls pop supported only as first action or with decap",
                    "put mpls pop first, or right behind tunnel_key unset",
                );
            }
            Mpls::Pop { .. } if self.findings.on_other_device() => {
                self.findings.doubt("the driver takes a label off on bareudp devices only", ASK_THE_DRIVER);
            }
            Mpls::Pop { .. } => self.findings.quote(
                "mpls pop supported only on bareudp devices",
                "put the rule on the bareudp device that the labelled packets come out of",
            ),
            _ => {}
        }
    }

    /// A jump of police passes actions by; where it lands, a part ends, and with it perhaps the packet's way.
    fn landed(&mut self, action: &Action) -> Option<bool> {
        let mut landed = None;
        if self.jump > 0 {
            self.jump -= 1;
            let ends = match &action.kind {
                ActionKind::Gact => matches!(action.control, Control::Drop | Control::Goto(_)),
                ActionKind::Redirect(target) => !target.ingress,
                _ => false,
            };
            landed = (self.jump == 1).then_some(ends);
        }
        if let ActionKind::Police(police) = &action.kind {
            for control in [police.conform.unwrap_or(Control::Pass), action.control] {
                let Control::Jump(count) = control else { continue };
                if self.jump > 0 {
                    self.findings.quote(
                        "Cannot offload flows with nested jumps",
                        "let one police jump, and no other within the actions that it jumps over",
                    );
                }
                self.jump = count;
            }
        }
        landed
    }

    fn end(&mut self, terminates: bool) {
        self.part.forwards |= !terminates;
        self.finish();
        self.behind = true;
        self.outputs.clear();
    }

    /// `verify_attr_actions`, once for each part.
    fn finish(&mut self) {
        let part = std::mem::take(&mut self.part);
        if let Some((words, hint)) = part.bits.refusal() {
            self.findings.quote(words, hint);
        }
        self.findings.refuse_if(
            part.chain && self.decap,
            "Decap with goto isn't supported",
            "redirect in the rule that takes the tunnel's header off",
        );
        match (part.forwards, part.drops) {
            (false, false) if !self.findings.any_against() => self.findings.against(
                "the driver refuses: \"Rule must have at least one forward/drop action\"",
                "end the rule with a redirect, pass or drop",
            ),
            (true, true) => self
                .findings
                .quote("Rule cannot support forward+drop action", "let the rule either drop or redirect"),
            (false, true) if part.rewrites => {
                self.findings.quote(
                    "Drop with modify header action is not supported",
                    "leave the rewrite out: the packet is dropped anyway",
                );
            }
            _ => {}
        }
    }
}
