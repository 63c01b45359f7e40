//! Flow rules: wanted, applied, there, explained.

use std::path::Path;

use smartnic::flow::{self, ApplyOptions, Attach, Change, RuleSet};
use smartnic::text::tc::rule_to_tc;

use crate::bridge::{Flow, Judged, Reason, Verdict};
use crate::failed::Result;
use crate::host::{Host, words};

/// Rules that are wanted.
pub(crate) struct Rules(RuleSet);

pub(crate) fn parse_rules(text: &str) -> Result<Box<Rules>> {
    let read = RuleSet::parse(text, smartnic::text::Format::by_content(text));
    Ok(Box::new(Rules(read.map_err(|problems| problems.into_error("read rules", ""))?)))
}

pub(crate) fn read_rules(path: &str) -> Result<Box<Rules>> {
    Ok(Box::new(Rules(RuleSet::read(Path::new(path))?)))
}

impl Rules {
    pub(crate) fn size(&self) -> usize {
        self.0.rules.len()
    }

    pub(crate) fn to_tc(&self) -> Result<String> {
        Ok(self.0.to_tc()?)
    }
}

/// A rule as a line of tc, or in our words where tc has none.
fn line(rule: &flow::Rule) -> String {
    rule_to_tc(rule).unwrap_or_else(|_| rule.to_string())
}

fn judged(
    rule: &flow::Rule,
    number: usize,
    change: &str,
    verdict: Option<&flow::Verdict>,
    surprise: bool,
) -> Judged {
    let reason = |reason: &flow::Reason| Reason {
        who: reason.source.to_string(),
        text: reason.text.clone(),
        hint: words(reason.hint.as_ref()),
    };
    Judged {
        rule: line(rule),
        line: number,
        change: change.to_owned(),
        verdict: match verdict {
            None => Verdict::Absent,
            Some(flow::Verdict::InHardware { .. }) => Verdict::InHardware,
            Some(flow::Verdict::SoftwareOnly { .. }) => Verdict::SoftwareOnly,
            Some(flow::Verdict::Refused { .. }) => Verdict::Refused,
        },
        surprise,
        reasons: verdict.map_or(&[][..], flow::Verdict::reasons).iter().map(reason).collect(),
    }
}

fn reported(report: &flow::Report) -> Vec<Judged> {
    let each = report.rules.iter().map(|one| {
        let change = match one.change {
            Change::Added => "added",
            Change::Replaced => "replaced",
            Change::Kept => "kept",
            Change::Removed => "removed",
            Change::Failed => "failed",
        };
        judged(&one.rule, one.line, change, Some(&one.verdict), one.is_surprise())
    });
    each.collect()
}

impl Host {
    pub(crate) fn apply(&self, rules: &Rules) -> Result<Vec<Judged>> {
        Ok(reported(&flow::apply(&self.0, &rules.0, &ApplyOptions::default())?))
    }

    pub(crate) fn remove(&self, rules: &Rules) -> Result<Vec<Judged>> {
        Ok(reported(&flow::remove(&self.0, &rules.0, &ApplyOptions::default())?))
    }

    pub(crate) fn explain(&self, rules: &Rules) -> Result<Vec<Judged>> {
        let all = flow::explain(&self.0, &rules.0, false)?;
        let each = all
            .iter()
            .map(|one| judged(&one.line.rule, one.line.line, "", one.verdict.as_ref(), one.is_surprise()));
        Ok(each.collect())
    }

    pub(crate) fn flows(&self) -> Result<Vec<Flow>> {
        let names = self.0.names()?;
        let mut all = Vec::new();
        flow::visit(&self.0, None, None, &mut |entry| {
            let link = match &entry.rule.attach {
                Attach::Dev { dev, .. } => dev.index().ok().and_then(|index| names.known(index)),
                Attach::Block(_) => None,
            };
            let mut named = entry.rule.clone();
            names.put_names(&mut named);
            all.push(Flow {
                link: words(link),
                chain: named.chain,
                prio: named.prio,
                handle: named.handle.unwrap_or(0),
                in_hardware: entry.in_hw_count,
                packets: entry.stats.packets,
                bytes: entry.stats.bytes,
                rule: line(&named),
            });
            Ok(())
        })?;
        Ok(all)
    }
}
