//! `snicctl rdma gid`: the addresses of RDMA ports, and which to use.

use std::net::IpAddr;
use std::time::Duration;

use clap::Subcommand;
use serde_json::json;
use smartnic::rdma::{Change, GidEntry, GidType, Wanted, best_gid, changes, gids};
use smartnic::{Error, Host};

use crate::print::{Align, Cell, Table};
use crate::session::{Ending, Outcome, Session};

/// How often the tables are read where nothing tells of changes of GIDs themselves.
const LOOK: Duration = Duration::from_millis(500);

#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Verb {
    /// List the GID tables, without empty places
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl rdma gid list\n  snicctl rdma gid list mlx5_0/1"
    )]
    List {
        /// Only of this device, or of one port of it
        #[arg(value_name = "DEV[/PORT]")]
        place: Option<String>,
    },
    /// Choose the GID to reach an address with, and say why
    ///
    /// The kernel's route decides the link and the address to send from. A GID must be on that link, of the same family,
    /// on an active port, and of a type that gets there: RoCE v1 does not pass routers.
    #[command(
        after_help = "Examples:\n  snicctl rdma gid best 192.0.2.7\n  snicctl rdma gid best 192.0.2.7 --type roce-v1 --on mlx5_0/1"
    )]
    Best {
        /// The address to reach
        #[arg(value_name = "ADDRESS")]
        to: IpAddr,
        /// Only of this type: ib, roce-v1, roce-v2
        #[arg(long = "type", value_name = "TYPE")]
        kind: Option<GidType>,
        /// Only on this device, or on one port of it
        #[arg(long, value_name = "DEV[/PORT]")]
        on: Option<String>,
    },
    /// Tell of GIDs that come, go, or are registered again at another place
    #[command(after_help = "Examples:\n  snicctl rdma gid watch\n  snicctl rdma gid watch mlx5_0/1 --for 60")]
    Watch {
        /// Only of this device, or of one port of it
        #[arg(value_name = "DEV[/PORT]")]
        place: Option<String>,
        /// End after so many seconds
        #[arg(long = "for", value_name = "SECONDS")]
        most: Option<u64>,
    },
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::List { place } => {
            let host = session.host()?;
            let (device, port) = split(place.as_deref())?;
            let all = gids(&host, device, port)?;
            if session.is_table() {
                if all.is_empty() {
                    session.say("no GIDs")?;
                } else {
                    session.table(&table(&all))?;
                }
            } else {
                session.data(&all.iter().map(with_scope).collect::<Vec<_>>())?;
            }
            Ok(Ending::Done)
        }
        Verb::Best { to, kind, on } => {
            let (device, port) = split(on.as_deref())?;
            let choice = best_gid(&session.host()?, *to, &Wanted { kind: *kind, device, port })?;
            if session.is_table() {
                session.table(&table(std::slice::from_ref(&choice.entry)))?;
                for reason in &choice.reasons {
                    session.say(format_args!("  because {reason}"))?;
                }
                for it in &choice.passed_over {
                    let (place, index, gid) = (place_of(&it.entry), it.entry.index, it.entry.gid.ipv6());
                    session.say(format_args!("  not {place} index {index} ({gid}): {}", it.reason))?;
                }
            } else {
                session.data(&choice)?;
            }
            Ok(Ending::Done)
        }
        Verb::Watch { place, most } => watch(place.as_deref(), *most, session),
    }
}

fn watch(place: Option<&str>, most: Option<u64>, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let (device, port) = split(place)?;
    let end = most.map(|seconds| std::time::Instant::now() + Duration::from_secs(seconds));
    let read = |host: &Host| gids(host, device, port);
    let mut before = read(&host)?;
    loop {
        let left = end.map(|end| end.saturating_duration_since(std::time::Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Ok(Ending::Done);
        }
        std::thread::sleep(left.map_or(LOOK, |left| left.min(LOOK)));
        let after = match read(&host) {
            Ok(after) => after,
            // A device that went has no GIDs any more.
            Err(error) if error.kind() == smartnic::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        for change in changes(&before, &after) {
            if session.is_table() {
                session.say(said(&change))?;
            } else {
                session.data(&change)?;
                session.out().flush()?;
            }
        }
        before = after;
    }
}

fn said(change: &Change) -> String {
    let it = |entry: &GidEntry| {
        let kind = entry.kind.map_or_else(|| "?".to_owned(), |kind| kind.to_string());
        format!("{} {} ({}, {kind})", place_of(entry), entry.gid, entry.gid.ipv6())
    };
    match change {
        Change::Added { entry } => format!("added   {} at index {}", it(entry), entry.index),
        Change::Removed { entry } => format!("removed {} from index {}", it(entry), entry.index),
        Change::Moved { from, entry } => {
            format!("moved   {} from index {from} to {}: registered again", it(entry), entry.index)
        }
    }
}

fn place_of(entry: &GidEntry) -> String {
    format!("{}/{}", entry.device, entry.port)
}

/// The device and the port of `mlx5_0/1`.
pub(super) fn split(place: Option<&str>) -> Result<(Option<&str>, Option<u32>), Error> {
    let Some(place) = place else { return Ok((None, None)) };
    let Some((device, port)) = place.split_once('/') else { return Ok((Some(place), None)) };
    let wrong =
        |_| Error::parse("read the place of a port", "expected DEV or DEV/PORT such as mlx5_0/1").on(place);
    port.parse().map(|port| (Some(device), Some(port))).map_err(wrong)
}

fn scope(entry: &GidEntry) -> &'static str {
    match entry.gid.ipv4() {
        Some(address) if address.is_link_local() => "link",
        None if entry.gid.is_link_local() => "link",
        _ => "global",
    }
}

fn with_scope(entry: &GidEntry) -> serde_json::Value {
    let mut value = json!(entry);
    value["scope"] = scope(entry).into();
    value["address"] = address(entry).into();
    value
}

fn address(entry: &GidEntry) -> String {
    entry.gid.ipv4().map_or_else(|| entry.gid.ipv6().to_string(), |address| address.to_string())
}

fn table(all: &[GidEntry]) -> Table {
    let mut table = Table::new(&[
        ("PORT", Align::Left),
        ("INDEX", Align::Right),
        ("GID", Align::Left),
        ("TYPE", Align::Left),
        ("ADDRESS", Align::Left),
        ("SCOPE", Align::Left),
        ("NETDEV", Align::Left),
    ]);
    for entry in all {
        table.row(vec![
            Cell::new(place_of(entry)),
            Cell::new(entry.index),
            Cell::new(entry.gid),
            Cell::option(entry.kind),
            Cell::new(address(entry)),
            Cell::new(scope(entry)),
            Cell::option(entry.netdev.as_deref()),
        ]);
    }
    table
}
