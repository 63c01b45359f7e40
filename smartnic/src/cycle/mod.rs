//! Changes of a device that take several steps: VFs, the eswitch mode, what is laid down for VFs, their drivers.
//!
//! A [`Plan`] says the steps in the order that the vendor's driver wants, what each stands for, and what must hold
//! before. [`Plan::run`] takes a journal before each step, waits on the kernel's word and not on the clock, and takes
//! everything back if a step fails. What a process left half done that was killed, [`interrupted`] tells, [`finish`]
//! brings to its end, and [`undo`] takes back.
//!
//! Taking back does not walk the steps backwards: the device is brought to the [`DeviceState`] that was read before
//! the first step, from wherever it is, and compared with it.

mod functions;
mod goal;
mod journal;
mod plan;
mod recover;
mod restore;
mod roce;
mod run;
mod sf;
mod shell;
mod state;
mod step;
mod vf;
mod wait;
mod way;
mod words;

pub use goal::{DriverGoal, Goal};
pub use journal::Stage;
pub use plan::{Check, Plan, plan};
pub use recover::{Halted, Recovered, discard, finish, interrupted, undo};
pub use run::Options;
pub use sf::{SfId, SfState};
pub use state::{DeviceState, LinkId, LinkState};
pub use step::Step;

pub(crate) use journal::is_ours;
pub(crate) use sf::words as function_words;
