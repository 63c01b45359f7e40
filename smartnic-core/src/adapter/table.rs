use super::facts::{Facts, FeatureFact};
use super::{
    EswitchState, EswitchTarget, Feature, Goal, OffloadContext, Plan, Prediction, Step, Support,
    VendorAdapter,
};
use crate::device::EswitchMode;
use crate::flow::{Reason, Rule, Source};
use crate::{Error, Result};

/// In which order a driver wants the steps to another eswitch state.
pub type Order = fn(&EswitchState, &EswitchTarget) -> Result<Vec<Step>>;

/// What a driver makes of a rule.
pub type Predict = fn(&Rule, &OffloadContext<'_>) -> Prediction;

/// An adapter made of a table and, where a table is not enough, of two functions.
///
/// Without them the driver has VFs if its table says so and no eswitch modes, and a rule is compared with its limits.
#[derive(Debug, Clone, Copy)]
pub struct Adapter {
    facts: &'static Facts,
    order: Option<Order>,
    predict: Option<Predict>,
}

impl Adapter {
    /// The adapter of a table.
    #[must_use]
    pub const fn new(facts: &'static Facts) -> Self {
        Self { facts, order: None, predict: None }
    }

    /// The same, with an order of steps.
    #[must_use]
    pub const fn with_order(self, order: Order) -> Self {
        Self { order: Some(order), ..self }
    }

    /// The same, with predictions that look at more than limits.
    #[must_use]
    pub const fn with_predictions(self, predict: Predict) -> Self {
        Self { predict: Some(predict), ..self }
    }
}

impl VendorAdapter for Adapter {
    fn facts(&self) -> &'static Facts {
        self.facts
    }

    fn transition(&self, state: &EswitchState, target: &EswitchTarget) -> Result<Vec<Step>> {
        self.order.map_or_else(|| order_of(self.facts, state, target), |order| order(state, target))
    }

    fn predict(&self, rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
        self.predict.map_or_else(|| predict_by(self.facts, rule, context), |predict| predict(rule, context))
    }
}

/// The number of VFs where a driver has them, in the mode that it is in; no other mode.
pub(super) fn order_of(facts: &Facts, state: &EswitchState, target: &EswitchTarget) -> Result<Vec<Step>> {
    let goal = Goal::new(state, target, EswitchMode::ALL)?;
    let mut plan = Plan::from(state);
    // A driver that cannot tell its mode is in the one that it is always in.
    plan.mode = facts.modes.fixed.unwrap_or(state.mode);
    if goal.mode != plan.mode {
        let mut error = Error::unsupported("change the eswitch mode")
            .on(format_args!("{} to {}", facts.name, goal.mode))
            .reason(match facts.modes.none {
                "" => "this driver has no eswitch modes",
                reason => reason,
            });
        if let Some(fixed) = facts.modes.fixed {
            error = error.hint(format!("it is in {fixed} mode without being asked"));
        }
        return Err(error);
    }
    if goal.vfs != state.num_vfs {
        let sriov = facts.features.iter().find(|fact| fact.feature == Feature::Sriov);
        match (sriov, facts.support(Feature::Sriov)) {
            (Some(FeatureFact { support: Support::Absent(reason), .. }), _) if !reason.is_empty() => {
                return Err(no_vfs(facts).reason(*reason));
            }
            (_, Support::Absent(_)) => return Err(no_vfs(facts).reason("this driver makes no VFs")),
            _ => {}
        }
    }
    plan.set_vfs(goal.vfs);
    plan.wait_representors();
    Ok(plan.into_steps())
}

fn no_vfs(facts: &Facts) -> Error {
    Error::unsupported("set the number of VFs").on(facts.name)
}

/// What the limits of a table say of a rule.
pub(super) fn predict_by(facts: &Facts, rule: &Rule, context: &OffloadContext<'_>) -> Prediction {
    let mut reasons = context.common_reasons(rule);
    let because = |text: &str| Reason::new(Source::Adapter(facts.name.to_owned()), text);
    match facts.flow {
        Some(flow) => {
            let legacy = flow.legacy.filter(|_| context.mode == Some(EswitchMode::Legacy));
            reasons.extend(legacy.unwrap_or(flow.limits).check(facts.name, rule));
        }
        None => match facts.support(Feature::Flower) {
            Support::Unknown => {
                return Prediction::unknown(because(
                    "nobody has looked at what this driver takes of flow rules",
                ));
            }
            support => {
                let why = support.why();
                let text = "the driver offloads no flow rules";
                reasons.push(because(&if why.is_empty() {
                    text.to_owned()
                } else {
                    format!("{text}: {why}")
                }));
            }
        },
    }
    Prediction::from_reasons(reasons)
}
