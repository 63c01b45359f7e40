//! `snicctl flow`: rules in, out, where they ended up, and why.

mod action;
mod add;
mod apply;
mod chain;
mod del;
mod explain;
mod list;
mod place;
pub(crate) mod recover;
mod trace;
mod watch;

use clap::Subcommand;

use crate::session::{Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Add(add::Args),
    Del(del::Args),
    List(list::Args),
    Apply(apply::Args),
    Explain(explain::Args),
    Recover(recover::Args),
    Trace(trace::Args),
    Watch(watch::Args),
    #[command(subcommand)]
    Chain(chain::Verb),
    #[command(subcommand)]
    Action(action::Verb),
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    match verb {
        Verb::Add(args) => add::run(args, session),
        Verb::Del(args) => del::run(args, session),
        Verb::List(args) => list::run(args, session),
        Verb::Apply(args) => apply::run(args, session),
        Verb::Explain(args) => explain::run(args, session),
        Verb::Recover(args) => recover::run(args, session),
        Verb::Trace(args) => trace::run(args, session),
        Verb::Watch(args) => watch::run(args, session),
        Verb::Chain(verb) => chain::run(verb, session),
        Verb::Action(verb) => action::run(verb, session),
    }
}
