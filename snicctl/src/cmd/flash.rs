//! `snicctl flash`: firmware into a device.

use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

use clap::ValueEnum;
use serde::Serialize;
use smartnic::Error;
use smartnic::device::{FlashEvent, FlashOverwrite, FlashStatus, FlashUpdate};
use smartnic::types::DevlinkHandle;

use crate::print::Format;
use crate::session::{Ending, Outcome, Session};

/// Write firmware into a device
///
/// The file is looked for by the kernel, below /lib/firmware. What was written runs after a reset of the device:
/// `snicctl device show` has the versions that run and those that are stored.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    snicctl flash pci/0000:03:00.0 mellanox/fw.mfa2\n  \
    snicctl flash pci/0000:03:00.0 intel/ice/nvm.bin --component fw.mgmt --overwrite settings")]
pub(crate) struct Args {
    /// The devlink handle
    handle: DevlinkHandle,
    /// The file, by its path below /lib/firmware
    file: String,
    /// Write this component alone, by its name among the versions of the device
    #[arg(long, value_name = "NAME")]
    component: Option<String>,
    /// What of the device itself may be written over
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    overwrite: Vec<Overwrite>,
}

/// What may be written over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Overwrite {
    /// Settings go back to those of the image
    Settings,
    /// Serial numbers, MAC addresses and the like are those of the image
    Identifiers,
}

pub(crate) fn run(args: &Args, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let update = FlashUpdate {
        file: args.file.clone(),
        component: args.component.clone(),
        overwrite: FlashOverwrite {
            settings: args.overwrite.contains(&Overwrite::Settings),
            identifiers: args.overwrite.contains(&Overwrite::Identifiers),
        },
    };
    let host = session.host_to_change()?;
    let talks = session.talks();
    let mut bar = Bar { terminal: stderr().is_terminal(), begun: Instant::now(), ..Bar::new() };
    let mut heard = Vec::new();
    let flashed = host.devlink().flash(&args.handle, &update, &mut |event| {
        if talks {
            // Progress that nobody can read any more must not stop the writing.
            let _ = stderr().write_all(bar.show(&event).as_bytes());
        }
        if let FlashEvent::Status(status) = event {
            heard.push(status);
        }
    });
    let note = flashed.map_err(|error| after(error, &heard))?.and_then(|note| note.message);
    if let Some(text) = &note {
        session.warn(text);
    }
    if session.format() == Format::Table {
        session.say(format_args!("{} flashed with {}; it runs after a reset", args.handle, args.file))?;
    } else {
        session.data(&Report { device: &args.handle, file: &args.file, status: &heard, note })?;
    }
    Ok(Ending::Done)
}

/// A failure in the middle is told with the step that it came in.
fn after(error: Error, heard: &[FlashStatus]) -> Error {
    match heard.last().and_then(|status| status.message.as_deref()) {
        Some(step) if error.next_step().is_none() => {
            error.hint(format!("the last that the driver told: {step}; what runs is the old firmware"))
        }
        _ => error,
    }
}

#[derive(Serialize)]
struct Report<'a> {
    device: &'a DevlinkHandle,
    file: &'a str,
    status: &'a [FlashStatus],
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// How wide the bar is, in characters.
const WIDTH: u64 = 30;

/// Progress as one line that is written over on a terminal, and as a line for each step elsewhere.
struct Bar {
    terminal: bool,
    begun: Instant,
    /// When the step began, from the beginning.
    step: Duration,
    last: Option<FlashStatus>,
    width: usize,
}

impl Bar {
    fn new() -> Self {
        Self { terminal: false, begun: Instant::now(), step: Duration::ZERO, last: None, width: 0 }
    }

    /// What to print of something that was heard.
    fn show(&mut self, event: &FlashEvent) -> String {
        let now = self.begun.elapsed();
        self.show_at(event, now)
    }

    fn show_at(&mut self, event: &FlashEvent, now: Duration) -> String {
        match event {
            FlashEvent::Begun => String::new(),
            FlashEvent::Ended => match self.terminal && self.last.is_some() {
                true => "\n".to_owned(),
                false => String::new(),
            },
            FlashEvent::Waiting => match self.last.clone() {
                Some(status) if self.terminal => self.line(&status, now),
                _ => String::new(),
            },
            FlashEvent::Status(status) => {
                let name = |status: &FlashStatus| (status.component.clone(), status.message.clone());
                let same = self.last.as_ref().is_some_and(|last| name(last) == name(status));
                let mut text = String::new();
                if !same {
                    self.step = now;
                    if self.terminal && self.last.is_some() {
                        text.push('\n');
                        self.width = 0;
                    }
                }
                if self.terminal {
                    text.push_str(&self.line(status, now));
                } else if !same {
                    text = format!("{}\n", title(status));
                }
                self.last = Some(status.clone());
                text
            }
        }
    }

    /// The line anew, over the one before.
    fn line(&mut self, status: &FlashStatus, now: Duration) -> String {
        let mut line = format!("{:<40}", title(status));
        if let Some(percent) = status.percent() {
            let full = usize::try_from(percent.min(100) * WIDTH / 100).unwrap_or(0);
            let empty = usize::try_from(WIDTH).unwrap_or(0) - full;
            line.push_str(&format!(" [{}{}] {percent:>3}%", "#".repeat(full), ".".repeat(empty)));
        }
        let passed = now.saturating_sub(self.step).as_secs();
        match status.timeout {
            0 if passed < 3 => {}
            0 => line.push_str(&format!(" {passed} s")),
            most if passed <= most => line.push_str(&format!(" {passed} of at most {most} s")),
            most => line.push_str(&format!(" {passed} s, longer than the {most} s it may take")),
        }
        let blanks = self.width.saturating_sub(line.len());
        self.width = line.len();
        format!("\r{line}{}", " ".repeat(blanks))
    }
}

/// A step in words.
fn title(status: &FlashStatus) -> String {
    let message = status.message.as_deref().unwrap_or("working");
    match &status.component {
        Some(component) => format!("{component}: {message}"),
        None => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(message: &str, done: u64, total: u64, timeout: u64) -> FlashEvent {
        let component = Some("fw".to_owned());
        FlashEvent::Status(FlashStatus { message: Some(message.into()), component, done, total, timeout })
    }

    fn shown(terminal: bool) -> Vec<String> {
        let mut bar = Bar { terminal, ..Bar::new() };
        let heard = [
            status("Flashing", 0, 50, 0),
            status("Flashing", 25, 50, 0),
            status("Select", 0, 0, 5),
            FlashEvent::Waiting,
            FlashEvent::Ended,
        ];
        let at = |second: usize| Duration::from_secs(2 * second as u64);
        heard.iter().enumerate().map(|(second, event)| bar.show_at(event, at(second))).collect()
    }

    #[test]
    fn elsewhere_each_step_is_a_line() {
        assert_eq!(shown(false), ["fw: Flashing\n", "", "fw: Select\n", "", ""]);
    }

    #[test]
    fn on_a_terminal_the_bar_is_written_over() {
        let shown = shown(true);
        assert!(shown[0].ends_with("[..............................]   0%"), "{:?}", shown[0]);
        assert!(shown[1].starts_with('\r') && shown[1].ends_with("[###############...............]  50%"));
        assert!(shown[2].starts_with("\n\rfw: Select") && shown[2].ends_with("0 of at most 5 s"));
        assert!(shown[3].contains("2 of at most 5 s"));
        assert_eq!(shown[4], "\n");
    }
}
