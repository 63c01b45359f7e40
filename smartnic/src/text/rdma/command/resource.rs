//! `rdma resource`, and the filters that tables take.

use smartnic_core::rdma::ResourceKind;

use super::words::{Words, port_at};
use super::{Command, Read, Stop};
use crate::text::rdma::filter::{At, Filter, Values, fields};
use crate::text::rdma::usage;

pub(super) fn resource(words: &mut Words<'_>) -> Read<Command> {
    match words.choose("resource command", &["show", "list", "help"])? {
        "help" => Err(Stop::help(usage::RESOURCE)),
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
                None => {
                    words.end()?;
                    Ok(Command::Summary(Some(word.to_owned())))
                }
            }
        }
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
