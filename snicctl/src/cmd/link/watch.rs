use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use smartnic::ethtool::{LinkChanged, LinkNotice};
use smartnic::types::IfIndex;
use smartnic::{Error, ErrorKind, Host};

use super::change::{Difference, Field, difference, differences, fields, object};
use crate::cmd::watching::Limits;
use crate::print::Format;
use crate::session::{Outcome, Session};

/// Watch links: rings, channels, features, modes and all else that ethtool tells of, names, states, MTUs
///
/// Prints a line for each change as the kernel tells it, whoever made it, until it is stopped or the limit is reached. What
/// was there is read at the start, so that a line has what differs alone. With -o json each line is an object: event (added,
/// changed, deleted), ifname, ifindex, topic, under "changed" what differs (was, now), and under the topic's name all that was
/// told. On a simulated host nobody else changes anything.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  snicctl link watch\n  snicctl link watch enp3s0f0np0 --count 10\n  \
                        snicctl -o json link watch --timeout 60")]
pub(crate) struct Args {
    /// Only these links
    links: Vec<String>,
    #[command(flatten)]
    limits: Limits,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let host = session.host()?;
    // Whatever changes while the state is read is heard.
    let mut watch = host.ethtool()?.watch_links()?;
    let mut known = Known::default();
    let names = host.names()?;
    for name in &args.links {
        known.wanted.push(names.index(name)?);
    }
    known.read(&host)?;
    args.limits.watch(
        session,
        &mut (watch.as_mut(), &mut known),
        |(watch, known), left| match watch.wait(left) {
            Err(error) if error.kind() == ErrorKind::Overrun => {
                known.read(&host)?;
                Err(error)
            }
            other => other.map(|notice| notice.and_then(|notice| known.take(notice))),
        },
        |session, _, change| {
            match session.format() {
                Format::Json | Format::Yaml => writeln!(session.out(), "{}", change.json())?,
                _ => writeln!(session.out(), "{}", change.line())?,
            }
            Ok(true)
        },
    )
}

