//! devlink's face of a host: what is printed, what is complained about, and the exit code.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Write;

use smartnic::text::devlink::command::{Stop, Words};
use smartnic::text::devlink::show::Show;
use smartnic::types::PortHandle;
use smartnic::{Error, Extack, Host};

use super::options::Options;
use crate::cli::Globals;
use crate::cmd::iproute2::{
    CLOSED_PIPE, DONE, Ending, Lines, Stand, kernel_text, kernel_words, pretty, with_stop,
};

/// The face.
pub(super) struct Face<'a> {
    stand: Stand,
    options: &'a Options,
    /// The links on ports, once they were asked for.
    links: RefCell<Option<HashMap<PortHandle, String>>>,
    /// What one line printed, where it is set out as a whole.
    whole: String,
}

impl Lines for Face<'_> {
    fn line(&mut self, words: &[String]) -> Ending {
        if self.stand.closed {
            return Ending { code: CLOSED_PIPE, ends: true };
        }
        // A line before may have changed it.
        *self.links.borrow_mut() = None;
        let open = self.stand.opener();
        let find = move |link: &str| {
            let host = open().ok()?;
            let ports = host.devlink().ports(None).ok()?;
            ports.into_iter().find(|port| port.netdev.as_deref() == Some(link)).map(|port| port.handle)
        };
        let done = super::line(&mut Words::new(words, &find), self);
        self.end_document();
        match done {
            Ok(()) => DONE,
            Err(Stop { message, code }) => {
                if !message.is_empty() {
                    self.complain(&message);
                }
                Ending { code, ends: false }
            }
        }
    }

    fn complain(&mut self, message: &str) {
        self.stand.complain(message);
    }
}

impl<'a> Face<'a> {
    pub(super) fn new(globals: &Globals, options: &'a Options) -> Self {
        Self {
            stand: Stand::new(globals, options.netns.as_deref()),
            options,
            links: RefCell::new(None),
            whole: String::new(),
        }
    }

    /// Prints what is left, keeps the state of a simulated host, and returns the exit code.
    pub(super) fn end(self, code: u8) -> u8 {
        self.stand.end(code, "Error")
    }

    /// The host, opened when it is first needed.
    pub(super) fn host(&self) -> Result<Host, Stop> {
        self.stand.host().map_err(|error| stop_of(&error))
    }

    /// Reads something from the host; what is refused is told as devlink tells it.
    pub(super) fn ask<T>(&self, read: impl FnOnce(&Host) -> Result<T, Error>) -> Result<T, Stop> {
        read(&self.host()?).map_err(|error| stop_of(&error))
    }

    /// Changes something on the host.
    pub(super) fn change<T>(&mut self, change: impl FnOnce(&Host) -> Result<T, Error>) -> Result<T, Stop> {
        self.stand.touch();
        self.ask(change)
    }

    /// Changes something that a text can come back from along with the success.
    pub(super) fn change_noted(
        &mut self,
        change: impl FnOnce(&Host) -> Result<Option<Extack>, Error>,
    ) -> Result<(), Stop> {
        let note = self.change(change)?;
        if let Some(text) = note.as_ref().and_then(|note| note.message.as_deref()) {
            self.complain(&format!("Warning: {}", with_stop(text)));
        }
        Ok(())
    }

    /// Shows everything that was read, each with `one`, in a section; the section is there even if reading failed.
    pub(super) fn section<T>(
        &mut self,
        name: &str,
        read: Result<Vec<T>, Stop>,
        mut one: impl FnMut(&T, &mut Show<'_>),
    ) -> Result<(), Stop> {
        let (rows, end) = match read {
            Ok(rows) => (rows, Ok(())),
            Err(stop) => (Vec::new(), Err(stop)),
        };
        self.show(|show| {
            show.open_section(name);
            rows.iter().for_each(|row| one(row, show));
            show.close_section();
        });
        end
    }

    /// Prints what `fill` shows.
    pub(super) fn show(&mut self, fill: impl FnOnce(&mut Show<'_>)) {
        let text = {
            let names = |port: &PortHandle| self.link_on(port);
            let mut show = Show::new(self.options.style, &names);
            fill(&mut show);
            show.take()
        };
        self.print(text);
    }

    /// Prints text as it is, or keeps it where the line is set out as a whole.
    pub(super) fn print(&mut self, text: String) {
        match self.options.style.json && self.options.pretty {
            true => self.whole.push_str(&text),
            false => self.stand.print(&text),
        }
    }

    /// Prints text at once.
    pub(super) fn print_through(&mut self, text: &str) {
        self.stand.print(text);
        self.flush();
    }

    /// How much is shown.
    pub(super) fn options(&self) -> &'a Options {
        self.options
    }

    /// Whether nobody reads what is printed any more.
    pub(super) fn is_closed(&self) -> bool {
        self.stand.closed
    }

    pub(super) fn flush(&mut self) {
        self.stand.flush();
    }

    /// JSON of one line is a document, even if nothing was shown.
    fn end_document(&mut self) {
        if self.options.style.json {
            let whole = pretty(&std::mem::take(&mut self.whole));
            self.stand.closed |= writeln!(self.stand.out, "{whole}").is_err();
        }
    }

    fn link_on(&self, port: &PortHandle) -> Option<String> {
        let mut links = self.links.borrow_mut();
        let links = links.get_or_insert_with(|| {
            let ports = self.ask(|host| host.devlink().ports(None)).unwrap_or_default();
            ports.into_iter().filter_map(|port| Some((port.handle, port.netdev?))).collect()
        });
        links.get(port).cloned()
    }
}

/// What went wrong, in the words in which devlink tells it.
pub(super) fn stop_of(error: &Error) -> Stop {
    let answered = kernel_text(error).map(|text| format!("kernel answers: {text}"));
    let lines: Vec<String> = kernel_words(error).into_iter().chain(answered).collect();
    Stop::fault(if lines.is_empty() { format!("Error: {error}") } else { lines.join("\n") })
}
