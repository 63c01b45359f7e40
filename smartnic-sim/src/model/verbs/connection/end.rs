//! Connections end: refused, left, or with their device.

use smartnic_core::verbs::{CM_REJECTED_BY_PROGRAM, CmEvent, CmEventKind};

use super::{State, TIMED_OUT, plain};
use crate::errno::Errno;
use crate::model::Machine;
use crate::model::verbs::Signal;

impl Machine {
    /// Refuses a request, or an answer.
    pub(crate) fn cm_reject(&mut self, number: u64, private_data: &[u8]) -> Result<(), Errno> {
        let id = self.verbs.cm.id_mut(number)?;
        if !matches!(id.state, State::Asked | State::Answers | State::Answered) {
            return Err(Errno::EINVAL);
        }
        id.state = State::Over;
        self.cm_refuse_peer(number, private_data);
        Ok(())
    }

    fn cm_refuse_peer(&mut self, number: u64, private_data: &[u8]) {
        let Some(peer) = self.cm_heard_by(number) else { return };
        self.cm_refuse(peer, CM_REJECTED_BY_PROGRAM, private_data);
    }

    /// The other end, if it hears what is sent to it, and is told of it: a program that has not accepted yet is not.
    fn cm_heard_by(&self, number: u64) -> Option<u64> {
        let id = self.verbs.cm.id(number).ok()?;
        let peer = self.verbs.cm.peer_of(number).filter(|_| self.cm_reaches(id.here, id.there))?;
        let listens = !matches!(self.verbs.cm.id(peer).ok()?.state, State::Asked | State::Over);
        listens.then_some(peer)
    }

    pub(crate) fn cm_disconnect(&mut self, number: u64) -> Result<(), Errno> {
        let state = self.verbs.cm.id(number)?.state;
        match state {
            State::Established => {
                self.verbs.cm.id_mut(number)?.state = State::Leaves;
                if !self.cm_leave(number) {
                    // Nobody says that he heard it.
                    self.verbs.cm.id_mut(number)?.state = State::Over;
                    self.verbs.cm.tell(number, plain(number, CmEventKind::Disconnected, TIMED_OUT));
                }
                Ok(())
            }
            State::Left => {
                self.verbs.cm.id_mut(number)?.state = State::Over;
                self.cm_say_heard(number);
                Ok(())
            }
            _ => Err(Errno::EINVAL),
        }
    }

    /// Tells the other end that the connection ends; whether it hears it.
    fn cm_leave(&mut self, number: u64) -> bool {
        let Some(peer) = self.cm_heard_by(number) else { return false };
        let Ok(other) = self.verbs.cm.id_mut(peer) else { return false };
        match other.state {
            State::Established | State::Answers => {
                other.state = State::Left;
                self.verbs.cm.tell(peer, plain(peer, CmEventKind::Disconnected, 0));
                true
            }
            _ => false,
        }
    }

    /// Tells the end that left that it was heard.
    fn cm_say_heard(&mut self, number: u64) {
        let Some(peer) = self.cm_heard_by(number) else { return };
        let Ok(other) = self.verbs.cm.id_mut(peer) else { return };
        if other.state == State::Leaves {
            other.state = State::Over;
            self.verbs.cm.tell(peer, plain(peer, CmEventKind::Disconnected, 0));
        }
    }

    /// Takes an id away, and with a listener the requests that nobody has seen.
    pub(crate) fn cm_destroy(&mut self, number: u64) {
        let Ok(id) = self.verbs.cm.id(number) else { return };
        let state = id.state;
        let mut unseen = Vec::new();
        id.channel.retain(|event| {
            let is_unseen = event.listener == Some(number);
            if is_unseen {
                unseen.push(event.id);
            }
            !is_unseen && event.id != number
        });
        match state {
            State::Asked | State::Answers | State::Answered => self.cm_refuse_peer(number, &[]),
            State::Established => {
                self.cm_leave(number);
            }
            State::Left => self.cm_say_heard(number),
            _ => {}
        }
        self.verbs.cm.ids.remove(&number);
        for request in unseen {
            self.cm_destroy(request);
        }
    }

    /// Takes the ids away of a channel that nobody has any more: requests that nobody has seen.
    pub(crate) fn cm_close(&mut self, channel: &Signal<CmEvent>) {
        let mut left = Vec::new();
        channel.retain(|event| {
            left.push(event.id);
            false
        });
        for number in left {
            self.cm_destroy(number);
        }
    }

    /// Tells ids of devices that are gone.
    pub(in crate::model::verbs) fn watch_connections(&mut self) {
        let on_gone = |machine: &Self, number: &u64| {
            let id = machine.verbs.cm.ids.get(number)?;
            (id.state != State::Over && machine.rdma_device(id.here?.device).is_err()).then_some(*number)
        };
        let gone: Vec<u64> = self.verbs.cm.ids.keys().filter_map(|number| on_gone(self, number)).collect();
        for number in gone {
            if let Ok(id) = self.verbs.cm.id_mut(number) {
                id.state = State::Over;
            }
            self.verbs.cm.tell(number, plain(number, CmEventKind::DeviceRemoval, 0));
        }
    }
}