/// A topic of a link; a link has several ways to spread packets.
type Key = (IfIndex, &'static str, Option<u32>);

fn key(link: IfIndex, what: &LinkChanged) -> Key {
    let context = match what {
        LinkChanged::Rss(rss) | LinkChanged::RssMade(rss) | LinkChanged::RssGone(rss) => rss.context,
        LinkChanged::Phy(phy) => phy.index,
        _ => None,
    };
    (link, what.topic(), context)
}

/// What links told last.
#[derive(Default)]
struct Known {
    /// The links that are watched; all if it is empty.
    wanted: Vec<IfIndex>,
    told: BTreeMap<Key, Vec<Field>>,
}

impl Known {
    fn wants(&self, link: IfIndex) -> bool {
        self.wanted.is_empty() || self.wanted.contains(&link)
    }

    fn read(&mut self, host: &Host) -> Result<(), Error> {
        self.told.clear();
        for link in host.switchdev().links()? {
            if !self.wants(link.ifindex) {
                continue;
            }
            let index = link.ifindex;
            for what in LinkChanged::now(host.ethtool()?, index) {
                self.told.insert(key(index, &what), fields(&what));
            }
            let what = LinkChanged::Link(Box::new(link));
            self.told.insert(key(index, &what), fields(&what));
        }
        Ok(())
    }

    /// Compares what is told with what was known, and keeps it; nothing if it is no news.
    fn take(&mut self, notice: LinkNotice) -> Option<Change> {
        if !self.wants(notice.link) {
            return None;
        }
        let (key, now) = (key(notice.link, &notice.what), fields(&notice.what));
        let (event, before) = match &notice.what {
            LinkChanged::RssGone(_) => ("deleted", self.told.remove(&key)),
            LinkChanged::LinkGone(_) => {
                let before = self.told.remove(&key);
                self.told.retain(|(link, ..), _| *link != notice.link);
                ("deleted", before)
            }
            // These tell what happened, and nothing that stays.
            LinkChanged::Power(_) | LinkChanged::Firmware(_) | LinkChanged::Cable(_) => ("changed", None),
            what => {
                let before = self.told.insert(key, now.clone());
                let new = before.is_none() && matches!(what, LinkChanged::Link(_) | LinkChanged::RssMade(_));
                (if new { "added" } else { "changed" }, before)
            }
        };
        let differs = match (event, before) {
            ("changed", Some(before)) => match differences(&before, &now) {
                same if same.is_empty() => return None,
                differs => Some(differs),
            },
            _ => None,
        };
        Some(Change { event, differs, now, notice })
    }
}

/// A change, and what it changed.
struct Change {
    event: &'static str,
    /// What differs, if it is known what was there.
    differs: Option<Vec<Difference>>,
    now: Vec<Field>,
    notice: LinkNotice,
}

impl Change {
    fn line(&self) -> String {
        let LinkNotice { name, what, .. } = &self.notice;
        let parts: Vec<String> = match (&self.differs, what) {
            (Some(differs), _) => differs.iter().map(difference).collect(),
            // A link that is gone has nothing any more.
            (None, LinkChanged::LinkGone(_)) => Vec::new(),
            (None, _) => self.now.iter().map(|field| format!("{} {}", field.name, field.text())).collect(),
        };
        let head = format!("{} {name} {}", self.event, what.topic());
        match parts.is_empty() {
            true => head,
            false => format!("{head}: {}", parts.join(", ")),
        }
    }

    fn json(&self) -> Json {
        let LinkNotice { link, name, what } = &self.notice;
        let mut map = Map::new();
        map.insert("event".into(), self.event.into());
        map.insert("ifname".into(), name.as_str().into());
        map.insert("ifindex".into(), link.0.into());
        map.insert("topic".into(), what.topic().into());
        if let Some(differs) = &self.differs {
            let told = |field: &Option<Field>| field.as_ref().map(Field::json);
            let one =
                |(name, was, now): &Difference| (name.clone(), json!({ "was": told(was), "now": told(now) }));
            map.insert("changed".into(), Json::Object(differs.iter().map(one).collect()));
        }
        map.insert(what.topic().into(), object(what));
        Json::Object(map)
    }
}

#[cfg(test)]
mod tests {
    use smartnic::device::Link;
    use smartnic::ethtool::{
        Bits, CableFinding, CablePair, CableStatus, CableTest, Feature, Rings, Rss, WakeOnLan,
    };

    use super::*;

    fn notice(what: LinkChanged) -> LinkNotice {
        LinkNotice { link: IfIndex(7), name: "eth0".into(), what }
    }

    fn rings(rx: u32) -> LinkChanged {
        LinkChanged::Rings(Box::new(Rings { rx: Some(rx), tx: Some(64), ..Rings::default() }))
    }

    fn line(known: &mut Known, what: LinkChanged) -> Option<String> {
        known.take(notice(what)).map(|change| change.line())
    }

    #[test]
    fn a_line_tells_what_differs_from_before() {
        let mut known = Known::default();
        assert_eq!(line(&mut known, rings(512)).unwrap(), "changed eth0 ring: rx 512, tx 64");
        assert_eq!(line(&mut known, rings(512)), None);
        assert_eq!(line(&mut known, rings(256)).unwrap(), "changed eth0 ring: rx 512 -> 256");

        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let wake = |on: &[&str]| {
            let modes = Some(Bits { on: own(on), of: Some(own(&["phy", "magic"])) });
            LinkChanged::WakeOnLan(Box::new(WakeOnLan { modes, password: None }))
        };
        assert_eq!(line(&mut known, wake(&[])).unwrap(), "changed eth0 wol: wake-on none");
        assert_eq!(line(&mut known, wake(&["magic"])).unwrap(), "changed eth0 wol: wake-on +magic");
        assert_eq!(line(&mut known, wake(&["phy"])).unwrap(), "changed eth0 wol: wake-on +phy -magic");

        let feature = |active, requested| {
            let name = "rx-gro".to_owned();
            LinkChanged::Features(vec![Feature { name, active, fixed: false, requested }])
        };
        assert_eq!(line(&mut known, feature(true, true)).unwrap(), "changed eth0 features: rx-gro on");
        assert_eq!(
            line(&mut known, feature(false, true)).unwrap(),
            "changed eth0 features: rx-gro on -> off (asked on)"
        );
    }

    #[test]
    fn what_comes_and_goes_is_told_as_that() {
        let mut known = Known::default();
        let context = |queue| Rss { context: Some(1), indirection: Some(vec![queue]), ..Rss::default() };
        let made = LinkChanged::RssMade(Box::new(context(2)));
        assert_eq!(line(&mut known, made).unwrap(), "added eth0 rss: context 1, rss-indirection-table 2");
        let changed = LinkChanged::Rss(Box::new(context(3)));
        assert_eq!(line(&mut known, changed).unwrap(), "changed eth0 rss: rss-indirection-table 2 -> 3");
        let gone = LinkChanged::RssGone(Box::new(Rss { context: Some(1), ..Rss::default() }));
        assert_eq!(line(&mut known, gone).unwrap(), "deleted eth0 rss: context 1");

        let link = |mtu| Link { mtu, ..Link::new(IfIndex(7), "eth0") };
        let came = LinkChanged::Link(Box::new(link(1500)));
        let told = "added eth0 link: name eth0, up off, carrier off, mtu 1500";
        assert_eq!(line(&mut known, came.clone()).unwrap(), told);
        assert_eq!(line(&mut known, came.clone()), None);
        let changed = LinkChanged::Link(Box::new(link(9000)));
        assert_eq!(line(&mut known, changed).unwrap(), "changed eth0 link: mtu 1500 -> 9000");
        let gone = LinkChanged::LinkGone(Box::new(link(9000)));
        assert_eq!(line(&mut known, gone).unwrap(), "deleted eth0 link");
        // Nothing is remembered of it.
        assert_eq!(line(&mut known, came).unwrap(), told);

        known.wanted = vec![IfIndex(8)];
        assert_eq!(line(&mut known, rings(1)), None);
    }

    #[test]
    fn what_happens_is_told_each_time() {
        let mut known = Known::default();
        let findings = vec![CableFinding::Fault { pair: CablePair::B, centimetres: 1234, source: None }];
        let test = CableTest { tdr: false, status: CableStatus::Completed, findings };
        let told = "changed eth0 cable: test completed, pair B fault at 1234 cm";
        for _ in 0..2 {
            assert_eq!(line(&mut known, LinkChanged::Cable(Box::new(test.clone()))).unwrap(), told);
        }
    }

    #[test]
    fn an_object_has_what_differs_and_all_that_was_told() {
        let mut known = Known::default();
        known.take(notice(rings(512)));
        let told = known.take(notice(rings(256))).unwrap().json();
        let wanted = json!({
            "event": "changed",
            "ifname": "eth0",
            "ifindex": 7,
            "topic": "ring",
            "changed": { "rx": { "was": 512, "now": 256 } },
            "ring": { "rx": 256, "tx": 64 },
        });
        assert_eq!(told, wanted);
    }
}
