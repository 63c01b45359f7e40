//! `rdma statistic`.

use smartnic_core::rdma::{AutoMode, Binding, QpMode};

use super::resource::filter;
use super::words::{Words, at_link, at_link_first, must, on_off};
use super::{Command, Read, Stop};
use crate::text::rdma::filter::{Filter, Values};
use crate::text::rdma::usage;

pub(super) fn statistic(words: &mut Words<'_>) -> Read<Command> {
    let verbs = ["show", "list", "help", "qp", "mr", "mode", "set", "unset"];
    match words.choose("statistic command", &verbs)? {
        "help" => Err(Stop::help(usage::STATISTIC)),
        "qp" => qp_statistic(words),
        "mr" => {
            words.take("show");
            let known = [("mrn", Values::Numbers)];
            Ok(Command::MrCounters(filter(words, "dev", &known)?))
        }
        "mode" => {
            let all = words.take("supported");
            Ok(Command::Optional(at_link(words)?, all))
        }
        "set" => {
            let at = must(at_link_first(words)?)?;
            if !words.take("optional-counters") {
                return Err(Stop::help(usage::STATISTIC));
            }
            let names = words.needed("Please provide optional counters.")?;
            Ok(Command::SetOptional(at, names.split(',').map(str::to_owned).collect()))
        }
        "unset" => {
            let at = must(at_link_first(words)?)?;
            if !words.take("optional-counters") {
                return Err(Stop::help(usage::STATISTIC));
            }
            Ok(Command::SetOptional(at, Vec::new()))
        }
        _ => {
            if words.take("mr") {
                return Ok(Command::MrCounters(Filter::default()));
            }
            Ok(Command::Counters(at_link(words)?))
        }
    }
}

fn qp_statistic(words: &mut Words<'_>) -> Read<Command> {
    match words.choose("parameter", &["show", "list", "mode", "set", "bind", "unbind", "help"])? {
        "help" => Err(Stop::help(usage::STATISTIC)),
        "mode" => Ok(Command::QpModes(at_link(words)?)),
        "set" => {
            let at = must(at_link_first(words)?)?;
            if !words.take("auto") {
                return Err(Stop::help(usage::STATISTIC));
            }
            let criteria = words.needed("Please provide auto mode type.")?;
            let mode = match criteria.as_str() {
                "off" => QpMode::Off,
                list => {
                    let mut auto = AutoMode::default();
                    for word in list.split(',') {
                        match word {
                            "type" => auto.by_type = true,
                            "pid" => auto.by_pid = true,
                            word => return Err(Stop::fault(format!("Unknown auto mode '{word}'."))),
                        }
                    }
                    if words.next() != Some("on") {
                        return Err(Stop::help(usage::STATISTIC));
                    }
                    QpMode::Auto(auto)
                }
            };
            let mut optional = None;
            if words.take("optional-counters") {
                optional = Some(on_off(words.next()).ok_or_else(|| Stop::help(usage::STATISTIC))?);
            }
            words.end()?;
            // What is not said is off, as with rdma.
            let optional = optional.or(matches!(mode, QpMode::Auto(_)).then_some(false));
            Ok(Command::SetQpMode(at, mode, optional))
        }
        verb @ ("bind" | "unbind") => {
            let at = must(at_link_first(words)?)?;
            let (mut qp, mut counter) = (None, None);
            while let Some(word) = words.next() {
                let value = words.next().and_then(|value| value.parse().ok());
                let Some(value) = value else {
                    return Err(Stop::fault("There is filter option without data"));
                };
                match word {
                    "lqpn" => qp = Some(value),
                    "cntn" => counter = Some(value),
                    word => return Err(Stop::unknown("parameter", word)),
                }
            }
            match (verb, qp, counter) {
                ("bind", Some(qp), counter) => Ok(Command::Bind(at, qp, counter)),
                ("unbind", qp, Some(counter)) => Ok(Command::Unbind(at, Binding { counter, qp })),
                _ => Err(Stop::help(usage::STATISTIC)),
            }
        }
        _ => {
            let known = [("cntn", Values::Numbers), ("lqpn", Values::Numbers), ("pid", Values::Numbers)];
            Ok(Command::BoundCounters(filter(words, "link", &known)?))
        }
    }
}
