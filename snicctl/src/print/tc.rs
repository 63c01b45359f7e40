//! Rules as lines that `tc -batch` reads.

use std::io::{self, Write};

use smartnic::adapter::{Expectation, Prediction};
use smartnic::flow::{Rule, Verdict};
use smartnic::names::Names;
use smartnic::text::tc::rule_to_tc;

/// Writes a rule as a line, with links by their netdev names; above it, as a comment, where it ended up or, if that is
/// not known, what the adapter predicts.
pub(crate) fn judged_line(
    out: &mut dyn Write,
    names: &Names,
    rule: &Rule,
    verdict: Option<&Verdict>,
    prediction: &Prediction,
) -> io::Result<()> {
    let reasons = match (verdict, prediction.expect) {
        (Some(verdict), _) => {
            writeln!(out, "# {verdict}")?;
            verdict.reasons()
        }
        (None, expect) => {
            let told = match expect {
                Expectation::Hardware => "the adapter predicts: in hardware",
                Expectation::Software => "the adapter predicts: not in hardware",
                Expectation::Unknown => "the adapter cannot tell",
            };
            writeln!(out, "# {told}")?;
            &prediction.reasons
        }
    };
    reasons.iter().try_for_each(|reason| writeln!(out, "#   {reason}"))?;
    line(out, names, rule)
}

/// Writes a rule as a line, with links by their netdev names. A rule that tc has no words for becomes a comment that
/// says so.
pub(crate) fn line(out: &mut dyn Write, names: &Names, rule: &Rule) -> io::Result<()> {
    let mut rule = rule.clone();
    // A name that no link goes by stays as it was written.
    let _ = names.resolve(&mut rule);
    names.put_names(&mut rule);
    match rule_to_tc(&rule) {
        Ok(line) => writeln!(out, "{line}"),
        Err(error) => writeln!(out, "# {rule}: {}", error.why()),
    }
}
