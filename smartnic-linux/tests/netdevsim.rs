//! The backend against the netdevsim of a real kernel: run as root in the lab by `cargo xtask test` (L2), not by a
//! plain `cargo test`.

use std::fs;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use smartnic_core::backend::{
    DevlinkDevices, DevlinkEswitch, DevlinkParams, DevlinkPorts, FlowOffload, FlowOp, FlowScope, Hook,
    HookKind, Host, Outcome, Switchdev,
};
use smartnic_core::device::{EswitchChange, EswitchMode, Link, ParamMode, ParamValue, PortFlavour, Sriov};
use smartnic_core::flow::{Action, Attach, Rule, RuleId};
use smartnic_core::types::{DevlinkHandle, EtherType, IfIndex, VfId};
use smartnic_core::{ErrorKind, Result};
use smartnic_linux::LinuxHost;

/// A netdevsim device that goes away with this value.
struct Device {
    id: u32,
}

impl Device {
    /// A new device with two ports.
    fn new(id: u32) -> Self {
        fs::write("/sys/bus/netdevsim/new_device", format!("{id} 2"))
            .expect("the netdevsim module, and root");
        Self { id }
    }

    fn handle(&self) -> DevlinkHandle {
        DevlinkHandle::new("netdevsim", format!("netdevsim{}", self.id))
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        let _ = fs::write("/sys/bus/netdevsim/del_device", self.id.to_string());
    }
}

/// The links that stand on a device's ports, by port.
fn links(host: &LinuxHost, device: &DevlinkHandle) -> Vec<Link> {
    let on_it = |link: &Link| link.devlink_port.as_ref().is_some_and(|port| port.device == *device);
    let mut links: Vec<_> = host.links().unwrap().into_iter().filter(on_it).collect();
    links.sort_by_key(|link| link.devlink_port.clone());
    links
}

fn kind<T: std::fmt::Debug>(result: Result<T>) -> ErrorKind {
    let error = result.unwrap_err();
    eprintln!("{error}");
    error.kind()
}

/// Whether this kernel's netdevsim takes flower rules, which it does from 7.0 on.
fn takes_flower(host: &LinuxHost) -> bool {
    let release = host.kernel_release().unwrap();
    release.split('.').next().and_then(|major| major.parse::<u32>().ok()).unwrap() >= 7
}

#[test]
fn a_device_becomes_a_switch_and_back() {
    let device = Device::new(61);
    let host = LinuxHost::open().unwrap();
    let handle = device.handle();

    assert!(host.devices().unwrap().iter().any(|found| found.handle == handle && !found.reload_failed));
    assert_eq!(host.info(&handle).unwrap().driver, "netdevsim");
    assert_eq!(host.eswitch(&handle).unwrap().mode, Some(EswitchMode::Legacy));
    let physical = host.ports(Some(&handle)).unwrap();
    assert_eq!(physical.iter().map(|port| port.flavour).collect::<Vec<_>>(), [PortFlavour::Physical; 2]);
    assert_eq!(host.port(&physical[1].handle).unwrap(), physical[1]);

    let none = Sriov { total: None, num: 0, autoprobe: None, functions: vec![] };
    assert_eq!(host.sriov(&handle).unwrap(), none);
    host.set_num_vfs(&handle, 4).unwrap();
    assert_eq!(host.sriov(&handle).unwrap(), Sriov { num: 4, ..none.clone() });
    let error = host.set_num_vfs(&handle, 2).unwrap_err();
    assert_eq!(
        (error.kind(), error.next_step()),
        (ErrorKind::Busy, Some("there are 4 VFs: set the number to 0 first"))
    );
    assert_eq!(kind(host.set_autoprobe(&handle, true)), ErrorKind::Unsupported);

    host.set_eswitch(&handle, &EswitchChange::mode(EswitchMode::Switchdev)).unwrap();
    assert_eq!(host.eswitch(&handle).unwrap().mode, Some(EswitchMode::Switchdev));
    let ports = host.ports(Some(&handle)).unwrap();
    let vfs: Vec<_> = ports.iter().filter(|port| port.is_representor()).collect();
    assert_eq!(vfs.iter().map(|port| port.vf).collect::<Vec<_>>(), [0, 1, 2, 3].map(|vf| Some(VfId(vf))));
    let links = links(&host, &handle);
    for port in &ports {
        let link = links.iter().find(|link| link.devlink_port.as_ref() == Some(&port.handle)).unwrap();
        assert_eq!((port.ifindex, port.netdev.as_deref()), (Some(link.ifindex), Some(link.name.as_str())));
        assert_eq!(link.parent_bus.as_deref(), Some("netdevsim"));
    }
    let switch = links[0].switch_id.clone();
    assert!(switch.is_some() && links.iter().all(|link| link.switch_id == switch));

    host.set_eswitch(&handle, &EswitchChange::mode(EswitchMode::Legacy)).unwrap();
    host.set_num_vfs(&handle, 0).unwrap();
    assert_eq!(host.ports(Some(&handle)).unwrap().len(), 2);
    assert_eq!(host.sriov(&handle).unwrap(), none);
}

