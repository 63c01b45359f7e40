//! `snicctl stats`: what links, their drivers and their PHYs count.

use clap::{Args, Subcommand};
use serde_json::{Map, Value as Json, json};
use smartnic::ethtool::{Bucket, Counter, Statistics, StatsGroup, StatsSource};
use smartnic::types::IfIndex;
use smartnic::{Error, Host};

use crate::print::{Align, Cell, Format, Pairs, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Counters that standards name: IEEE 802.3 and RMON
    #[command(after_help = "Examples:\n  snicctl stats show enp3s0f0np0\n  \
                            snicctl -o json stats show enp3s0f0np0 --groups eth-mac,rmon")]
    Show(Standard),
    /// Counters that only this driver has
    #[command(after_help = "Examples:\n  snicctl stats private enp3s0f0np0")]
    Private {
        /// The link
        link: String,
        /// Those whose names hold this text
        #[arg(long, value_name = "TEXT")]
        like: Option<String>,
    },
    /// Counters that only this PHY has
    #[command(after_help = "Examples:\n  snicctl stats phy eth0")]
    Phy {
        /// The link
        link: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Standard {
    /// The link
    link: String,
    /// Groups; all if none is named: eth-phy, eth-mac, eth-ctrl, rmon, phydev
    #[arg(long, value_delimiter = ',', value_name = "GROUP,…")]
    groups: Vec<StatsGroup>,
    /// Whose, where frames that give way have a MAC of their own: aggregate, emac, pmac
    #[arg(long, value_name = "WHOSE")]
    source: Option<StatsSource>,
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::Show(wish) => standard(wish, session),
        Verb::Private { link, like } => {
            let read: Read = |host, link| host.ethtool()?.private_statistics(link);
            counters(link, "private", like.as_deref(), read, session)
        }
        Verb::Phy { link } => {
            let read: Read = |host, link| host.ethtool()?.phy_statistics(link);
            counters(link, "phy", None, read, session)
        }
    }
}

fn standard(wish: &Standard, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let index = host.names()?.index(&wish.link)?;
    let found = host.ethtool()?.statistics(index, &wish.groups, wish.source);
    let found = found.map_err(|error| error.on(&wish.link))?;
    if session.format() != Format::Table {
        session.data(&[object(&wish.link, &found)])?;
        return Ok(Ending::Done);
    }
    if found.iter().all(|group| [group.counters.len(), group.received.len(), group.sent.len()] == [0; 3]) {
        session.say(format_args!("{} counts nothing of what was asked for", wish.link))?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[("GROUP", Align::Left), ("COUNTER", Align::Left), ("VALUE", Align::Right)]);
    for group in &found {
        let mut row = |name: String, value: u64| {
            table.row(vec![Cell::new(group.group).style(Style::Bold), Cell::new(name), Cell::new(value)]);
        };
        for counter in &group.counters {
            row(counter.name.clone(), counter.value);
        }
        for (way, buckets) in [("rx", &group.received), ("tx", &group.sent)] {
            for Bucket { low, high, value } in buckets {
                row(format!("{way}-{low}-to-{high}-bytes"), *value);
            }
        }
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

/// The shape of `ethtool --json -S LINK --groups …`.
fn object(link: &str, found: &[Statistics]) -> Pairs<String, Json> {
    let mut pairs = vec![("ifname".to_owned(), Json::from(link))];
    for group in found {
        let counters = group.counters.iter().map(|counter| (counter.name.clone(), counter.value.into()));
        let mut map: Map<String, Json> = counters.collect();
        for (way, buckets) in [("rx-pktsNtoM", &group.received), ("tx-pktsNtoM", &group.sent)] {
            if !buckets.is_empty() {
                let bucket = |it: &Bucket| json!({ "low": it.low, "high": it.high, "val": it.value });
                map.insert(way.to_owned(), buckets.iter().map(bucket).collect::<Vec<_>>().into());
            }
        }
        pairs.push((group.group.to_string(), map.into()));
    }
    Pairs(pairs)
}

/// How a host is asked for counters.
type Read = fn(&Host, IfIndex) -> Result<Vec<Counter>, Error>;

fn counters(
    link: &str,
    whose: &'static str,
    like: Option<&str>,
    read: Read,
    session: &mut Session,
) -> Outcome {
    let host = session.host()?;
    let index = host.names()?.index(link)?;
    let mut found = read(&host, index).map_err(|error| error.on(link))?;
    if let Some(like) = like {
        found.retain(|counter| counter.name.contains(like));
    }
    if session.format() != Format::Table {
        // A driver may have one name twice: a list keeps both.
        session.data(&[Pairs(vec![("ifname", Json::from(link)), (whose, json!(found))])])?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[("COUNTER", Align::Left), ("VALUE", Align::Right)]);
    for counter in &found {
        table.row(vec![Cell::new(&counter.name), Cell::new(counter.value)]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}
