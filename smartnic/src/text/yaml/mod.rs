//! Rules as a YAML document (or JSON, which is YAML too).
//!
//! ```yaml
//! name: web servers                 # optional, for people only
//! defaults: {dev: pf0vf0, side: ingress, protocol: ip}
//! hooks:                            # optional: qdiscs that carry rules
//!   - {dev: pf0vf0, kind: clsact}
//! rules:
//!   - {prio: 10, match: {ip_proto: tcp, dst_ip: 10.0.0.0/8, dst_port: 80-90}, actions: [drop]}
//!   - dev: pf0vf1                   # a netdev, a port's name, or a port's handle
//!     protocol: 802.1Q
//!     group: tagged
//!     match: {vlan_id: 100}
//!     actions: [vlan_pop, {redirect: pf0vf0}]
//! groups:                           # optional: rules with a name and defaults of their own
//!   - name: deny
//!     defaults: {prio: 20}
//!     rules: [{match: {src_ip: 192.0.2.0/24}, actions: [drop]}]
//! ```
//!
//! Every action can also be written in tc's own words: `{tc: "gact drop random netrand pass 100"}`.
//!
//! Keys have tc's names (`icmp_type` and `icmp_code` for its `type` and `code`) and tc's values, in any order. A
//! number behind `ip_proto` must begin with `0x`, since tc reads any number there in base sixteen. A key of several
//! words is one text: `mpls: lse depth 1 label 5 lse depth 2 ttl 3`, `cfm: mdl 3 op 1`. A rule may have a class
//! (`classid: 1:10`, or `hw_tc: 2`), and be of another kind: `classifier: matchall`, which has no keys.

mod action;
mod document;
mod draft;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use draft::Draft;
pub use read::parse;
pub use write::{rule_fields, rule_set_to_yaml};

/// What YAML calls the keys that tc calls `type` and `code`.
const RENAMED: [(&str, &str); 2] = [("icmp_type", "type"), ("icmp_code", "code")];
