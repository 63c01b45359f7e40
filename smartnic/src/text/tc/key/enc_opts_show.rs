//! Options of a tunnel's header as tc shows them. Parts that are missing, which no kernel leaves out, show as 0.

use smartnic_core::flow::{GeneveOption, Match, TunnelOpts};

use super::super::hex;
use super::Show;

pub(super) fn show(key: &Match, show: &mut Show<'_>) {
    let Some(opts) = &key.enc_opts else { return };
    let mask = opts.mask.clone().or_else(|| opts.as_kept().mask);
    let kind = match &opts.value {
        TunnelOpts::Geneve(_) => "geneve",
        TunnelOpts::Vxlan { .. } => "vxlan",
        TunnelOpts::Erspan { .. } => "erspan",
        TunnelOpts::Gtp { .. } => "gtp",
        TunnelOpts::Pfcp { .. } => "pfcp",
    };
    json(show, &format!("{kind}_opt_key"), &opts.value);
    if let Some(mask) = &mask {
        json(show, &format!("{kind}_opt_mask"), mask);
    }
    let (values, masks) = (texts(&opts.value), mask.as_ref().map(texts).unwrap_or_default());
    let pairs: Vec<_> = values.iter().zip(&masks).map(|(value, mask)| format!("{value}/{mask}")).collect();
    show.text(format_args!("\n  {kind}_opts {}", pairs.join(",")));
}

/// A list of objects. tc has none for GTP, and keeps half of a session's number of PFCP.
fn json(show: &mut Show<'_>, name: &str, opts: &TunnelOpts) {
    if let TunnelOpts::Gtp { .. } = opts {
        return;
    }
    show.open_list(Some(name));
    match opts {
        TunnelOpts::Geneve(options) => options.iter().for_each(|option| geneve(show, option)),
        _ => {
            show.open(None);
            match *opts {
                TunnelOpts::Vxlan { gbp } => show.json("gbp", gbp.unwrap_or(0)),
                TunnelOpts::Erspan { version, index, direction, hwid } => {
                    show.json("ver", version.unwrap_or(0));
                    show.json("index", index.unwrap_or(0));
                    show.json("dir", direction.unwrap_or(0));
                    show.json("hwid", hwid.unwrap_or(0));
                }
                TunnelOpts::Pfcp { kind, seid } => {
                    show.json("type", kind.unwrap_or(0));
                    show.json("seid", seid.unwrap_or(0) as u32);
                }
                TunnelOpts::Geneve(_) | TunnelOpts::Gtp { .. } => {}
            }
            show.close();
        }
    }
    show.close_list();
}

fn geneve(show: &mut Show<'_>, option: &GeneveOption) {
    show.open(None);
    show.json("class", option.class.unwrap_or(0));
    show.json("type", option.kind.unwrap_or(0));
    show.open_list(Some("data"));
    option.data.iter().for_each(|byte| show.item(*byte, format_args!("")));
    show.close_list();
    show.close();
}

/// The options one by one.
fn texts(opts: &TunnelOpts) -> Vec<String> {
    let text = match opts {
        TunnelOpts::Geneve(options) => {
            let option = |option: &GeneveOption| {
                let (class, kind) = (option.class.unwrap_or(0), option.kind.unwrap_or(0));
                format!("{class:04x}:{kind:02x}:{}", hex::written(&option.data))
            };
            return options.iter().map(option).collect();
        }
        TunnelOpts::Vxlan { gbp } => gbp.unwrap_or(0).to_string(),
        TunnelOpts::Erspan { version, index, direction, hwid } => {
            let byte = |byte: &Option<u8>| byte.unwrap_or(0);
            format!("{}:{}:{}:{}", byte(version), index.unwrap_or(0), byte(direction), byte(hwid))
        }
        TunnelOpts::Gtp { pdu_type, qfi } => {
            format!("{:02x}:{:02x}", pdu_type.unwrap_or(0), qfi.unwrap_or(0))
        }
        TunnelOpts::Pfcp { kind, seid } => format!("{:02x}:{:x}", kind.unwrap_or(0), seid.unwrap_or(0)),
    };
    vec![text]
}
