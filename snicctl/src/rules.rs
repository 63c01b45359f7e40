//! Rules from files and from the command line, and rules as words.

use std::io::Read;
use std::path::Path;

use smartnic::Error;
use smartnic::flow::{Attach, Classifier, Netdev, Rule, RuleId, RuleSet, Skip};
use smartnic::names::Names;
use smartnic::text::Format;
use smartnic::text::tc::{self, Op, Selector, describe_actions, describe_match, rule_to_tc};

/// Reads rules from a file, or from standard input if its name is `-`: tc lines or a YAML document.
pub(crate) fn read(path: &Path) -> Result<RuleSet, Error> {
    let text = read_text(path)?;
    parse(path, &text, Format::of(path, &text))
}

/// Reads rules from a YAML document.
pub(crate) fn read_yaml(path: &Path) -> Result<RuleSet, Error> {
    parse(path, &read_text(path)?, Format::Yaml)
}

fn parse(path: &Path, text: &str, format: Format) -> Result<RuleSet, Error> {
    let name = path.display().to_string();
    RuleSet::parse(text, format).map_err(|problems| problems.into_error("read rules", &name))
}

/// Reads a file, or standard input if its name is `-`.
pub(crate) fn read_text(path: &Path) -> Result<String, Error> {
    let mut text = String::new();
    let result = match path == Path::new("-") {
        true => std::io::stdin().read_to_string(&mut text).map(drop),
        false => std::fs::read_to_string(path).map(|read| text = read),
    };
    match result {
        Ok(()) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            Err(Error::parse("read rules", "the file is not text").on(path.display()))
        }
        Err(error) => Err(Error::io("read rules", error).on(path.display())),
    }
}

/// One rule from the words of a command line; `filter add` may stand before it or not.
pub(crate) fn from_words(words: &[String]) -> Result<RuleSet, Error> {
    let mut set = RuleSet::from_tc(&format!("filter add {}", line_of(words)))?;
    // A command line has no lines to name.
    set.rules.iter_mut().for_each(|rule| rule.line = 0);
    Ok(set)
}

/// Which rules are meant by the words of `tc filter del`; none if they give keys, which tc does not look at.
pub(crate) fn selector(words: &[String]) -> Result<Option<Selector>, Error> {
    let line = line_of(words);
    if line.split_whitespace().skip_while(|word| *word != "flower").nth(1).is_some() {
        return Ok(None);
    }
    let script = tc::parse(&format!("filter del {line}"))
        .map_err(|problems| problems.into_error("read which rules to remove", ""))?;
    Ok(script.items.into_iter().find_map(|item| match item.op {
        Op::Delete(selector) => Some(selector),
        _ => None,
    }))
}

/// The words as one line, without the `tc filter add` that some people type before them.
fn line_of(words: &[String]) -> String {
    let line = words.join(" ");
    let mut rest = line.trim_start();
    for start in ["tc ", "filter ", "add ", "del "] {
        rest = rest.strip_prefix(start).unwrap_or(rest).trim_start();
    }
    rest.to_owned()
}

/// The netdev name of a link.
pub(crate) fn link_name(dev: &Netdev, names: &Names) -> String {
    match dev {
        Netdev::Index(index) => names.name(*index),
        Netdev::Name(name) => name.clone(),
    }
}

/// What names a rule that is there, with its link by name.
pub(crate) fn id_words(id: &RuleId, names: &Names) -> String {
    let mut id = id.clone();
    if let Attach::Dev { dev, .. } = &mut id.attach {
        *dev = Netdev::Name(link_name(dev, names));
    }
    id.to_string()
}

/// A rule as the words that tc takes behind `filter add`; a rule that tc has no words for, as well as we can.
pub(crate) fn words_of(rule: &Rule) -> String {
    match rule_to_tc(rule) {
        Ok(line) => line.strip_prefix("filter add ").map(str::to_owned).unwrap_or(line),
        Err(_) => {
            let flower = if rule.classifier == Classifier::Flower { "flower " } else { "" };
            format!("{rule} {flower}{} action {}", matched(rule), describe_actions(&rule.actions))
        }
    }
}

/// What a rule matches and where it must not be, in the words of tc.
pub(crate) fn matched(rule: &Rule) -> String {
    let keys = match rule.classifier {
        Classifier::Flower => describe_match(&rule.key),
        Classifier::Matchall => rule.classifier.name().to_owned(),
    };
    let skip = match rule.skip {
        Skip::None => return keys,
        Skip::SkipSw => "skip_sw",
        Skip::SkipHw => "skip_hw",
    };
    if keys.is_empty() { skip.to_owned() } else { format!("{skip} {keys}") }
}
