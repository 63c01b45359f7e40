//! `snicctl eswitch`: the embedded switch, legacy or switchdev.

use clap::Subcommand;
use serde::Serialize;
use smartnic::ErrorKind;
use smartnic::adapter::{EswitchTarget, Step};
use smartnic::device::EswitchMode;
use smartnic::eswitch::{self, Plan};
use smartnic::types::DevlinkHandle;

use crate::print::devlink::EswitchObject;
use crate::print::{Align, Cell, Format, Pairs, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Show the mode of one eswitch, or of each
    #[command(
        after_help = "Examples:\n  snicctl eswitch show\n  snicctl -o json eswitch show pci/0000:03:00.0"
    )]
    Show {
        /// The devlink handle; all devices if it is left out
        handle: Option<DevlinkHandle>,
    },
    /// Change the mode, and the VFs with it, in the order that the vendor's driver wants
    ///
    /// If a step fails, the steps before it are taken back.
    #[command(
        after_help = "Examples:\n  snicctl eswitch set pci/0000:03:00.0 --mode switchdev --vfs 4 --dry-run\n  \
                            snicctl eswitch set pci/0000:03:00.0 --mode switchdev --vfs 4\n  \
                            snicctl eswitch set pci/0000:03:00.0 --mode legacy --vfs 0"
    )]
    Set {
        /// The devlink handle
        handle: DevlinkHandle,
        /// legacy, switchdev or switchdev_inactive
        #[arg(long)]
        mode: EswitchMode,
        /// The number of VFs; they stay as they are if it is left out
        #[arg(long, value_name = "N")]
        vfs: Option<u32>,
        /// Print the steps and change nothing
        #[arg(long)]
        dry_run: bool,
    },
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::Show { handle } => show(handle.as_ref(), session),
        Verb::Set { handle, mode, vfs, dry_run } => {
            let target = EswitchTarget { mode: *mode, num_vfs: *vfs };
            change(handle, &target, *dry_run, session)
        }
    }
}

fn show(handle: Option<&DevlinkHandle>, session: &mut Session) -> Outcome {
    let nics = super::nics(&session.host()?, handle)?;
    if session.format() != Format::Table {
        #[derive(Serialize)]
        struct Shown {
            dev: Pairs<DevlinkHandle, EswitchObject>,
        }
        let each = nics.iter().map(|nic| (nic.handle().clone(), EswitchObject::of(nic.eswitch.as_ref())));
        session.data(&Shown { dev: each.collect() })?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("HANDLE", Align::Left),
        ("MODE", Align::Left),
        ("INLINE MODE", Align::Left),
        ("ENCAP MODE", Align::Left),
        ("VFS", Align::Right),
    ]);
    for nic in &nics {
        table.row(vec![
            Cell::new(nic.handle()).style(Style::Bold),
            Cell::option(nic.mode()),
            Cell::option(nic.eswitch.and_then(|eswitch| eswitch.inline_mode)),
            Cell::option(nic.eswitch.and_then(|eswitch| eswitch.encap_mode)),
            Cell::option(nic.sriov.as_ref().map(|sriov| sriov.num)),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

/// What is printed as JSON of a change.
#[derive(Serialize)]
struct Changed<'a> {
    device: &'a DevlinkHandle,
    adapter: &'static str,
    before: State,
    target: State,
    steps: Vec<StepObject>,
    dry_run: bool,
}

#[derive(Serialize)]
struct State {
    mode: EswitchMode,
    #[serde(skip_serializing_if = "Option::is_none")]
    vfs: Option<u32>,
}

#[derive(Serialize)]
struct StepObject {
    step: Step,
    text: String,
}

/// Plans a change, prints its steps, and carries them out unless it is a dry run.
pub(super) fn change(
    handle: &DevlinkHandle,
    target: &EswitchTarget,
    dry_run: bool,
    session: &mut Session,
) -> Outcome {
    let host = if dry_run { session.host()? } else { session.host_to_change()? };
    let plan = eswitch::plan(&host, handle, target)?;
    // A reader that goes away does not stop a change half-way.
    let mut written = announce(&plan, dry_run, session);
    let total = plan.steps.len();
    if dry_run {
        for (at, step) in plan.steps.iter().enumerate() {
            session.say(format_args!("  {}/{total}  {step}", at + 1))?;
        }
    } else if total > 0 {
        let mut at = 0;
        let result = plan.run(&host, &mut |step| {
            at += 1;
            if written.is_ok() {
                written = session.say(format_args!("  {at}/{total}  {step}"));
            }
        });
        if let Err(error) = result {
            if error.kind() != ErrorKind::RollbackFailed && written.is_ok() {
                session.say("  failed; the steps before it were taken back")?;
            }
            return Err(error.into());
        }
        written?;
        session.say("done")?;
    } else {
        written?;
    }
    if session.format() != Format::Table {
        let before = State { mode: plan.before.mode, vfs: Some(plan.before.num_vfs) };
        session.data(&Changed {
            device: handle,
            adapter: plan.adapter,
            before,
            target: State { mode: target.mode, vfs: target.num_vfs },
            steps: plan.steps.iter().map(|&step| StepObject { step, text: step.to_string() }).collect(),
            dry_run,
        })?;
    }
    Ok(Ending::Done)
}

fn announce(plan: &Plan, dry_run: bool, session: &mut Session) -> std::io::Result<()> {
    let Plan { device, before, target, .. } = plan;
    if plan.steps.is_empty() {
        return session.say(format_args!(
            "{device}: nothing to do, the mode is {} with {}",
            before.mode,
            vfs(before.num_vfs)
        ));
    }
    session.say(format_args!(
        "{device}: {} with {} -> {} with {}, in the order of the {} adapter{}",
        before.mode,
        vfs(before.num_vfs),
        target.mode,
        vfs(target.num_vfs.unwrap_or(before.num_vfs)),
        plan.adapter,
        if dry_run { " (dry run: nothing is changed)" } else { "" }
    ))
}

fn vfs(number: u32) -> String {
    if number == 1 { "1 VF".to_owned() } else { format!("{number} VFs") }
}
