//! The inventory as a graph, on simulated machines and through both of their faces.

use std::time::Duration;

use smartnic::inventory::{Change, EdgeKind, Facts, Graph, NodeId, Watch, changes};
use smartnic::types::{DevlinkHandle, VfId};
use smartnic::{Host, eswitch};

const PF: &str = "pci/0000:03:00.0";

fn with_vfs(uri: &str, vfs: u32) -> Host {
    let host = Host::open(uri).unwrap();
    let handle: DevlinkHandle = PF.parse().unwrap();
    let target = eswitch::target("switchdev", Some(vfs)).unwrap();
    eswitch::plan(&host, &handle, &target).unwrap().run(&host, &mut |_| {}).unwrap();
    host
}

/// The ties of a kind, in words that no name of a netdev is part of.
fn ties(graph: &Graph, kind: EdgeKind) -> Vec<(String, String, Option<u32>)> {
    let of = |id: &NodeId| match graph.node(id).map(|node| &node.facts) {
        Some(Facts::Netdev { port: Some(port), .. }) => port.to_string(),
        _ => id.to_string(),
    };
    let of_kind = graph.edges.iter().filter(|edge| edge.kind == kind);
    of_kind.map(|edge| (of(&edge.from), of(&edge.to), edge.number)).collect()
}

#[test]
fn representors_are_tied_to_their_functions_on_every_driver() {
    for profile in ["bluefield3", "e810", "thor2"] {
        for face in ["netlink", "direct"] {
            let graph = with_vfs(&format!("sim:{profile}?face={face}"), 2).graph().unwrap();
            let vfs: Vec<_> = ties(&graph, EdgeKind::VirtualOf);
            assert_eq!(vfs.len(), 2, "{profile} {face}");
            let netdevs: Vec<_> = ties(&graph, EdgeKind::Represents)
                .into_iter()
                .filter(|(from, ..)| !from.starts_with("port:"))
                .collect();
            let want: Vec<_> = vfs
                .iter()
                .map(|(vf, pf, number)| {
                    assert_eq!(*pf, format!("function:{PF}"));
                    (format!("pf0vf{}", number.unwrap()), vf.clone(), None)
                })
                .collect();
            assert_eq!(netdevs, want, "{profile} {face}");
            for (_, function, _) in &netdevs {
                assert!(
                    graph
                        .edges
                        .iter()
                        .any(|edge| edge.kind == EdgeKind::StandsOn && edge.to.to_string() == *function),
                    "{profile} {face}: the VF's own netdev"
                );
            }
        }
    }
}

#[test]
fn both_faces_of_a_machine_show_the_same_functions() {
    let graph = |face: &str| with_vfs(&format!("sim:bluefield3?face={face}"), 3).graph().unwrap();
    let (netlink, direct) = (graph("netlink"), graph("direct"));
    let functions = |graph: &Graph| graph.functions().cloned().collect::<Vec<_>>();
    assert_eq!(functions(&netlink), functions(&direct));
    let ties = |graph: &Graph| graph.edges.clone();
    assert_eq!(ties(&netlink), ties(&direct));
}

#[test]
fn what_is_around_a_device_leaves_the_other_out() {
    let graph = with_vfs("sim:bluefield3", 2).graph().unwrap();
    let around = graph.around(&[PF.parse().unwrap()]);
    let functions: Vec<String> = around.functions().map(|function| function.handle.to_string()).collect();
    assert_eq!(functions, [PF, "pci/0000:03:00.2", "pci/0000:03:00.3"]);
    assert!(around.netdevs().all(|(link, _)| link.name != "lo" && !link.name.contains("f1")));
}

/// A reader of JSON keeps one of two keys with the same name.
#[test]
fn what_a_node_stands_for_is_told_beside_the_kind_that_the_kernel_tells() {
    let graph = Host::open("sim:bluefield3").unwrap().graph().unwrap();
    let ports = graph.nodes.iter().filter(|node| matches!(node.facts, Facts::Port { .. }));
    let told: Vec<_> = ports.map(|node| serde_json::to_value(node).unwrap()).collect();
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|port| port["object"] == "port" && port["kind"] == "eth"), "{told:?}");
}

