use smartnic_core::flow::{
    Action, Attach, CLSACT_PARENT, FilterBody, INGRESS_PARENT, QdiscRequest, Rule, TcName, TcPlace, TcVerb,
};
use smartnic_core::types::EtherType;

use super::*;

fn read(line: &str) -> Result<Vec<Command>, Stop> {
    let links = |name: &str| (name == "eth0").then_some(IfIndex(4));
    command(&line.split_whitespace().collect::<Vec<_>>(), &links)
}

fn one(line: &str) -> Command {
    match read(line).unwrap().as_slice() {
        [command] => command.clone(),
        several => panic!("{several:?}"),
    }
}

fn request(line: &str) -> TcRequest {
    match one(line) {
        Command::Change { request, .. } | Command::Get { request, .. } => request,
        other => panic!("{other:?}"),
    }
}

fn ingress(kind: Option<&str>) -> TcName {
    let place = TcPlace::Link { link: IfIndex(4), parent: INGRESS_PARENT };
    TcName { kind: kind.map(str::to_owned), ..TcName::at(place) }
}

/// What tc fills in by itself.
#[test]
fn defaults_are_those_of_tc() {
    let body = |protocol: EtherType| {
        let mut rule = Rule::new(Attach::Block(INGRESS_PARENT)).action(Action::drop());
        rule.protocol = protocol;
        rule.key.eth_type = Some(protocol).filter(|protocol| *protocol != EtherType::ALL);
        Some(Box::new(FilterBody { rule, verbose: false }))
    };
    let name = |protocol| TcName { protocol, ..ingress(Some("flower")) };
    // What is made is for every protocol; what is changed, and a template, is for none unless one is given.
    for (line, wanted) in [
        (
            "filter add dev eth0 ingress flower action drop",
            TcRequest::Filter(TcVerb::Add, name(EtherType::ALL), body(EtherType::ALL)),
        ),
        (
            "f repl dev eth0 parent ffff:fff2 flower action drop",
            TcRequest::Filter(TcVerb::Replace, name(EtherType::ALL), body(EtherType::ALL)),
        ),
        (
            "filter change dev eth0 ingress flower action drop",
            TcRequest::Filter(TcVerb::Change, name(EtherType(0)), body(EtherType(0))),
        ),
        (
            "chain add dev eth0 ingress flower action drop",
            TcRequest::Chain(TcVerb::Add, name(EtherType(0)), body(EtherType(0))),
        ),
        (
            "filter del dev eth0 ingress flower action drop",
            TcRequest::Filter(TcVerb::Delete, name(EtherType(0)), None),
        ),
    ] {
        assert_eq!(request(line), wanted, "{line}");
    }
}

#[test]
fn names_are_as_full_as_they_are_given() {
    let get = "filter get dev eth0 ingress prio 7 proto ip chain 3 handle 0x10 flower";
    let name =
        TcName { prio: 7, protocol: EtherType::IPV4, chain: Some(3), handle: 16, ..ingress(Some("flower")) };
    assert_eq!(request(get), TcRequest::Filter(TcVerb::Get, name, None));
    let place = TcPlace::Link { link: IfIndex(0), parent: 0x0001_0002 };
    let del = TcRequest::Filter(TcVerb::Delete, TcName { prio: 9, ..TcName::at(place) }, None);
    assert_eq!(request("filter delete parent 1:2 pref 9"), del);
    let u32 = TcName { kind: Some("u32".to_owned()), prio: 9, ..TcName::at(TcPlace::Block(5)) };
    assert_eq!(request("f d block 5 pref 9 u32"), TcRequest::Filter(TcVerb::Delete, u32, None));
}

