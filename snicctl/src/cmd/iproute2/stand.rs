//! What a tool's face stands on: a host that is opened when it is first needed, and standard output.

use std::cell::OnceCell;
use std::io::{self, BufWriter, Stdout, Write};

use smartnic::{Error, Host};

use super::CLOSED_PIPE;
use crate::cli::Globals;

/// The host and the output of one run.
pub(crate) struct Stand {
    uri: String,
    host: OnceCell<Host>,
    pub(crate) out: BufWriter<Stdout>,
    /// Writing failed: nobody reads any more.
    pub(crate) closed: bool,
    changed: bool,
}

impl Stand {
    /// On the host that the options name, or on this machine's network namespace `netns`.
    pub(crate) fn new(globals: &Globals, netns: Option<&str>) -> Self {
        let uri = netns.map_or_else(|| globals.host.clone(), |netns| format!("linux:netns={netns}"));
        let out = BufWriter::new(io::stdout());
        Self { uri, host: OnceCell::new(), out, closed: false, changed: false }
    }

    /// The host's address.
    pub(crate) fn uri(&self) -> &str {
        &self.uri
    }

    /// The host, opened when it is first needed.
    pub(crate) fn host(&self) -> Result<Host, Error> {
        if let Some(host) = self.host.get() {
            return Ok(host.clone());
        }
        let host = Host::open(&self.uri)?;
        Ok(self.host.get_or_init(|| host).clone())
    }

    /// What opens the host where the face itself is busy.
    pub(crate) fn opener(&self) -> impl Fn() -> Result<Host, Error> + use<> {
        let (uri, host) = (self.uri.clone(), self.host.get().cloned());
        move || host.clone().map_or_else(|| Host::open(&uri), Ok)
    }

    /// The host is about to be changed.
    pub(crate) fn touch(&mut self) {
        self.changed = true;
    }

    /// Prints text at the end of what was printed.
    pub(crate) fn print(&mut self, text: &str) {
        self.closed |= self.out.write_all(text.as_bytes()).is_err();
    }

    pub(crate) fn flush(&mut self) {
        self.closed |= self.out.flush().is_err();
    }

    /// Says something on standard error, behind what was printed before.
    pub(crate) fn complain(&mut self, message: &str) {
        self.flush();
        eprintln!("{message}");
    }

    /// Prints what is left, keeps the state of a simulated host, and returns the exit code; `error` is the word that the
    /// tool begins its errors with.
    pub(crate) fn end(mut self, code: u8, error: &str) -> u8 {
        self.flush();
        let saved = match self.host.get() {
            Some(host) if self.changed => host.save(),
            _ => Ok(()),
        };
        match saved {
            Err(failure) => {
                self.complain(&format!("{error}: {failure}"));
                failure.kind().code()
            }
            Ok(()) if self.closed => CLOSED_PIPE,
            Ok(()) => code,
        }
    }
}