#[test]
fn parameters_and_features_are_read_back() {
    let device = Device::new(62);
    let host = LinuxHost::open().unwrap();
    let handle = device.handle();
    let names: Vec<_> = host.params(&handle).unwrap().into_iter().map(|param| param.name).collect();
    assert!(names.contains(&"max_macs".into()) && names.contains(&"test1".into()), "{names:?}");
    let value = (ParamMode::DriverInit, ParamValue::U32(48));
    host.set_param(&handle, "max_macs", value.0, &value.1).unwrap();
    let read = host.param(&handle, "max_macs").unwrap();
    assert!(read.values.iter().any(|is| (is.mode, &is.value) == (value.0, &value.1)), "{read:?}");
    assert_eq!(kind(host.param(&handle, "no_such_parameter")), ErrorKind::NotFound);
    let set = host.set_param(&handle, "no_such_parameter", ParamMode::Runtime, &ParamValue::Bool(true));
    assert_eq!(kind(set), ErrorKind::NotFound);
    let set = host.set_param(&handle, "max_macs", ParamMode::DriverInit, &ParamValue::Bool(true));
    assert_eq!(kind(set), ErrorKind::Refused);

    let link = links(&host, &handle)[0].ifindex;
    for on in [true, false, true] {
        host.set_tc_offload(link, on).unwrap();
        assert_eq!(host.tc_offload(link).unwrap(), on);
    }
    assert_eq!(kind(host.set_tc_offload(IfIndex(1), true)), ErrorKind::Unsupported, "lo cannot offload");
    host.set_link_up(link, true).unwrap();
    assert!(links(&host, &handle)[0].up);
    host.set_link_up(link, false).unwrap();
    assert!(!links(&host, &handle)[0].up);
}

fn rule(attach: &Attach, number: u32) -> Rule {
    let [_, a, b, c] = number.to_be_bytes();
    let address = format!("10.{a}.{b}.{c}");
    Rule::new(attach.clone())
        .prio(10)
        .protocol(EtherType::IPV4)
        .handle(number + 1)
        .matching(|key| key.dst_ip = Some(address.parse().unwrap()))
        .action(Action::drop())
}

