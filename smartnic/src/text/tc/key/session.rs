//! What numbers a flow behind IP where others have ports: the session of L2TPv3, the index of IPsec.

use smartnic_core::flow::{IpProto, Match};
use smartnic_core::types::Masked;

use super::{Key, Read, Show};
use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, number};

pub(super) const KEYS: &[Key] = &[
    Key {
        name: "l2tpv3_sid",
        read: Read::Word(|key, word| {
            needs(key, word, "l2tpv3_sid", &[IpProto::L2TP], "ip_proto l2tp")?;
            number(word, Base::Ten, 0xffff_ffff, "a session").map(|session| key.l2tpv3_sid = Some(session))
        }),
        write: |key| key.l2tpv3_sid.map(|session| session.to_string()),
    },
    Key {
        name: "spi",
        read: Read::Word(|key, word| {
            // tc takes UDP too, which no kernel does.
            needs(key, word, "spi", &[IpProto::ESP, IpProto::AH, IpProto::UDP], "ip_proto esp or ah")?;
            let index = number(word, Base::Sixteen, 0xffff_ffff, "an index")?;
            key.spi = Some(Masked::exact(index));
            Ok(())
        }),
        write: |key| key.spi.map(|index| format!("{:#x}", index.value)),
    },
];

fn needs(key: &Match, word: &Word<'_>, name: &str, protocols: &[IpProto], wanted: &str) -> Parsed<()> {
    if key.ip_proto.is_some_and(|proto| protocols.contains(&proto)) {
        return Ok(());
    }
    Err(word.wrong(format!("`{name}` needs its protocol")).hint(format!("say first: {wanted}")))
}

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    if let Some(session) = key.l2tpv3_sid {
        show.any("l2tpv3_sid", session, format_args!("\n  l2tpv3_sid {session}"));
    }
    if let Some(index) = key.spi {
        let text = format!("{:x}", index.value);
        show.any("spi", &text, format_args!("\n  spi 0x{text}"));
    }
}
