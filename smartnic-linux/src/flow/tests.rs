use smartnic_core::backend::FlowOffload;
use smartnic_core::flow::{Action, Netdev, Rule};
use smartnic_core::types::EtherType;
use smartnic_netlink::codec::{Flags, Message};
use smartnic_netlink::uapi::rtnetlink::{RTM_DELTFILTER, RTM_GETLINK, RTM_GETQDISC, RTM_NEWTFILTER};

use super::*;
use crate::connection::script::{Answer, Script, ack, ack_at, done};

const LINK: IfIndex = IfIndex(7);

fn host(script: &Script) -> LinuxHost {
    LinuxHost::new("test:", script.kernel())
}

fn rule(handle: u32) -> Rule {
    Rule::new(Attach::ingress(LINK)).prio(10).protocol(EtherType::IPV4).handle(handle).action(Action::drop())
}

fn rules(count: u32) -> Vec<Rule> {
    (1..=count).map(rule).collect()
}

/// Each outcome in words.
fn words(outcomes: Result<Vec<Outcome>>) -> Vec<String> {
    let word = |outcome| match outcome {
        Outcome::Done(None) => "done".into(),
        Outcome::Done(Some(note)) => format!("done: {note}"),
        Outcome::Failed(error) => format!("{:?}: {}", error.kind(), error.why()),
        Outcome::NotTried => "not tried".into(),
    };
    outcomes.unwrap().into_iter().map(word).collect()
}

fn add_all(script: &Script, rules: &[Rule], stop: bool) -> Vec<String> {
    let ops: Vec<_> = rules.iter().map(FlowOp::Add).collect();
    words(host(script).submit(&ops, stop))
}

