use std::os::fd::BorrowedFd;
use std::time::Duration;

use crate::flow::{
    Action, ActionState, Attach, FilterBody, FilterNote, TcMessage, TcName, TcObject, TcPlace, TcRequest,
    TcTable, TcVerb,
};
use crate::{Error, Extack, Result};

/// What a request of [`TrafficControl`] is answered with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TcAnswer {
    /// What the kernel said along with its success.
    pub note: Option<Extack>,
    /// What it told: the object of a read, or with `echo` what changed.
    pub messages: Vec<TcMessage>,
}

/// Traffic control as `tc` sees it: filters, chains, shared actions and qdiscs in the kernel's own terms.
///
/// [`super::FlowOffload`] works on rules and keeps to what NICs know. Here requests are sent as they are, and the
/// kernel judges them.
///
/// # Errors
/// Every operation can fail with `Unsupported`, `PermissionDenied`, `InvalidInput` (what has no form on the wire), or
/// what the kernel says.
pub trait TrafficControl: Send + Sync {
    /// Carries out one request. With `echo` the answer tells what changed (`NLM_F_ECHO`).
    fn request(&self, request: &TcRequest, echo: bool) -> Result<TcAnswer>;

    /// Reads a table, message by message.
    ///
    /// # Errors
    /// Also the first error that `each` returns.
    fn table(&self, table: &TcTable, each: &mut dyn FnMut(TcMessage) -> Result<()>) -> Result<()>;

    /// Begins to listen to what others change (`RTNLGRP_TC`).
    fn watch(&self) -> Result<Box<dyn Watch>> {
        Err(Error::unsupported("watch traffic control"))
    }

    /// The chains of one place; those that exist only because a rule goes to them are not told.
    fn chains(&self, attach: &Attach) -> Result<Vec<FilterNote>> {
        let mut chains = Vec::new();
        let name = TcName::at(TcPlace::of(attach)?);
        self.table(&TcTable::Chains { name }, &mut |message| {
            if let TcObject::Chain(note) = message.object {
                chains.push(note);
            }
            Ok(())
        })?;
        Ok(chains)
    }

    /// Adds a chain. With a template, only filters of its kind and with its masks can stand in it.
    fn add_chain(&self, attach: &Attach, chain: u32, template: Option<FilterBody>) -> Result<()> {
        let mut name = TcName { chain: Some(chain), ..TcName::at(TcPlace::of(attach)?) };
        if let Some(body) = &template {
            name.kind = Some(body.rule.classifier.name().to_owned());
            name.protocol = body.rule.protocol;
        }
        self.request(&TcRequest::Chain(TcVerb::Add, name, template.map(Box::new)), false).map(drop)
    }

    /// Removes a chain and the filters in it.
    fn remove_chain(&self, attach: &Attach, chain: u32) -> Result<()> {
        let name = TcName { chain: Some(chain), ..TcName::at(TcPlace::of(attach)?) };
        self.request(&TcRequest::Chain(TcVerb::Delete, name, None), false).map(drop)
    }

    /// The shared actions of one kind.
    fn shared_actions(&self, kind: &str) -> Result<Vec<(Action, ActionState)>> {
        let mut actions = Vec::new();
        let table = TcTable::Actions { kind: kind.to_owned(), terse: false, since_ms: None };
        self.table(&table, &mut |message| {
            if let TcObject::Actions(note) = message.object {
                actions.extend(note.actions.into_iter().map(|(_, action, state)| (action, state)));
            }
            Ok(())
        })?;
        Ok(actions)
    }

    /// Adds a shared action, or with `replace` puts it in the place of the one with its number.
    fn add_shared_action(&self, action: &Action, replace: bool) -> Result<()> {
        let verb = if replace { TcVerb::Replace } else { TcVerb::Add };
        self.request(&TcRequest::Actions(verb, vec![action.clone()]), false).map(drop)
    }

    /// Removes a shared action; `Busy` or `PermissionDenied` while filters use it.
    fn remove_shared_action(&self, kind: &str, index: u32) -> Result<()> {
        let names = vec![(kind.to_owned(), index)];
        self.request(&TcRequest::ActionsByIndex(TcVerb::Delete, names), false).map(drop)
    }

    /// Removes all shared actions of one kind that no filter uses.
    fn flush_shared_actions(&self, kind: &str) -> Result<()> {
        self.request(&TcRequest::FlushActions(kind.to_owned()), false).map(drop)
    }
}

/// What others change, as it happens.
pub trait Watch: Send {
    /// Waits for the next message, at most so long; `None` if nothing came.
    ///
    /// # Errors
    /// `Overrun` if the kernel dropped messages because they were not read in time: what is kept of the state must be
    /// read again, and the watch goes on.
    fn wait(&mut self, most: Option<Duration>) -> Result<Option<TcMessage>>;

    /// A descriptor that becomes readable when a message waits, for use with `poll`; a simulated kernel has none.
    fn fd(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

impl Iterator for dyn Watch {
    type Item = Result<TcMessage>;

    /// The next message, however long it takes.
    fn next(&mut self) -> Option<Self::Item> {
        self.wait(None).transpose()
    }
}
