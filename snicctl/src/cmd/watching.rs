//! What all commands share that print changes as they happen.

use std::time::{Duration, Instant};

use smartnic::{Error, ErrorKind};

use crate::session::{Ending, Failure, Outcome, Session};

/// When a command that watches ends by itself.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Limits {
    /// End after so many changes
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<u64>,
    /// End after so many seconds
    #[arg(long, value_name = "SECONDS")]
    pub(crate) timeout: Option<u64>,
}

impl Limits {
    /// Waits for one change after the other until a limit is reached. `print` says whether it printed the change: others are
    /// not counted. Changes that were lost are a warning.
    pub(crate) fn watch<S, T>(
        self,
        session: &mut Session,
        source: &mut S,
        wait: impl Fn(&mut S, Option<Duration>) -> Result<Option<T>, Error>,
        mut print: impl FnMut(&mut Session, &S, T) -> Result<bool, Failure>,
    ) -> Outcome {
        let end = self.timeout.map(|seconds| Instant::now() + Duration::from_secs(seconds));
        let mut seen = 0;
        while self.count.is_none_or(|count| seen < count) {
            let left = end.map(|end| end.saturating_duration_since(Instant::now()));
            if left == Some(Duration::ZERO) {
                break;
            }
            let change = match wait(source, left) {
                Ok(Some(change)) => change,
                Ok(None) => continue,
                Err(error) if error.kind() == ErrorKind::Overrun => {
                    session.warn(&error);
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            if print(session, source, change)? {
                session.out().flush()?;
                seen += 1;
            }
        }
        Ok(Ending::Done)
    }
}
