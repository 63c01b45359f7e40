//! Predictions and verdicts for rules on one host.

use std::collections::HashMap;
use std::sync::Arc;

use smartnic_core::adapter::{OffloadContext, Prediction, VendorAdapter};
use smartnic_core::backend::Hook;
use smartnic_core::device::EswitchMode;
use smartnic_core::flow::{Attach, Netdev, Reason, Rule, Side, Source, Verdict};
use smartnic_core::types::IfIndex;

use super::snapshot::hook_at;
use crate::inventory::Inventory;
use crate::{Error, ErrorKind, Extack, Host, Result};

/// What is said of a rule that is not in hardware and of which nobody says why.
pub(super) const NO_REASON: &str = "the driver did not take the rule and gave no reason";
/// How a reason may be heard all the same.
pub(super) const ASK_AGAIN: &str =
    "hear the driver itself: snicctl flow explain FILE --probe; and look into the kernel's log";

/// What must be known of a host to predict and to judge; read once for many rules.
pub(crate) struct Judge {
    places: HashMap<IfIndex, Place>,
    /// A link that shares each block, and the side on which it does.
    blocks: HashMap<u32, (IfIndex, Side)>,
    kernel: String,
}

/// The NIC under a link.
struct Place {
    /// Its devlink handle; none under a link that is no NIC's.
    nic: Option<String>,
    /// The link's name.
    link: String,
    adapter: Arc<dyn VendorAdapter>,
    mode: Option<EswitchMode>,
    tc_offload: Option<bool>,
    members: Vec<Netdev>,
    uplinks: Vec<Netdev>,
}

impl Judge {
    /// Reads what must be known for rules at these places.
    pub(crate) fn new(host: &Host, places: &[Attach], hooks: &[Hook]) -> Result<Self> {
        let inventory = crate::inventory::read_here(host)?;
        let names = host.names()?;
        let mut judge =
            Self { places: HashMap::new(), blocks: HashMap::new(), kernel: inventory.kernel.clone() };
        for place in places {
            let link = match place {
                Attach::Dev { dev, .. } => dev.index()?,
                Attach::Block(block) => match hook_at(hooks, place) {
                    Some(hook) => {
                        let egress = hook.ingress_block != Some(*block);
                        let side = if egress { Side::Egress } else { Side::Ingress };
                        judge.blocks.entry(*block).or_insert((hook.link, side)).0
                    }
                    None => continue,
                },
            };
            judge.places.entry(link).or_insert_with(|| read_place(host, &inventory, names.name(link), link));
        }
        Ok(judge)
    }

    fn place(&self, rule: &Rule) -> Option<&Place> {
        let link = match &rule.attach {
            Attach::Dev { dev, .. } => dev.index().ok(),
            Attach::Block(block) => self.blocks.get(block).map(|(link, _)| *link),
        };
        link.and_then(|link| self.places.get(&link))
    }

    /// A rule on a block that links share on their egress side, as a rule on one of them: adapters know of blocks only
    /// on the ingress side.
    fn on_egress(&self, rule: &Rule) -> Option<Rule> {
        let Attach::Block(block) = rule.attach else { return None };
        let (link, side) = self.blocks.get(&block)?;
        (*side == Side::Egress).then(|| Rule { attach: Attach::egress(*link), ..rule.clone() })
    }

    /// What helps to read the refusals of the driver under a rule.
    pub(crate) fn note(&self, rule: &Rule) -> Option<&'static str> {
        self.place(rule).and_then(|place| place.adapter.refusal_note())
    }

    /// What the adapter of the NIC under a rule expects of it.
    pub(crate) fn predict(&self, rule: &Rule) -> Prediction {
        match self.place(rule) {
            Some(place) => {
                let context = OffloadContext {
                    link: &place.link,
                    mode: place.mode,
                    tc_offload: place.tc_offload,
                    kernel: &self.kernel,
                    same_switch: &place.members,
                    uplinks: &place.uplinks,
                };
                match self.on_egress(rule) {
                    Some(rule) => place.adapter.predict(&rule, &context),
                    None => place.adapter.predict(rule, &context),
                }
            }
            None => Prediction::unknown(Reason::new(Source::Host, "the place of the rule is not known")),
        }
    }

    /// The NIC under a rule: its handle, the adapter's name, and the mode of its eswitch.
    pub(super) fn nic(&self, rule: &Rule) -> Option<(&str, &'static str, Option<EswitchMode>)> {
        let place = self.place(rule)?;
        place.nic.as_deref().map(|nic| (nic, place.adapter.name(), place.mode))
    }

    /// The verdict on a rule that the kernel holds: its own words count first, then what the driver wrote into the log;
    /// the prediction explains the rest. Where the rule is, [`Verdict::of`] its entry tells.
    pub(crate) fn verdict(
        place: Verdict,
        note: Option<&Extack>,
        log: Vec<Reason>,
        prediction: &Prediction,
    ) -> Verdict {
        if place.is_in_hardware() {
            return place;
        }
        let spoken = note
            .and_then(|note| note.message.as_deref())
            .map(|text| Reason::new(Source::Kernel, text.trim_end()));
        let mut reasons: Vec<Reason> =
            spoken.into_iter().chain(log).chain(prediction.reasons.iter().cloned()).collect();
        if reasons.is_empty() {
            reasons.push(Reason::new(Source::Kernel, NO_REASON).hint(ASK_AGAIN));
        }
        Verdict::SoftwareOnly { reasons }
    }

    /// The verdict on a rule that was refused.
    pub(crate) fn refused(error: &Error, log: Vec<Reason>, prediction: &Prediction) -> Verdict {
        let source = match (error.kind(), error.extack()) {
            (ErrorKind::NoSpace, _) => Source::Capacity,
            (_, Some(_)) => Source::Kernel,
            (_, None) => Source::Rule,
        };
        let said = error.extack().map_or_else(|| error.why(), ToString::to_string);
        let mut reasons =
            vec![Reason { hint: error.next_step().map(str::to_owned), ..Reason::new(source, said) }];
        reasons.extend(log);
        reasons.extend(prediction.reasons.iter().cloned());
        Verdict::Refused { reasons }
    }
}

fn read_place(host: &Host, inventory: &Inventory, name: String, link: IfIndex) -> Place {
    let own = inventory.nic_of(link);
    let nic = own.or_else(|| inventory.asked_about(link));
    // A tunnel device has no such feature of its own: the uplink's counts.
    let switched = match (own, nic) {
        (None, Some(nic)) => nic.uplink().map_or(link, |uplink| uplink.ifindex),
        _ => link,
    };
    let tc_offload = host.switchdev().tc_offload(switched).ok();
    match nic {
        Some(nic) => Place {
            nic: Some(nic.handle().to_string()),
            link: name,
            adapter: nic.adapter.clone(),
            mode: nic.mode(),
            tc_offload,
            members: inventory.switch_members(nic),
            uplinks: inventory.uplinks(nic),
        },
        None => Place {
            nic: None,
            link: name,
            adapter: host.adapter("", ""),
            mode: None,
            tc_offload,
            members: Vec::new(),
            uplinks: Vec::new(),
        },
    }
}
