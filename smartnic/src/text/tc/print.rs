//! Rules as lines of tc syntax.

use smartnic_core::backend::HookKind;
use smartnic_core::flow::{Action, Attach, Classifier, Match, Netdev, Rule, Skip};
use smartnic_core::types::EtherType;
use smartnic_core::{Error, ErrorKind, Result};

use super::{HookLine, action, class, key};

const OP: &str = "write a rule in tc syntax";

/// The line that adds the rule: `filter add dev pf0vf0 ingress protocol ip pref 10 flower … action drop`.
///
/// tc makes of it the same rule in the kernel. A link that is given by number is written as `if7`, which tc takes;
/// resolve numbers to names before if people are to read the line.
///
/// # Errors
/// `Unsupported` for what tc has no words for: attributes and actions that are not known here, masks of addresses
/// with holes, a redirect that ends otherwise than with `stolen`, names with blanks, keys of a protocol that the rule does
/// not name.
pub fn rule_to_tc(rule: &Rule) -> Result<String> {
    let line = write(rule).map_err(|what| {
        let reason = format!("tc syntax has no words for {what}");
        Error::new(ErrorKind::Unsupported, OP).reason(reason).on(rule)
    })?;
    // tc wants to know a packet's protocol before what it looks at in it. A kernel keeps keys of protocols that the rule
    // does not name, which no order of words can say.
    super::parse(&line).map_err(|problems| {
        let what = problems.list.first().map_or("it is no line", |problem| &problem.message);
        let reason = format!("tc would not read it: {what}");
        Error::new(ErrorKind::Unsupported, OP).reason(reason).on(rule)
    })?;
    Ok(line)
}

/// The line that adds the hook: `qdisc add dev pf0vf0 clsact`.
///
/// # Errors
/// `Unsupported` if the link's name has blanks.
pub fn hook_to_tc(hook: &HookLine) -> Result<String> {
    let dev = written_link(&hook.dev)
        .map_err(|what| Error::new(ErrorKind::Unsupported, "write a hook in tc syntax").reason(what))?;
    let mut text = format!("qdisc add dev {dev}");
    for (name, block) in [("ingress_block", hook.ingress_block), ("egress_block", hook.egress_block)] {
        text.extend(block.map(|block| format!(" {name} {block}")));
    }
    text.push_str(match hook.kind {
        HookKind::Clsact => " clsact",
        HookKind::Ingress => " ingress",
    });
    Ok(text)
}

/// The action as tc takes it, without the word `action`: `police rate 1Gbit burst 128Kb conform-exceed drop index 7`.
///
/// # Errors
/// `Unsupported` for what tc has no words for, as for [`rule_to_tc`].
pub fn action_to_tc(one: &Action) -> Result<String> {
    action::write(one).map_err(|what| {
        let reason = format!("tc syntax has no words for {what}");
        Error::new(ErrorKind::Unsupported, OP).reason(reason)
    })
}

/// The keys of a rule for people: `dst_ip 10.0.0.0/8 ip_proto tcp dst_port 443`; keys without a name are counted.
#[must_use]
pub fn describe_match(match_: &Match) -> String {
    let mut parts: Vec<String> =
        key::documented().filter_map(|key| Some((key.name, (key.write)(match_)?))).map(part).collect();
    match match_.unknown.len() {
        0 => {}
        1 => parts.push("and 1 unknown key".to_owned()),
        count => parts.push(format!("and {count} unknown keys")),
    }
    parts.join(" ")
}

