//! Sets of rules from a file or a text, in either syntax.

use std::path::Path;

use rustc_hash::FxHashMap;
use serde::Serialize;
use smartnic_core::flow::{Rule, RuleId};

use super::cursor::Word;
use super::problem::{Problem, Problems};
use super::tc::{self, HookLine, HookVerb, Op};
use super::yaml;
use crate::{Error, Result};

const OP: &str = "read rules";

/// The syntax of a text with rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Lines as `tc -batch` takes them; see [`tc`].
    Tc,
    /// A YAML or JSON document; see [`yaml`].
    Yaml,
}

/// A rule with where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleLine {
    /// The rule.
    pub rule: Rule,
    /// The group it belongs to, if its file has groups.
    pub group: Option<String>,
    /// The line it stands on, counted from 1; 0 if it came from elsewhere.
    pub line: usize,
}

/// Rules that are wanted on a host, and the hooks that they stand on where those are said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RuleSet {
    /// The rules, in the order of their file.
    pub rules: Vec<RuleLine>,
    /// Hooks with shared blocks, or of another kind than `clsact`; a link without a hook gets a `clsact` qdisc anyway.
    pub hooks: Vec<HookLine>,
}

impl Format {
    /// The format by the file's name (`.tc`, `.yaml`, `.yml`, `.json`), or else by what is in it.
    #[must_use]
    pub fn of(path: &Path, text: &str) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("tc" | "batch") => Self::Tc,
            Some("yaml" | "yml" | "json") => Self::Yaml,
            _ => Self::by_content(text),
        }
    }

    /// The format by the first word that is no comment: tc's begin with an object such as `filter`.
    #[must_use]
    pub fn by_content(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let first = lines.filter_map(|line| line.split_whitespace().next()).next().unwrap_or_default();
        let word = Word { text: first, at: 0 };
        let is_tc = first == "tc" || word.begins("filter") || word.begins("qdisc");
        // What is neither is most likely tc with a mistake in its first word.
        match !is_tc && (first.contains(':') || first.starts_with(['{', '[', '-', '"', '%'])) {
            true => Self::Yaml,
            false => Self::Tc,
        }
    }
}

impl RuleSet {
    /// Reads a text.
    ///
    /// # Errors
    /// Everything that is wrong with it; also lines of tc syntax that take something away, since a set says what is
    /// wanted.
    pub fn parse(text: &str, format: Format) -> Result<Self, Problems> {
        match format {
            Format::Yaml => yaml::parse(text),
            Format::Tc => Self::from_script(tc::parse(text)?, text),
        }
    }

    /// Reads the lines that `tc -batch` takes.
    ///
    /// # Errors
    /// `Parse` with everything that is wrong in the text, line by line; also for lines that take rules away, since
    /// a set says what is wanted.
    pub fn from_tc(text: &str) -> Result<Self> {
        Self::parse(text, Format::Tc).map_err(|problems| problems.into_error("read rules in tc syntax", ""))
    }

    /// Reads a YAML or JSON document.
    ///
    /// # Errors
    /// `Parse` with everything that is wrong in the text.
    pub fn from_yaml(text: &str) -> Result<Self> {
        Self::parse(text, Format::Yaml).map_err(|problems| problems.into_error("read rules in YAML", ""))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// That the file cannot be read, or `Parse` with everything that is wrong with it.
    pub fn read(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| Error::io(OP, error).on(&name))?;
        Self::parse(&text, Format::of(path, &text)).map_err(|problems| problems.into_error(OP, &name))
    }

    /// The rules as lines of tc syntax, with comments that name their groups.
    ///
    /// # Errors
    /// `Unsupported` for what tc has no words for.
    pub fn to_tc(&self) -> Result<String> {
        let mut text = String::new();
        for hook in &self.hooks {
            text += &tc::hook_to_tc(hook)?;
            text.push('\n');
        }
        let mut group = &None;
        for line in &self.rules {
            if line.group != *group {
                group = &line.group;
                text += &format!("# group: {}\n", group.as_deref().unwrap_or_default());
            }
            text += &tc::rule_to_tc(&line.rule)?;
            text.push('\n');
        }
        Ok(text)
    }

    /// The rules as a YAML document.
    ///
    /// # Errors
    /// `Unsupported` for what the document has no words for.
    pub fn to_yaml(&self) -> Result<String> {
        yaml::rule_set_to_yaml(self)
    }

    fn from_script(script: tc::Script, text: &str) -> Result<Self, Problems> {
        let mut set = Self { rules: Vec::with_capacity(script.items.len()), hooks: Vec::new() };
        let mut problems = Problems::default();
        // Rules that a later line may put another in the place of.
        let mut named: FxHashMap<RuleId, usize> = FxHashMap::default();
        let replaces = script.items.iter().any(|item| matches!(item.op, Op::Replace(_) | Op::Change(_)));
        for tc::Item { line, group, op } in script.items {
            if let Op::Add(rule) | Op::Replace(rule) | Op::Change(rule) = &op
                && let Err(error) = rule.check()
            {
                problems.add(whole_line(text, line, error.why(), None));
                continue;
            }
            match op {
                Op::Add(rule) => {
                    if replaces {
                        named.extend(rule.id().map(|id| (id, set.rules.len())));
                    }
                    set.rules.push(RuleLine { rule, group, line });
                }
                Op::Replace(rule) | Op::Change(rule) => {
                    let earlier = rule.id().and_then(|id| named.insert(id, set.rules.len()));
                    match earlier {
                        Some(at) => {
                            named.extend(rule.id().map(|id| (id, at)));
                            set.rules[at] = RuleLine { rule, group, line };
                        }
                        None => set.rules.push(RuleLine { rule, group, line }),
                    }
                }
                Op::Hook(HookVerb::Add | HookVerb::Replace, hook) => set.hooks.push(hook),
                Op::Delete(_) | Op::Hook(HookVerb::Delete, _) => problems.add(misplaced(text, line)),
            }
        }
        problems.or(set)
    }
}

