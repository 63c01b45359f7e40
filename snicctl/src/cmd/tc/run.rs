//! One line of tc after the other on a host: what is printed, what is complained about, and the exit code.

use std::cell::RefCell;
use std::io::{self, BufWriter, Write};

use smartnic::flow::{Netdev, TcMessage, TcRequest, TcTable};
use smartnic::names::Names;
use smartnic::text::tc::command::{Command, Stop, command};
use smartnic::text::tc::show::Show;
use smartnic::text::tc::show_message::{Asked, show_message};
use smartnic::types::IfIndex;
use smartnic::{Error, Host};

use super::options::Options;
use crate::cli::Globals;
use crate::cmd::iproute2::{
    CLOSED_PIPE, DONE, Ending, Lines, Stand, kernel_text, kernel_words, pretty, with_stop,
};

/// Takes one message after the other.
type Each<'e> = &'e mut dyn FnMut(TcMessage) -> Result<(), Error>;

/// Of tables the kernel answers these where it has none, or one object that is too large.
const ENOENT: i32 = 2;
const EMSGSIZE: i32 = 90;
const EOPNOTSUPP: i32 = 95;

/// tc's face of a host.
pub(super) struct Face<'a> {
    stand: Stand,
    options: &'a Options,
    names: RefCell<Option<Names>>,
}

impl Lines for Face<'_> {
    fn complain(&mut self, message: &str) {
        self.stand.complain(message);
    }

    fn line(&mut self, words: &[String]) -> Ending {
        if self.stand.closed {
            return Ending { code: CLOSED_PIPE, ends: true };
        }
        let commands = {
            let find = |name: &str| self.find(name);
            command(words, &find)
        };
        match commands {
            Ok(commands) => {
                for command in commands {
                    let ending = self.command(command);
                    if ending != DONE {
                        return ending;
                    }
                }
                DONE
            }
            Err(Stop { message, code, ends }) => {
                self.complain(&message);
                Ending { code, ends }
            }
        }
    }
}

impl<'a> Face<'a> {
    pub(super) fn new(globals: &Globals, options: &'a Options) -> Self {
        Self { stand: Stand::new(globals, options.netns.as_deref()), options, names: RefCell::new(None) }
    }

    /// Prints what is left, keeps the state of a simulated host, and returns the exit code.
    pub(super) fn end(self, code: u8) -> u8 {
        self.stand.end(code, "Error")
    }

    fn command(&mut self, command: Command) -> Ending {
        match command {
            Command::Change { request, refused, code } => {
                self.stand.touch();
                self.request(&request, None, &refused, code)
            }
            Command::Get { request, asked, refused, code } => {
                self.request(&request, Some(&asked), &refused, code)
            }
            Command::List { table, asked, block } => self.list(table, &asked, block),
            Command::Monitor => self.monitor(),
        }
    }

