//! RoCE on a link from end to end: one [`Profile`] for what lies in data centre bridging, ethtool, devlink, rtnetlink,
//! configfs and debugfs.
//!
//! [`RoceState::read`] tells what is there, [`check`] what of it does not fit together, [`plan`] the steps to a profile;
//! they are carried out as all changes of devices ([`crate::cycle`]): with a journal, read back, and taken back if one
//! fails. [`compare`] holds two ends against each other.

mod against;
mod change;
mod check;
mod profile;
mod run;
mod state;
mod target;
mod words;

pub use change::{Change, EtsWords, RoceStep, Wanted};
pub use check::{Finding, check, compare};
pub use profile::{Buffers, GidKind, OnOff, Profile, Share, Strict, Switch, Trust};
pub use state::{Agent, Gids, LinkPause, RdmaSide, RoceParameter, RoceState};

pub(crate) use change::{between, steps};
pub(crate) use target::{Target, target};

use crate::cycle::{self, Goal, Plan};
use crate::{Host, Result};

/// Plans the steps from what a link is to a profile; changes nothing.
///
/// # Errors
/// Those of [`RoceState::read`].
pub fn plan(host: &Host, link: &str, profile: &Profile) -> Result<Plan> {
    let state = RoceState::read(host, link)?;
    let goal = Goal::Roce { link: link.to_owned(), profile: Box::new(profile.clone()) };
    cycle::plan(host, &state.device, goal)
}

/// What a profile would change, in words, and what of it this host cannot be given.
///
/// # Errors
/// Those of [`RoceState::read`].
pub fn diff(host: &Host, link: &str, profile: &Profile) -> Result<(Vec<String>, Vec<String>)> {
    let plan = plan(host, link, profile)?;
    Ok((plan.steps.iter().map(ToString::to_string).collect(), plan.notes))
}
