//! A rule from names and values that are there already: what programs have in place of a document.

use serde_saphyr::{Location, Spanned};
use smartnic_core::flow::Rule;

use super::document::{ActionDoc, ActionMap, RuleDoc, Text};
use super::read::one_rule;
use crate::{Error, Result};

const OP: &str = "build a flow rule";

/// A rule in the making. Names and values are those of the document's, and so is what they mean.
///
/// ```
/// use smartnic::text::yaml::Draft;
///
/// # fn main() -> smartnic::Result<()> {
/// let mut draft = Draft::default();
/// for (name, value) in [("dev", "pf0vf0"), ("protocol", "ip"), ("ip_proto", "tcp"), ("dst_port", "80")] {
///     draft.set(name, value);
/// }
/// draft.action("drop");
/// assert_eq!(draft.rule()?.to_string(), "pf0vf0 ingress chain 0 pref 0 protocol ip");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Draft {
    doc: RuleDoc,
}

fn text(value: impl Into<String>) -> Text {
    Spanned::new(value.into(), Location::UNKNOWN, Location::UNKNOWN)
}

impl Draft {
    /// Sets a field of the rule (`dev`, `side`, `block`, `chain`, `prio`, `protocol`, `skip`, `handle`, `classifier`,
    /// `classid`, `hw_tc`); any other name is that of a key.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = text(value);
        let doc = &mut self.doc;
        let field = match name {
            "dev" => &mut doc.dev,
            "side" => &mut doc.side,
            "block" => &mut doc.block,
            "chain" => &mut doc.chain,
            "prio" | "pref" => &mut doc.prio,
            "protocol" => &mut doc.protocol,
            "skip" => &mut doc.skip,
            "handle" => &mut doc.handle,
            "classifier" => &mut doc.classifier,
            "classid" => &mut doc.classid,
            "hw_tc" => &mut doc.hw_tc,
            _ => return doc.keys.0.push((text(name), value)),
        };
        *field = Some(value);
    }

    /// Adds an action of one word, such as `drop` or `vlan_pop`.
    pub fn action(&mut self, word: impl Into<String>) {
        self.push(ActionDoc::Word(word.into()));
    }

    /// Adds an action by its fields, such as `redirect` and `side`, or `tc` with tc's own words.
    ///
    /// # Errors
    /// `InvalidInput` for a name that no action has.
    pub fn action_of<'a>(&mut self, fields: impl IntoIterator<Item = (&'a str, String)>) -> Result<()> {
        let mut map = ActionMap::default();
        for (name, value) in fields {
            let field = map.field(name).ok_or_else(|| {
                Error::invalid(OP, format!("{name:?} is nothing that an action has"))
                    .hint(format!("an action has: {}", ActionMap::FIELDS.join(", ")))
            })?;
            *field = Some(text(value));
        }
        self.push(ActionDoc::Map(Box::new(map)));
        Ok(())
    }

    fn push(&mut self, action: ActionDoc) {
        self.doc.actions.push(Spanned::new(action, Location::UNKNOWN, Location::UNKNOWN));
    }

    /// The rule.
    ///
    /// # Errors
    /// `InvalidInput` with the first thing that is wrong.
    pub fn rule(self) -> Result<Rule> {
        one_rule(&Spanned::new(self.doc, Location::UNKNOWN, Location::UNKNOWN)).map_err(|problems| {
            let Some(problem) = problems.list.into_iter().next() else {
                return Error::invalid(OP, "it cannot be read");
            };
            let error = Error::invalid(OP, problem.message);
            match problem.hint {
                Some(hint) => error.hint(hint),
                None => error,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::RuleSet;

    fn draft(fields: &[(&str, &str)]) -> Draft {
        let mut draft = Draft::default();
        fields.iter().for_each(|(name, value)| draft.set(name, *value));
        draft
    }

    #[test]
    fn a_draft_means_what_the_document_means() {
        let mut made = draft(&[
            ("dev", "pf0vf0"),
            ("prio", "10"),
            ("protocol", "ip"),
            ("dst_port", "80-90"),
            ("ip_proto", "tcp"),
            ("dst_ip", "10.0.0.0/8"),
        ]);
        made.action("vlan_pop");
        made.action_of([("redirect", "pf0vf1".to_owned())]).unwrap();
        let text = "rules: [{dev: pf0vf0, prio: 10, protocol: ip, match: {dst_ip: 10.0.0.0/8, ip_proto: tcp, \
                    dst_port: 80-90}, actions: [vlan_pop, {redirect: pf0vf1}]}]";
        assert_eq!(made.rule().unwrap(), RuleSet::from_yaml(text).unwrap().rules[0].rule);
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        let wrong = draft(&[("dev", "a"), ("protocol", "ip"), ("dst_prot", "80")]).rule().unwrap_err();
        assert!(wrong.to_string().contains("did you mean `dst_port`?"), "{wrong}");
        let wrong = draft(&[("protocol", "ip")]).rule().unwrap_err().to_string();
        assert!(wrong.contains("the place is missing"), "{wrong}");
        let wrong = Draft::default().action_of([("redirekt", String::new())]).unwrap_err().to_string();
        assert!(wrong.contains("redirect, mirror"), "{wrong}");
    }
}
