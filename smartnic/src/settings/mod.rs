//! Settings of links, as ethtool knows them: topics whose fields are read and changed by name.
//!
//! Topics have the names of `snicctl`'s commands, fields those of `ethtool --json`. What was asked for is read back:
//! drivers round values, or keep those that they had.
//!
//! ```
//! # fn main() -> smartnic::Result<()> {
//! use smartnic::{Host, settings::Topic};
//!
//! let host = Host::open("sim:bluefield3")?;
//! let link = host.inventory()?.nics[0].uplink().unwrap().name.clone();
//! let rings = Topic::named("ring")?;
//! rings.set(&host, &link, &[("rx", "2048")])?;
//! let now = rings.settings(&host, &link)?;
//! assert!(now.iter().any(|setting| setting.name == "rx" && setting.value.to_string() == "2048"));
//! # Ok(())
//! # }
//! ```

mod cable;
mod counter;
mod feature;
mod notice;
mod ntuple;
mod queue;
mod spread;
mod topic;

use serde_json::{Value as Json, json};
use smartnic_core::ethtool::{Record, Value};

use crate::{Error, ErrorKind, Host, Result};

pub use cable::{CablePlace, cable_places};
pub use counter::{LinkCounter, counters};
pub use feature::{feature, features, set_features};
pub use notice::fields;
pub use ntuple::{ntuple, ntuple_text};
pub use queue::{queue_coalesce, set_queue_coalesce};
pub use spread::{set_spread, spread_wish};
pub use topic::{Told, Topic};

/// A field of a topic, and what it has on a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The topic, such as `ring`.
    pub topic: &'static str,
    /// The field, such as `rx-max`.
    pub name: &'static str,
    /// What it has.
    pub value: Value,
}

impl Setting {
    /// The fields of a record that are there.
    #[must_use]
    pub fn of(topic: &'static str, record: &dyn Record) -> Vec<Self> {
        let fields = record.fields().into_iter();
        fields.map(|(name, value)| Self { topic, name, value }).collect()
    }
}

/// All that a link tells of all topics; those that its driver does not have are left out.
///
/// # Errors
/// `NotFound` if there is no such link, and what else the kernel says.
pub fn all(host: &Host, link: &str) -> Result<Vec<Setting>> {
    let mut all = Vec::new();
    for topic in Topic::all() {
        match topic.settings(host, link) {
            Ok(told) => all.extend(told),
            Err(error) if error.kind() == ErrorKind::Unsupported => {}
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}

/// What links tell of a topic, or of all: one link, or each that tells something of it.
///
/// # Errors
/// Those of [`all`] and [`Topic::settings`]; of all links, those that tell nothing of the topic are left out.
pub fn of_links(host: &Host, link: Option<&str>, topic: Option<&Topic>) -> Result<Vec<(String, Setting)>> {
    let told = |link: &str| -> Result<Vec<(String, Setting)>> {
        let settings = match topic {
            Some(topic) => topic.settings(host, link)?,
            None => all(host, link)?,
        };
        Ok(settings.into_iter().map(|setting| (link.to_owned(), setting)).collect())
    };
    if let Some(link) = link {
        return told(link);
    }
    let mut found = Vec::new();
    for link in host.switchdev().links()? {
        match told(&link.name) {
            Ok(settings) => found.extend(settings),
            // Links without it are the most; one may have gone meanwhile.
            Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// A value as JSON: numbers, truth, text, and lists of these.
#[must_use]
pub fn plain(value: &Value) -> Json {
    match value {
        Value::Number(number) => (*number).into(),
        Value::Switch(on) => (*on).into(),
        Value::Word(word, _) => (*word).into(),
        Value::Numbers(numbers) => numbers.clone().into(),
        Value::Rows(rows) => json!(rows),
        Value::Bits(bits) => bits.on.clone().into(),
        Value::Text(text) => text.clone().into(),
        Value::Bytes(bytes) => bytes.to_string().into(),
    }
}

/// What was asked for and did not come out so: field, value asked for, value got.
type Missed = (&'static str, Value, Option<Value>);

/// Fails if something did not come out as it was asked for.
fn insist(change: &'static str, link: &str, missed: &[Missed]) -> Result<()> {
    if missed.is_empty() {
        return Ok(());
    }
    let told = missed.iter().map(|(field, asked, got)| match got {
        Some(got) => format!("{field}: asked for {asked}, got {got}"),
        None => format!("{field}: asked for {asked}, and the driver does not tell it"),
    });
    let reason = told.collect::<Vec<_>>().join("; ");
    let error = Error::new(ErrorKind::Mismatch, change).on(link).reason(reason);
    Err(error.hint("the kernel took it; drivers round values or keep them"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host() -> (Host, String) {
        let host = Host::open("sim:bluefield3").unwrap();
        let link = host.inventory().unwrap().nics[0].uplink().unwrap().name.clone();
        (host, link)
    }

    #[test]
    fn what_is_set_is_read_back() {
        let (host, link) = host();
        let topic = Topic::named("ring").unwrap();
        topic.set(&host, &link, &[("rx", "2048"), ("tx", "1024")]).unwrap();
        let now = topic.settings(&host, &link).unwrap();
        let text = |name| now.iter().find(|setting| setting.name == name).unwrap().value.to_string();
        assert_eq!([text("rx"), text("tx")], ["2048", "1024"]);
        assert!(all(&host, &link).unwrap().iter().any(|setting| setting.topic == "channel"));
    }

    #[test]
    fn wrong_names_are_met_with_those_that_there_are() {
        let (host, link) = host();
        let said = Topic::named("rings").unwrap_err().to_string();
        assert!(said.contains("did you mean ring?"), "{said}");
        let ring = Topic::named("ring").unwrap();
        let said = ring.set(&host, &link, &[("rxx", "1")]).unwrap_err().to_string();
        assert!(said.contains("rx-max"), "{said}");
        assert_eq!(ring.settings(&host, "nosuch").unwrap_err().kind(), ErrorKind::NotFound);
        let said = Topic::named("driver").unwrap().set(&host, &link, &[("driver", "x")]).unwrap_err();
        assert_eq!(said.kind(), ErrorKind::InvalidInput);
    }

    #[test]
    fn nothing_is_changed_if_one_value_is_wrong() {
        let (host, link) = host();
        let before = all(&host, &link).unwrap();
        Topic::named("ring").unwrap().set(&host, &link, &[("rx", "2048"), ("tx", "many")]).unwrap_err();
        assert_eq!(all(&host, &link).unwrap(), before);
    }
}
