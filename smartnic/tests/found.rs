//! What fuzzing found in the readers of text, replayed; see `fuzz/README.md`.

use std::fs;
use std::path::Path;

use smartnic::flow::{Rule, RuleSet};
use smartnic::text::tc::{self, Op};
use smartnic::text::{Format, Problems};

/// The inputs in a file of `fuzz/found`, one a line in hexadecimal; as a fuzz target takes them: up to the first byte
/// that is no text.
fn inputs(target: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/found").join(target).with_extension("hex");
    let read = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let byte = |digits: &[u8]| u8::from_str_radix(str::from_utf8(digits).unwrap(), 16).unwrap();
    let text = |line: &str| {
        let bytes: Vec<u8> = line.as_bytes().chunks(2).map(byte).collect();
        bytes.utf8_chunks().next().map(|chunk| chunk.valid().to_owned()).unwrap_or_default()
    };
    read.lines().map(text).collect()
}

fn words(problems: Problems) -> String {
    problems.into_error("read rules", "file").to_string()
}

/// A rule that is written in tc's words is read as the same rule; tc has no words for some.
fn through_words(rule: &Rule) {
    let Ok(line) = tc::rule_to_tc(rule) else { return };
    let script = tc::parse(&line).unwrap_or_else(|problems| panic!("{line}: {}", words(problems)));
    let rules: Vec<Rule> = script
        .items
        .into_iter()
        .map(|item| match item.op {
            Op::Add(rule) => rule.canonical(),
            other => panic!("{other:?} from: {line}"),
        })
        .collect();
    assert_eq!(rules, [rule.clone().canonical()], "{line}");
}

#[test]
fn lines_of_tc_syntax() {
    let inputs = inputs("tc_lines");
    for text in &inputs {
        match tc::parse(text) {
            Err(problems) => drop(words(problems)),
            Ok(script) => {
                for item in script.items {
                    if let Op::Add(rule) | Op::Replace(rule) | Op::Change(rule) = item.op {
                        through_words(&rule);
                    }
                }
            }
        }
    }
    assert!(inputs.len() > 50, "{} inputs", inputs.len());
}

#[test]
fn documents() {
    let inputs = inputs("rules_yaml");
    let rules = |set: &RuleSet| -> Vec<_> {
        set.rules.iter().map(|line| (line.group.clone(), line.rule.clone().canonical())).collect()
    };
    for text in &inputs {
        let set = match RuleSet::parse(text, Format::Yaml) {
            Ok(set) => set,
            Err(problems) => {
                words(problems);
                continue;
            }
        };
        set.rules.iter().for_each(|line| through_words(&line.rule));
        let Ok(written) = set.to_yaml() else { continue };
        let again = RuleSet::parse(&written, Format::Yaml);
        let again = again.unwrap_or_else(|problems| panic!("{}\n{written}", words(problems)));
        assert_eq!((rules(&set), &set.hooks), (rules(&again), &again.hooks), "{written}");
    }
    assert!(inputs.len() > 50, "{} inputs", inputs.len());
}
