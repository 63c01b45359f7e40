//! How received packets are spread over queues (RSS).

use smartnic_core::ethtool::{Record, Rss, Value};

use super::{Missed, insist};
use crate::{Error, Host, Result};

const CHANGE: &str = "change how packets are spread";

/// What is wished for, given as fields and their values; an indirection table of `default` is the kernel's, which is even.
///
/// # Errors
/// `InvalidInput` for a field that there is not, or a value that it cannot have.
pub fn spread_wish(pairs: &[(&str, &str)]) -> Result<Rss> {
    let mut wish = Rss::default();
    for (field, value) in pairs {
        if *field == "context" {
            return Err(Error::invalid(CHANGE, "a context is not a field: it is named beside them").on(field));
        }
        if (*field, *value) == ("rss-indirection-table", "default") {
            wish.indirection = Some(Vec::new());
            continue;
        }
        wish.read(field, value).map_err(|error| error.hint(format!("in: {field} {value}")))?;
    }
    Ok(wish)
}

/// Changes how the link of this name, or one of its contexts, spreads packets, and reads back what came of it.
///
/// # Errors
/// `Mismatch` if something is otherwise than was asked for, and what the kernel or driver says.
pub fn set_spread(host: &Host, link: &str, asked: &Rss) -> Result<()> {
    let index = host.names()?.index(link)?;
    let ethtool = host.ethtool()?;
    ethtool.set_rss(index, asked).map_err(|error| error.on(link))?;
    let now = ethtool.rss(index, asked.context).map_err(|error| error.on(link))?;
    insist(CHANGE, link, &missed(asked, &now))
}

/// What did not come out as asked for; a short table is repeated over the whole one, and an empty one stands for the
/// kernel's, which is even.
fn missed(asked: &Rss, now: &Rss) -> Vec<Missed> {
    let whole = |asked: &Value, got: &Value| match (asked, got) {
        (Value::Numbers(asked), Value::Numbers(got)) => {
            asked.is_empty() || got.iter().eq(asked.iter().cycle().take(got.len()))
        }
        _ => false,
    };
    let differing = asked.differs(now).into_iter();
    differing.filter(|(_, asked, got)| !got.as_ref().is_some_and(|got| whole(asked, got))).collect()
}