#[test]
fn rules_go_in_come_back_and_leave() {
    let device = Device::new(63);
    let host = LinuxHost::open().unwrap();
    let link = links(&host, &device.handle())[0].ifindex;
    let attach = Attach::ingress(link);
    let scope = FlowScope::at(attach.clone());
    let probe = rule(&attach, 0);

    assert_eq!(host.hooks(Some(link)).unwrap(), []);
    let error = host.add(&probe).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(error.next_step().unwrap().contains("clsact"), "{error}");
    assert_eq!(host.entries(&scope).unwrap(), []);

    let hook = Hook::clsact(link);
    host.add_hook(&hook).unwrap();
    assert_eq!(host.hooks(Some(link)).unwrap(), [hook]);
    assert_eq!(kind(host.add_hook(&hook)), ErrorKind::AlreadyExists);
    host.set_tc_offload(link, true).unwrap();

    let hard: Vec<_> = (0..1000).map(|number| rule(&attach, number).skip_sw()).collect();
    let ops: Vec<_> = hard.iter().map(FlowOp::Add).collect();
    let outcomes = host.submit(&ops, false).unwrap();
    if takes_flower(&host) {
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Done(None))));
        let mut entries = host.entries(&scope).unwrap();
        entries.sort_by_key(|entry| entry.rule.handle);
        assert!(entries.iter().all(|entry| (entry.in_hw, entry.in_hw_count) == (Some(true), 1)));
        assert_eq!(
            entries.iter().map(|entry| &entry.rule).collect::<Vec<_>>(),
            hard.iter().collect::<Vec<_>>()
        );
        assert_eq!(host.entry(&hard[7].id().unwrap()).unwrap().rule, hard[7]);
        let ids: Vec<RuleId> = hard.iter().map(|rule| rule.id().unwrap()).collect();
        let ops: Vec<_> = ids.iter().map(FlowOp::Delete).collect();
        assert!(host.submit(&ops, true).unwrap().iter().all(|outcome| matches!(outcome, Outcome::Done(_))));
    } else {
        for outcome in &outcomes {
            let Outcome::Failed(error) = outcome else { panic!("{outcome:?}") };
            assert_eq!(error.kind(), ErrorKind::Unsupported);
            assert!(error.to_string().contains("only offload of BPF classifiers supported"), "{error}");
        }
    }
    assert_eq!(host.entries(&scope).unwrap(), []);

    // In software too, the kernel says why it is not in hardware.
    let note = host.add(&probe).unwrap();
    let entry = host.entry(&probe.id().unwrap()).unwrap();
    assert_eq!(entry.rule, probe);
    assert_eq!(entry.in_hw, Some(takes_flower(&host)));
    if !takes_flower(&host) {
        assert!(note.unwrap().message.unwrap().contains("BPF"));
    }
    assert_eq!(kind(host.add(&probe)), ErrorKind::AlreadyExists);
    let other = Rule { actions: vec![Action::pass()], ..probe.clone() };
    assert!(matches!(host.submit(&[FlowOp::Replace(&other)], true).unwrap()[..], [Outcome::Done(_)]));
    assert_eq!(host.entry(&probe.id().unwrap()).unwrap().rule, other);
    host.remove(&probe.id().unwrap()).unwrap();
    assert_eq!(kind(host.remove(&probe.id().unwrap())), ErrorKind::NotFound);
    assert_eq!(kind(host.entry(&probe.id().unwrap())), ErrorKind::NotFound);

    host.remove_hook(&hook).unwrap();
    assert_eq!(host.hooks(Some(link)).unwrap(), []);
    assert_eq!(kind(host.remove_hook(&hook)), ErrorKind::NotFound);
}

#[test]
fn a_failure_in_the_middle_stops_what_was_not_sent() {
    let device = Device::new(64);
    let host = LinuxHost::open().unwrap();
    let link = links(&host, &device.handle())[0].ifindex;
    let attach = Attach::ingress(link);
    host.add_hook(&Hook::clsact(link)).unwrap();
    let mut rules: Vec<_> = (0..200).map(|number| rule(&attach, number).skip_hw()).collect();
    rules[70] = rules[3].clone();
    let ops: Vec<_> = rules.iter().map(FlowOp::Add).collect();
    let letters = |outcomes: Vec<Outcome>| {
        let letter = |outcome: &Outcome| match outcome {
            Outcome::Done(_) => 'd',
            Outcome::Failed(error) => {
                assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{error}");
                'f'
            }
            Outcome::NotTried => '-',
        };
        outcomes.iter().map(letter).collect::<String>()
    };
    let (done, untried) = (|n| "d".repeat(n), |n| "-".repeat(n));
    assert_eq!(
        letters(host.submit(&ops, true).unwrap()),
        format!("{}f{}{}", done(70), done(57), untried(72))
    );
    assert_eq!(host.entries(&FlowScope::at(attach.clone())).unwrap().len(), 127);
    host.remove_hook(&Hook::clsact(link)).unwrap();
    host.add_hook(&Hook::clsact(link)).unwrap();
    assert_eq!(letters(host.submit(&ops, false).unwrap()), format!("{}f{}", done(70), done(129)));

    // Every rule of a priority must not go with one whose handle is not known.
    let many = Rule::new(attach.clone()).prio(10).protocol(EtherType::IPV4).handle(1).id().unwrap();
    let many = RuleId { handle: 0, ..many };
    assert_eq!(kind(host.remove(&many)), ErrorKind::InvalidInput);
    assert_eq!(host.entries(&FlowScope::at(attach)).unwrap().len(), 199);
}

