//! Manage what SmartNICs take off the CPU.
//!
//! ```
//! use smartnic::{Host, eswitch, flow};
//!
//! # fn main() -> smartnic::Result<()> {
//! let host = Host::open("sim:bluefield3")?; // or "linux:", on a real NIC: the same code
//! let nic = host.inventory()?.nics.remove(0);
//!
//! // Four VFs and switchdev mode, in the order that this vendor's driver wants.
//! let target = eswitch::target("switchdev", Some(4))?;
//! eswitch::plan(&host, nic.handle(), &target)?.run(&host, &mut |step| println!("{step}"))?;
//!
//! // One rule, and where it ended up.
//! let rules = flow::RuleSet::from_tc("filter add dev pf0vf0 ingress protocol ip pref 1 flower ip_proto udp action drop")?;
//! let report = flow::apply(&host, &rules, &flow::ApplyOptions::default())?;
//! assert!(report.rules[0].verdict.is_in_hardware());
//! # Ok(())
//! # }
//! ```
//!
//! | module | what it does |
//! |---|---|
//! | [`Host`] | opens a machine, real or simulated |
//! | [`inventory`] | what is there: NICs, ports, links, functions, representors |
//! | [`cycle`] | changes of a device in several steps: plans, dry run, undo, and what a killed process left |
//! | [`eswitch`] | VFs and the eswitch mode, in the vendor's order, with dry run and undo |
//! | [`sf`] | sub-functions: created, configured, activated, found; and the way back |
//! | [`fabric`] | what links are ready for: RoCE v2, InfiniBand, Ultra Ethernet |
//! | [`roce`] | RoCE on a link from end to end: one profile, what does not fit together, two ends compared |
//! | [`rdma`] | RDMA devices, the choice of a GID by route, counters with one name for every vendor |
//! | [`verbs`] | RDMA devices opened and sent over: queue pairs whose states are types |
//! | [`settings`] | what links tell and let change: rings, channels, coalescing, features and all else of ethtool |
//! | [`saved`] | the state of devices as a document, written down and brought back |
//! | [`tc`] | lines of tc carried out in the kernel's own terms |
//! | [`flow`] | rules in and out, all or nothing; verdicts, explanations, traces |
//! | [`text`] | rules as tc lines or YAML, packets as text |
//! | [`names`] | what people call links |
//!
//! [`prelude`] has the names that most programs use.
//!
//! | feature | what comes with it |
//! |---|---|
//! | `tokio` | `asynchronous`: watches, connections and completions as futures |
//! | `rust-netlink` | `rust_netlink`: devlink payloads for programs on `netlink-packet-generic` and `genetlink` |
//!
//! None is on unless it is asked for; none changes what the others do. A backend is no feature: it is in the address of the
//! host.

#[cfg(feature = "tokio")]
pub mod asynchronous;
pub mod cycle;
pub mod eswitch;
pub mod fabric;
pub mod flow;
mod host;
pub mod inventory;
mod link_names;
pub mod names;
mod pieces;
pub mod prelude;
pub mod rdma;
pub mod roce;
#[cfg(feature = "rust-netlink")]
pub mod rust_netlink;
pub mod saved;
pub mod settings;
pub mod sf;
mod simulated;
pub mod tc;
pub mod text;
mod turn;
pub mod uri;
pub mod verbs;

pub use host::{Host, profiles};
pub use smartnic_core::{
    Error, ErrorKind, Extack, Result, adapter, backend, bridge, dcb, device, ethtool, types, vdpa,
};

/// The adapters of this SDK: what is known of drivers, whether this host has them or not. See also [`Host::registry`].
#[must_use]
pub fn adapters() -> adapter::Registry {
    vendor_adapters::registry()
}

/// What the adapter of a name, or the one that speaks for a driver of that name, knows.
///
/// # Errors
/// `NotFound` if there is none.
pub fn adapter_facts(name: &str) -> Result<&'static adapter::Facts> {
    let registry = adapters();
    let mut all = registry.iter().map(|adapter| adapter.facts());
    let found = all.find(|facts| facts.name == name || facts.identity.drivers.contains(&name));
    found.ok_or_else(|| {
        Error::new(ErrorKind::NotFound, "find an adapter")
            .on(name)
            .reason("no adapter has this name or speaks for a driver of this name")
            .hint("snicctl adapter list names them all")
    })
}