#[test]
fn tables_remember_what_was_asked() {
    let name = TcName { protocol: EtherType::IPV4, chain: Some(0), ..ingress(None) };
    let asked = Asked {
        link: Some(IfIndex(4)),
        parent: INGRESS_PARENT,
        protocol: Some(EtherType::IPV4),
        chain: Some(0),
        ..Asked::default()
    };
    let table = TcTable::Filters { name, terse: false };
    let list = Command::List { table, asked, block: None };
    assert_eq!(one("filter ls dev eth0 ingress protocol ip chain 0"), list);
    let table = TcTable::Actions { kind: "gact".to_owned(), terse: false, since_ms: Some(5) };
    let list = Command::List { table, asked: Asked::default(), block: None };
    assert_eq!(one("actions lst action gact since 5"), list);
}

#[test]
fn qdiscs_have_the_place_of_their_kind() {
    let wanted = QdiscRequest {
        link: IfIndex(4),
        kind: Some("clsact".to_owned()),
        handle: 0xffff_0000,
        parent: CLSACT_PARENT,
        ingress_block: Some(3),
        egress_block: None,
    };
    let line = "qdisc link dev eth0 handle 1: ingress_block 3 clsact";
    assert_eq!(request(line), TcRequest::Qdisc(TcVerb::Link, wanted));
}

#[test]
fn actions_are_named_by_kind_and_number() {
    let names = vec![("gact".to_owned(), 3), ("nat".to_owned(), 0)];
    let line = "actions del action gact index 3 nat ind 0";
    assert_eq!(request(line), TcRequest::ActionsByIndex(TcVerb::Delete, names));
    assert_eq!(request("actions flush action gact"), TcRequest::FlushActions("gact".to_owned()));
    let action = Action { index: Some(7), ..Action::drop() };
    assert_eq!(request("a c action drop index 7"), TcRequest::Actions(TcVerb::Replace, vec![action]));
}

/// Each of these was given to tc 7.3, and this is how it ended.
#[test]
fn what_is_wrong_ends_as_with_tc() {
    for (line, code, ends) in [
        ("", 0, false),
        ("nonsense", 255, false),
        ("filter nonsense", 255, false),
        ("filter help", 0, false),
        ("filter add dev", 255, true),
        ("filter add dev eth0 dev eth0", 255, true),
        ("filter add dev eth0 block 3", 255, false),
        ("filter add block 0 flower", 255, true),
        ("filter add dev nix flower", 1, false),
        ("filter add dev eth0 ingress egress", 255, false),
        ("filter add dev eth0 prio 70000 flower", 255, true),
        ("filter add dev eth0 handle 5", 255, false),
        ("filter add dev eth0 flower nonsense 5", 1, false),
        ("filter add dev eth0 flower handle", 1, false),
        ("filter add dev eth0 u32 match", 1, false),
        ("filter get dev eth0 ingress", 255, false),
        ("filter show dev eth0 nonsense", 255, false),
        ("qdisc add dev eth0 clsact more", 1, false),
        ("qdisc add dev eth0 root htb", 1, false),
        ("class show", 1, false),
        ("actions ls", 255, true),
        ("actions ls action nothing", 0, false),
        ("actions get action gact", 255, false),
        ("actions nonsense", 255, false),
        ("actions add action tunnel_key set src_ip 300.1.1.1 dst_ip 10.0.0.1 id 7", 1, true),
        ("actions add action tunnel_key set src_ip 10.0.0.2 dst_ip 10.0.0.1 id x", 255, false),
        ("actions add action ct nat src addr 300.1.1.1", 1, true),
    ] {
        let stop = read(line).unwrap_err();
        assert_eq!((stop.code, stop.ends), (code, ends), "{line}: {}", stop.message);
    }
}

#[test]
fn classes_are_read_as_tc_reads_them() {
    for (text, class) in [
        ("root", Some(u32::MAX)),
        ("none", Some(0)),
        ("1:2", Some(0x0001_0002)),
        ("ffff:", Some(0xffff_0000)),
        (":5", Some(5)),
        ("1:x", None),
    ] {
        assert_eq!(classid_of(text), class, "{text}");
    }
}
