//! The main job through the library, on both faces of every simulated product.

use smartnic::flow::{
    self, Action, ApplyOptions, Attach, Change, Classifier, Rule, RuleLine, RuleSet, Verdict,
};
use smartnic::inventory::Nic;
use smartnic::types::EtherType;
use smartnic::{ErrorKind, Host, eswitch};

const PRODUCTS: [&str; 3] = ["bluefield3", "e810", "thor2"];
const FACES: [&str; 2] = ["direct", "netlink"];

fn each_host(test: impl Fn(&Host)) {
    for product in PRODUCTS {
        for face in FACES {
            test(&Host::open(&format!("sim:{product}?face={face}")).unwrap());
        }
    }
}

fn first_nic(host: &Host) -> Nic {
    host.inventory().unwrap().nics.remove(0)
}

/// Everything that a user can see of a host, but for the numbers of actions: rules that are put back are made anew.
fn whole(host: &Host) -> String {
    let inventory = host.inventory().unwrap();
    let mut entries = flow::entries(host, None).unwrap();
    entries.iter_mut().flat_map(|entry| &mut entry.actions).for_each(|action| action.index = 0);
    format!("{:#?}\n{:#?}\n{entries:#?}", inventory.nics, inventory.other_links)
}

fn to_switchdev(host: &Host, vfs: u32) -> Nic {
    let nic = first_nic(host);
    let target = eswitch::target("switchdev", Some(vfs)).unwrap();
    let plan = eswitch::plan(host, nic.handle(), &target).unwrap();
    plan.run(host, &mut |_| {}).unwrap();
    first_nic(host)
}

fn drop_rule(dev: &str, prio: u16, address: &str) -> Rule {
    Rule::new(Attach::ingress(dev))
        .prio(prio)
        .protocol(EtherType::IPV4)
        .matching(|key| key.dst_ip = Some(address.parse().unwrap()))
        .action(Action::drop())
}

fn set(rules: impl IntoIterator<Item = Rule>) -> RuleSet {
    let line = |(at, rule)| RuleLine { rule, group: None, line: at + 1 };
    RuleSet { rules: rules.into_iter().enumerate().map(line).collect(), hooks: Vec::new() }
}

#[test]
fn switchdev_and_back_leaves_everything_as_it_was() {
    each_host(|host| {
        // bnxt wants the link up, and nobody asked to take it down again.
        let link = first_nic(host).uplink().unwrap().ifindex;
        host.switchdev().set_link_up(link, true).unwrap();
        let before = whole(host);
        let nic = to_switchdev(host, 4);
        let names: Vec<String> =
            nic.representors().iter().map(|representor| representor.name.to_string()).collect();
        assert_eq!(names, ["pf0vf0", "pf0vf1", "pf0vf2", "pf0vf3"], "{}", host.uri());
        let again =
            eswitch::plan(host, nic.handle(), &eswitch::target("switchdev", Some(4)).unwrap()).unwrap();
        assert_eq!(again.steps, [], "a second run has nothing to do");
        let back = eswitch::plan(host, nic.handle(), &eswitch::target("legacy", Some(0)).unwrap()).unwrap();
        back.run(host, &mut |_| {}).unwrap();
        assert_eq!(mask(&before), mask(&whole(host)), "{}", host.uri());
    });
}

/// Numbers of links grow when links come and go, as in a kernel; hw-tc-offload may have been turned on.
fn mask(state: &str) -> String {
    state.lines().filter(|line| !line.contains("IfIndex") && line.trim().parse::<u32>().is_err()).collect()
}

#[test]
fn too_many_vfs_are_refused_before_anything_changes() {
    each_host(|host| {
        let before = whole(host);
        let target = eswitch::target("switchdev", Some(100_000)).unwrap();
        let error = eswitch::plan(host, first_nic(host).handle(), &target).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(before, whole(host));
    });
}

#[test]
fn a_rule_goes_in_stays_and_comes_out() {
    each_host(|host| {
        to_switchdev(host, 2);
        let before = whole(host);
        // Not every driver drops at a representor, but each sends on to the uplink.
        let to_uplink =
            |dev| Rule { actions: vec![Action::redirect("p0")], ..drop_rule(dev, 10, "10.0.0.0/8") };
        let rules = set([to_uplink("pf0vf0"), to_uplink("pf0vf1")]);
        let report = flow::apply(host, &rules, &ApplyOptions::default()).unwrap();
        assert_eq!((report.count(Change::Added), report.hooks_added), (2, 2), "{}", host.uri());
        for rule in &report.rules {
            assert!(rule.verdict.is_in_hardware(), "{}: {:?}", host.uri(), rule.verdict);
            assert!(!rule.is_surprise());
        }
        let applied = whole(host);
        let again = flow::apply(host, &rules, &ApplyOptions::default()).unwrap();
        assert!(again.is_unchanged() && again.count(Change::Kept) == 2);
        assert_eq!(applied, whole(host));
        let removed = flow::remove(host, &rules, &ApplyOptions::default()).unwrap();
        assert_eq!(removed.count(Change::Removed), 2);
        assert_eq!(before, whole(host), "{}", host.uri());
    });
}

