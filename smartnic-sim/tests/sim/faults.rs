//! Faults on purpose: they come when the plan says, once, and say what they are.

use smartnic_core::ErrorKind;
use smartnic_core::backend::{FlowOp, Host, Outcome, Switchdev};
use smartnic_core::flow::{Action, Attach, Rule};
use smartnic_core::types::EtherType;
use smartnic_netlink::codec::{Completion, Exchange, Request, Sequence, Step, messages};
use smartnic_netlink::transport::{Kernel, Protocol};
use smartnic_netlink::{rtnl, tc};
use smartnic_sim::{DatagramFault, FaultPlan, FaultyKernel, OperationFault, SimKernel};

use crate::common::{hook, host, pf, port, rules};
use crate::wire::Client;

#[test]
fn a_plan_follows_from_its_seed_and_says_so() {
    for seed in 0..200 {
        assert_eq!(FaultPlan::from_seed(seed), FaultPlan::from_seed(seed));
        assert!(
            FaultPlan::from_seed(seed).to_string().starts_with(&format!("faults of seed {seed}: operation"))
        );
    }
    assert_ne!(FaultPlan::from_seed(1).to_string()[16..], FaultPlan::from_seed(2).to_string()[16..]);
}

#[test]
fn the_operation_of_the_plan_fails_once_and_changes_nothing() {
    let plan = FaultPlan::new()
        .operation(0, OperationFault::Busy)
        .operation(3, OperationFault::NoSpace)
        .operation(5, OperationFault::NotPermitted);
    let host = host("bluefield3").with_faults(&plan);
    let link = port(&host, "p0");
    assert_eq!(host.set_num_vfs(&pf(), 1).unwrap_err().kind(), ErrorKind::Busy);
    host.set_num_vfs(&pf(), 1).unwrap();
    hook(&host, link);
    let rule = Rule::new(Attach::ingress(link)).protocol(EtherType::IPV4).action(Action::drop());
    let ops = [1, 2, 3].map(|prio| rule.clone().prio(prio));
    let ops: Vec<FlowOp<'_>> = ops.iter().map(FlowOp::Add).collect();
    let outcomes = host.flow().submit(&ops, false).unwrap();
    let kinds: Vec<Option<ErrorKind>> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Failed(error) => Some(error.kind()),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, [Some(ErrorKind::NoSpace), None, Some(ErrorKind::PermissionDenied)]);
    assert_eq!(rules(&host, link).len(), 1);
}

#[test]
fn a_device_can_be_gone_for_good() {
    let host = host("bluefield3").with_faults(&FaultPlan::new().operation(1, OperationFault::Removed));
    let link = port(&host, "p0");
    hook(&host, link);
    let rule = Rule::new(Attach::ingress(link)).action(Action::drop());
    assert_eq!(host.flow().add(&rule).unwrap_err().errno(), Some(19));
    assert_eq!(host.flow().add(&rule).unwrap_err().errno(), Some(19));
    let names: Vec<String> = host.links().unwrap().into_iter().map(|link| link.name).collect();
    assert_eq!(names, ["lo", "enp3s0f1np1"]);
    assert_eq!(host.devlink().info(&pf()).unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn the_netlink_face_counts_changes_only() {
    let host = host("bluefield3");
    let plan = FaultPlan::new().operation(1, OperationFault::Busy).operation(2, OperationFault::Away);
    let kernel = SimKernel::new(host.machine().clone()).with_faults(&plan);
    let mut client = Client::new(&kernel);
    let hook = smartnic_core::backend::Hook::clsact(port(&host, "p0"));
    client.ask(&rtnl::link::Dump, |_| ());
    let errnos = [0, 1, 2].map(|_| client.tell(&tc::qdisc::Add(&hook)).errno);
    assert_eq!(errnos, [0, 16, 19]);
    let file = "/sys/bus/pci/devices/0000:03:00.0/sriov_numvfs";
    kernel.write(file, "1").unwrap();
}

/// Reads all links through a kernel whose datagrams suffer; says what was met on the way.
fn read_links(fault: DatagramFault) -> Vec<String> {
    let host = host("bluefield3");
    let kernel =
        FaultyKernel::new(SimKernel::new(host.machine().clone()), &FaultPlan::new().datagram(0, fault));
    let mut socket = kernel.open(Protocol::Route).unwrap();
    socket.set_timeout(Some(std::time::Duration::ZERO)).unwrap();
    let mut bytes = Vec::new();
    let seq = Sequence::default().take();
    let mut exchange: Exchange = rtnl::link::Dump.write(&mut bytes, seq, socket.port_id()).unwrap();
    socket.send(&bytes).unwrap();
    let mut met = Vec::new();
    let mut buf = Vec::new();
    for _ in 0..4 {
        match socket.recv(&mut buf) {
            Err(error) => met.push(format!("errno {}", error.raw_os_error().unwrap())),
            Ok(()) => {
                for message in messages(&buf) {
                    met.push(match message.map(|message| exchange.accept(message)) {
                        Err(_) => "malformed".into(),
                        Ok(Ok(Step::Data(_))) => "link".into(),
                        Ok(Ok(Step::Stale(_))) => "stale".into(),
                        Ok(Ok(Step::Done(Completion { interrupted, overrun, .. }))) => {
                            format!(
                                "done{}{}",
                                if interrupted { " interrupted" } else { "" },
                                if overrun { " overrun" } else { "" }
                            )
                        }
                        other => format!("{other:?}"),
                    });
                }
            }
        }
    }
    met
}

#[test]
fn every_fault_of_a_datagram_shows_as_what_it_is() {
    let all = ["link", "link", "link", "done"];
    let silence = ["errno 11"];
    let with = |parts: &[&[&str]]| parts.concat().iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let cases: [(DatagramFault, Vec<String>); 6] = [
        (DatagramFault::Interrupted, with(&[&["errno 4"], &all, &silence, &silence])),
        (DatagramFault::Late, with(&[&["errno 11"], &all, &silence, &silence])),
        (DatagramFault::Lost, with(&[&["errno 105"], &silence, &silence, &silence])),
        (
            DatagramFault::DumpInterrupted,
            with(&[&["link", "link", "link", "done interrupted"], &silence, &silence, &silence]),
        ),
        (DatagramFault::Duplicated, with(&[&all, &["stale"; 4], &silence, &silence])),
        (DatagramFault::Overrun, with(&[&["done overrun"], &silence, &silence, &silence])),
    ];
    for (fault, expected) in cases {
        assert_eq!(read_links(fault), expected, "{fault:?}");
    }
    let cut = read_links(DatagramFault::Truncated);
    assert!(cut.contains(&"malformed".to_owned()) && !cut.contains(&"done".to_owned()), "{cut:?}");
}
