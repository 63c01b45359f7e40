//! What commands have in common that change a device in several steps.

use std::time::Duration;

use clap::Args;
use serde::Serialize;
use smartnic::cycle::{Check, Goal, Options, Plan, Step};
use smartnic::device::EswitchMode;
use smartnic::types::DevlinkHandle;
use smartnic::{ErrorKind, Host};

use crate::session::{Ending, Outcome, Session};

/// How a change is carried out.
#[derive(Debug, Clone, Args)]
pub(crate) struct CycleArgs {
    /// Print the steps and what each stands for, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How long to wait in all for devices and links to appear
    #[arg(long, value_name = "SECONDS", default_value_t = 30)]
    timeout: u64,
    /// Go on although a check says that something stands in the way
    #[arg(long)]
    force: bool,
}

impl CycleArgs {
    /// The host: to read from for a dry run, else to change.
    pub(crate) fn host(&self, session: &Session) -> smartnic::Result<Host> {
        if self.dry_run { session.host() } else { session.host_to_change() }
    }

    pub(crate) fn options(&self) -> Options {
        Options { timeout: Duration::from_secs(self.timeout), force: self.force }
    }
}

/// What is printed as JSON of a change.
#[derive(Serialize)]
struct Changed<'a> {
    device: &'a DevlinkHandle,
    #[serde(skip_serializing_if = "str::is_empty")]
    adapter: &'a str,
    before: State,
    target: Target<'a>,
    #[serde(skip_serializing_if = "<[Check]>::is_empty")]
    checks: &'a [Check],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    steps: Vec<StepObject<'a>>,
    dry_run: bool,
}

#[derive(Serialize)]
struct State {
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<EswitchMode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vfs: Option<u32>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Target<'a> {
    Functions(State),
    Other(&'a Goal),
}

#[derive(Serialize)]
struct StepObject<'a> {
    step: &'a Step,
    text: String,
    commands: Vec<String>,
}

/// Prints the steps of a plan, and carries them out unless it is a dry run.
pub(crate) fn carry_out(plan: &Plan, host: &Host, args: &CycleArgs, session: &mut Session) -> Outcome {
    // A reader that goes away does not stop a change half-way.
    let mut written = announce(plan, args.dry_run, session);
    let total = plan.steps.len();
    if args.dry_run {
        written?;
        for (at, step) in plan.steps.iter().enumerate() {
            session.say(format_args!("  {}/{total}  {step}", at + 1))?;
            for command in plan.commands(step) {
                session.say(format_args!("         {command}"))?;
            }
        }
    } else if total > 0 {
        let mut at = 0;
        let result = plan.run_with(host, &args.options(), &mut |step| {
            at += 1;
            if written.is_ok() {
                written = session.say(format_args!("  {at}/{total}  {step}"));
            }
        });
        if let Err(error) = result {
            if at > 0 && error.kind() != ErrorKind::RollbackFailed && written.is_ok() {
                session.say("  failed; the steps before it were taken back")?;
            }
            return Err(error.into());
        }
        written?;
        session.say("done")?;
    } else {
        written?;
    }
    if !session.is_table() {
        let step = |step| StepObject { step, text: step.to_string(), commands: plan.commands(step) };
        session.data(&Changed {
            device: &plan.device,
            adapter: &plan.before.adapter,
            before: State { mode: plan.mode(), vfs: Some(plan.before.num_vfs()) },
            target: match &plan.goal {
                Goal::Functions { mode, vfs, .. } => Target::Functions(State { mode: *mode, vfs: *vfs }),
                other => Target::Other(other),
            },
            checks: &plan.checks,
            notes: &plan.notes,
            steps: plan.steps.iter().map(step).collect(),
            dry_run: args.dry_run,
        })?;
    }
    Ok(Ending::Done)
}

fn announce(plan: &Plan, dry_run: bool, session: &mut Session) -> std::io::Result<()> {
    let Plan { device, before, goal, .. } = plan;
    let state = |mode: Option<EswitchMode>, count: u32| match mode {
        Some(mode) => format!("{mode} with {}", vfs(count)),
        None => vfs(count),
    };
    let (mode, count) = (plan.mode(), before.num_vfs());
    if plan.steps.is_empty() {
        let now = match (goal, mode) {
            (Goal::Functions { .. }, Some(mode)) => format!(", the mode is {mode} with {}", vfs(count)),
            (Goal::Functions { .. }, None) => format!(", there are {}", vfs(count)),
            _ => ", all is so already".to_owned(),
        };
        return session.say(format_args!("{device}: nothing to do{now}"));
    }
    let dry = if dry_run { " (dry run: nothing is changed)" } else { "" };
    match goal {
        Goal::Functions { mode: wanted, vfs: number, .. } => {
            let order = match before.adapter.as_str() {
                "" => String::new(),
                adapter => format!(", in the order of the {adapter} adapter"),
            };
            session.say(format_args!(
                "{device}: {} -> {}{order}{dry}",
                state(mode, count),
                state(wanted.or(mode), number.unwrap_or(count)),
            ))?;
        }
        Goal::Vf { vf, .. } => session.say(format_args!("{device}: VF {vf}{dry}"))?,
        Goal::SfCreate { sf, .. } => session.say(format_args!("{device}: create {sf}{dry}"))?,
        Goal::SfChange { sf, .. } => session.say(format_args!("{device}: change {sf}{dry}"))?,
        Goal::SfDelete { sf } => session.say(format_args!("{device}: remove {sf}{dry}"))?,
        Goal::Roce { link, .. } => session.say(format_args!("{link}: RoCE{dry}"))?,
        Goal::Drivers { .. } => session.say(format_args!("{device}: drivers of VFs{dry}"))?,
    }
    for check in &plan.checks {
        if let Some(problem) = &check.problem {
            session.say(format_args!("  in the way: {problem} ({})", check.what))?;
        }
    }
    for note in &plan.notes {
        session.say(format_args!("  note: {note}"))?;
    }
    Ok(())
}

fn vfs(number: u32) -> String {
    if number == 1 { "1 VF".to_owned() } else { format!("{number} VFs") }
}
