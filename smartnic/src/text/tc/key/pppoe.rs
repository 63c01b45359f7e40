//! PPPoE: session and protocol.

use smartnic_core::flow::Match;
use smartnic_core::types::EtherType;

use super::{Key, Read, Show, line, tc_eth_type};
use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, number, read};

pub(super) const KEYS: &[Key] = &[
    Key {
        name: "pppoe_sid",
        read: Read::Word(|key, word| {
            needs_pppoe(key, word, "pppoe_sid")?;
            number(word, Base::Ten, 0xffff, "a session").map(|session| key.pppoe_sid = Some(session))
        }),
        write: |key| key.pppoe_sid.map(|session| session.to_string()),
    },
    Key {
        name: "ppp_proto",
        read: Read::Word(|key, word| {
            needs_pppoe(key, word, "ppp_proto")?;
            key.ppp_proto = Some(protocol(word)?);
            Ok(())
        }),
        write: |key| {
            key.ppp_proto.map(|number| name(number).map_or_else(|| format!("{number:#06x}"), str::to_owned))
        },
    },
];

/// Protocols that tc has names for (`PPP_*`).
const NAMES: [(&str, u16); 23] = [
    ("ip", 0x0021),
    ("at", 0x0029),
    ("ipx", 0x002b),
    ("vjc_comp", 0x002d),
    ("vjc_uncomp", 0x002f),
    ("mp", 0x003d),
    ("ipv6", 0x0057),
    ("compfrag", 0x00fb),
    ("comp", 0x00fd),
    ("mpls_uc", 0x0281),
    ("mpls_mc", 0x0283),
    ("ipcp", 0x8021),
    ("atcp", 0x8029),
    ("ipxcp", 0x802b),
    ("ipv6cp", 0x8057),
    ("ccpfrag", 0x80fb),
    ("ccp", 0x80fd),
    ("mplscp", 0x80fd),
    ("lcp", 0xc021),
    ("pap", 0xc023),
    ("lqr", 0xc025),
    ("chap", 0xc223),
    ("cbcp", 0xc029),
];

fn name(number: u16) -> Option<&'static str> {
    NAMES.iter().find(|(_, known)| *known == number).map(|(name, _)| *name)
}

/// A name in any case, or a number.
fn protocol(word: &Word<'_>) -> Parsed<u16> {
    if let Some((_, number)) = NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word.text)) {
        return Ok(*number);
    }
    match read(word.text, Base::C, 0xffff) {
        Some(number) => Ok(number as u16),
        None => Err(word.unknown("PPP protocol", NAMES.map(|(name, _)| name))),
    }
}

/// Like tc, it takes no more of these keys once the protocol behind PPP is said.
fn needs_pppoe(key: &Match, word: &Word<'_>, name: &str) -> Parsed<()> {
    if tc_eth_type(key) == Some(EtherType::PPP_SES) {
        return Ok(());
    }
    let fault = word.wrong(format!("`{name}` needs the rule to be for PPPoE"));
    Err(fault.hint(match key.ppp_proto {
        Some(_) => "write it before `ppp_proto`",
        None => "give the rule protocol ppp_ses; behind a VLAN tag, say first: vlan_ethtype ppp_ses",
    }))
}

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    if let Some(session) = key.pppoe_sid {
        show.any("pppoe_sid", session, format_args!("\n  pppoe_sid {session}"));
    }
    if let Some(number) = key.ppp_proto {
        line(show, "ppp_proto", &name(number).map_or_else(|| format!("[{number}]"), str::to_owned));
    }
}
