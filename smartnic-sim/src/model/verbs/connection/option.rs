//! What is chosen of an id before it is used, and what ends tell each other of their queue pairs.

use smartnic_core::rdma::QpType;
use smartnic_core::verbs::{AckTimeout, CmOption, Ece};

use super::State;
use crate::errno::Errno;
use crate::model::Machine;

/// What was chosen.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Options {
    pub(super) service_type: u8,
    pub(super) reuses: bool,
    pub(super) own_family: bool,
    pub(super) ack_timeout: Option<AckTimeout>,
    /// What the other end is told.
    pub(super) ece: Ece,
    /// What the other end told.
    pub(super) told: Ece,
}

impl Machine {
    pub(crate) fn cm_set_option(&mut self, number: u64, option: CmOption) -> Result<(), Errno> {
        let id = self.verbs.cm.id_mut(number)?;
        match option {
            CmOption::ServiceType(value) => id.options.service_type = value,
            // As the kernel's `rdma_set_reuseaddr`, `rdma_set_afonly` and `rdma_set_ack_timeout`.
            CmOption::ReuseAddress(on) if id.state == State::Idle || on && id.state != State::Listening => {
                id.options.reuses = on;
            }
            CmOption::OwnFamilyOnly(on) if matches!(id.state, State::Idle | State::Bound) => {
                id.options.own_family = on;
            }
            CmOption::AckTimeout(timeout) if id.kind == QpType::Rc && timeout.0 < 32 => {
                id.options.ack_timeout = Some(timeout);
            }
            _ => return Err(Errno::EINVAL),
        }
        Ok(())
    }

    pub(crate) fn cm_set_ece(&mut self, number: u64, ece: &Ece) -> Result<(), Errno> {
        self.verbs.cm.id_mut(number)?.options.ece = *ece;
        Ok(())
    }

    pub(crate) fn cm_remote_ece(&self, number: u64) -> Result<Ece, Errno> {
        Ok(self.verbs.cm.id(number)?.options.told)
    }
}