fn all_done(sent: &[Message<'_>]) -> Vec<Answer> {
    sent.iter().map(|request| ack(request, 0, None)).collect()
}

#[test]
fn changes_travel_together_and_every_answer_finds_its_change() {
    let script = Script::default()
        .then(|sent| {
            let kinds: Vec<_> = sent.iter().map(|request| request.header.kind).collect();
            assert_eq!(kinds, [RTM_NEWTFILTER, RTM_NEWTFILTER, RTM_DELTFILTER]);
            let flags = [Flags::CREATE | Flags::EXCL, Flags::CREATE, Flags::empty()];
            for (request, flags) in sent.iter().zip(flags) {
                assert_eq!(request.header.flags, Flags::REQUEST | Flags::ACK | flags);
            }
            vec![
                ack(&sent[0], 0, Some("mlx5_core: not offloaded")),
                ack(&sent[1], libc::EINVAL, Some("Parent Qdisc doesn't exists")),
                ack(&sent[2], 0, None),
            ]
        })
        .then(all_done);
    let (first, second) = (rule(1), rule(2));
    let id = rule(3).id().unwrap();
    let host = host(&script);
    let ops = [FlowOp::Add(&first), FlowOp::Replace(&second), FlowOp::Delete(&id)];
    let outcomes = host.submit(&ops, false).unwrap();
    let [_, Outcome::Failed(error), _] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_eq!(
        error.to_string(),
        "cannot replace a flow rule (ifindex 7 ingress chain 0 pref 10 protocol ip handle 0x2): \
         the kernel said: Parent Qdisc doesn't exists\n\
         hint: add a clsact qdisc to the link first: tc qdisc add dev LINK clsact"
    );
    let want =
        ["done: mlx5_core: not offloaded", "NotFound: the kernel said: Parent Qdisc doesn't exists", "done"];
    assert_eq!(words(Ok(outcomes)), want);
    assert_eq!(words(host.submit(&ops[..1], true)), ["done"]);
    assert_eq!(words(host.submit(&[], true)), [""; 0]);
    assert_eq!(script.sockets(), 1);
}

#[test]
fn after_a_failure_nothing_more_is_sent_if_so_wished() {
    let fail_third = |sent: &[Message<'_>]| {
        let errno = |at| if at == 2 { libc::ENOSPC } else { 0 };
        sent.iter().enumerate().map(|(at, request)| ack(request, errno(at), None)).collect()
    };
    let outcomes = add_all(&Script::default().then(fail_third), &rules(130), true);
    let count = |word: &str| outcomes.iter().filter(|outcome| outcome.starts_with(word)).count();
    assert_eq!([count("done"), count("NoSpace"), count("not tried")], [63, 1, 66]);

    let script = Script::default().then(fail_third).then(all_done).then(all_done);
    let outcomes = add_all(&script, &rules(130), false);
    assert_eq!(outcomes.iter().filter(|outcome| *outcome == "done").count(), 129);
    script.sockets();
}

#[test]
fn what_cannot_be_asked_for_is_refused_here_and_what_stands_before_it_is_sent() {
    let named = Rule { attach: Attach::ingress("eth0"), ..rule(2) };
    let target = rule(2).action(Action::redirect(Netdev::from("eth0")));
    let portless = rule(2).matching(|key| key.dst_port = Some(80.into()));
    for (wrong, why) in [(named, "resolved"), (target, "resolved"), (portless, "TCA_FLOWER_KEY_TCP_SRC")] {
        let rules = [rule(1), wrong, rule(3)];
        let stopped = add_all(&Script::default().then(all_done), &rules, true);
        assert!(stopped[1].starts_with("InvalidInput") && stopped[1].contains(why), "{}", stopped[1]);
        assert_eq!([&stopped[0], &stopped[2]], ["done", "not tried"]);
        let both = |sent: &[Message<'_>]| {
            assert_eq!(sent.len(), 2);
            all_done(sent)
        };
        let all = add_all(&Script::default().then(both), &rules, false);
        assert_eq!([&all[0], &all[2]], ["done", "done"]);
    }
    for (prio, handle) in [(0, 1), (10, 0)] {
        let many = RuleId { prio, handle, ..rule(1).id().unwrap() };
        let outcomes = words(host(&Script::default()).submit(&[FlowOp::Delete(&many)], true));
        assert_eq!(outcomes, ["InvalidInput: handle or priority 0 stands for every rule, not for one"]);
        assert_eq!(host(&Script::default()).entry(&many).unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}

#[test]
fn a_link_that_vanishes_between_changes_has_gone() {
    let vanish = |sent: &[Message<'_>]| {
        vec![ack(&sent[0], 0, None), ack(&sent[1], libc::ENODEV, None), ack(&sent[2], libc::ENODEV, None)]
    };
    let elsewhere = Rule { attach: Attach::ingress(IfIndex(8)), ..rule(3) };
    let outcomes = add_all(&Script::default().then(vanish), &[rule(1), rule(2), elsewhere], false);
    let why = "there is no such link; the kernel said: No such device (os error 19)";
    assert_eq!(outcomes, ["done".into(), format!("DeviceGone: {why}"), format!("NotFound: {why}")]);
}

#[test]
fn a_connection_that_fails_on_the_way_leaves_what_is_known() {
    let script = Script::default().then(all_done).then(|sent| vec![ack(&sent[0], 0, None)]);
    let outcomes = add_all(&script, &rules(200), false);
    assert_eq!(outcomes[..65], vec!["done"; 65]);
    let unknown = "Timeout: no answer within 10 s; the change may have been made";
    assert_eq!(outcomes[65..128], vec![unknown; 63]);
    assert_eq!(outcomes[128..], vec!["not tried"; 72]);
    // If nothing is known of any change, the whole call fails.
    let ops = [FlowOp::Add(&rule(1))];
    let error = host(&Script::default().then(|_| vec![])).submit(&ops, false).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
}

#[test]
fn a_refusal_points_at_the_attribute() {
    let script = Script::default().then(|sent| {
        // The first attribute stands behind the message header and tcmsg.
        vec![ack_at(&sent[0], libc::EOPNOTSUPP, "unsupported", 16 + 20)]
    });
    let error = host(&script).add(&rule(1)).unwrap_err();
    assert_eq!(error.extack().unwrap().attribute.as_deref(), Some("TCA_KIND"));
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn an_empty_answer_is_looked_into() {
    let empty = |sent: &[Message<'_>]| vec![done(&sent[0], Flags::empty())];
    let no_link = |sent: &[Message<'_>]| {
        assert_eq!(sent[0].header.kind, RTM_GETLINK);
        vec![ack(&sent[0], libc::ENODEV, None)]
    };
    let no_hook = |sent: &[Message<'_>]| {
        assert_eq!(sent[0].header.kind, RTM_GETQDISC);
        vec![done(&sent[0], Flags::empty())]
    };
    let on_link = FlowScope::at(Attach::ingress(LINK));
    let error = host(&Script::default().then(empty).then(no_link)).entries(&on_link).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let on_block = FlowScope::at(Attach::Block(22));
    let script = Script::default().then(empty).then(no_hook);
    let error = host(&script).visit(&on_block, &mut |_| Ok(())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read flow rules (block 22): no link is a member of the block\n\
         hint: give a link the block first: tc qdisc add dev LINK ingress_block NUMBER clsact"
    );
    let error = host(&Script::default().then(empty).then(no_link)).hooks(Some(LINK)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(host(&Script::default().then(empty)).hooks(None).unwrap(), []);
}