#[test]
fn changes_are_told_as_they_happen() {
    let host = Host::open("sim:bluefield3").unwrap();
    let mut watch = Watch::new(&host).unwrap();
    assert_eq!(watch.wait(Some(Duration::ZERO)).unwrap(), None);
    let before = watch.graph().clone();
    host.switchdev().set_num_vfs(&PF.parse().unwrap(), 1).unwrap();
    let mut told = Vec::new();
    while let Some(change) = watch.wait(Some(Duration::from_millis(200))).unwrap() {
        told.push(change);
    }
    assert_eq!(told, changes(&before, &host.graph().unwrap()));
    let appeared = |wanted: &NodeId| {
        told.iter().any(|change| matches!(change, Change::Appeared { node } if node.id == *wanted))
    };
    assert!(appeared(&NodeId::Function("pci/0000:03:00.2".parse().unwrap())), "{told:?}");
    let joined = told.iter().any(|change| {
        matches!(change, Change::Joined { edge } if edge.kind == EdgeKind::VirtualOf && edge.number == Some(VfId(0).0))
    });
    assert!(joined, "{told:?}");

    host.switchdev().set_num_vfs(&PF.parse().unwrap(), 0).unwrap();
    let mut gone = Vec::new();
    while let Some(change) = watch.wait(Some(Duration::from_millis(200))).unwrap() {
        if let Change::Gone { node } = change {
            gone.push(node.id);
        }
    }
    assert!(gone.contains(&NodeId::Function("pci/0000:03:00.2".parse().unwrap())), "{gone:?}");
    assert_eq!(watch.graph().functions().count(), before.functions().count());
}

#[test]
fn a_link_that_is_moved_is_found_where_it_went_by_number_and_name() {
    for face in ["netlink", "direct"] {
        let host = with_vfs(&format!("sim:bluefield3?face={face}"), 2);
        let sim = host.datapath().unwrap();
        sim.add_netns("blue").unwrap();
        let here = host.graph().unwrap();
        let link = here.netdevs().find(|(link, _)| link.name == "enp3s0f0v0").unwrap().0.clone();
        let id = NodeId::of_link(&link);
        let stands_on = |graph: &Graph, id: &NodeId| -> Vec<NodeId> {
            graph.outgoing(id, EdgeKind::StandsOn).map(|node| node.id.clone()).collect()
        };
        sim.move_link(&link.name, None, Some("blue")).unwrap();
        let graph = host.graph().unwrap();
        let away = NodeId::Netdev { netns: Some("blue".to_owned()), ifindex: link.ifindex };
        assert_eq!(away.to_string(), format!("netdev:blue/{}", link.ifindex));
        assert!(graph.node(&id).is_none(), "{face}");
        assert_eq!(stands_on(&graph, &away), stands_on(&here, &id), "{face}");
        assert_eq!(graph.outgoing(&away, EdgeKind::OnPort).count(), 1, "{face}");
        // The namespace's loopback is nobody's concern, and both have the number 1.
        assert_eq!(graph.netdevs().filter(|(link, _)| link.netns.is_some()).count(), 1, "{face}");
        assert!(graph.node(&NodeId::netdev(1.into())).is_some(), "{face}");
        let told = serde_json::to_value(graph.node(&away).unwrap()).unwrap();
        assert_eq!((&told["netns"], &told["name"]), (&"blue".into(), &"enp3s0f0v0".into()), "{face}");

        let error = host.names().unwrap().index("enp3s0f0v0").unwrap_err();
        assert_eq!(error.kind(), smartnic::ErrorKind::NotFound);
        assert!(error.to_string().contains("enp3s0f0v0 is in the network namespace blue"), "{error}");
    }
}

#[test]
fn a_move_to_another_namespace_is_told_as_such() {
    let host = Host::open("sim:bluefield3").unwrap();
    host.switchdev().set_num_vfs(&PF.parse().unwrap(), 1).unwrap();
    let sim = host.datapath().unwrap();
    sim.add_netns("blue").unwrap();
    let mut watch = Watch::new(&host).unwrap();
    let mut moves = |told: &str| {
        let mut seen = Vec::new();
        while let Some(change) = watch.wait(Some(Duration::from_millis(200))).unwrap() {
            match change {
                Change::Moved { before, after } => seen.push((before.id.to_string(), after.id.to_string())),
                Change::Appeared { .. } | Change::Gone { .. } => panic!("{told}: {change:?}"),
                _ => {}
            }
        }
        seen
    };
    let link = host.graph().unwrap().netdevs().find(|(link, _)| link.name == "enp3s0f0v0").unwrap().0.ifindex;
    let (here, there) = (format!("netdev:{link}"), format!("netdev:blue/{link}"));
    sim.move_link("enp3s0f0v0", None, Some("blue")).unwrap();
    assert_eq!(moves("away"), [(here.clone(), there.clone())]);
    sim.move_link("enp3s0f0v0", Some("blue"), None).unwrap();
    assert_eq!(moves("back"), [(there, here)]);
}
