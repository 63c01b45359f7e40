//! Where rules end up, and who says why.

use smartnic::flow::{ApplyOptions, Report, RuleSet, Source, Verdict, apply};
use smartnic::{ErrorKind, Host};

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::corpus::{corpus, file};
use crate::dump::{AGES, Dump, PLACES};
use crate::lab::{Lab, sh};
use crate::nic::Nic;
use crate::normal::seen_by_tc;

const RULES: usize = 1000;

/// What netdevsim said to flower rules before Linux 7.2.
const OLD_WORDS: &str = "only offload of BPF classifiers supported";

fn many(skip: &str) -> Vec<String> {
    let line = |at: usize| {
        let (high, low) = (at / 250, at % 250);
        format!(
            "filter add dev sim0 ingress protocol ip pref 10 flower {skip} dst_ip 10.1.{high}.{low} action drop"
        )
    };
    (0..RULES).map(line).collect()
}

/// Applies tc lines and returns the report.
pub(crate) fn applied(host: &Host, lines: &[impl AsRef<str>], keep_going: bool) -> Result<Report, Why> {
    let text: String = lines.iter().flat_map(|line| [line.as_ref(), "\n"]).collect();
    let options = ApplyOptions { keep_going, ..ApplyOptions::default() };
    Ok(apply(host, &RuleSet::from_tc(&text)?, &options)?)
}

/// In hardware where netdevsim takes them; elsewhere refused, in the driver's words.
pub(crate) fn skip_sw(lab: &Lab) -> Outcome {
    let _nic = Nic::with_places()?;
    let before = Dump::of_rules(&AGES)?;
    let lines = many("skip_sw");
    let file = file("skip-sw", &lines)?;
    let ran = lab.try_snicctl(&["flow", "apply", &file.to_string_lossy()])?;
    if lab.offloads() {
        let said = ran.good()?;
        expect(said.contains("1000"), || format!("the report does not count the rules: {said}"))?;
        let seen = seen_by_tc(PLACES[0])?;
        let in_hw = seen.iter().filter(|rule| rule.in_hw == Some(true) && rule.in_hw_count == 1).count();
        expect_eq(&(seen.len(), in_hw), &(RULES, RULES), "rules there, and in hardware by tc's word")?;
        let report = applied(&Host::open("linux:")?, &lines, false)?;
        expect(report.is_unchanged(), || "the second run changed something".into())?;
        expect_eq(&report.counts().in_hardware, &RULES, "rules in hardware by our word")?;
        return Ok(Done::Passed);
    }
    ran.refused(i32::from(ErrorKind::Unsupported.code()), &[OLD_WORDS, "line 1"])?;
    Dump::of_rules(&AGES)?.must_equal(&before, "after skip_sw rules were refused")?;
    let report = applied(&Host::open("linux:")?, &lines, true)?;
    expect_eq(&report.counts().refused, &RULES, "rules refused")?;
    all_say(&report, OLD_WORDS)?;
    Dump::of_rules(&AGES)?.must_equal(&before, "after every skip_sw rule was refused")?;
    Ok(Done::Passed)
}

/// No prediction of the netdevsim adapter is contradicted, with hw-tc-offload on and off.
pub(crate) fn predictions(lab: &Lab) -> Outcome {
    for feature in ["on", "off"] {
        let _nic = Nic::new(3)?;
        for link in ["sim0", "sim1", "sim2"] {
            sh(&format!("ethtool -K {link} hw-tc-offload {feature}"))?;
        }
        sh("tc qdisc add dev sim0 clsact")?;
        sh("tc qdisc add dev sim1 ingress_block 7 egress_block 8 clsact")?;
        sh("tc qdisc add dev sim2 ingress_block 7 clsact")?;
        let report = applied(&Host::open("linux:")?, &corpus(lab), false)?;
        let surprise = report.rules.iter().find(|rule| rule.is_surprise());
        expect(surprise.is_none(), || {
            let words = surprise.map_or_else(String::new, |rule| {
                format!("{}: predicted {:?}, became {:?}", rule.rule, rule.prediction, rule.verdict)
            });
            format!("with hw-tc-offload {feature}: {words}")
        })?;
        expect_eq(&(report.counts().in_hardware > 100), &lab.offloads(), "most rules in hardware")?;
    }
    Ok(Done::Passed)
}

/// The kernel's own text, for a rule that was taken but not into hardware.
pub(crate) fn words(lab: &Lab) -> Outcome {
    let _nic = Nic::with_places()?;
    let host = Host::open("linux:")?;
    let (action, words) = match lab.offloads() {
        true => ("pipe action pass", "action is not supported"),
        false => ("drop", OLD_WORDS),
    };
    let line =
        format!("filter add dev sim0 ingress protocol ip pref 1 flower dst_ip 10.0.0.1 action {action}");
    let report = applied(&host, &[&line], false)?;
    expect_eq(&report.counts().software_only, &1, "rules in software only")?;
    all_say(&report, words)?;
    // snicctl says it too, and hears it again with --probe, which leaves the rule as it is.
    let before = Dump::of_rules(&crate::dump::MADE_ANEW)?;
    let file = file("words", &[&line])?;
    let said = lab.snicctl(&["flow", "explain", "--probe", &file.to_string_lossy()])?;
    let flat: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
    expect(flat.contains(words), || format!("flow explain --probe does not say {words:?}: {said}"))?;
    Dump::of_rules(&crate::dump::MADE_ANEW)?.must_equal(&before, "after flow explain --probe")?;
    Ok(Done::Passed)
}

/// A dummy link: no driver to offload to.
pub(crate) fn plain_link(lab: &Lab) -> Outcome {
    sh("ip link add lab-dummy type dummy")?;
    let tried = on_plain_link(lab);
    sh("ip link del lab-dummy")?;
    tried
}

fn on_plain_link(lab: &Lab) -> Outcome {
    let line = "filter add dev lab-dummy ingress protocol ip pref 1 flower dst_ip 10.0.0.1 action drop";
    let report = applied(&Host::open("linux:")?, &[line], false)?;
    let [rule] = &report.rules[..] else { return Err(Why("not one rule was reported".into())) };
    let said = matches!(&rule.verdict, Verdict::SoftwareOnly { reasons } if !reasons.is_empty());
    expect(said, || format!("a rule on a dummy link: {:?}", rule.verdict))?;
    let file = file("dummy", &[line.replace("flower", "flower skip_sw").replace("10.0.0.1", "10.0.0.2")])?;
    let ran = lab.try_snicctl(&["flow", "apply", &file.to_string_lossy()])?;
    expect(ran.code >= 3, || "a skip_sw rule was taken on a dummy link".into())?;
    Ok(Done::Passed)
}

/// Every rule gives these words as the kernel's.
pub(crate) fn all_say(report: &Report, words: &str) -> Result<(), Why> {
    let silent = report.rules.iter().find(|rule| {
        let reasons = rule.verdict.reasons();
        !reasons.iter().any(|reason| reason.source == Source::Kernel && reason.text.contains(words))
    });
    expect(silent.is_none(), || {
        let words = silent.map_or_else(String::new, |rule| format!("{}: {:?}", rule.rule, rule.verdict));
        format!("the kernel's words are missing: {words}")
    })
}
