//! One run of a command: the host it works on and what it prints to.

use std::cell::{Cell, OnceCell};
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use smartnic::{Error, Host};

use crate::cli::Globals;
use crate::print::{self, Format, Paint, Table};

/// Why a command ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What it was to do failed.
    Sdk(Error),
    /// What it printed could not be written.
    Output(io::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Sdk(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// How a command ended that did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// All was done.
    Done,
    /// Some was done and the rest could not be, as `--keep-going` asks for.
    InPart,
    /// What was looked for was found: something that does not fit together.
    Findings,
}

/// What a command returns.
pub(crate) type Outcome = Result<Ending, Failure>;

/// One run of a command.
pub(crate) struct Session {
    globals: Globals,
    host: OnceCell<Host>,
    changes: Cell<bool>,
    out: BufWriter<Stdout>,
    paint: Paint,
}

impl Session {
    /// A run with these options; the host is opened when it is needed.
    pub(crate) fn new(globals: Globals) -> Self {
        let stdout = io::stdout();
        let paint = globals.color.paint(&stdout);
        Self { globals, host: OnceCell::new(), changes: Cell::new(false), out: BufWriter::new(stdout), paint }
    }

    /// The host, to read from.
    pub(crate) fn host(&self) -> Result<Host, Error> {
        if let Some(host) = self.host.get() {
            return Ok(host.clone());
        }
        let wait = Duration::from_secs(self.globals.lock_wait);
        let host = Host::open_waiting(&self.globals.host, wait)?;
        Ok(self.host.get_or_init(|| host).clone())
    }

    /// A failure that says links by their names, as those who read it do.
    pub(crate) fn with_link_names(&self, failure: Failure) -> Failure {
        match (failure, self.host.get()) {
            (Failure::Sdk(error), Some(host)) => Failure::Sdk(host.with_link_names(error)),
            (failure, _) => failure,
        }
    }

    /// The host, to change something on it: its state is saved when the command ends, however it ends.
    pub(crate) fn host_to_change(&self) -> Result<Host, Error> {
        let host = self.host()?;
        self.changes.set(true);
        Ok(host)
    }

    /// Saves the host's state if something may have changed, and writes out what is still to be printed.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let saved = match self.host.get() {
            Some(host) if self.changes.get() => host.save(),
            _ => Ok(()),
        };
        self.out.flush()?;
        Ok(saved?)
    }

    /// How to print.
    pub(crate) fn format(&self) -> Format {
        self.globals.output
    }

    /// True if tables and lines for people are printed, not data.
    pub(crate) fn is_table(&self) -> bool {
        self.globals.output == Format::Table
    }

    /// Where to print.
    pub(crate) fn out(&mut self) -> &mut dyn Write {
        &mut self.out
    }

    /// How to colour.
    pub(crate) fn paint(&self) -> Paint {
        self.paint
    }

    /// True if progress and summaries are to be printed: for people, and unless `-q` is given.
    pub(crate) fn talks(&self) -> bool {
        self.globals.output == Format::Table && !self.globals.quiet
    }

    /// Prints a line of progress or summary at once, where such lines are wanted.
    pub(crate) fn say(&mut self, line: impl std::fmt::Display) -> io::Result<()> {
        if self.talks() {
            writeln!(self.out, "{line}")?;
            self.out.flush()?;
        }
        Ok(())
    }

    /// Says something beside the result on standard error.
    pub(crate) fn warn(&self, text: impl std::fmt::Display) {
        print::print_warning(&text.to_string(), self.globals.color);
    }

    /// Prints a table.
    pub(crate) fn table(&mut self, table: &Table) -> io::Result<()> {
        table.print(&mut self.out, self.paint)
    }

    /// Prints data as JSON or YAML.
    pub(crate) fn data(&mut self, value: &impl Serialize) -> io::Result<()> {
        match self.globals.output {
            Format::Yaml => print::yaml(&mut self.out, value),
            Format::Json | Format::Table | Format::Tc | Format::Dot => {
                let indent = self.out.get_ref().is_terminal();
                print::json(&mut self.out, value, indent)
            }
        }
    }

    /// Prints JSON that is made piece by piece: in one line as it comes for programs, set out for people.
    pub(crate) fn json_text(&mut self, mut pieces: impl Iterator<Item = String>) -> io::Result<()> {
        if self.out.get_ref().is_terminal() {
            let value: Value = serde_json::from_str(&pieces.collect::<String>())?;
            return self.data(&value);
        }
        pieces.try_for_each(|piece| self.out.write_all(piece.as_bytes()))?;
        writeln!(self.out)
    }

    /// Refuses `-o tc` for what is not a rule.
    pub(crate) fn no_tc(&self) -> Result<(), Error> {
        match self.globals.output {
            Format::Tc => Err(Error::invalid("print as tc", "only flow rules can be written as tc lines")
                .hint("use -o table, -o json or -o yaml")),
            _ => Ok(()),
        }
    }
}
