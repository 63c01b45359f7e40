//! Options of a tunnel's header: Geneve, VXLAN, ERSPAN, GTP, PFCP. A rule has those of one kind; the last given count.

use smartnic_core::flow::{GeneveOption, Match, TunnelOpts, TunnelOptsMatch};

use super::super::hex;
use super::{Key, Read, halves};
use crate::text::cursor::{Parsed, Word};
use crate::text::number::{Base, part};

pub(super) const KEYS: &[Key] = &[
    Key {
        name: "geneve_opts",
        read: Read::Word(|key, word| geneve(word).map(|opts| key.enc_opts = Some(opts))),
        write: |key| written(key, |opts| matches!(opts, TunnelOpts::Geneve(_))),
    },
    Key {
        name: "vxlan_opts",
        read: Read::Word(|key, word| {
            both(word, vxlan, |_| "0xffffffff".into()).map(|opts| key.enc_opts = Some(opts))
        }),
        write: |key| written(key, |opts| matches!(opts, TunnelOpts::Vxlan { .. })),
    },
    Key {
        name: "erspan_opts",
        read: Read::Word(|key, word| erspan(word).map(|opts| key.enc_opts = Some(opts))),
        write: |key| written(key, |opts| matches!(opts, TunnelOpts::Erspan { .. })),
    },
    Key {
        name: "gtp_opts",
        read: Read::Word(|key, word| {
            both(word, gtp, |_| "ff:ff".into()).map(|opts| key.enc_opts = Some(opts))
        }),
        write: |key| written(key, |opts| matches!(opts, TunnelOpts::Gtp { .. })),
    },
    Key {
        name: "pfcp_opts",
        read: Read::Word(|key, word| {
            both(word, pfcp, |_| "ff:ffffffffffffffff".into()).map(|opts| key.enc_opts = Some(opts))
        }),
        write: |key| written(key, |opts| matches!(opts, TunnelOpts::Pfcp { .. })),
    },
];

