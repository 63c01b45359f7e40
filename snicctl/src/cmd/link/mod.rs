//! `snicctl link`: settings of links, and what changes at them.

mod change;
mod watch;

use clap::Subcommand;

use super::settings;
use crate::session::{Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    #[command(flatten)]
    Settings(settings::Link),
    Watch(watch::Args),
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    match verb {
        Verb::Settings(verb) => settings::link(verb, session),
        Verb::Watch(args) => watch::run(args, session),
    }
}