    fn request(&mut self, request: &TcRequest, asked: Option<&Asked>, refused: &str, code: u8) -> Ending {
        let echo = self.options.echo && asked.is_none();
        let answer = self.host().and_then(|host| host.traffic_control()?.request(request, echo));
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => {
                self.kernel_said(&error);
                if error.extack().is_some() {
                    if !refused.is_empty() {
                        self.complain(refused);
                    }
                    return Ending { code, ends: false };
                }
                return Ending { code: 1, ends: false };
            }
        };
        if let Some(note) = answer.note.as_ref().and_then(|note| note.message.as_deref()) {
            self.complain(&format!("Warning: {}", with_stop(note)));
        }
        if asked.is_some() || echo {
            let asked = asked.cloned().unwrap_or_default();
            let mut messages = answer.messages.into_iter().take(1);
            self.show(&asked, &mut |each| messages.try_for_each(each)).ok();
        }
        DONE
    }

    fn list(&mut self, mut table: TcTable, asked: &Asked, block: Option<u32>) -> Ending {
        let host = match self.host() {
            Ok(host) => host,
            Err(error) => {
                self.kernel_said(&error);
                return Ending { code: 1, ends: false };
            }
        };
        if let Some(block) = block {
            let hooks = host.flow().hooks(None).unwrap_or_default();
            if !hooks.iter().any(|hook| [hook.ingress_block, hook.egress_block].contains(&Some(block))) {
                self.complain(&format!("Cannot find block \"{block}\""));
                return Ending { code: 1, ends: false };
            }
        }
        let brief = self.options.style.brief;
        match &mut table {
            TcTable::Filters { terse, .. } | TcTable::Actions { terse, .. } => *terse = brief,
            TcTable::Chains { .. } | TcTable::Qdiscs { .. } => {}
        }
        let read = self.show(asked, &mut |each| host.traffic_control()?.table(&table, each));
        match read {
            Ok(()) => DONE,
            Err(error) => {
                match error.extack().filter(|extack| extack.message.is_none()).map(|extack| extack.errno) {
                    Some(ENOENT | EOPNOTSUPP) => {}
                    Some(EMSGSIZE) => self.complain("Error: Buffer too small for object."),
                    _ => self.kernel_said(&error),
                }
                self.complain("Dump terminated");
                Ending { code: 1, ends: false }
            }
        }
    }

    fn monitor(&mut self) -> Ending {
        let watch = self.host().and_then(|host| host.traffic_control()?.watch());
        let mut watch = match watch {
            Ok(watch) => watch,
            Err(error) => {
                self.kernel_said(&error);
                return Ending { code: 1, ends: true };
            }
        };
        while !self.stand.closed {
            match watch.wait(None) {
                Ok(Some(message)) => {
                    *self.names.borrow_mut() = None;
                    let mut message = Some(message);
                    self.show(&Asked::default(), &mut |each| message.take().map_or(Ok(()), &mut *each)).ok();
                    self.flush();
                }
                Ok(None) => {}
                Err(error) => self.complain(&format!("Error: {error}")),
            }
        }
        Ending { code: CLOSED_PIPE, ends: true }
    }

    /// Prints messages as they come, as text or as one JSON list.
    fn show(
        &mut self,
        asked: &Asked,
        read: &mut dyn FnMut(Each<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let Options { style, pretty: set_out, .. } = *self.options;
        let mut out = std::mem::replace(&mut self.stand.out, BufWriter::new(io::stdout()));
        let mut closed = false;
        let name = |dev: &Netdev| self.shown(dev);
        let mut show = Show::new(style, &name);
        let mut whole = String::new();
        let mut print = |text: String| {
            if style.json && set_out {
                whole.push_str(&text);
                return;
            }
            closed |= out.write_all(text.as_bytes()).is_err();
        };
        if style.json {
            show.open_list(None);
        }
        let read = read(&mut |message| {
            show_message(&message, asked, &mut show);
            print(show.take());
            Ok(())
        });
        if style.json {
            show.close_list();
            print(show.take());
            if set_out {
                closed |= out.write_all(pretty(&whole).as_bytes()).is_err();
            }
            closed |= out.write_all(b"\n").is_err();
        }
        self.stand.out = out;
        self.stand.closed |= closed;
        read
    }

    fn flush(&mut self) {
        self.stand.flush();
    }

    pub(super) fn host(&self) -> Result<Host, Error> {
        self.stand.host()
    }

    /// The link of this name. A link may have come since the names were read.
    fn find(&self, name: &str) -> Option<IfIndex> {
        if let Some(index) = self.names.borrow().as_ref().and_then(|names| names.find(name)) {
            return Some(index);
        }
        let names = self.host().and_then(|host| host.names()).ok()?;
        let by_number = || {
            let index = IfIndex(name.strip_prefix("if")?.parse().ok()?);
            (!names.name(index).starts_with('#')).then_some(index)
        };
        let found = names.find(name).or_else(by_number);
        *self.names.borrow_mut() = Some(names);
        found
    }

    fn shown(&self, dev: &Netdev) -> String {
        let Ok(index) = dev.index() else { return dev.to_string() };
        let mut names = self.names.borrow_mut();
        if names.is_none() {
            *names = self.host().and_then(|host| host.names()).ok();
        }
        let name = names.as_ref().map(|names| names.name(index)).filter(|name| !name.starts_with('#'));
        name.unwrap_or_else(|| if index.0 == 0 { "*".to_owned() } else { format!("if{index}") })
    }

    /// Why the kernel refused, in the words in which tc tells it.
    fn kernel_said(&mut self, error: &Error) {
        let message = kernel_words(error)
            .or_else(|| kernel_text(error).map(|text| format!("RTNETLINK answers: {text}")))
            .unwrap_or_else(|| format!("Error: {error}"));
        self.complain(&message);
    }
}
