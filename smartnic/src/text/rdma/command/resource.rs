//! `rdma resource`, and the filters that tables take.

use smartnic_core::rdma::{MrPoolChange, PoolKey, ResourceKind};

use super::words::{Words, port_at};
use super::{Command, Read, Stop};
use crate::text::rdma::filter::{At, Filter, POOL_FIELDS, Values, fields};
use crate::text::rdma::usage;

pub(super) fn resource(words: &mut Words<'_>) -> Read<Command> {
    match words.choose("resource command", &["show", "list", "help", "set"])? {
        "help" => Err(Stop::help(usage::RESOURCE)),
        "set" => match words.choose("resource set command", &["", "frmr_pools", "help"])? {
            "frmr_pools" => set_pools(words),
            _ => Err(Stop::help(usage::RESOURCE)),
        },
        _ => {
            let Some(word) = words.peek() else { return Ok(Command::Summary(None)) };
            let kinds = [
                ("qp", ResourceKind::Qp),
                ("cm_id", ResourceKind::CmId),
                ("cq", ResourceKind::Cq),
                ("mr", ResourceKind::Mr),
                ("pd", ResourceKind::Pd),
                ("ctx", ResourceKind::Ctx),
                ("srq", ResourceKind::Srq),
            ];
            words.next();
            match kinds.into_iter().find(|(name, _)| name.starts_with(word)) {
                Some((_, kind)) => {
                    let (place, known) = fields(kind);
                    Ok(Command::Resources(kind, filter(words, place, known)?))
                }
                None if "frmr_pools".starts_with(word) => {
                    Ok(Command::MrPools(filter(words, "dev", POOL_FIELDS)?))
                }
                None => {
                    words.end()?;
                    Ok(Command::Summary(Some(word.to_owned())))
                }
            }
        }
    }
}

/// `rdma resource set frmr_pools`
fn set_pools(words: &mut Words<'_>) -> Read<Command> {
    let _ = words.take("dev") || words.take("link");
    let device = words.device()?;
    let number = |word: String, what: &str| {
        word.parse::<u32>().map_err(|_| Stop::fault(format!("Invalid {what} value: {word}")))
    };
    match words.choose("resource set frmr_pools command", &["", "help", "aging", "pinned"])? {
        "aging" => {
            let seconds = number(words.needed("Please provide aging period value.")?, "aging period")?;
            if seconds == 0 {
                return Err(Stop::fault("Setting the aging period to zero is not supported."));
            }
            Ok(Command::SetMrPools(device, MrPoolChange::Aging(seconds)))
        }
        "pinned" => {
            let key = pool_key(&words.needed("Please provide pool key and pinned value.")?)?;
            let count = number(words.needed("Please provide pinned value.")?, "pinned")?;
            Ok(Command::SetMrPools(device, MrPoolChange::Pinned(key, count)))
        }
        _ => Err(Stop::help(usage::POOLS_SET)),
    }
}

/// The key of a pool; what is wrong with it is said in rdma's words.
fn pool_key(word: &str) -> Read<PoolKey> {
    let number = |field: &str| u64::from_str_radix(field.trim_start_matches("0x"), 16);
    let fields: Result<Vec<u64>, _> = word.split(':').map(number).collect();
    let fields = fields.map_err(|_| Stop::fault(format!("Invalid pool key: {word}")))?;
    let too_large = |at: usize| Stop::fault(format!("Pool key field at index {at} value out of range"));
    match fields[..] {
        [_, _, access, ..] if u32::try_from(access).is_err() => Err(too_large(2)),
        [_, _, _, ats, ..] if ats > 1 => Err(too_large(3)),
        [_, _, _, _, ref more @ ..] if more.iter().any(|field| *field != 0) => {
            Err(Stop::fault("Unsupported pool attributes passed in pool key"))
        }
        [vendor_key, dma_blocks, access, ats, ..] => {
            Ok(PoolKey { vendor_key, dma_blocks, access: access as u32, ats: ats == 1 })
        }
        _ => Err(Stop::fault(format!("Invalid pool key: {word}, expected 4 fields"))),
    }
}

pub(super) fn filter(words: &mut Words<'_>, place: &str, known: &[(&'static str, Values)]) -> Read<Filter> {
    let mut filter = Filter::default();
    while let Some(word) = words.next() {
        if word == place {
            let Some(at) = words.next() else {
                return Err(Stop::fault(format!("No filter data was supplied to filter option {place}")));
            };
            filter.at = Some(match place {
                "link" => port_at(at, false)?,
                _ => At { device: at.to_owned(), port: None },
            });
            continue;
        }
        let Some((name, values)) = known.iter().find(|(name, _)| *name == word) else {
            return Err(Stop::fault(format!("Unsupported filter option: {word}")));
        };
        let Some(value) = words.next() else {
            return Err(Stop::fault("There is filter option without data"));
        };
        let wants =
            values.read(value).ok_or_else(|| Stop::fault(format!("{value} is no value of {name}")))?;
        filter.wants.push((name, wants));
    }
    Ok(filter)
}
