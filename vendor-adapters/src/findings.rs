//! Collects what speaks against a rule being in hardware, and what holds for every driver.

use smartnic_core::adapter::{Expectation, FlowLimits, OffloadContext, Prediction};
use smartnic_core::flow::{
    Action, ActionKind, ActionSet, Attach, Classifier, Control, HwStats, IpProto, KeySet, MirredTarget, Mpls,
    Netdev, Reason, Rule, Side, Skbedit, Source,
};

/// A driver's own words for the three refusals that are told from limits alone; empty where it gives none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Words {
    pub(crate) key: &'static str,
    pub(crate) action: &'static str,
    pub(crate) chain: &'static str,
}

/// Which counters a driver can be asked for (`flow_action_hw_stats_check`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Counters {
    /// Those that `hw_stats` leaves to the driver only.
    Any,
    /// Delayed ones.
    Delayed,
}

/// What is found about one rule.
pub(crate) struct Findings<'a> {
    adapter: &'static str,
    pub(crate) rule: &'a Rule,
    pub(crate) context: &'a OffloadContext<'a>,
    against: Vec<Reason>,
    doubts: Vec<Reason>,
    cautions: Vec<Reason>,
}

impl<'a> Findings<'a> {
    /// Begins with what holds for every driver: `skip_hw`, and what the kernel refuses before it asks a driver.
    pub(crate) fn new(adapter: &'static str, rule: &'a Rule, context: &'a OffloadContext<'a>) -> Self {
        let against = context.common_reasons(rule);
        let mut findings = Self { adapter, rule, context, against, doubts: Vec::new(), cautions: Vec::new() };
        findings.kernel_rules();
        findings.hardware_alone();
        findings
    }

    /// A refusal that the driver's own words explain, and what would help.
    pub(crate) fn quote(&mut self, words: &str, hint: &str) {
        self.against(format!("the driver refuses: \"{words}\""), hint);
    }

    /// A refusal in the driver's words, where a condition holds.
    pub(crate) fn refuse_if(&mut self, condition: bool, words: &str, hint: &str) {
        if condition {
            self.quote(words, hint);
        }
    }

    /// Something against the rule, and what would help.
    pub(crate) fn against(&mut self, text: impl Into<String>, hint: &str) {
        let reason = self.reason(text).hint(hint);
        self.against.push(reason);
    }

    /// Something that makes the outcome uncertain, and what would help.
    pub(crate) fn doubt(&mut self, text: impl Into<String>, hint: &str) {
        let reason = self.reason(text).hint(hint);
        self.doubts.push(reason);
    }

    /// Something that the NIC would do otherwise than the rule says, though it takes the rule; and what would help.
    pub(crate) fn caution(&mut self, text: impl Into<String>, hint: &str) {
        let reason = self.reason(text).hint(hint);
        self.cautions.push(reason);
    }

    /// True if something speaks against the rule.
    pub(crate) fn any_against(&self) -> bool {
        !self.against.is_empty()
    }

    pub(crate) fn into_prediction(mut self) -> Prediction {
        let expect = match (self.against.is_empty(), self.doubts.is_empty()) {
            (true, true) => Expectation::Hardware,
            (true, false) => Expectation::Unknown,
            (false, _) => Expectation::Software,
        };
        self.against.append(&mut self.doubts);
        self.against.append(&mut self.cautions);
        Prediction { expect, reasons: self.against }
    }

    /// Compares keys, actions and chain with the driver's limits.
    pub(crate) fn limits(&mut self, limits: &FlowLimits, words: Words) {
        // Asked one at a time, so that each answer is quoted with the driver's words for it.
        let known = |limits: FlowLimits| FlowLimits {
            keys: limits.keys | KeySet::UNKNOWN,
            // What the kernel refuses itself is said once, by `kernel_rules`.
            actions: limits.actions | ActionSet::UNKNOWN | FlowLimits::OFFERED_TO_NONE,
            max_chain: limits.max_chain,
        };
        let parts = [
            (FlowLimits { keys: limits.keys, ..FlowLimits::ALL }, words.key),
            (FlowLimits { actions: limits.actions, ..FlowLimits::ALL }, words.action),
            (FlowLimits { max_chain: limits.max_chain, ..FlowLimits::ALL }, words.chain),
        ];
        for (part, words) in parts {
            for mut reason in known(part).check(self.adapter, self.rule) {
                reason.text.push_str(&saying(words));
                self.against.push(reason);
            }
        }
        self.unknown_parts();
    }