#[test]
fn another_action_replaces_in_place_and_prune_removes_the_rest() {
    let host = Host::open("sim:bluefield3").unwrap();
    to_switchdev(&host, 2);
    let rule = drop_rule("pf0vf0", 10, "10.0.0.1");
    let extra = drop_rule("pf0vf0", 11, "10.0.0.2");
    flow::apply(&host, &set([rule.clone(), extra]), &ApplyOptions::default()).unwrap();
    let before = flow::entries(&host, None).unwrap();
    let mut passing = rule.clone();
    passing.actions = vec![Action::redirect("p0")];
    let options = ApplyOptions { prune: true, ..ApplyOptions::default() };
    let report = flow::apply(&host, &set([passing]), &options).unwrap();
    assert_eq!((report.count(Change::Replaced), report.pruned.len()), (1, 1));
    let after = flow::entries(&host, None).unwrap();
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].id(), before[0].id(), "the handle stays");
}

#[test]
fn a_rule_for_every_packet_is_made_anew_where_it_changes() {
    each_host(|host| {
        to_switchdev(host, 2);
        let rule = Rule::new(Attach::ingress("pf0vf0")).prio(10).protocol(EtherType::IPV4).handle(7);
        let rule = Rule { classifier: Classifier::Matchall, classid: Some(0x1_0001), ..rule };
        let other = drop_rule("pf0vf0", 20, "10.0.0.2");
        let wanted = |action| [rule.clone().action(action), other.clone()];
        flow::apply(host, &set(wanted(Action::drop())), &ApplyOptions::default()).unwrap();
        let before = whole(host);
        let report = flow::apply(host, &set(wanted(Action::pass())), &ApplyOptions::default()).unwrap();
        assert_eq!((report.count(Change::Replaced), report.count(Change::Kept)), (1, 1), "{}", host.uri());
        let again = flow::apply(host, &set(wanted(Action::pass())), &ApplyOptions::default()).unwrap();
        assert!(again.is_unchanged());
        flow::apply(host, &set(wanted(Action::drop())), &ApplyOptions::default()).unwrap();
        // Of a failure behind it nothing stays.
        let wrong =
            Rule::new(Attach::ingress("pf0vf0")).prio(10).protocol(EtherType::IPV6).action(Action::drop());
        let rules = set([rule.clone().action(Action::trap()), wrong]);
        flow::apply(host, &rules, &ApplyOptions::default()).unwrap_err();
        assert_eq!(before, whole(host), "{}", host.uri());
    });
}

#[test]
fn a_failure_leaves_the_rules_exactly_as_they_were() {
    each_host(|host| {
        to_switchdev(host, 2);
        let there = [drop_rule("pf0vf0", 10, "10.0.0.1"), drop_rule("pf0vf0", 20, "10.0.0.2")];
        flow::apply(host, &set(there.clone()), &ApplyOptions::default()).unwrap();
        let before = whole(host);
        let mut replaced = there[0].clone();
        replaced.actions = vec![Action::pass()];
        // The same priority with another protocol: no kernel takes that.
        let wrong =
            Rule::new(Attach::ingress("pf0vf0")).prio(10).protocol(EtherType::IPV6).action(Action::drop());
        let rules =
            set([replaced, drop_rule("pf0vf0", 30, "10.0.0.3"), drop_rule("pf0vf1", 1, "10.0.0.4"), wrong]);
        let error = flow::apply(host, &rules, &ApplyOptions::default()).unwrap_err();
        assert!(error.to_string().contains("line 4"), "{error}");
        assert_eq!(before, whole(host), "{}", host.uri());
        let going_on = ApplyOptions { keep_going: true, ..ApplyOptions::default() };
        let report = flow::apply(host, &rules, &going_on).unwrap();
        assert_eq!(report.count(Change::Failed), 1);
        assert!(matches!(report.rules[3].verdict, Verdict::Refused { .. }));
    });
}

#[test]
fn a_rule_that_the_nic_cannot_take_says_why() {
    let host = Host::open("sim:bluefield3").unwrap();
    to_switchdev(&host, 1);
    let ranged = Rule::new(Attach::ingress("pf0vf0"))
        .prio(1)
        .protocol(EtherType::IPV4)
        .action(Action::drop())
        .matching(|key| {
            key.ip_proto = Some(flow::IpProto::TCP);
            key.dst_port = Some("8000-8100".parse().unwrap());
        });
    let report = flow::apply(&host, &set([ranged.clone()]), &ApplyOptions::default()).unwrap();
    let Verdict::SoftwareOnly { reasons } = &report.rules[0].verdict else {
        panic!("{:?}", report.rules[0].verdict)
    };
    assert_eq!(reasons[0].source, flow::Source::Kernel, "the driver's own words come first: {reasons:?}");
    assert!(!report.rules[0].is_surprise());
    let refused = flow::apply(&host, &set([ranged.skip_sw().prio(2)]), &ApplyOptions::default()).unwrap_err();
    assert!(refused.to_string().contains(&reasons[0].text), "{refused}");
}

#[test]
fn explain_predicts_and_with_a_probe_hears_the_kernel_and_changes_nothing() {
    let host = Host::open("sim:e810").unwrap();
    to_switchdev(&host, 1);
    let pushed = drop_rule("pf0vf0", 1, "10.0.0.1");
    let tagged = Rule {
        actions: vec![Action::vlan_push(5), Action::redirect("p0")],
        ..drop_rule("pf0vf0", 2, "10.0.0.2")
    };
    let rules = set([pushed, tagged]);
    let before = whole(&host);
    for probe in [false, true] {
        let told = flow::explain(&host, &rules, probe).unwrap();
        assert_eq!(before, whole(&host));
        assert_eq!(told.len(), 2);
        assert_eq!(told[0].verdict.is_some(), probe);
        assert!(told.iter().all(|rule| !rule.is_surprise()), "{told:#?}");
        assert!(!told[1].prediction.reasons.is_empty());
    }
}
