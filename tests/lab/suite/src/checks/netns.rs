//! Links that are moved to other network namespaces by ip, and where we find them.

use std::process::Command;
use std::time::Duration;

use serde_json::json;
use smartnic::device::{Link, NetnsNumber};
use smartnic::inventory::{Change, EdgeKind, Facts, Graph, NodeId, Watch};
use smartnic::types::IfIndex;
use smartnic::{ErrorKind, Host};

use crate::check::{Done, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, sh, sh_json, until};
use crate::nic::Nic;

const BLUE: &str = "lab-away";
/// The link of the device's first port, and the device's name for the second.
const LINK: &str = "sim0";
const OTHER: &str = "sim1";

/// Moved away, renamed there, beside a link of the same number, back again; and the namespace deleted while a watch is on.
pub(crate) fn moved(lab: &Lab) -> Outcome {
    let nic = Nic::new(2)?;
    sh(&format!("ip netns add {BLUE}"))?;
    let tried = away_and_back(lab, &nic);
    // The last part deletes it by itself.
    if sh("ip netns list")?.contains(BLUE) {
        sh(&format!("ip netns del {BLUE}"))?;
    }
    let _ = sh("ip link del lab-same");
    tried?;
    unnamed()
}

/// A namespace that has no name, only a process: what is in it is found by that, what it stands on here is known, and from
/// inside this one is found likewise.
fn unnamed() -> Outcome {
    let mut process = Command::new("unshare").args(["--net", "sleep", "600"]).spawn()?;
    let path = format!("/proc/{}/ns/net", process.id());
    let tried = without_a_name(&path);
    // The link of a port would end with the namespace.
    let _ = sh(&format!("nsenter --net={path} ip link set {OTHER} netns 1"));
    let _ = sh("ip link del lab-a");
    process.kill()?;
    process.wait()?;
    tried
}

fn without_a_name(path: &str) -> Outcome {
    let own = std::fs::read_link("/proc/self/ns/net")?;
    until("the process is in a namespace of its own", || Ok(std::fs::read_link(path)? != own))?;
    let other = number(OTHER)?;
    sh(&format!("nsenter --net={path} ip link add lab-apart type dummy"))?;
    sh("ip link add lab-a type veth peer name lab-b")?;
    for link in [OTHER, "lab-b"] {
        sh(&format!("ip link set {link} netns {}", path.split('/').nth(2).unwrap_or_default()))?;
    }
    let host = Host::open("linux:")?;
    let moved = NodeId::Netdev { netns: Some(path.to_owned()), ifindex: other };
    expect_eq(&name_of(&host.graph()?, &moved).as_deref(), &Some(OTHER), "the link in it")?;
    let switchdev = host.backend().switchdev();
    let here = switchdev.links()?.into_iter().find(|link| link.name == "lab-a");
    let elsewhere = switchdev.links_elsewhere()?;
    let there = elsewhere.links.iter().find(|link| link.name == "lab-b");
    let (Some(here), Some(there)) = (here, there) else {
        return Err(Why(format!("both ends of a veth are not found: {elsewhere:?}")));
    };
    let end = |link: &Link| (NetnsNumber::find(&elsewhere.numbers, link), link.lower);
    expect_eq(&end(&here), &(Some(Some(path.to_owned())), Some(there.ifindex)), "the end there")?;
    expect_eq(&end(there), &(Some(None), Some(here.ifindex)), "the end here")?;

    let inside = Host::open(&format!("linux:netns={path}"))?;
    let back = inside.backend().switchdev().links_elsewhere()?;
    let seen = back.links.iter().find(|link| link.name == "lab-a");
    let seen = seen.ok_or_else(|| Why(format!("from inside, this namespace is not found: {back:?}")))?;
    expect_eq(&seen.netns.as_deref(), &Some("/proc/1/ns/net"), "this namespace, seen from inside")?;
    Ok(Done::Passed)
}

