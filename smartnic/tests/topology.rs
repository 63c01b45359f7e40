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