/// Options and their mask; `whole` gives the mask that tc takes where there is none.
fn both(
    word: &Word<'_>,
    read: fn(&Word<'_>, &str) -> Parsed<TunnelOpts>,
    whole: impl FnOnce(&str) -> String,
) -> Parsed<TunnelOptsMatch> {
    let (value, mask) = halves(word);
    let mask = mask.map_or_else(|| whole(value), str::to_owned);
    Ok(TunnelOptsMatch { value: read(word, value)?, mask: Some(read(word, &mask)?) })
}

/// Options with commas between them, each with a mask of its own behind a slash.
fn geneve(word: &Word<'_>) -> Parsed<TunnelOptsMatch> {
    let (mut values, mut masks) = (Vec::new(), Vec::new());
    for text in word.text.split(',') {
        let (value, mask) = text.split_once('/').map_or((text, None), |(value, mask)| (value, Some(mask)));
        let parts = value.split(':');
        if parts.clone().count() != 3 || parts.clone().any(str::is_empty) {
            let fault = word.wrong("an option of Geneve is its class, its type and its data");
            return Err(fault.hint("write hexadecimal numbers, such as 0102:80:00112233"));
        }
        let value = geneve_option(word, value)?;
        masks.push(match mask {
            Some(mask) => geneve_option(word, mask)?,
            None => {
                GeneveOption { class: Some(0xffff), kind: Some(0xff), data: vec![0xff; value.data.len()] }
            }
        });
        values.push(value);
    }
    Ok(TunnelOptsMatch { value: TunnelOpts::Geneve(values), mask: Some(TunnelOpts::Geneve(masks)) })
}

/// Class, type and data; in a mask each may be left out.
fn geneve_option(word: &Word<'_>, text: &str) -> Parsed<GeneveOption> {
    let [class, kind, data] = parts(word, text, "an option of Geneve has")?;
    let data =
        data.map(|data| hex::read(data).ok_or_else(|| word.wrong("the data must be hexadecimal digits")));
    Ok(GeneveOption {
        class: number(word, class, Base::Sixteen, 0xffff, "the class")?,
        kind: number(word, kind, Base::Sixteen, 0xff, "the type")?,
        data: data.transpose()?.unwrap_or_default(),
    })
}

fn vxlan(word: &Word<'_>, text: &str) -> Parsed<TunnelOpts> {
    part(word, text, Base::C, u32::MAX.into(), "a group policy")
        .map(|gbp| TunnelOpts::Vxlan { gbp: Some(gbp) })
}

/// Without a mask the version counts as it is given, which of version 2 is its upper bit.
fn erspan(word: &Word<'_>) -> Parsed<TunnelOptsMatch> {
    if !word.text.contains([':', '/']) {
        let fault = word.wrong("the options of ERSPAN are its version, index, direction and hardware id");
        return Err(fault.hint("write 1:INDEX or 2::DIRECTION:ID"));
    }
    let whole = |value: &str| {
        let version = value.split(':').next().unwrap_or_default();
        format!("{version}:0xffffffff:0xff:0xff")
    };
    both(word, erspan_parts, whole)
}

fn erspan_parts(word: &Word<'_>, text: &str) -> Parsed<TunnelOpts> {
    let [version, index, direction, hwid] = parts(word, text, "the options of ERSPAN have")?;
    Ok(TunnelOpts::Erspan {
        version: number(word, version, Base::C, 0xff, "the version")?,
        index: number(word, index, Base::C, u32::MAX.into(), "the index")?,
        direction: number(word, direction, Base::C, 0xff, "the direction")?,
        hwid: number(word, hwid, Base::C, 0xff, "the hardware id")?,
    })
}

/// tc does not look at what stands behind the second part.
fn gtp(word: &Word<'_>, text: &str) -> Parsed<TunnelOpts> {
    let mut parts = text.split(':');
    let (Some(pdu_type), Some(qfi)) = (parts.next(), parts.next()) else {
        let fault = word.wrong("the options of GTP are the type of its data units and the QoS flow");
        return Err(fault.hint("write hexadecimal numbers, such as 01:09"));
    };
    let byte = |text, what| {
        number(word, Some(text).filter(|text: &&str| !text.is_empty()), Base::Sixteen, 0xff, what)
    };
    Ok(TunnelOpts::Gtp { pdu_type: byte(pdu_type, "the type")?, qfi: byte(qfi, "the QoS flow")? })
}

fn pfcp(word: &Word<'_>, text: &str) -> Parsed<TunnelOpts> {
    let [kind, seid] = parts(word, text, "the options of PFCP have")?;
    Ok(TunnelOpts::Pfcp {
        kind: number(word, kind, Base::Sixteen, 0xff, "the type")?,
        seid: number(word, seid, Base::Sixteen, u64::MAX, "the session")?,
    })
}

/// The parts between colons; those that are empty or not there are not given.
fn parts<'t, const N: usize>(word: &Word<'_>, text: &'t str, what: &str) -> Parsed<[Option<&'t str>; N]> {
    let mut parts = [None; N];
    for (at, text) in text.split(':').enumerate() {
        let part = parts.get_mut(at).ok_or_else(|| word.wrong(format!("{what} at most {N} parts")))?;
        *part = Some(text).filter(|text| !text.is_empty());
    }
    Ok(parts)
}

fn number<N: TryFrom<u64>>(
    word: &Word<'_>,
    text: Option<&str>,
    base: Base,
    max: u64,
    what: &str,
) -> Parsed<Option<N>> {
    text.map(|text| part(word, text, base, max, what)).transpose()
}