fn misplaced(text: &str, line: usize) -> Problem {
    let message = "a rule file says what is wanted; `del` takes something away";
    whole_line(text, line, message.to_owned(), Some("use snicctl flow del"))
}

fn whole_line(text: &str, line: usize, message: String, hint: Option<&str>) -> Problem {
    let source = text.lines().nth(line - 1).unwrap_or_default();
    let width = source.chars().count();
    Problem { line, column: 1, width, source: source.to_owned(), message, hint: hint.map(str::to_owned) }
}

impl FromIterator<Rule> for RuleSet {
    fn from_iter<I: IntoIterator<Item = Rule>>(rules: I) -> Self {
        let rules = rules.into_iter().map(|rule| RuleLine { rule, group: None, line: 0 }).collect();
        Self { rules, hooks: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TC: &str = "qdisc add dev a clsact\n# group: web\nfilter add dev a ingress protocol ip flower ip_proto tcp \
                      dst_port 80 action drop\n# group:\nfilter replace dev a egress pref 3 flower action pass\n";

    #[test]
    fn formats_are_recognised() {
        let of = |name: &str, text: &str| Format::of(Path::new(name), text);
        assert_eq!(of("a.tc", "rules: []"), Format::Tc);
        assert_eq!(of("a.yml", TC), Format::Yaml);
        assert_eq!(of("rules", TC), Format::Tc);
        assert_eq!(of("-", "# x\n\n  tc filter add"), Format::Tc);
        assert_eq!(of("-", "---\nrules: []"), Format::Yaml);
        assert_eq!(of("-", "{\"rules\": []}"), Format::Yaml);
        assert_eq!(of("-", "name: x\nrules:\n"), Format::Yaml);
        assert_eq!(of("-", "fliter add dev a dst_mac 0:0:0:0:0:0"), Format::Tc);
        assert_eq!(of("-", ""), Format::Tc);
    }

    #[test]
    fn a_script_becomes_a_set_and_both_texts_of_it_read_back() {
        let set = RuleSet::parse(TC, Format::Tc).unwrap();
        let groups: Vec<_> = set.rules.iter().map(|line| (line.line, line.group.as_deref())).collect();
        assert_eq!(groups, [(3, Some("web")), (5, None)]);
        assert_eq!(set.hooks.len(), 1);
        let plain = |mut set: RuleSet| {
            set.rules.iter_mut().for_each(|line| line.line = 0);
            set
        };
        let again = RuleSet::parse(&set.to_tc().unwrap(), Format::Tc).unwrap();
        assert_eq!(plain(again), plain(set.clone()));
        let again = RuleSet::parse(&set.to_yaml().unwrap(), Format::Yaml).unwrap();
        assert_eq!(plain(again), plain(set));
    }

    #[test]
    fn a_later_line_takes_the_place_of_the_rule_it_replaces() {
        let text = "filter add dev a ingress protocol ip pref 1 handle 1 flower action drop\n\
                    filter add dev a ingress protocol ip pref 2 handle 1 flower action drop\n\
                    filter replace dev a ingress protocol ip pref 1 handle 1 flower action pass\n";
        let set = RuleSet::parse(text, Format::Tc).unwrap();
        assert_eq!(set.rules.iter().map(|line| line.line).collect::<Vec<_>>(), [3, 2]);
    }

    /// tc and the kernel take these lines, but the rules are wider than they say.
    #[test]
    fn a_set_has_no_rule_that_a_kernel_would_widen() {
        let widened = [
            "filter add dev lo ingress protocol arp flower ip_tos 1",
            "filter add dev lo ingress protocol ip flower ip_proto udp tcp_flags 2",
            "filter add dev lo ingress protocol ip flower arp_sha 2:0:0:0:0:1",
            "filter add dev lo ingress protocol ip flower num_of_vlans 2 ip_proto tcp",
            "filter add dev lo ingress protocol ip flower ip_proto udp spi 5",
        ];
        for line in widened {
            assert_eq!(tc::parse(line).unwrap().items.len(), 1, "{line}");
            let problems = RuleSet::parse(&format!("{TC}{line}"), Format::Tc).unwrap_err();
            assert_eq!((problems.list.len(), problems.list[0].line), (1, 6), "{problems}");
        }
    }

    #[test]
    fn a_set_takes_nothing_away() {
        let text = format!("{TC}filter del dev a ingress\nqdisc del dev a clsact\n");
        let problems = RuleSet::parse(&text, Format::Tc).unwrap_err();
        assert_eq!(problems.list.iter().map(|problem| problem.line).collect::<Vec<_>>(), [6, 7]);
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = RuleSet::read(Path::new("/nowhere/rules.tc")).unwrap_err();
        assert_eq!((error.kind(), error.object()), (crate::ErrorKind::NotFound, "/nowhere/rules.tc"));
    }
}
