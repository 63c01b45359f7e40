//! Filters as `cls_api.c` and `cls_flower.c` treat them.

use crate::common::{add, hook, host, port, replace, rules, said};
use smartnic_core::backend::{FlowOp, FlowScope, Hook, Host, Outcome};
use smartnic_core::flow::{
    Action, ActionState, Attach, FlowEntry, FlowStats, GeneveOption, Match, Rule, RuleId, TunnelOpts,
    TunnelOptsMatch,
};
use smartnic_core::types::{EtherType, IfIndex, Masked};
use smartnic_sim::SimHost;

/// A host with a hook on its first uplink, and that link. Nothing is offloaded there: the feature is off.
fn ready() -> (SimHost, IfIndex) {
    let host = host("bluefield3");
    let link = port(&host, "p0");
    hook(&host, link);
    (host, link)
}

fn to(link: IfIndex, destination: &str) -> Rule {
    let destination = Some(destination.parse().unwrap());
    Rule::new(Attach::ingress(link))
        .protocol(EtherType::IPV4)
        .matching(|key| key.dst_ip = destination)
        .action(Action::drop())
}

fn names(host: &SimHost, link: IfIndex) -> Vec<(u32, u16, u32)> {
    rules(host, link)
        .iter()
        .map(|entry| (entry.rule.chain, entry.rule.prio, entry.rule.handle.unwrap()))
        .collect()
}

#[test]
fn the_kernel_gives_out_priorities_downwards_and_handles_upwards() {
    let (host, link) = ready();
    add(&host, &to(link, "10.0.0.1")).unwrap();
    add(&host, &to(link, "10.0.0.1")).unwrap();
    add(&host, &to(link, "10.0.0.1").prio(5).handle(2)).unwrap();
    add(&host, &to(link, "10.0.0.2").prio(5)).unwrap();
    add(&host, &to(link, "10.0.0.3").prio(5)).unwrap();
    add(&host, &to(link, "10.0.0.3").prio(0x8000)).unwrap();
    assert_eq!(
        names(&host, link),
        [(0, 5, 1), (0, 5, 2), (0, 5, 3), (0, 0x8000, 1), (0, 0xbfff, 1), (0, 0xc000, 1)]
    );
    let full = add(&host, &to(link, "10.0.0.9")).unwrap_err();
    assert_eq!(said(&full), (28, Some("Lowest ID from auto-alloc range already in use")));
}

#[test]
fn a_rule_is_read_back_as_the_kernel_holds_it() {
    let (host, link) = ready();
    let rule = to(link, "10.0.0.0/8").prio(5).handle(9).action(Action::vlan_push(7));
    add(&host, &rule).unwrap();
    let mut held = rule.clone();
    if let smartnic_core::flow::ActionKind::VlanPush(tag) = &mut held.actions[1].kind {
        (tag.protocol, tag.priority) = (Some(EtherType::VLAN), Some(0));
    }
    let stats = FlowStats { age_ms: Some(0), idle_ms: Some(0), ..FlowStats::default() };
    let state = |index| ActionState {
        index,
        refs: 1,
        binds: 1,
        stats,
        in_hw_count: Some(0),
        ..ActionState::default()
    };
    let states = vec![state(1), state(2)];
    let expected = FlowEntry { rule: held, in_hw: Some(false), in_hw_count: 0, stats, actions: states };
    assert_eq!(host.flow().entry(&rule.id().unwrap()).unwrap(), expected);
    assert_eq!(rules(&host, link), [expected]);
}

#[test]
fn a_priority_is_of_one_protocol_and_holds_each_match_once() {
    let (host, link) = ready();
    add(&host, &to(link, "10.0.0.1").prio(5)).unwrap();
    assert_eq!(said(&add(&host, &to(link, "10.0.0.1").prio(5)).unwrap_err()), (17, None));
    assert_eq!(said(&add(&host, &to(link, "10.0.0.1").prio(5).skip_hw()).unwrap_err()), (17, None));
    let same_handle = add(&host, &to(link, "10.0.0.2").prio(5).handle(1)).unwrap_err();
    assert_eq!(said(&same_handle), (17, Some("Filter already exists")));
    let ipv6 = Rule::new(Attach::ingress(link)).prio(5).protocol(EtherType::IPV6).action(Action::drop());
    let text = "Protocol mismatch for filter with specified priority";
    assert_eq!(said(&add(&host, &ipv6).unwrap_err()), (22, Some(text)));
    add(&host, &to(link, "10.0.0.1").prio(6)).unwrap();
    assert_eq!(names(&host, link), [(0, 5, 1), (0, 6, 1)]);
}