    /// The driver has no part that rules of matchall are handed to (`TC_SETUP_CLSMATCHALL`).
    pub(crate) fn flower_only(&mut self) {
        if self.rule.classifier == Classifier::Matchall {
            let hint = "write it as a flower rule without keys, or keep it in software with skip_hw";
            self.against("the driver takes no matchall rules", hint);
        }
    }

    /// A rule on egress is not handed to this driver.
    pub(crate) fn ingress_only(&mut self) {
        if matches!(self.rule.attach, Attach::Dev { side: Side::Egress, .. }) {
            let hint = "put the rule on the ingress side of the link where the packets come in";
            self.against("the driver takes rules on the ingress side only", hint);
        }
    }

    /// A rule without actions is not taken.
    pub(crate) fn wants_actions(&mut self, words: &str) {
        if self.rule.actions.is_empty() {
            let text = format!("the driver does not take a rule without actions{}", saying(words));
            self.against(text, "say what is to be done, if only: action pass");
        }
    }

    /// Counters that the driver cannot give; `words` are its own, if it has some beside the kernel's.
    pub(crate) fn counters(&mut self, counters: Counters, words: Option<&str>) {
        // `None` stands for every kind (FLOW_ACTION_HW_STATS_ANY).
        let asked: Vec<HwStats> =
            self.rule.actions.iter().map(|action| action.hw_stats.unwrap_or(HwStats::all())).collect();
        let mixed = asked.windows(2).any(|pair| pair[0] != pair[1]);
        let taken = |stats: &HwStats| match counters {
            Counters::Any => *stats == HwStats::all(),
            Counters::Delayed => stats.contains(HwStats::DELAYED),
        };
        let (text, hint) = match counters {
            _ if mixed => (
                "Mixing HW stats types for actions is not supported",
                "ask for the same hw_stats in every action",
            ),
            _ if asked.first().is_none_or(taken) => return,
            Counters::Any => ("Driver supports only default HW stats type \"any\"", "leave hw_stats out"),
            Counters::Delayed => {
                ("Driver does not support selected HW stats type", "leave hw_stats out, or ask for delayed")
            }
        };
        let text = words.unwrap_or(text);
        self.against(format!("the driver cannot count as hw_stats asks: \"{text}\""), hint);
    }

    /// Ports of a protocol that the driver does not know.
    pub(crate) fn tcp_or_udp_ports(&mut self, words: &str) {
        let key = &self.rule.key;
        let ports = key.keys().contains(KeySet::PORTS);
        if ports && !matches!(key.ip_proto, Some(IpProto::TCP | IpProto::UDP)) {
            self.against(
                format!("the driver matches ports of TCP and UDP only{}", saying(words)),
                "match on ip_proto tcp or udp with them",
            );
        }
    }

    /// True if the rule stands on an uplink; `None` if that is not known.
    pub(crate) fn on_uplink(&self) -> Option<bool> {
        self.rule.attach.dev().and_then(|dev| contains(self.context.uplinks, dev))
    }

    /// True if the target is an uplink; `None` if that is not known.
    pub(crate) fn to_uplink(&self, target: &MirredTarget) -> Option<bool> {
        contains(self.context.uplinks, &target.dev)
    }

    /// True if the target is on the rule's switch; `None` if that is not known.
    pub(crate) fn on_switch(&self, target: &MirredTarget) -> Option<bool> {
        contains(self.context.same_switch, &target.dev)
    }

    /// True if the target is known not to be on the rule's switch.
    pub(crate) fn is_foreign(&self, target: &MirredTarget) -> bool {
        self.on_switch(target) == Some(false)
    }

    /// What the kernel refuses to hand to any driver (`tcf_*_offload_act_setup`).
    fn kernel_rules(&mut self) {
        use ActionKind::{Gact, GactRandom};
        for action in &self.rule.actions {
            if let Some((text, hint)) = not_offered(self.rule, action) {
                let text =
                    format!("the kernel offers no driver the action {}: \"{text}\"", action.kind.name());
                self.against(text, hint);
                continue;
            }
            let text = match (&action.kind, action.control) {
                (Gact | GactRandom(_), Control::Continue) => {
                    "Offload of \"continue\" action is not supported"
                }
                (Gact | GactRandom(_), Control::Reclassify) => {
                    "Offload of \"reclassify\" action is not supported"
                }
                (Gact | GactRandom(_), Control::Pipe) => "Offload of \"pipe\" action is not supported",
                (Gact | GactRandom(_), Control::Stolen | Control::Jump(_) | Control::Unknown(_)) => {
                    "Unsupported generic action offload"
                }
                _ => continue,
            };
            let text = format!("the kernel offers no driver the action {}: \"{text}\"", action.control);
            let hint = match action.control {
                Control::Pipe => "leave it out: the actions behind it are done all the same",
                _ => "say pass, drop, trap or goto chain, or keep the rule in software with skip_hw",
            };
            self.against(text, hint);
        }
    }

