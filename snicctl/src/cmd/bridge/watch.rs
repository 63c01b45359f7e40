//! `snicctl bridge watch`: addresses, groups, VLANs and ports as they come and go.

use serde_json::{Value, json};
use smartnic::bridge::{BridgeChanged, BridgeNotice};
use smartnic::names::Names;
use smartnic::types::IfIndex;

use crate::cmd::watching::Limits;
use crate::print::Format;
use crate::print::bridge::{FdbObject, MdbObject, PortObject, VlansObject};
use crate::session::{Outcome, Session};

/// Watch bridges: addresses, members of groups, ports and their VLANs
///
/// Prints a line for each change as the kernel tells it, whoever made it, until it is stopped or the limit is reached.
/// With -o json each line is an object: event (added or changed, deleted), object (address, member, port), and what the
/// lists show of it. On a simulated host nobody else changes anything.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  snicctl bridge watch\n  snicctl bridge watch --bridge br0 --count 10\n  \
                        snicctl -o json bridge watch --timeout 60"
)]
pub(crate) struct Args {
    /// Only what concerns this bridge
    #[arg(long, value_name = "BRIDGE")]
    bridge: Option<String>,
    #[command(flatten)]
    limits: Limits,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let bridge = args.bridge.as_ref().map(|bridge| super::link(&host, bridge)).transpose()?;
    let mut watch = host.bridging()?.watch_bridges()?;
    let mut names = host.names()?;
    args.limits.watch(
        session,
        &mut watch,
        |watch, left| watch.wait(left),
        |session, _, notice| {
            let (link, master) = about(&notice);
            if bridge.is_some_and(|bridge| link != bridge && master != Some(bridge)) {
                return Ok(false);
            }
            // Links come while others change things; of those that went the name is known from before.
            if [Some(link), master].into_iter().flatten().any(|link| names.known(link).is_none()) {
                names = host.names()?;
            }
            match session.format() {
                Format::Json | Format::Yaml => writeln!(session.out(), "{}", object(&notice, &names))?,
                _ => writeln!(session.out(), "{}", line(&notice, &names))?,
            }
            Ok(true)
        },
    )
}

/// The link that a change is about, and the bridge that it belongs to.
fn about(notice: &BridgeNotice) -> (IfIndex, Option<IfIndex>) {
    match &notice.what {
        BridgeChanged::Address(entry) => (entry.link, entry.master),
        BridgeChanged::Member(entry) => (entry.port, Some(entry.bridge)),
        BridgeChanged::Port(port) => (port.link, port.master),
    }
}

fn event(notice: &BridgeNotice) -> &'static str {
    if notice.gone { "deleted" } else { "added or changed" }
}

fn object(notice: &BridgeNotice, names: &Names) -> Value {
    let event = event(notice);
    match &notice.what {
        BridgeChanged::Address(entry) => {
            json!({ "event": event, "object": "address", "address": FdbObject::of(entry, names) })
        }
        BridgeChanged::Member(entry) => {
            json!({ "event": event, "object": "member", "member": MdbObject::of(entry, names) })
        }
        BridgeChanged::Port(port) => json!({
            "event": event,
            "object": "port",
            "port": PortObject::of(port, names),
            "vlans": VlansObject::of(port),
        }),
    }
}

fn line(notice: &BridgeNotice, names: &Names) -> String {
    let mut words = vec![if notice.gone { "deleted".to_owned() } else { "changed".to_owned() }];
    let mut word =
        |name: &str, value: Option<String>| words.extend(value.map(|value| format!("{name} {value}")));
    match &notice.what {
        BridgeChanged::Address(entry) => {
            word("address", Some(entry.mac.to_string()));
            word("on", Some(names.name(entry.link)));
            word("of", entry.master.map(|master| names.name(master)));
            word("vlan", entry.vlan.map(|vlan| vlan.to_string()));
            word("to", entry.dst.map(|dst| dst.to_string()));
            word("state", Some(entry.state.to_string()));
            words.extend(entry.flags.names().map(str::to_owned));
        }
        BridgeChanged::Member(entry) => {
            word("member", Some(names.name(entry.port)));
            word("of", Some(names.name(entry.bridge)));
            word("group", Some(entry.group.to_string()));
            word("from", entry.source.map(|source| source.to_string()));
            word("vlan", entry.vlan.map(|vlan| vlan.to_string()));
            words.extend(entry.flags.names().map(str::to_owned));
        }
        BridgeChanged::Port(port) => {
            word("port", Some(port.name.clone()));
            word("of", port.master.map(|master| names.name(master)));
            word("state", port.state.map(|state| state.to_string()));
            let vlans: Vec<String> = port.vlans.iter().map(ToString::to_string).collect();
            word("vlans", (!vlans.is_empty()).then(|| vlans.join(" ")));
        }
    }
    words.join(" ")
}