fn away_and_back(lab: &Lab, nic: &Nic) -> Outcome {
    let numbers = || Ok::<_, Why>([sh("ip netns list-id")?, sh(&format!("ip -n {BLUE} netns list-id"))?]);
    let before = numbers()?;
    let host = Host::open("linux:")?;
    let mut watch = Watch::new(&host)?;
    expect_eq(&numbers()?, &before, "the numbers of namespaces after a look")?;
    let (here, other) = (number(LINK)?, number(OTHER)?);
    let (ours, theirs) = (NodeId::netdev(here), elsewhere(here));

    sh(&format!("ip link set {LINK} netns {BLUE}"))?;
    let told = hear(&mut watch, |change| is_move(change, &ours, &theirs))?;
    expect(
        told.iter().all(|change| !matches!(change, Change::Gone { .. } | Change::Appeared { .. })),
        || format!("more than the move is told: {told:?}"),
    )?;

    // Another link of that number here, and one there that has the number of one here.
    sh(&format!("ip link add name lab-same index {here} type dummy"))?;
    sh(&format!("ip -n {BLUE} link add name lab-br index {other} type bridge"))?;
    sh(&format!("ip -n {BLUE} link set {LINK} master lab-br"))?;
    let graph = host.graph()?;
    expect_eq(&name_of(&graph, &ours).as_deref(), &Some("lab-same"), "the link of that number here")?;
    expect_eq(&name_of(&graph, &theirs).as_deref(), &Some(LINK), "the link of that number there")?;
    expect_eq(&name_of(&graph, &NodeId::netdev(other)).as_deref(), &Some(OTHER), "the other port's link")?;
    expect_eq(&name_of(&graph, &elsewhere(other)).as_deref(), &Some("lab-br"), "the bridge there")?;
    expect_eq(&ends(&graph, &theirs, EdgeKind::EnslavedTo), &vec![elsewhere(other)], "the link's master")?;
    let device = nic.handle().parse::<smartnic::types::DevlinkHandle>()?;
    let port = NodeId::Port(device.port(0));
    expect_eq(&ends(&graph, &theirs, EdgeKind::OnPort), &vec![port], "the link's port")?;
    expect_eq(
        &ends(&graph, &theirs, EdgeKind::StandsOn),
        &vec![NodeId::Function(device.clone())],
        "the link's device",
    )?;
    expect(name_of(&graph, &elsewhere(IfIndex(1))).is_none(), || "lo of the namespace is told".into())?;
    // Of the two, only the move gave the namespace a number here, and nothing gave this one a number there.
    expect_eq(&numbers()?[1], &before[1], "the numbers that the namespace knows")?;

    faces(lab, nic, here)?;

    sh(&format!("ip -n {BLUE} link set {LINK} nomaster"))?;
    sh(&format!("ip -n {BLUE} link set {LINK} name lab-renamed"))?;
    hear(&mut watch, |change| {
        let Change::Changed { after, .. } = change else { return false };
        after.id == theirs && matches!(&after.facts, Facts::Netdev { link, .. } if link.name == "lab-renamed")
    })?;

    sh(&format!("ip -n {BLUE} link set lab-renamed netns 1"))?;
    let back = number("lab-renamed")?;
    expect(back != here, || "two links have one number".into())?;
    hear(&mut watch, |change| is_move(change, &theirs, &NodeId::netdev(back)))?;
    expect(host.graph()?.netdevs().all(|(link, _)| link.netns.is_none()), || "a link is still away".into())?;

    gone_with_it(&host, &mut watch, back)
}

