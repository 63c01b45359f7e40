//! The match keys of `flower`, one group per file with the same stem as in the core and on the wire.
//!
//! To add a key: a row in its file's `KEYS`, and its name in [`ORDER`] (it is there already if tc has it).

mod arp;
mod cfm;
mod ct;
mod enc;
mod enc_opts;
mod enc_opts_show;
mod eth;
mod flags;
mod icmp;
mod ip;
pub(super) mod meta;
mod mpls;
mod pppoe;
mod session;
mod transport;
mod vlan;

use std::fmt;

use smartnic_core::flow::{IpProto, Match};
use smartnic_core::types::{EtherType, MaskValue, Masked};

use super::show::Show;
use crate::text::cursor::{Cursor, Parsed, Word};
use crate::text::json::Scalar;
use ip::has_prefix;

/// How a key is read and written.
pub(in crate::text) struct Key {
    /// Its name in tc.
    pub(in crate::text) name: &'static str,
    /// Reads the value into the match. Like tc, it looks at the keys before it: ports need their protocol first.
    /// A key that is given again takes the place of the first.
    read: Read,
    /// The value as tc takes it, if the match has the key.
    pub(in crate::text) write: fn(&Match) -> Option<String>,
}

/// How many words a key has behind its name.
enum Read {
    /// One.
    Word(fn(&mut Match, &Word<'_>) -> Parsed<()>),
    /// As many as belong to it.
    Words(fn(&mut Match, &mut Cursor<'_>) -> Parsed<()>),
}

impl Key {
    /// Reads what stands behind the key's name.
    pub(in crate::text) fn read(&self, key: &mut Match, cursor: &mut Cursor<'_>) -> Parsed<()> {
        match self.read {
            Read::Word(read) => read(key, &cursor.value_of(self.name)?),
            Read::Words(read) => read(key, cursor),
        }
    }

    /// Reads a value that is one text, of several words where the key has several.
    pub(in crate::text) fn read_text(&self, key: &mut Match, word: &Word<'_>) -> Parsed<()> {
        let Read::Words(read) = self.read else { return self.read(key, &mut Cursor::new(&[*word], 0)) };
        let words: Vec<_> = word.text.split_whitespace().map(|text| Word { text, at: word.at }).collect();
        let mut cursor = Cursor::new(&words, word.at);
        read(key, &mut cursor)?;
        match cursor.next() {
            None => Ok(()),
            Some(rest) => Err(word.wrong(format!("`{}` is no word of `{}`", rest.text, self.name))),
        }
    }
}

/// The groups, in an order in which every key comes after those that tc wants before it.
const GROUPS: [&[Key]; 15] = [
    meta::KEYS,
    vlan::KEYS,
    pppoe::KEYS,
    eth::KEYS,
    mpls::KEYS,
    ip::KEYS,
    transport::KEYS,
    icmp::KEYS,
    arp::KEYS,
    session::KEYS,
    enc::KEYS,
    enc_opts::KEYS,
    flags::KEYS,
    ct::KEYS,
    cfm::KEYS,
];

/// The words that tc compares what follows `flower` with, in its order: an abbreviation means the first that it
/// begins. (Found by trying abbreviations with tc 7.3.)
const ORDER: &[&str] = &[
    "classid",
    "flowid",
    "hw_tc",
    "ip_flags",
    "verbose",
    "skip_hw",
    "skip_sw",
    "ct_state",
    "ct_zone",
    "ct_mark",
    "ct_label",
    "indev",
    "num_of_vlans",
    "vlan_id",
    "vlan_prio",
    "vlan_ethtype",
    "cvlan_id",
    "cvlan_prio",
    "cvlan_ethtype",
    "pppoe_sid",
    "ppp_proto",
    "mpls",
    "mpls_label",
    "mpls_tc",
    "mpls_bos",
    "mpls_ttl",
    "dst_mac",
    "src_mac",
    "ip_proto",
    "ip_tos",
    "ip_ttl",
    "dst_ip",
    "src_ip",
    "dst_port",
    "src_port",
    "tcp_flags",
    "type",
    "code",
    "arp_tip",
    "arp_sip",
    "arp_op",
    "arp_tha",
    "arp_sha",
    "enc_dst_ip",
    "enc_src_ip",
    "enc_key_id",
    "enc_dst_port",
    "enc_tos",
    "enc_ttl",
    "enc_flags",
    "geneve_opts",
    "vxlan_opts",
    "erspan_opts",
    "gtp_opts",
    "pfcp_opts",
    "spi",
    "l2_miss",
    "l2tpv3_sid",
    "cfm",
    "action",
];

/// Those of [`ORDER`] that tc does not take abbreviated.
const EXACT: [&str; 10] = [
    "num_of_vlans",
    "pppoe_sid",
    "ppp_proto",
    "enc_flags",
    "gtp_opts",
    "pfcp_opts",
    "spi",
    "l2_miss",
    "l2tpv3_sid",
    "cfm",
];

/// The full name of a word behind `flower`, if tc has such a word.
pub(super) fn full_name(word: &Word<'_>) -> Option<&'static str> {
    let exact = ORDER.iter().find(|name| **name == word.text);
    exact.or_else(|| ORDER.iter().find(|name| word.begins(name) && !EXACT.contains(name))).copied()
}

/// The key that a word begins, if tc wants it in full.
pub(super) fn begun(word: &Word<'_>) -> Option<&'static str> {
    EXACT.into_iter().find(|name| word.begins(name))
}

/// The key of this name, if this version of the SDK has it.
pub(in crate::text) fn find(name: &str) -> Option<&'static Key> {
    all().find(|key| key.name == name)
}

/// Every key, in the order in which they are written.
pub(in crate::text) fn all() -> impl Iterator<Item = &'static Key> {
    GROUPS.into_iter().flatten()
}

/// The keys as rule documents have them: among them some that tc has no words for, or fewer.
pub(in crate::text) fn documented() -> impl Iterator<Item = &'static Key> {
    let beyond = || [enc::BEYOND, meta::BEYOND].into_iter().flatten();
    all().filter(move |key| beyond().all(|other| other.name != key.name)).chain(beyond())
}

/// The words that can stand behind `flower` here, for suggestions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    all().map(|key| key.name).chain(["skip_sw", "skip_hw", "verbose", "action"])
}

/// What the match says and neither tc nor a rule document has words for.
pub(in crate::text) fn unspeakable(key: &Match) -> Option<&'static str> {
    let addresses = [&key.src_ip, &key.dst_ip, &key.enc_src_ip, &key.enc_dst_ip];
    let addresses = addresses.into_iter().flatten().all(has_prefix);
    let arp = [key.arp_sip, key.arp_tip].into_iter().flatten().all(|ip| ip.mask.prefix().is_some());
    if !addresses || !arp {
        return Some("an address mask with holes");
    }
    if key.arp_op.is_some_and(|op| op.value > 2) {
        return Some("an ARP operation above 2");
    }
    if key.spi.is_some_and(|index| !index.is_exact()) {
        return Some("a mask of spi");
    }
    enc_opts::unsaid(key).or_else(|| flags::unsaid(key)).or_else(|| ct::unsaid(key))
}

/// What only a rule document has words for.
pub(super) fn unsaid_by_tc(key: &Match) -> Option<&'static str> {
    enc::unsaid_by_tc(key).or_else(|| meta::unsaid_by_tc(key))
}

