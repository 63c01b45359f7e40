use std::any::Any;
use std::fmt::Debug;

use crate::Result;
use crate::verbs::CounterKind;

/// A steering rule ([`super::VerbsQp::steer`]): packets come by it as long as it lives. It keeps its queue pair.
pub trait VerbsFlow: Any + Debug + Send + Sync {}

/// What counts the packets of steering rules.
pub trait VerbsCounters: Any + Debug + Send + Sync {
    /// What is counted, in the order of [`VerbsCounters::read`].
    fn kinds(&self) -> &[CounterKind];

    /// The counts as they are now.
    ///
    /// # Errors
    /// `Io` if the device does not answer; `Refused` of some drivers as long as no rule counts with them.
    fn read(&self) -> Result<Vec<u64>>;
}