/// The options, if they are of the key's kind; without a mask where tc would take the same.
fn written(key: &Match, ours: fn(&TunnelOpts) -> bool) -> Option<String> {
    let opts = key.enc_opts.as_ref().filter(|opts| ours(&opts.value))?;
    let mask = opts.as_kept().mask;
    if let (TunnelOpts::Geneve(values), Some(TunnelOpts::Geneve(masks))) = (&opts.value, &mask) {
        let option = |(value, mask): (&GeneveOption, &GeneveOption)| match is_whole(mask, value) {
            true => text_of_option(value),
            false => format!("{}/{}", text_of_option(value), text_of_option(mask)),
        };
        return Some(values.iter().zip(masks).map(option).collect::<Vec<_>>().join(","));
    }
    let (value, mask) = (text_of(&opts.value), mask.as_ref().map(text_of)?);
    let unmasked = match &opts.value {
        TunnelOpts::Erspan { version: Some(version), .. } => {
            mask == text_of(&TunnelOptsMatch { value: whole_erspan(*version), mask: None }.as_kept().value)
        }
        TunnelOpts::Vxlan { .. } => [0x48_ffff, u32::MAX].iter().any(|gbp| mask == gbp.to_string()),
        TunnelOpts::Gtp { .. } => mask == "ff:ff",
        TunnelOpts::Pfcp { .. } => mask == "ff:ffffffffffffffff",
        _ => false,
    };
    Some(if unmasked { value } else { format!("{value}/{mask}") })
}

fn whole_erspan(version: u8) -> TunnelOpts {
    TunnelOpts::Erspan {
        version: Some(version),
        index: Some(u32::MAX),
        direction: Some(0xff),
        hwid: Some(0xff),
    }
}

fn is_whole(mask: &GeneveOption, value: &GeneveOption) -> bool {
    *mask == GeneveOption { class: Some(0xffff), kind: Some(0xff), data: vec![0xff; value.data.len()] }
}

fn text_of_option(option: &GeneveOption) -> String {
    let class = option.class.map_or_else(String::new, |class| format!("{class:04x}"));
    let kind = option.kind.map_or_else(String::new, |kind| format!("{kind:02x}"));
    format!("{class}:{kind}:{}", hex::written(&option.data))
}

/// Options of one kind as tc takes them; parts that are not given stay empty.
fn text_of(opts: &TunnelOpts) -> String {
    fn said<T>(part: Option<T>, text: impl FnOnce(T) -> String) -> String {
        part.map_or_else(String::new, text)
    }
    match opts {
        TunnelOpts::Geneve(options) => options.iter().map(text_of_option).collect::<Vec<_>>().join(","),
        TunnelOpts::Vxlan { gbp } => said(*gbp, |gbp| gbp.to_string()),
        TunnelOpts::Erspan { version, index, direction, hwid } => {
            let byte = |byte: Option<u8>| said(byte, |byte| byte.to_string());
            let index = said(*index, |index| index.to_string());
            format!("{}:{index}:{}:{}", byte(*version), byte(*direction), byte(*hwid))
        }
        TunnelOpts::Gtp { pdu_type, qfi } => {
            let byte = |byte: Option<u8>| said(byte, |byte| format!("{byte:02x}"));
            format!("{}:{}", byte(*pdu_type), byte(*qfi))
        }
        TunnelOpts::Pfcp { kind, seid } => {
            format!(
                "{}:{}",
                said(*kind, |kind| format!("{kind:02x}")),
                said(*seid, |seid| format!("{seid:x}"))
            )
        }
    }
}

/// What tc cannot say of options.
pub(super) fn unsaid(key: &Match) -> Option<&'static str> {
    let opts = key.enc_opts.as_ref()?;
    let incomplete = match &opts.value {
        TunnelOpts::Geneve(options) => {
            let whole = |option: &GeneveOption| option.class.is_some() && option.kind.is_some();
            options.is_empty() || !options.iter().all(|option| whole(option) && !option.data.is_empty())
        }
        TunnelOpts::Vxlan { gbp } => gbp.is_none(),
        _ => false,
    };
    let other = opts.mask.as_ref().is_some_and(|mask| {
        std::mem::discriminant(mask) != std::mem::discriminant(&opts.value)
            || matches!(mask, TunnelOpts::Vxlan { gbp: None })
    });
    match (incomplete, other) {
        (true, _) => Some("a tunnel's option without a part that it must have"),
        (_, true) => Some("a mask of a tunnel's options that is of another kind"),
        _ => None,
    }
}