/// Removes keys whose mask is empty: they match everything, and the kernel forgets them.
pub(in crate::text) fn drop_empty(key: &mut Match) {
    fn empty<T: MaskValue>(mask: Masked<T>) -> bool {
        mask.mask.prefix() == Some(0)
    }
    eth::drop_empty(key, empty);
    ip::drop_empty(key);
    transport::drop_empty(key);
    icmp::drop_empty(key);
    arp::drop_empty(key);
    enc::drop_empty(key);
    flags::drop_empty(key);
    ct::drop_empty(key);
    cfm::drop_empty(key);
}

/// Removes what tc sends and the kernel does not read, since a word that came later contradicts it.
pub(super) fn drop_contradicted(key: &mut Match) {
    vlan::drop_unannounced(key);
}

/// The keys as tc shows them, in its order, which is what the kernel makes of them.
pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    vlan::show(key, show);
    eth::show(key, show);
    ip::show(key, show);
    mpls::show(key, show);
    ip::show_addresses(key, show);
    transport::show(key, show);
    icmp::show(key, show);
    session::show(key, show);
    arp::show(key, show);
    pppoe::show(key, show);
    enc::show(key, show);
    enc_opts_show::show(key, show);
    flags::show(key, show);
    meta::show_miss(key, show);
    ct::show(key, show);
    cfm::show(key, show);
}