/// The actions of a rule for people: `vlan pop, redirect pf0vf1`.
#[must_use]
pub fn describe_actions(actions: &[Action]) -> String {
    use smartnic_core::flow::{ActionKind, Control, MirredTarget};
    let target = |what: &str, target: &MirredTarget| {
        format!("{what} {}{}", target.dev, if target.ingress { " ingress" } else { "" })
    };
    let describe = |action: &Action| {
        let text = match &action.kind {
            ActionKind::Gact => return action.control.to_string(),
            ActionKind::Redirect(to) => target("redirect", to),
            ActionKind::Mirror(to) => target("mirror", to),
            ActionKind::VlanPush(tag) => format!("vlan push {}", tag.id),
            ActionKind::VlanPop => "vlan pop".to_owned(),
            ActionKind::VlanModify(tag) => format!("vlan modify {}", tag.id),
            other => other.name().to_owned(),
        };
        match (&action.kind, action.control) {
            (ActionKind::Redirect(_), Control::Stolen) | (_, Control::Pipe) => text,
            (_, control) => format!("{text} {control}"),
        }
    };
    actions.iter().map(describe).collect::<Vec<_>>().join(", ")
}

fn part((name, value): (&str, String)) -> String {
    format!("{name} {value}")
}

fn write(rule: &Rule) -> Result<String, String> {
    let mut words = vec!["filter add".to_owned()];
    words.push(match &rule.attach {
        Attach::Dev { dev, side } => format!("dev {} {side}", written_link(dev)?),
        Attach::Block(block) => format!("block {block}"),
    });
    words.push(format!("protocol {}", rule.protocol));
    if rule.prio != 0 {
        words.push(format!("pref {}", rule.prio));
    }
    if rule.chain != 0 {
        words.push(format!("chain {}", rule.chain));
    }
    words.extend(rule.handle.map(|handle| format!("handle {handle:#x}")));
    words.push(rule.classifier.name().to_owned());
    match rule.skip {
        Skip::None => {}
        Skip::SkipSw => words.push("skip_sw".to_owned()),
        Skip::SkipHw => words.push("skip_hw".to_owned()),
    }
    match rule.classid {
        Some(class) => words.push(format!("classid {}", class::written(class))),
        // tc wants something behind it.
        None if rule.classifier == Classifier::Matchall && rule.actions.is_empty() => {
            words.push("classid none".to_owned());
        }
        None => {}
    }
    check(rule)?;
    words.extend(key::all().filter_map(|key| Some((key.name, (key.write)(&rule.key)?))).map(part));
    Ok(words.join(" ") + &action::write_all(&rule.actions)?)
}

/// What a match can say and tc cannot.
fn check(rule: &Rule) -> Result<(), String> {
    let key = &rule.key;
    if key.eth_type != (rule.protocol != EtherType::ALL).then_some(rule.protocol) {
        return Err("a protocol in the keys that is not the filter's".to_owned());
    }
    if let Some(what) = key::unspeakable(key).or_else(|| key::unsaid_by_tc(key)) {
        return Err(what.to_owned());
    }
    match key.unknown.first() {
        Some(attr) => Err(format!("the unknown key with the number {}", attr.kind)),
        None => Ok(()),
    }
}

/// A word as tc takes it, in quotes where it needs them.
///
/// # Errors
/// What tc cannot take in a word: a `#` or the end of a line, or both kinds of quotes.
pub(super) fn quoted(text: &str) -> Result<String, String> {
    let odd = |c: char| c == '#' || c == '\\' || c.is_control();
    let plain = !text.is_empty() && !text.contains(' ') && !text.starts_with(['"', '\'']);
    let quote = ['"', '\''].into_iter().find(|quote| !text.contains(*quote));
    match quote {
        _ if text.contains(odd) => Err(format!("the text `{}`", text.escape_debug())),
        _ if plain => Ok(text.to_owned()),
        Some(quote) => Ok(format!("{quote}{text}{quote}")),
        None => Err(format!("the text `{}`", text.escape_debug())),
    }
}

/// A link as tc takes it.
pub(super) fn written_link(dev: &Netdev) -> Result<String, String> {
    match dev {
        Netdev::Index(index) => Ok(format!("if{index}")),
        Netdev::Name(name) => {
            let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '#' | '\\');
            if name.is_empty() || name.contains(odd) || name.starts_with(['"', '\'']) {
                return Err(format!("a link of the name `{}`", name.escape_debug()));
            }
            Ok(name.clone())
        }
    }
}
