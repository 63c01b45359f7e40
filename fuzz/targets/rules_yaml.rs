//! YAML documents with rules: what was read can be written, and is then read as the same set.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic::text::{Format, RuleSet};

fuzz_target!(|text: &str| {
    let set = match RuleSet::parse(text, Format::Yaml) {
        Ok(set) => set,
        Err(problems) => {
            // The words that point at the place.
            let _ = problems.into_error("read rules", "file").to_string();
            return;
        }
    };
    for line in &set.rules {
        smartnic_fuzz::through_words(&line.rule);
        smartnic_fuzz::over_the_wire(line.rule.clone());
    }
    // What no document can say, such as attributes that are not known, is refused.
    let Ok(written) = set.to_yaml() else { return };
    let again = RuleSet::parse(&written, Format::Yaml);
    let again = again.unwrap_or_else(|problems| {
        panic!("not read again: {}\n{written}", problems.into_error("read rules", ""))
    });
    let rules = |set: &RuleSet| -> Vec<_> {
        set.rules.iter().map(|line| (line.group.clone(), line.rule.clone().canonical())).collect()
    };
    assert_eq!((rules(&set), &set.hooks), (rules(&again), &again.hooks), "{written}");
});