/// The protocol that tc takes the rule's packets to be of: the last one that was given.
fn tc_eth_type(key: &Match) -> Option<EtherType> {
    let given = key.cvlan_ethtype.or(key.vlan_ethtype).or(key.eth_type);
    let alone = Match { eth_type: given, ppp_proto: key.ppp_proto, ..Match::default() };
    alone.network_type()
}

/// The protocol that the kernel shows of the packets: that behind tags and PPP.
fn shown_eth_type(key: &Match) -> Option<EtherType> {
    key.network_type().filter(|kind| *kind != EtherType::PPP_SES || key.ppp_proto.is_some())
}

/// A key on a line of its own.
fn line(show: &mut Show<'_>, name: &str, value: &str) {
    show.any(name, value, format_args!("\n  {name} {value}"));
}

/// A number on a line of its own, with its mask unless every bit counts.
fn masked<T: MaskValue + Scalar + fmt::Display + fmt::LowerHex>(
    show: &mut Show<'_>,
    name: &str,
    key: Masked<T>,
) {
    show.any(name, key.value, format_args!("\n  {name} {}", key.value));
    if !key.is_exact() {
        show.text(format_args!("/{:#x}", key.mask));
        show.json(&format!("{name}_mask"), format!("{:x}", key.mask));
    }
}

/// The name of a protocol as tc shows it.
pub(super) fn shown_protocol(protocol: EtherType) -> String {
    let text = protocol.to_string();
    match text.as_str() {
        // tc reads this name in any case, and shows it so.
        "lldp" => "LLDP".to_owned(),
        _ if text.starts_with("0x") => format!("[{}]", protocol.0),
        _ => text,
    }
}

/// The name of an IP protocol as tc takes and shows it.
pub(super) fn shown_ip_proto(proto: IpProto) -> String {
    proto.name().map_or_else(|| format!("0x{:02x}", proto.0), str::to_owned)
}

/// The two halves of `value/mask`; the mask is missing if every bit counts.
fn halves<'w>(word: &Word<'w>) -> (&'w str, Option<&'w str>) {
    match word.text.split_once('/') {
        Some((value, mask)) => (value, Some(mask)),
        None => (word.text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_mean_what_they_mean_to_tc() {
        // Each of these was given to tc 7.3.
        for (word, name) in [
            ("d", "dst_mac"),
            ("src", "src_mac"),
            ("dst_i", "dst_ip"),
            ("i", "ip_flags"),
            ("ip_t", "ip_tos"),
            ("ip_p", "ip_proto"),
            ("t", "tcp_flags"),
            ("ty", "type"),
            ("co", "code"),
            ("c", "classid"),
            ("s", "skip_hw"),
            ("skip_s", "skip_sw"),
            ("v", "verbose"),
            ("vlan", "vlan_id"),
            ("vlan_e", "vlan_ethtype"),
            ("a", "arp_tip"),
            ("ac", "action"),
            ("e", "enc_dst_ip"),
            ("h", "hw_tc"),
        ] {
            assert_eq!(full_name(&Word { text: word, at: 0 }), Some(name), "{word}");
        }
        assert_eq!(full_name(&Word { text: "", at: 0 }), None);
        for stranger in ["dst_ips", "cf", "p", "sp", "n", "l2", "gt"] {
            assert_eq!(full_name(&Word { text: stranger, at: 0 }), None, "{stranger}");
        }
    }

    #[test]
    fn every_key_has_its_place_in_tcs_order() {
        assert!(all().all(|key| ORDER.contains(&key.name)));
    }
}
