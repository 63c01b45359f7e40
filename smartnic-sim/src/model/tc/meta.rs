//! What the kernel looks at in keys of the tunnel and of the connection (`fl_set_enc_opt`, `fl_validate_ct_state`).

use smartnic_core::flow::{ENC_FLAGS, GeneveOption, IP_FLAGS, Match, TunnelOpts, TunnelOptsMatch};
use smartnic_core::types::Masked;

use crate::errno::Errno;
use crate::note::{Note, Spot};

/// The longest that all options of a tunnel's header may be (`IP_TUNNEL_OPTS_MAX`).
const MAX_OPTIONS: usize = 255;
/// The length of a Geneve option before its data.
const GENEVE_HEAD: usize = 4;

const NEW: u16 = 1;
const ESTABLISHED: u16 = 1 << 1;
const TRACKED: u16 = 1 << 3;
const INVALID: u16 = 1 << 4;
const REPLY: u16 = 1 << 5;
const STATES: u16 = 0x3f;

/// Refuses values that no attribute may have (`fl_policy`), which on the wire is done while it is read. The kernel says
/// nothing to it.
pub(crate) fn allow(key: &Match) -> Result<(), Errno> {
    let strange = |flags: Option<Masked<u32>>, names: &[(&str, u32)]| {
        let known = names.iter().fold(0, |known, (_, bit)| known | bit);
        flags.is_some_and(|flags| (flags.value | flags.mask) & !known != 0)
    };
    if strange(key.ip_flags, &IP_FLAGS) || strange(key.enc_flags, &ENC_FLAGS) {
        return Err(Errno::EINVAL);
    }
    if key.ct_state.is_some_and(|state| (state.value | state.mask) & !STATES != 0) {
        return Err(Errno::EINVAL);
    }
    if key.l2_miss.is_some_and(|miss| miss > 1) {
        return Err(Errno::ERANGE);
    }
    Ok(())
}

/// Refuses what the kernel refuses, in its words.
pub(super) fn check(key: &Match, note: &mut Note) -> Result<(), Errno> {
    if let Some(opts) = &key.enc_opts {
        check_options(opts).map_err(|(errno, text)| {
            note.say(text);
            errno
        })?;
    }
    let state = key.ct_state.map_or(0, |state| state.value & state.mask);
    let has = |bits| state & bits != 0;
    let text = match () {
        () if state != 0 && !has(TRACKED) => "no trk, so no other flag can be set",
        () if has(NEW) && has(ESTABLISHED) => "new and est are mutually exclusive",
        () if has(INVALID) && has(!(TRACKED | INVALID)) => "when inv is set, only trk may be set",
        () if has(NEW) && has(REPLY) => "new and rpl are mutually exclusive",
        () => return Ok(()),
    };
    note.say_at(Spot::CtStateMask, text);
    Err(Errno::EINVAL)
}

type Refusal = (Errno, &'static str);

fn check_options(opts: &TunnelOptsMatch) -> Result<(), Refusal> {
    let invalid = |text| Err((Errno::EINVAL, text));
    let other = |text| match &opts.mask {
        Some(mask) if std::mem::discriminant(mask) != std::mem::discriminant(&opts.value) => invalid(text),
        _ => Ok(()),
    };
    match &opts.value {
        TunnelOpts::Geneve(options) => {
            let masks = match &opts.mask {
                None => &[][..],
                Some(TunnelOpts::Geneve(masks)) => masks,
                Some(_) => return invalid("Non-geneve option type for mask"),
            };
            check_geneve(options, masks)
        }
        TunnelOpts::Vxlan { gbp: None } => invalid("Missing tunnel key vxlan option gbp"),
        TunnelOpts::Vxlan { .. } => other("Non-vxlan option type for mask"),
        TunnelOpts::Erspan { version, index, direction, hwid } => {
            match version {
                None => return invalid("Missing tunnel key erspan option ver"),
                Some(1) if index.is_none() => return invalid("Missing tunnel key erspan option index"),
                Some(2) if direction.is_none() || hwid.is_none() => {
                    return invalid("Missing tunnel key erspan option dir or hwid");
                }
                Some(1 | 2) => {}
                Some(_) => return invalid("Tunnel key erspan option ver is incorrect"),
            }
            other("Non-erspan option type for mask")?;
            match opts.mask {
                Some(TunnelOpts::Erspan { version: None | Some(1 | 2), .. }) | None => Ok(()),
                Some(_) => invalid("Tunnel key erspan option ver is incorrect"),
            }
        }
        TunnelOpts::Gtp { pdu_type, qfi } if pdu_type.is_none() || qfi.is_none() => {
            invalid("cls_flower: Missing tunnel key gtp option pdu type or qfi")
        }
        TunnelOpts::Gtp { .. } => other("cls_flower: Non-gtp option type for mask"),
        TunnelOpts::Pfcp { kind: None, .. } => invalid("cls_flower: Missing tunnel key pfcp option type"),
        TunnelOpts::Pfcp { .. } => other("cls_flower: Non-pfcp option type for mask"),
    }
}

fn check_geneve(options: &[GeneveOption], masks: &[GeneveOption]) -> Result<(), Refusal> {
    let mut length = 0;
    for (at, option) in options.iter().enumerate() {
        if option.class.is_none() || option.kind.is_none() || option.data.is_empty() {
            return Err((Errno::EINVAL, "Missing tunnel key geneve option class, type or data"));
        }
        let mask = masks.get(at).map_or(&[][..], |mask| &mask.data);
        for data in [&option.data[..], mask].into_iter().filter(|data| !data.is_empty()) {
            if data.len() < 4 {
                let text = "Tunnel key geneve option data is less than 4 bytes long";
                return Err((Errno::ERANGE, text));
            }
            if data.len() % 4 != 0 {
                let text = "Tunnel key geneve option data is not a multiple of 4 bytes long";
                return Err((Errno::ERANGE, text));
            }
        }
        length += GENEVE_HEAD + option.data.len();
        if length > MAX_OPTIONS {
            return Err((Errno::ERANGE, "Tunnel options exceeds max size"));
        }
        if !mask.is_empty() && mask.len() != option.data.len() {
            return Err((Errno::EINVAL, "Key and mask miss aligned"));
        }
    }
    Ok(())
}

/// The masks of the keys: a filter that takes the place of another must have the same.
pub(super) fn masks(key: &Match) -> impl PartialEq + use<> {
    let opts = key.enc_opts.as_ref().map(|opts| opts.mask.clone());
    let ports = [key.enc_src_port, key.enc_dst_port].map(|port| port.map(|port| port.mask));
    let bytes = [key.enc_tos, key.enc_ttl].map(|byte| byte.map(|byte| byte.mask));
    let state = [key.ct_state, key.ct_zone].map(|half| half.map(|half| half.mask));
    let words = [key.ct_mark, key.ip_flags, key.enc_flags, key.hash].map(|word| word.map(|word| word.mask));
    let label = key.ct_label.map(|label| label.mask);
    let given = [key.enc_key_id.is_some(), key.l2_miss.is_some()];
    (opts, ports, bytes, state, words, label, given)
}
