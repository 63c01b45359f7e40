//! The way to a RoCE profile.

use super::plan::Check;
use super::way::Way;
use super::{DeviceState, Step};
use crate::Host;
use crate::roce::{self, Profile, RoceStep, Target};

/// The way to a RoCE profile; what was reached is read back at its end.
pub(super) fn to_roce(host: &Host, before: &DeviceState, profile: &Profile) -> Way {
    let Some(now) = &before.roce else { return Way::default() };
    let facts = host.adapter(&now.driver, &now.device.bus).facts().roce;
    let Target { state, notes, obstacles } = roce::target(now, profile, facts);
    let mut steps = roce::steps(now, &state, facts);
    if !steps.is_empty() {
        let change = roce::Change::Verify(Box::new(roce::Wanted::of(&state)));
        steps.push(RoceStep { link: now.link.clone(), change });
    }
    let checks = match steps.is_empty() {
        true => Vec::new(),
        false => {
            let check = |(what, problem): (&str, _)| Check { what: what.to_owned(), problem };
            obstacles.into_iter().map(check).collect()
        }
    };
    let steps = steps.into_iter().map(|step| Step::Roce(Box::new(step))).collect();
    Way { checks, notes, steps }
}