#[test]
fn many_rules_over_several_sockets_are_the_same_rules() {
    let device = Device::new(69);
    let host = LinuxHost::open().unwrap();
    let link = links(&host, &device.handle())[0].ifindex;
    let attach = Attach::ingress(link);
    host.add_hook(&Hook::clsact(link)).unwrap();
    // Every 500th rule brings a mask of its own.
    let masked = |number: u32| match number % 500 {
        499 => rule(&attach, number).matching(|key| {
            key.src_ip = Some(format!("10.0.0.0/{}", number / 500 + 1).parse().unwrap());
        }),
        _ => rule(&attach, number),
    };
    let rules: Vec<_> = (0..5000).map(|number| masked(number).skip_hw()).collect();
    let ops: Vec<_> = rules.iter().map(FlowOp::Add).collect();
    assert!(host.submit(&ops, true).unwrap().iter().all(|outcome| matches!(outcome, Outcome::Done(None))));
    let mut entries = host.entries(&FlowScope::at(attach.clone())).unwrap();
    entries.sort_by_key(|entry| entry.rule.handle);
    assert_eq!(entries.iter().map(|entry| &entry.rule).collect::<Vec<_>>(), rules.iter().collect::<Vec<_>>());
    let is_there = |outcome: &Outcome| matches!(outcome, Outcome::Failed(error) if error.kind() == ErrorKind::AlreadyExists);
    assert!(host.submit(&ops, false).unwrap().iter().all(is_there));
    let ids: Vec<RuleId> = rules.iter().map(|rule| rule.id().unwrap()).collect();
    let ops: Vec<_> = ids.iter().map(FlowOp::Delete).collect();
    assert!(host.submit(&ops, true).unwrap().iter().all(|outcome| matches!(outcome, Outcome::Done(None))));
    assert_eq!(host.entries(&FlowScope::at(attach)).unwrap(), []);
}

#[test]
fn a_shared_block_is_a_place_of_its_own() {
    let device = Device::new(65);
    let host = LinuxHost::open().unwrap();
    let links = links(&host, &device.handle());
    let block = Attach::Block(22);
    assert_eq!(kind(host.entries(&FlowScope::at(block.clone()))), ErrorKind::NotFound);
    assert_eq!(kind(host.add(&rule(&block, 1))), ErrorKind::NotFound);
    let hooks = [0, 1].map(|at: usize| Hook {
        link: links[at].ifindex,
        kind: HookKind::Clsact,
        ingress_block: Some(22),
        egress_block: None,
    });
    for hook in &hooks {
        host.add_hook(hook).unwrap();
        assert_eq!(host.hooks(Some(hook.link)).unwrap(), [*hook]);
        host.set_tc_offload(hook.link, true).unwrap();
    }
    assert_eq!(host.entries(&FlowScope::at(block.clone())).unwrap(), []);
    host.add(&rule(&block, 1)).unwrap();
    let entries = host.entries(&FlowScope::at(block.clone())).unwrap();
    assert_eq!(entries.iter().map(|entry| &entry.rule).collect::<Vec<_>>(), [&rule(&block, 1)]);
    assert_eq!(entries[0].in_hw_count, if takes_flower(&host) { 2 } else { 0 });
    let error = host.add(&rule(&Attach::ingress(links[0].ifindex), 2)).unwrap_err();
    assert!(error.next_step().unwrap().contains("block"), "{error}");
    // Read through one of its links, the rules are those of the block.
    let through_link = FlowScope::at(Attach::ingress(links[0].ifindex));
    let seen = host.entries(&through_link).unwrap();
    assert_eq!(seen.iter().map(|entry| &entry.rule).collect::<Vec<_>>(), [&rule(&block, 1)]);
}

