//! rdma's face of a host: what is printed, what is complained about, and the exit code.

use std::cell::OnceCell;
use std::io::{self, BufWriter, Stdout, Write};

use smartnic::text::rdma::command::{self, Stop};
use smartnic::text::rdma::show::Show;
use smartnic::{Error, Host};

use super::options::Options;
use crate::cli::Globals;
use crate::cmd::iproute2::{CLOSED_PIPE, DONE, Ending, Lines, kernel_text, pretty};
use crate::print::Format;

/// The face.
pub(super) struct Face {
    uri: String,
    options: Options,
    host: OnceCell<Host>,
    out: BufWriter<Stdout>,
    /// Writing failed: nobody reads any more.
    closed: bool,
    changed: bool,
}

impl Lines for Face {
    fn line(&mut self, words: &[String]) -> Ending {
        if self.closed {
            return Ending { code: CLOSED_PIPE, ends: true };
        }
        let stop = match command::read(words).and_then(|command| super::run::run(command, self)) {
            Ok(()) => return DONE,
            Err(stop) => stop,
        };
        if stop.is_help {
            self.print(&format!("{}\n", stop.message));
        } else if !stop.message.is_empty() {
            self.complain(&stop.message);
        }
        if stop.in_table {
            self.table(|_| ());
        }
        Ending { code: stop.code, ends: false }
    }

    fn complain(&mut self, message: &str) {
        self.flush();
        eprintln!("{message}");
    }
}

impl Face {
    pub(super) fn new(globals: &Globals, mut options: Options) -> Self {
        options.style.json |= globals.output == Format::Json;
        let out = BufWriter::new(io::stdout());
        let uri = globals.host.clone();
        Self { uri, options, host: OnceCell::new(), out, closed: false, changed: false }
    }

    /// Prints what is left, keeps the state of a simulated host, and returns the exit code.
    pub(super) fn end(mut self, code: u8) -> u8 {
        self.flush();
        let saved = match self.host.get() {
            Some(host) if self.changed => host.save(),
            _ => Ok(()),
        };
        match saved {
            Err(error) => {
                self.complain(&format!("error: {error}"));
                error.kind().code()
            }
            Ok(()) if self.closed => CLOSED_PIPE,
            Ok(()) => code,
        }
    }

    /// The host, opened when it is first needed.
    pub(super) fn host(&self) -> Result<Host, Stop> {
        if let Some(host) = self.host.get() {
            return Ok(host.clone());
        }
        let host = Host::open(&self.uri).map_err(|error| stop_of(&error))?;
        Ok(self.host.get_or_init(|| host).clone())
    }

    /// Reads something from the host.
    pub(super) fn ask<T>(&self, read: impl FnOnce(&Host) -> Result<T, Error>) -> Result<T, Stop> {
        read(&self.host()?).map_err(|error| stop_of(&error))
    }

    /// Changes something on the host.
    pub(super) fn change<T>(&mut self, change: impl FnOnce(&Host) -> Result<T, Error>) -> Result<T, Stop> {
        self.changed = true;
        self.ask(change)
    }

    /// Prints a table that `fill` fills.
    pub(super) fn table(&mut self, fill: impl FnOnce(&mut Show<'_>)) {
        let mut show = self.page();
        show.begin();
        fill(&mut show);
        show.end();
        let text = show.take();
        let set = if self.options.style.json && self.options.pretty { pretty(&text) } else { text };
        self.print(&set);
    }

    /// An empty page.
    pub(super) fn page(&self) -> Show<'static> {
        let real = self.uri.starts_with("linux:") && !self.uri.starts_with("linux:sysfs");
        Show::new(self.options.style, if real { &comm } else { &|_| None })
    }

    /// Prints text at the end of what was printed.
    pub(super) fn print(&mut self, text: &str) {
        self.closed |= self.out.write_all(text.as_bytes()).is_err();
    }

    /// Whether nobody reads what is printed any more.
    pub(super) fn is_closed(&self) -> bool {
        self.closed
    }

    pub(super) fn flush(&mut self) {
        self.closed |= self.out.flush().is_err();
    }
}

/// The name of a process of this machine.
fn comm(pid: u32) -> Option<String> {
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some(name.trim_end().to_owned())
}

/// What went wrong, in the words in which rdma tells it; what is no word of the kernel's stands in ours.
pub(super) fn stop_of(error: &Error) -> Stop {
    match kernel_text(error) {
        Some(text) => Stop::fault(format!("error: {text}")),
        None => Stop::fault(format!("error: {error}")),
    }
}
