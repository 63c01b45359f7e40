//! `snicctl health`: health reporters of devices and ports.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use clap::{ArgAction, Args, Subcommand};
use serde::Serialize;
use smartnic::Error;
use smartnic::device::{Fmsg, HealthState, Reporter, ReporterChange, ReporterId};
use smartnic::types::DevlinkPlace;

use crate::print::{Align, Cell, Format, Style, Table, fmsg, utc};
use crate::session::{Ending, Outcome, Session};

/// A reporter by name.
#[derive(Debug, Clone, Args)]
pub(crate) struct Which {
    /// The devlink handle of the device, or that of a port
    place: DevlinkPlace,
    /// The reporter's name
    reporter: String,
}

impl Which {
    fn id(&self) -> ReporterId {
        ReporterId::new(self.place.clone(), &self.reporter)
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the reporters of one device and its ports, of one port, or of all devices
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl health list\n  snicctl health list pci/0000:03:00.0"
    )]
    List {
        /// The devlink handle of a device or port; everything if it is left out
        place: Option<DevlinkPlace>,
    },
    /// Show one reporter: its state, counters and settings
    #[command(after_help = "Examples:\n  snicctl health show pci/0000:03:00.0 fw")]
    Show(Which),
    /// Ask a reporter what it knows of the present state
    #[command(after_help = "Examples:\n  snicctl health diagnose pci/0000:03:00.0/65535 tx\n  \
                            snicctl -o json health diagnose pci/0000:03:00.0 fw")]
    Diagnose(Which),
    /// The dump that a reporter keeps of an error
    #[command(subcommand)]
    Dump(DumpVerb),
    /// Remove the dump of an error, so that the next error makes another
    #[command(after_help = "Examples:\n  snicctl health clear pci/0000:03:00.0 fw_fatal")]
    Clear(Which),
    /// Recover from the present error; this may reset queues or the whole device
    #[command(after_help = "Examples:\n  snicctl health recover pci/0000:03:00.0 fw")]
    Recover(Which),
    /// Let the device have an error, to try what comes of it; few drivers can
    #[command(after_help = "Examples:\n  snicctl health test pci/0000:03:00.0 fw_fatal")]
    Test(Which),
    /// Change what a reporter does by itself
    #[command(after_help = "Examples:\n  \
        snicctl health set pci/0000:03:00.0 fw_fatal --auto-recover false\n  \
        snicctl health set pci/0000:03:00.0/65535 tx --grace-period 1000 --burst-period 500")]
    Set {
        #[command(flatten)]
        which: Which,
        #[command(flatten)]
        change: Change,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum DumpVerb {
    /// Show the dump; if there is none, one is made of the present state
    #[command(after_help = "Examples:\n  snicctl health dump show pci/0000:03:00.0 fw\n  \
                            snicctl health dump show pci/0000:03:00.0 fw_fatal --bytes crdump_data --to crash.bin")]
    Show {
        #[command(flatten)]
        which: Which,
        /// Write the bytes of this value into a file; a/b is the value b in a
        #[arg(long, value_name = "NAME", requires = "to")]
        bytes: Option<String>,
        /// The file to write them into
        #[arg(long, value_name = "FILE", requires = "bytes")]
        to: Option<PathBuf>,
    },
}

/// What to change of a reporter.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Change {
    /// How long after a recovery no other one is tried by itself
    #[arg(long, value_name = "MSEC")]
    grace_period: Option<u64>,
    /// How long after the first recovery others are tried all the same
    #[arg(long, value_name = "MSEC")]
    burst_period: Option<u64>,
    /// Whether it recovers by itself
    #[arg(long, value_name = "BOOL", action = ArgAction::Set)]
    auto_recover: Option<bool>,
    /// Whether it keeps a dump of an error by itself
    #[arg(long, value_name = "BOOL", action = ArgAction::Set)]
    auto_dump: Option<bool>,
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::List { place } => {
            let reporters = session.host()?.devlink().reporters(place.as_ref())?;
            list(&reporters, session)
        }
        Verb::Show(which) => {
            let reporter = session.host()?.devlink().reporter(&which.id())?;
            show(&reporter, session)
        }
        Verb::Diagnose(which) => {
            let told = session.host()?.devlink().diagnose(&which.id())?;
            tell(&told, session)
        }
        Verb::Dump(DumpVerb::Show { which, bytes, to }) => {
            // Where there is no dump, this makes one.
            let told = session.host_to_change()?.devlink().health_dump(&which.id())?;
            match bytes.as_ref().zip(to.as_ref()) {
                Some((name, to)) => write_bytes(&told, name, to, session),
                None => tell(&told, session),
            }
        }
        Verb::Clear(which) => {
            session.host_to_change()?.devlink().clear_health_dump(&which.id())?;
            done(&format!("{}: dump removed", which.id()), session)
        }
        Verb::Recover(which) => {
            let (host, id) = (session.host_to_change()?, which.id());
            host.devlink().recover(&id)?;
            done(&format!("{id}: {}", host.devlink().reporter(&id)?.state), session)
        }
        Verb::Test(which) => {
            session.host_to_change()?.devlink().test_reporter(&which.id())?;
            done(&format!("{}: the device was made to have an error", which.id()), session)
        }
        Verb::Set { which, change } => {
            let Change { grace_period, burst_period, auto_recover, auto_dump } = *change;
            let change = ReporterChange { grace_period, burst_period, auto_recover, auto_dump };
            session.host_to_change()?.devlink().set_reporter(&which.id(), &change)?;
            done(&format!("{}: set", which.id()), session)
        }
    }
}

