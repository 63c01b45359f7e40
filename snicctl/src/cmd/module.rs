//! `snicctl module`: what is plugged into a port.

use clap::Subcommand;

use super::settings::{self, ModulePowerVerb};
use crate::session::{Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// When a module is given power, and what it draws
    #[command(subcommand)]
    Power(ModulePowerVerb),
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    match verb {
        Verb::Power(verb) => settings::module_power(verb, session),
    }
}