#[test]
fn chains_are_read_apart() {
    let device = Device::new(66);
    let host = LinuxHost::open().unwrap();
    let link = links(&host, &device.handle())[0].ifindex;
    let attach = Attach::egress(link);
    host.add_hook(&Hook::clsact(link)).unwrap();
    let rules = [rule(&attach, 1), rule(&attach, 2).chain(5)];
    for rule in &rules {
        host.add(rule).unwrap();
    }
    for (chain, want) in [(None, &rules[..]), (Some(0), &rules[..1]), (Some(5), &rules[1..]), (Some(6), &[])]
    {
        let scope = FlowScope { attach: attach.clone(), chain };
        let mut seen = Vec::new();
        host.visit(&scope, &mut |entry| {
            seen.push(entry.rule.clone());
            Ok(())
        })
        .unwrap();
        assert_eq!(seen, want, "chain {chain:?}");
    }
}

#[test]
fn a_device_that_goes_away_is_said_to_be_gone() {
    let device = Device::new(67);
    let host = LinuxHost::open().unwrap();
    let handle = device.handle();
    let link = links(&host, &handle)[0].ifindex;
    let attach = Attach::ingress(link);
    host.add_hook(&Hook::clsact(link)).unwrap();
    host.add(&rule(&attach, 1)).unwrap();
    drop(device);
    sleep(Duration::from_millis(50));
    assert_eq!(kind(host.entries(&FlowScope::at(attach.clone()))), ErrorKind::NotFound);
    assert_eq!(kind(host.hooks(Some(link))), ErrorKind::NotFound);
    assert_eq!(kind(host.add(&rule(&attach, 2))), ErrorKind::NotFound);
    assert_eq!(kind(host.tc_offload(link)), ErrorKind::NotFound);
    assert_eq!(kind(host.eswitch(&handle)), ErrorKind::NotFound);
    assert_eq!(kind(host.sriov(&handle)), ErrorKind::NotFound);
    assert_eq!(kind(host.set_num_vfs(&handle, 1)), ErrorKind::NotFound);
}

#[test]
fn a_host_in_a_namespace_sees_its_own_links_and_devices() {
    let device = Device::new(68);
    let name = "snic-test-blue";
    let added = Command::new("ip").args(["netns", "add", name]).status();
    assert!(added.unwrap().success(), "ip netns add");
    let here = LinuxHost::open().unwrap();
    let there = LinuxHost::open_netns(name).unwrap();
    assert_eq!(there.uri(), "linux:netns=snic-test-blue");
    let names: Vec<_> = there.links().unwrap().into_iter().map(|link| link.name).collect();
    assert_eq!(names, ["lo"]);
    let has = |host: &LinuxHost| host.devices().unwrap().iter().any(|found| found.handle == device.handle());
    assert!(has(&here) && !has(&there));
    let moved =
        Command::new("devlink").args(["dev", "reload", &device.handle().to_string(), "netns", name]).status();
    assert!(moved.unwrap().success());
    assert!(!has(&here) && has(&there));
    assert_eq!(links(&there, &device.handle()).len(), 2);
    assert_eq!(there.sriov(&device.handle()).unwrap().num, 0);
    drop(device);
    assert!(Command::new("ip").args(["netns", "del", name]).status().unwrap().success());
}

#[test]
fn the_kernels_log_is_heard_from_now_on() {
    let host = LinuxHost::open().unwrap();
    let mut log = host.kernel_log().unwrap();
    let line = "bnxt_en 0000:3b:00.0 enp59s0f0np0: written by a test";
    fs::write("/dev/kmsg", format!("{line}\n")).unwrap();
    assert!(log.lines().unwrap().iter().any(|heard| heard == line));
    assert!(!log.lines().unwrap().iter().any(|heard| heard == line), "heard once");
}
