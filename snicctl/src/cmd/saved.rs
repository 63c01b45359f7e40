//! `snicctl device export` and `snicctl device apply`: the state of devices as a document.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;
use smartnic::saved::{self, Allow, Applied, DevicePlan, Document, LinkTask, Options, Plan};
use smartnic::types::DevlinkHandle;
use smartnic::{Error, Host};

use super::cycle::CycleArgs;
use crate::print::{Format, Style};
use crate::rules;
use crate::session::{Ending, Outcome, Session};

/// What reaches further than the settings themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Allowed {
    /// Start a device anew for parameters of the mode driverinit
    Reload,
    /// Write parameters of the mode permanent into the device's own memory
    Permanent,
}

/// How a document is brought back.
#[derive(Debug, Clone, Args)]
pub(crate) struct ApplyArgs {
    /// The document; - for standard input
    file: PathBuf,
    /// What may be done although it reaches further than the settings themselves
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    allow: Vec<Allowed>,
    /// Also remove what the document does not name: sub-functions, rates, bridges and bonds over its devices, ports of those
    /// that it names
    #[arg(long)]
    prune: bool,
    #[command(flatten)]
    how: CycleArgs,
}

/// Writes down what devices are like.
pub(crate) fn export(devices: &[DevlinkHandle], session: &mut Session) -> Outcome {
    let document = saved::export(&session.host()?, devices)?;
    match session.format() {
        Format::Json => session.data(&document)?,
        _ => write!(session.out(), "{}", document.to_yaml()?)?,
    }
    Ok(Ending::Done)
}

/// Brings devices to what a document says.
pub(crate) fn apply(args: &ApplyArgs, session: &mut Session) -> Outcome {
    let document = read(&args.file)?;
    let host = args.how.host(session)?;
    let allows = |what| args.allow.contains(&what);
    let options = Options {
        allow: Allow { reload: allows(Allowed::Reload), permanent: allows(Allowed::Permanent) },
        prune: args.prune,
        cycle: args.how.options(),
    };
    let plan = if args.how.dry_run {
        let plan = saved::plan(&host, &document, &options)?;
        told(&plan, &host, session)?;
        plan
    } else {
        let mut written = Ok(());
        let done = saved::apply(&host, &document, &options, &mut |device, step| {
            // A reader that goes away does not stop a change half-way.
            if written.is_ok() {
                written = session.say(format_args!("  {device}  {step}"));
            }
        })?;
        written?;
        let Applied { devices, links } = done;
        let plan = Plan { devices, links };
        let idle = plan.is_idle();
        session.say(if idle { "all is as the document says; nothing was changed" } else { "done" })?;
        plan
    };
    if !session.is_table() {
        let device = |plan: &DevicePlan| {
            let tasks: Vec<String> = plan.tasks.iter().map(ToString::to_string).collect();
            json!({ "device": plan.device, "tasks": tasks, "refused": plan.refused })
        };
        let devices: Vec<_> = plan.devices.iter().map(device).collect();
        let mut told = json!({ "dry_run": args.how.dry_run, "devices": devices });
        if document.bridges.is_some() || document.bonds.is_some() {
            let task = |task: &LinkTask| json!({ "object": task.object(), "task": task.to_string() });
            let tasks: Vec<_> = plan.links.tasks.iter().map(task).collect();
            told["links"] = json!({ "tasks": tasks, "refused": plan.links.refused });
        }
        session.data(&told)?;
    }
    match plan.refused().next() {
        None => Ok(Ending::Done),
        Some(_) => Ok(Ending::InPart),
    }
}

/// Says what would be done, with the steps as far as they can be told before the first is taken.
fn told(all: &Plan, host: &Host, session: &mut Session) -> std::io::Result<()> {
    for plan in &all.devices {
        let head = session.paint().apply(Style::Bold, &plan.device.to_string());
        match (plan.tasks.len(), plan.refused.len()) {
            (0, 0) => session.say(format_args!("{head}: as the document says"))?,
            _ => session.say(format_args!("{head}: dry run, nothing is changed"))?,
        }
        for refusal in &plan.refused {
            let word = session.paint().apply(Style::Red, "refused");
            session.say(format_args!("  {word}  {}: {}", refusal.setting, refusal.reason))?;
        }
        for task in &plan.tasks {
            session.say(format_args!("  {task}"))?;
            for (step, commands) in task.steps(host, &plan.device) {
                session.say(format_args!("    {step}"))?;
                for command in commands {
                    session.say(format_args!("      {command}"))?;
                }
            }
        }
    }
    for refusal in &all.links.refused {
        let word = session.paint().apply(Style::Red, "refused");
        session.say(format_args!("{word}  {}: {}", refusal.setting, refusal.reason))?;
    }
    for task in &all.links.tasks {
        let head = session.paint().apply(Style::Bold, &task.object());
        session.say(format_args!("{head}: {task}"))?;
    }
    Ok(())
}

fn read(file: &Path) -> Result<Document, Error> {
    let text = rules::read_text(file)?;
    Document::from_yaml(&text).map_err(|error| error.on(file.display()))
}