    fn unknown_parts(&mut self) {
        if self.rule.key.keys().contains(KeySet::UNKNOWN) {
            self.doubt("the rule has keys that this version of the SDK does not know", ASK_THE_DRIVER);
        }
        if self.rule.actions.iter().any(|action| matches!(action.kind, ActionKind::Unknown { .. })) {
            self.doubt("the rule has actions that this version of the SDK does not know", ASK_THE_DRIVER);
        }
    }

    fn reason(&self, text: impl Into<String>) -> Reason {
        Reason::new(Source::Adapter(self.adapter.to_owned()), text)
    }
}

/// What helps where only the driver knows.
pub(crate) const ASK_THE_DRIVER: &str = "ask the driver itself: snicctl flow explain FILE --probe";
/// What helps where rules are offloaded in switchdev mode only.
pub(crate) const SWITCHDEV_FIRST: &str =
    "move the NIC to switchdev mode: snicctl eswitch set HANDLE --mode switchdev";
/// What keeps such a rule working.
const IN_SOFTWARE: &str = "do without the action, or keep the rule in software with skip_hw";

/// The kernel's words for an action that it hands to no driver, and what would help.
fn not_offered(rule: &Rule, action: &Action) -> Option<(&'static str, &'static str)> {
    match &action.kind {
        ActionKind::Mpls(Mpls::DecTtl) => {
            Some(("Offload not supported when \"dec_ttl\" option is used", IN_SOFTWARE))
        }
        ActionKind::Mpls(Mpls::MacPush { .. }) => {
            Some(("Offload not supported when \"mac_push\" option is used", IN_SOFTWARE))
        }
        ActionKind::Ct(ct) if ct.helper.is_some() => Some((
            "Operation not supported",
            "leave the helper out; where a protocol needs it, keep its rules in software with skip_hw",
        )),
        ActionKind::Police(police) => {
            let controls = [action.control, police.conform.unwrap_or(Control::Pass)];
            controls.into_iter().find_map(|control| match control {
                Control::Reclassify => Some((
                    "Offload not supported when conform/exceed action is \"reclassify\"",
                    "say what is done beyond the rate, which police leaves at reclassify: conform-exceed drop/pipe",
                )),
                Control::Stolen | Control::Trap | Control::Unknown(_) => Some((
                    "Unsupported conform/exceed action offload",
                    "say drop, pipe, ok, continue, jump or goto chain: conform-exceed drop/pipe",
                )),
                _ => None,
            })
        }
        ActionKind::Skbedit(skbedit) => {
            let egress = matches!(rule.attach, Attach::Dev { side: Side::Egress, .. });
            match action.kind.group(action.control) {
                ActionSet::QUEUE if egress => Some((
                    "Offload not supported when \"queue_mapping\" option is used on transmit side",
                    "choose a queue on the ingress side, or keep the rule in software with skip_hw",
                )),
                ActionSet::SOFTWARE
                    if *skbedit == Skbedit { inherit_dsfield: true, ..Skbedit::default() } =>
                {
                    Some(("Offload not supported when \"inheritdsfield\" option is used", IN_SOFTWARE))
                }
                ActionSet::SOFTWARE => Some((
                    "Unsupported skbedit option offload",
                    "one of mark (without a mask), ptype, priority and queue_mapping in each skbedit: write several",
                )),
                _ => None,
            }
        }
        kind if kind.group(action.control) == ActionSet::SOFTWARE => {
            Some(("Action does not support offload", IN_SOFTWARE))
        }
        _ => None,
    }
}

/// A driver's words, as they are put behind a reason.
fn saying(words: &str) -> String {
    if words.is_empty() { String::new() } else { format!(": \"{words}\"") }
}

/// Whether a link is among others; `None` if one side is given by name and the other by number.
fn contains(links: &[Netdev], dev: &Netdev) -> Option<bool> {
    let alike = |link: &Netdev| std::mem::discriminant(link) == std::mem::discriminant(dev);
    (!links.is_empty() && links.iter().all(alike)).then(|| links.contains(dev))
}
