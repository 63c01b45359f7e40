//! rdma's face of a host: what is printed, what is complained about, and the exit code.

use smartnic::text::rdma::command::{self, Stop};
use smartnic::text::rdma::show::Show;
use smartnic::{Error, Host};

use super::options::Options;
use crate::cli::Globals;
use crate::cmd::iproute2::{CLOSED_PIPE, DONE, Ending, Lines, Stand, kernel_text, pretty};
use crate::print::Format;

/// The face.
pub(super) struct Face {
    stand: Stand,
    options: Options,
}

impl Lines for Face {
    fn line(&mut self, words: &[String]) -> Ending {
        if self.stand.closed {
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
        self.stand.complain(message);
    }
}

impl Face {
    pub(super) fn new(globals: &Globals, mut options: Options) -> Self {
        options.style.json |= globals.output == Format::Json;
        Self { stand: Stand::new(globals, None), options }
    }

    /// Prints what is left, keeps the state of a simulated host, and returns the exit code.
    pub(super) fn end(self, code: u8) -> u8 {
        self.stand.end(code, "error")
    }

    /// The host, opened when it is first needed.
    pub(super) fn host(&self) -> Result<Host, Stop> {
        self.stand.host().map_err(|error| stop_of(&error))
    }

    /// Reads something from the host.
    pub(super) fn ask<T>(&self, read: impl FnOnce(&Host) -> Result<T, Error>) -> Result<T, Stop> {
        read(&self.host()?).map_err(|error| stop_of(&error))
    }

    /// Changes something on the host.
    pub(super) fn change<T>(&mut self, change: impl FnOnce(&Host) -> Result<T, Error>) -> Result<T, Stop> {
        self.stand.touch();
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
        let real = self.stand.uri().starts_with("linux:") && !self.stand.uri().starts_with("linux:sysfs");
        Show::new(self.options.style, if real { &comm } else { &|_| None })
    }

    /// Prints text at the end of what was printed.
    pub(super) fn print(&mut self, text: &str) {
        self.stand.print(text);
    }

    /// Whether dumps of drivers' own formats are wanted.
    pub(super) fn is_raw(&self) -> bool {
        self.options.raw
    }

    /// Whether what drivers and the kernel itself keep is wanted, too.
    pub(super) fn wants_driver(&self) -> bool {
        self.options.style.driver
    }

    /// Whether nobody reads what is printed any more.
    pub(super) fn is_closed(&self) -> bool {
        self.stand.closed
    }

    pub(super) fn flush(&mut self) {
        self.stand.flush();
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