fn done(said: &str, session: &mut Session) -> Outcome {
    session.say(said)?;
    Ok(Ending::Done)
}

/// A reporter, with moments by the calendar.
#[derive(Serialize)]
struct Row<'a> {
    place: &'a DevlinkPlace,
    reporter: &'a str,
    state: HealthState,
    errors: u64,
    recoveries: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    dump: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grace_period_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    burst_period_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_recover: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    auto_dump: Option<bool>,
}

impl<'a> Row<'a> {
    fn of(reporter: &'a Reporter) -> Self {
        Self {
            place: &reporter.id.place,
            reporter: &reporter.id.name,
            state: reporter.state,
            errors: reporter.errors,
            recoveries: reporter.recoveries,
            dump: dump_of(reporter),
            grace_period_ms: reporter.grace_period,
            burst_period_ms: reporter.burst_period,
            auto_recover: reporter.auto_recover,
            auto_dump: reporter.auto_dump,
        }
    }
}

/// Of when the dump is that is kept.
fn dump_of(reporter: &Reporter) -> Option<String> {
    let since_boot = reporter.dump_uptime.map(|time| format!("{} s after boot", time.as_secs()));
    reporter.dump_time.map(utc).or(since_boot)
}

fn styled(state: HealthState) -> Cell {
    Cell::new(state).style(if state == HealthState::Healthy { Style::Green } else { Style::Red })
}

fn list(reporters: &[Reporter], session: &mut Session) -> Outcome {
    if session.format() != Format::Table {
        session.data(&reporters.iter().map(Row::of).collect::<Vec<_>>())?;
        return Ok(Ending::Done);
    }
    if reporters.is_empty() {
        session.say("no health reporters")?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("DEVICE OR PORT", Align::Left),
        ("REPORTER", Align::Left),
        ("STATE", Align::Left),
        ("ERRORS", Align::Right),
        ("RECOVERED", Align::Right),
        ("DUMP", Align::Left),
        ("AUTO", Align::Left),
    ]);
    for reporter in reporters {
        let auto = [("recover", reporter.auto_recover), ("dump", reporter.auto_dump)];
        let auto: Vec<&str> =
            auto.into_iter().filter(|(_, on)| *on == Some(true)).map(|(name, _)| name).collect();
        table.row(vec![
            Cell::new(&reporter.id.place),
            Cell::new(&reporter.id.name).style(Style::Bold),
            styled(reporter.state),
            Cell::new(reporter.errors),
            Cell::new(reporter.recoveries),
            Cell::option(dump_of(reporter)),
            Cell::new(auto.join(", ")),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

fn show(reporter: &Reporter, session: &mut Session) -> Outcome {
    if session.format() != Format::Table {
        session.data(&Row::of(reporter))?;
        return Ok(Ending::Done);
    }
    let period = |period: Option<u64>| period.map_or("-".to_owned(), |period| format!("{period} ms"));
    let yes = |yes: Option<bool>| yes.map_or("cannot", |yes| if yes { "yes" } else { "no" }).to_owned();
    let paint = session.paint();
    let state = if reporter.state == HealthState::Healthy { Style::Green } else { Style::Red };
    let state = paint.apply(state, &reporter.state.to_string());
    let dump = dump_of(reporter).unwrap_or_else(|| "none".to_owned());
    let rows = [
        ("state", state),
        ("errors", reporter.errors.to_string()),
        ("recovered", reporter.recoveries.to_string()),
        ("dump", dump),
        ("grace period", period(reporter.grace_period)),
        ("burst period", period(reporter.burst_period)),
        ("recovers by itself", yes(reporter.auto_recover)),
        ("dumps by itself", yes(reporter.auto_dump)),
    ];
    let out = session.out();
    writeln!(out, "{}", reporter.id)?;
    for (name, value) in rows {
        writeln!(out, "  {name:18}  {value}")?;
    }
    Ok(Ending::Done)
}

fn tell(told: &Fmsg, session: &mut Session) -> Outcome {
    match session.format() {
        Format::Table if told.fields().is_empty() => session.say("the reporter has nothing to tell")?,
        Format::Table => {
            let paint = session.paint();
            fmsg(session.out(), told, paint)?;
        }
        _ => session.data(told)?,
    }
    Ok(Ending::Done)
}

fn write_bytes(told: &Fmsg, name: &str, to: &PathBuf, session: &mut Session) -> Outcome {
    let op = "write the bytes of a dump";
    let found = name.split('/').try_fold(told, |value, part| value.get(part)).and_then(Fmsg::bytes);
    let bytes = found.ok_or_else(|| {
        let known: Vec<&str> = told.fields().iter().filter_map(|field| field.name.as_deref()).collect();
        let error = Error::invalid(op, "the dump has no bytes of this name").on(name);
        error.hint(format!("it has: {}", known.join(", ")))
    })?;
    let failed = |error| Error::io(op, error).on(to.display());
    File::create(to).and_then(|mut file| file.write_all(&bytes)).map_err(failed)?;
    done(&format!("{} bytes written to {}", bytes.len(), to.display()), session)
}