/// What people and programs are shown of it.
fn faces(lab: &Lab, nic: &Nic, here: IfIndex) -> Result<(), Why> {
    let port = format!("{}/0", nic.handle());
    let tree = lab.snicctl(&["topology", "--ascii"])?;
    expect(tree.contains(&format!("netdev {LINK}  netns {BLUE}")), || format!("the tree: {tree}"))?;
    let dot = lab.snicctl(&["-o", "dot", "topology"])?;
    expect(dot.contains(&format!("{LINK} (netns {BLUE})")), || format!("the drawing: {dot}"))?;
    let graph = lab.snicctl_json(&["topology"])?;
    let node = graph["nodes"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|node| node["id"] == json!(format!("netdev:{BLUE}/{here}")));
    let node = node.ok_or_else(|| Why(format!("no such node: {graph}")))?;
    expect_eq(&node["netns"], &json!(BLUE), "the namespace in topology -o json")?;
    let shown = lab.snicctl_json(&["device", "show", &nic.handle()])?;
    let wanted = json!([{ "netns": BLUE, "netdev": LINK, "ifindex": here, "port": port }]);
    expect_eq(&shown["nic"][nic.handle()]["elsewhere"], &wanted, "device show -o json")?;
    for words in [&["device", "show"][..], &["port", "list"]] {
        let table = lab.snicctl(words)?;
        expect(table.contains(&format!("{LINK} (netns {BLUE})")), || format!("{words:?}: {table}"))?;
    }
    let not_found = i32::from(ErrorKind::NotFound.code());
    let said = format!("{LINK} is in the network namespace {BLUE}");
    let hint = format!("ip netns exec {BLUE} snicctl");
    lab.try_snicctl(&["flow", "list", "--dev", LINK])?.refused(not_found, &[&said, &hint])?;
    // Who may not enter namespaces sees what devlink tells.
    let poor = lab.try_snicctl_by(&["setpriv", "--bounding-set=-sys_admin", "--"], &["topology", "--ascii"]);
    let poor = poor?.good()?;
    expect(poor.contains("its netdev is in another network namespace"), || format!("without rights: {poor}"))
}

/// A namespace ends while a watch is on, which must not keep it alive: what was in it is told to be gone from there.
fn gone_with_it(host: &Host, watch: &mut Watch, index: IfIndex) -> Outcome {
    sh(&format!("ip link set lab-renamed netns {BLUE}"))?;
    let there = elsewhere(index);
    hear(watch, |change| is_move(change, &NodeId::netdev(index), &there))?;
    sh(&format!("ip netns del {BLUE}"))?;
    hear(watch, |change| match change {
        Change::Gone { node } | Change::Moved { before: node, .. } => node.id == there,
        _ => false,
    })?;
    // netdevsim's links are software's, and end with their namespace; those of hardware come back.
    until("the link is here again or on no port", || {
        let shown = sh_json("devlink -j port show")?;
        let ports: Vec<_> = shown["port"].as_object().into_iter().flatten().collect();
        let elsewhere = host.graph()?.netdevs().any(|(link, _)| link.netns.is_some());
        Ok(!ports.is_empty() && !elsewhere)
    })?;
    Ok(Done::Passed)
}

fn elsewhere(ifindex: IfIndex) -> NodeId {
    NodeId::Netdev { netns: Some(BLUE.to_owned()), ifindex }
}

fn number(link: &str) -> Result<IfIndex, Why> {
    let text = std::fs::read_to_string(format!("/sys/class/net/{link}/ifindex"))?;
    Ok(IfIndex(text.trim().parse()?))
}

fn name_of(graph: &Graph, id: &NodeId) -> Option<String> {
    match &graph.node(id)?.facts {
        Facts::Netdev { link, .. } => Some(link.name.clone()),
        _ => None,
    }
}

fn ends(graph: &Graph, from: &NodeId, kind: EdgeKind) -> Vec<NodeId> {
    graph.outgoing(from, kind).map(|node| node.id.clone()).collect()
}

fn is_move(change: &Change, from: &NodeId, to: &NodeId) -> bool {
    matches!(change, Change::Moved { before, after } if before.id == *from && after.id == *to)
}

/// The changes until one is as wanted, and with it.
fn hear(watch: &mut Watch, wanted: impl Fn(&Change) -> bool) -> Result<Vec<Change>, Why> {
    let mut told = Vec::new();
    loop {
        let Some(change) = watch.wait(Some(Duration::from_secs(20)))? else {
            return Err(Why(format!("waited in vain for a change; told were {told:?}")));
        };
        let found = wanted(&change);
        told.push(change);
        if found {
            return Ok(told);
        }
    }
}
