//! Changes over several sockets: what must not depend on which comes first.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use smartnic_core::flow::{Action, Attach, Rule};
use smartnic_core::types::{EtherType, IfIndex};
use smartnic_netlink::codec::{Message, TcMsg};

use super::lane::PER_SEND;
use super::*;
use crate::connection::script::{Answer, Script, ack};

const LANES: usize = 3;

/// Rule number `number`, under the mask of this number.
fn rule(number: u32, mask: u32) -> Rule {
    let [dst, src] = [mask / 32 + 1, mask % 32 + 1];
    let rule = Rule::new(Attach::ingress(IfIndex(7))).prio(1).protocol(EtherType::IPV4).handle(number + 1);
    let rule = rule.matching(|key| {
        key.dst_ip = Some(format!("10.0.0.0/{dst}").parse().unwrap());
        key.src_ip = Some(format!("10.1.0.0/{src}").parse().unwrap());
    });
    rule.action(Action::drop()).skip_hw()
}

/// The handles of the rules that were sent, in that order.
type Sent = Arc<Mutex<Vec<u32>>>;

fn handle(request: &Message<'_>) -> u32 {
    TcMsg::split(request.payload).unwrap().0.handle
}

/// A kernel that takes every rule but those of these handles.
fn kernel(refused: HashSet<u32>) -> (Script, Sent) {
    let sent = Sent::default();
    let seen = Arc::clone(&sent);
    let script = Script::default().lanes(LANES).always(move |requests: &[Message<'_>]| -> Vec<Answer> {
        seen.lock().unwrap().extend(requests.iter().map(handle));
        let errno = |request| if refused.contains(&handle(request)) { libc::ENOSPC } else { 0 };
        let answers = requests.iter().map(|request| (errno(request), request)).enumerate();
        let heard = answers.filter(|(at, (errno, _))| *errno != 0 || at + 1 == requests.len());
        heard.map(|(_, (errno, request))| ack(request, errno, None)).collect()
    });
    (script, sent)
}

/// Adds the rules; see [`submit`].
fn add(script: &Script, rules: &[Rule], stop: bool) -> String {
    submit(script, &rules.iter().map(FlowOp::Add).collect::<Vec<_>>(), stop)
}

/// Carries out the changes; `d` for each that was done, `f` for refused, `-` for not tried.
fn submit(script: &Script, ops: &[FlowOp<'_>], stop: bool) -> String {
    let outcomes = LinuxHost::new("test:", script.kernel()).submit(ops, stop).unwrap();
    let letter = |outcome: &Outcome| match outcome {
        Outcome::Done(_) => 'd',
        Outcome::Failed(_) => 'f',
        Outcome::NotTried => '-',
    };
    outcomes.iter().map(letter).collect()
}

#[test]
fn masks_come_in_their_order_and_every_rule_once() {
    // Few masks at first, and later one in every 500 rules brings another.
    let mask = |number: u32| if number % 500 == 499 { number / 500 + 5 } else { number % 5 };
    let rules: Vec<_> = (0..20_000).map(|number| rule(number, mask(number))).collect();
    let (script, sent) = kernel(HashSet::new());
    assert_eq!(add(&script, &rules, true), "d".repeat(rules.len()));
    assert_eq!(script.sockets(), LANES);
    let mut sent = sent.lock().unwrap().clone();
    let mut masks: Vec<u32> = Vec::new();
    for mask in sent.iter().map(|handle| mask(handle - 1)) {
        if !masks.contains(&mask) {
            masks.push(mask);
        }
    }
    assert_eq!(masks, (0..45).collect::<Vec<_>>());
    sent.sort_unstable();
    assert_eq!(sent, (1..=20_000).collect::<Vec<_>>());
}

#[test]
fn where_every_rule_brings_a_mask_all_go_in_order() {
    let rules: Vec<_> = (0..1024).map(|number| rule(number, number)).collect();
    let (script, sent) = kernel(HashSet::new());
    assert_eq!(add(&script, &rules, true), "d".repeat(1024));
    assert_eq!(*sent.lock().unwrap(), (1..=1024).collect::<Vec<_>>());
}

#[test]
fn a_mask_whose_rule_was_refused_is_not_held_to_be_there() {
    // The only rule of mask 1 among the first is refused; so the next of that mask is put aside like any that brings one.
    let mask = |number: u32| u32::from(number == 10 || (number > 1000 && number.is_multiple_of(2)));
    let rules: Vec<_> = (0..4000).map(|number| rule(number, mask(number))).collect();
    let (script, sent) = kernel(HashSet::from([11]));
    let added = add(&script, &rules, false);
    assert_eq!(added, format!("{}f{}", "d".repeat(10), "d".repeat(3989)));
    let sent: Vec<u32> = sent.lock().unwrap().iter().map(|handle| mask(handle - 1)).collect();
    let next = sent.iter().enumerate().skip(11).find(|(_, mask)| **mask == 1).map(|(at, _)| at);
    assert!(next > sent.iter().rposition(|mask| *mask == 0));
}

#[test]
fn a_refusal_ends_all_lanes_and_what_was_not_sent_is_not_tried() {
    let rules: Vec<_> = (0..20_000).map(|number| rule(number, number % 3)).collect();
    // From 5000 on all are refused, so that each lane meets a refusal by itself.
    let (script, sent) = kernel((5000..=20_000).collect());
    let added = add(&script, &rules, true);
    let sent: HashSet<u32> = sent.lock().unwrap().iter().copied().collect();
    let letter = |handle: u32| match sent.contains(&handle) {
        true if handle < 5000 => 'd',
        true => 'f',
        false => '-',
    };
    assert_eq!(added, (1..=20_000).map(letter).collect::<String>());
    let refused = sent.iter().filter(|handle| **handle >= 5000).count();
    assert!((1..=PER_SEND * LANES).contains(&refused), "{refused} were sent and refused");
}

#[test]
fn removals_go_through_all_sockets_every_one_once() {
    let ids: Vec<_> = (0..20_000).map(|number| rule(number, 0).id().unwrap()).collect();
    let ops: Vec<_> = ids.iter().map(FlowOp::Delete).collect();
    let (script, sent) = kernel(HashSet::from([11, 15_000]));
    let want = format!("{}f{}f{}", "d".repeat(10), "d".repeat(14_988), "d".repeat(5000));
    assert_eq!(submit(&script, &ops, false), want);
    assert_eq!(script.sockets(), LANES);
    let mut sent = sent.lock().unwrap().clone();
    sent.sort_unstable();
    assert_eq!(sent, (1..=20_000).collect::<Vec<_>>());
}