#[test]
fn replacing_keeps_the_handle_and_wants_the_same_mask() {
    let (host, link) = ready();
    add(&host, &to(link, "10.0.0.1").prio(5).handle(4)).unwrap();
    replace(&host, &to(link, "10.0.0.2").prio(5).handle(4)).unwrap();
    assert_eq!(rules(&host, link)[0].rule, to(link, "10.0.0.2").prio(5).handle(4));
    assert_eq!(said(&replace(&host, &to(link, "10.0.0.0/24").prio(5).handle(4)).unwrap_err()), (22, None));
    // Without a handle there is nothing to put it in the place of.
    replace(&host, &to(link, "10.0.0.3").prio(5)).unwrap();
    assert_eq!(said(&replace(&host, &to(link, "10.0.0.3").prio(5)).unwrap_err()), (17, None));
    assert_eq!(names(&host, link), [(0, 5, 1), (0, 5, 4)]);
}

#[test]
fn removing_says_what_is_not_there() {
    let (host, link) = ready();
    add(&host, &to(link, "10.0.0.1").prio(5).handle(1)).unwrap();
    add(&host, &to(link, "10.0.0.2").prio(5).handle(2)).unwrap();
    let id = to(link, "10.0.0.1").prio(5).handle(1).id().unwrap();
    let refused = |id: RuleId| {
        let error = host.flow().remove(&id).unwrap_err();
        let (errno, text) = said(&error);
        (errno, text.unwrap_or_default().to_owned())
    };
    assert_eq!(refused(RuleId { handle: 3, ..id.clone() }), (2, "Specified filter handle not found".into()));
    let text = "Filter with specified priority/protocol not found";
    assert_eq!(refused(RuleId { prio: 6, ..id.clone() }), (2, text.into()));
    assert_eq!(refused(RuleId { chain: 1, ..id.clone() }), (2, "Cannot find specified filter chain".into()));
    let text = "Cannot flush filters with protocol, handle or kind set";
    assert_eq!(refused(RuleId { prio: 0, ..id.clone() }), (2, text.into()));
    host.flow().remove(&id).unwrap();
    assert_eq!(names(&host, link), [(0, 5, 2)]);
    host.flow().remove(&RuleId { handle: 0, ..id }).unwrap();
    assert_eq!(names(&host, link), []);
}

#[test]
fn what_cannot_be_is_refused_as_the_kernel_does() {
    let (host, link) = ready();
    let refused = |rule: &Rule| {
        let error = add(&host, rule).unwrap_err();
        let extack = error.extack().unwrap().clone();
        (extack.errno, extack.message, extack.attribute)
    };
    let gone = to(link, "10.0.0.1").action(Action::redirect(IfIndex(99)));
    assert_eq!(refused(&gone), (19, None, None));
    assert_eq!(refused(&to(IfIndex(99), "10.0.0.1")), (19, None, None));
    let no_hook = to(port(&host, "p1"), "10.0.0.1");
    assert_eq!(refused(&no_hook), (22, Some("Parent Qdisc doesn't exists".into()), None));
    assert_eq!(refused(&to(link, "10.0.0.1").action(Action::vlan_push(4095))), (34, None, None));
    let ports = to(link, "10.0.0.1").matching(|key| {
        key.ip_proto = Some(smartnic_core::flow::IpProto::UDP);
        key.dst_port = Some(smartnic_core::flow::PortMatch::Range { min: 9, max: 9 });
    });
    let text = "Invalid destination port range (min must be strictly smaller than max)";
    let at = "TCA_OPTIONS/TCA_FLOWER_KEY_PORT_DST_MIN";
    assert_eq!(refused(&ports), (22, Some(text.into()), Some(at.into())));
}

#[test]
fn chains_are_read_in_the_order_they_came_and_pages_lose_nothing() {
    let (host, link) = ready();
    add(&host, &to(link, "10.0.0.1").chain(7).prio(1)).unwrap();
    for at in 0..150_u8 {
        add(&host, &to(link, &format!("10.0.1.{at}")).chain(u32::from(at % 2)).prio(1 + u16::from(at % 3)))
            .unwrap();
    }
    let order = names(&host, link);
    assert_eq!(order.len(), 151);
    assert_eq!(order[0], (7, 1, 1));
    let rest = &order[1..];
    assert!(rest.is_sorted(), "{rest:?}");
    let scope = FlowScope { attach: Attach::ingress(link), chain: Some(1) };
    assert_eq!(host.flow().entries(&scope).unwrap().len(), 75);
}

