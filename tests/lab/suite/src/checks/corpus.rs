//! The same rules by tc's hands and by ours, read by tc's eyes and by ours.

use std::path::Path;

use smartnic::Host;
use smartnic::flow::{Action, ApplyOptions, Attach, Rule, RuleLine, RuleSet, apply};
use smartnic::types::{EtherType, Masked};

use crate::check::{Done, During, Outcome, Why, expect, expect_eq};
use crate::corpus::{corpus, file, tc_batch};
use crate::dump::{AGES, Dump, MADE_ANEW, PLACES};
use crate::lab::Lab;
use crate::nic::Nic;
use crate::normal::{Seen, must_agree, seen_by_snicctl, seen_by_tc, seen_by_us};
use crate::random::Random;

/// How many random rules there are.
const RANDOM_RULES: u16 = 300;

/// tc puts them there.
pub(crate) fn read(lab: &Lab) -> Outcome {
    let lines = corpus(lab);
    let _nic = Nic::with_places()?;
    tc_batch(&file("corpus", &lines)?)?;
    let seen = all_agree(lab)?;
    expect_eq(&seen.len(), &lines.len(), "the number of rules")?;
    Ok(Done::Passed)
}

/// snicctl puts them there.
pub(crate) fn applied(lab: &Lab) -> Outcome {
    let lines = corpus(lab);
    let file = file("corpus", &lines)?;
    by_both_the_same(lab, &file)?;
    Ok(Done::Passed)
}

/// Twice, and in the other order of places.
pub(crate) fn applied_again(lab: &Lab) -> Outcome {
    let lines = corpus(lab);
    let file = file("corpus", &lines)?;
    let _nic = Nic::with_places()?;
    // What tc put there is as good as what we put there: already the first run changes nothing.
    tc_batch(&file)?;
    let before = Dump::of_rules(&AGES)?;
    for run in ["the first run over tc's rules", "the second run"] {
        lab.snicctl(&["flow", "apply", &file.to_string_lossy()])?;
        Dump::of_rules(&AGES)?.must_equal(&before, run)?;
    }
    lab.snicctl(&["flow", "apply", "--prune", &file.to_string_lossy()])?;
    Dump::of_rules(&AGES)?.must_equal(&before, "a run with --prune")?;
    Ok(Done::Passed)
}

/// By tc and by us.
pub(crate) fn printed_and_read_back(lab: &Lab) -> Outcome {
    let lines = corpus(lab);
    let (before, as_tc, as_yaml) = {
        let _nic = Nic::with_places()?;
        tc_batch(&file("corpus", &lines)?)?;
        let as_tc = lab.snicctl(&["flow", "list", "-o", "tc"])?;
        (Dump::of_rules(&MADE_ANEW)?, as_tc, lab.snicctl(&["flow", "list", "-o", "yaml"])?)
    };
    expect_eq(&as_tc.lines().count(), &lines.len(), "the number of tc lines")?;
    let tc_file = file("printed.tc", &[&as_tc])?;
    let yaml_file = file("printed.yaml", &[&as_yaml])?;
    {
        let _nic = Nic::with_places()?;
        tc_batch(&tc_file)?;
        Dump::of_rules(&MADE_ANEW)?.must_equal(&before, "-o tc, read by tc -batch")?;
    }
    for (what, file) in [("-o tc", &tc_file), ("-o yaml", &yaml_file)] {
        let _nic = Nic::with_places()?;
        lab.snicctl(&["flow", "apply", &file.to_string_lossy()])?;
        Dump::of_rules(&MADE_ANEW)?.must_equal(&before, &format!("{what}, read by snicctl flow apply"))?;
    }
    Ok(Done::Passed)
}

/// What tc put there, we take away.
pub(crate) fn removed(lab: &Lab) -> Outcome {
    let file = file("corpus", &corpus(lab))?;
    let _nic = Nic::with_places()?;
    let before = Dump::of_rules(&MADE_ANEW)?;
    tc_batch(&file)?;
    lab.snicctl(&["flow", "del", "--file", &file.to_string_lossy(), "--dry-run"])?;
    expect(!seen_by_tc(PLACES[0])?.is_empty(), || "a dry run removed rules".into())?;
    lab.snicctl(&["flow", "del", "--file", &file.to_string_lossy()])?;
    Dump::of_rules(&MADE_ANEW)?.must_equal(&before, "after all rules are removed")?;
    lab.snicctl(&["flow", "del", "--file", &file.to_string_lossy()])?;
    Dump::of_rules(&MADE_ANEW)?.must_equal(&before, "after they are removed again")?;
    Ok(Done::Passed)
}

/// Rules by chance; the seed is in every failure.
pub(crate) fn random(lab: &Lab) -> Outcome {
    let begun = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    let chosen = std::env::var("SNIC_LAB_SEED").ok();
    let seed = match chosen {
        Some(text) => text.parse()?,
        None => u64::from(begun.subsec_nanos()),
    };
    println!("        seed {seed} (SNIC_LAB_SEED={seed} repeats it)");
    let mut random = Random(seed);
    let lines: Vec<String> = (1..=RANDOM_RULES).map(|prio| random.line(prio, lab.offloads())).collect();
    by_both_the_same(lab, &file("random", &lines)?).during(format_args!("seed {seed}"))?;
    Ok(Done::Passed)
}

/// Addresses under masks with holes: tc has no words for them, but prints them.
pub(crate) fn only_on_the_wire(lab: &Lab) -> Outcome {
    let _nic = Nic::with_places()?;
    let host = Host::open("linux:")?;
    let rule = |prio, protocol| Rule::new(Attach::ingress("sim0")).prio(prio).protocol(protocol);
    let rules = [
        rule(1, EtherType::IPV4)
            .matching(|key| key.dst_ip = "10.0.5.0/255.0.255.0".parse().ok())
            .action(Action::drop()),
        rule(2, EtherType::IPV6)
            .matching(|key| key.src_ip = "ff00::5/ff00::ffff".parse().ok())
            .action(Action::drop()),
        rule(3, EtherType::IPV4)
            .matching(|key| key.ip_tos = Some(Masked::new(0x5a, 0x3c)))
            .action(Action::vlan_push(9)),
    ];
    let rules = rules.into_iter().enumerate();
    let set = RuleSet {
        rules: rules.map(|(at, rule)| RuleLine { rule, group: None, line: at + 1 }).collect(),
        ..RuleSet::default()
    };
    let report = apply(&host, &set, &ApplyOptions::default())?;
    expect_eq(&report.rules.len(), &3, "the rules reported")?;
    let seen = all_agree(lab)?;
    expect_eq(&seen.len(), &3, "the rules there")?;
    let again = apply(&host, &set, &ApplyOptions::default())?;
    expect(again.is_unchanged(), || "a second run changed something".into())?;
    Ok(Done::Passed)
}

/// Has tc carry out a file, then `snicctl flow apply` on a fresh device: both must leave the same state, which tc, the
/// library and `snicctl flow list` must read alike.
fn by_both_the_same(lab: &Lab, file: &Path) -> Result<(), Why> {
    let (theirs, seen) = {
        let _nic = Nic::with_places()?;
        tc_batch(file)?;
        (Dump::of_rules(&MADE_ANEW)?, all_agree(lab).during("put there by tc")?)
    };
    let _nic = Nic::with_places()?;
    lab.snicctl(&["flow", "apply", &file.to_string_lossy()])?;
    Dump::of_rules(&MADE_ANEW)?.must_equal(&theirs, "tc -batch, then snicctl flow apply")?;
    must_agree(&all_agree(lab).during("put there by snicctl")?, &seen, "put there by tc they were")
}

/// What tc, the library and snicctl see; it must be the same.
pub(crate) fn all_agree(lab: &Lab) -> Result<Vec<Seen>, Why> {
    let mut theirs = Vec::new();
    for place in PLACES {
        theirs.extend(seen_by_tc(place)?);
    }
    let host = Host::open("linux:")?;
    must_agree(&seen_by_us(&host)?, &theirs, "tc sees")?;
    must_agree(&seen_by_snicctl(lab)?, &theirs, "snicctl flow list prints something else than tc, which")?;
    Ok(theirs)
}