#[test]
fn a_failure_stops_a_batch_or_does_not() {
    let (host, link) = ready();
    let (first, second) = (to(link, "10.0.0.1").prio(5), to(link, "10.0.0.2").prio(5));
    let ops = [FlowOp::Add(&first), FlowOp::Add(&first), FlowOp::Add(&second)];
    let outcomes = host.flow().submit(&ops, true).unwrap();
    assert!(matches!(outcomes[..], [Outcome::Done(_), Outcome::Failed(_), Outcome::NotTried]));
    let outcomes = host.flow().submit(&ops, false).unwrap();
    assert!(matches!(outcomes[..], [Outcome::Failed(_), Outcome::Failed(_), Outcome::Done(_)]));
}

#[test]
fn a_hook_leaves_with_its_rules_and_is_not_there_twice() {
    let (host, link) = ready();
    let again = host.flow().add_hook(&Hook::clsact(link)).unwrap_err();
    assert_eq!(said(&again), (17, Some("Exclusivity flag on, cannot modify")));
    add(&host, &to(link, "10.0.0.1")).unwrap();
    host.flow().remove_hook(&Hook::clsact(link)).unwrap();
    assert_eq!(rules(&host, link), []);
    let twice = host.flow().remove_hook(&Hook::clsact(link)).unwrap_err();
    assert_eq!(said(&twice), (22, Some("Invalid handle")));
    let never = host.flow().remove_hook(&Hook::clsact(port(&host, "p1"))).unwrap_err();
    assert_eq!(said(&never), (2, Some("Cannot find specified qdisc on specified device")));
}

#[test]
fn a_shared_block_is_handled_by_its_number_and_shown_at_its_links() {
    let host = host("bluefield3");
    let links = [port(&host, "p0"), port(&host, "p1")];
    for link in links {
        host.flow().add_hook(&Hook { ingress_block: Some(22), ..Hook::clsact(link) }).unwrap();
    }
    let text = "This filter block is shared. Please use the block index to manipulate the filters";
    assert_eq!(said(&add(&host, &to(links[0], "10.0.0.1")).unwrap_err()), (95, Some(text)));
    let rule = Rule { attach: Attach::Block(22), ..to(links[0], "10.0.0.1").prio(5).handle(1) };
    add(&host, &rule).unwrap();
    for attach in [Attach::Block(22), Attach::ingress(links[0]), Attach::ingress(links[1])] {
        let shown: Vec<Rule> = host
            .flow()
            .entries(&FlowScope::at(attach))
            .unwrap()
            .into_iter()
            .map(|entry| entry.rule)
            .collect();
        assert_eq!(shown, std::slice::from_ref(&rule));
    }
    host.flow().remove_hook(&Hook::clsact(links[0])).unwrap();
    assert_eq!(host.flow().entries(&FlowScope::at(Attach::Block(22))).unwrap().len(), 1);
    host.flow().remove_hook(&Hook::clsact(links[1])).unwrap();
    assert_eq!(said(&add(&host, &rule).unwrap_err()), (22, Some("Block of given index was not found")));
}

/// Rules of the kernel's own captures: what it kept of options, and what it said of states.
#[test]
fn options_of_tunnels_are_kept_whole_and_states_that_cannot_be_are_refused() {
    let (host, link) = ready();
    let rule = |set: &dyn Fn(&mut Match)| to(link, "10.0.0.1").prio(5).matching(set);
    let geneve = |class: Option<u16>, data: &[u8]| {
        TunnelOpts::Geneve(vec![GeneveOption { class, kind: Some(0x80), data: data.to_vec() }])
    };
    let asked = TunnelOptsMatch { value: geneve(Some(0x102), &[1, 2, 3, 4]), mask: Some(geneve(None, &[])) };
    add(&host, &rule(&|key| key.enc_opts = Some(asked.clone()))).unwrap();
    let kept = TunnelOptsMatch { mask: Some(geneve(Some(0xffff), &[0xff; 4])), ..asked.clone() };
    assert_eq!(rules(&host, link)[0].rule.key.enc_opts, Some(kept));
    type Case<'a> = (&'a dyn Fn(&mut Match), i32, &'a str);
    let refusals: [Case<'_>; 4] = [
        (&|key| key.ct_state = Some(Masked::new(1, 1)), 22, "no trk, so no other flag can be set"),
        (&|key| key.ct_state = Some(Masked::new(0b1011, 0b1011)), 22, "new and est are mutually exclusive"),
        (
            &|key| key.enc_opts = Some(TunnelOptsMatch { value: geneve(Some(1), &[1, 2]), mask: None }),
            34,
            "Tunnel key geneve option data is less than 4 bytes long",
        ),
        (
            &|key| {
                key.enc_opts = Some(TunnelOptsMatch { value: TunnelOpts::Vxlan { gbp: None }, mask: None })
            },
            22,
            "Missing tunnel key vxlan option gbp",
        ),
    ];
    for (set, errno, text) in refusals {
        assert_eq!(said(&add(&host, &rule(set)).unwrap_err()), (errno, Some(text)));
    }
}
