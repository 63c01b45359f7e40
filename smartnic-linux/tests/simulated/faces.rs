use smartnic_core::backend::{FlowOp, FlowScope, Hook, HookKind, Outcome};
use smartnic_core::flow::{Action, Attach, Rule};
use smartnic_core::types::EtherType;

use super::*;

/// Everything that can be read must be the same through both faces.
pub(super) fn assert_same(linux: &LinuxHost, model: &SimHost) {
    let (devlink, links) = (model.devlink(), model.switchdev());
    assert_eq!(linux.kernel_release().unwrap(), model.kernel_release().unwrap());
    assert_eq!(linux.devices().unwrap(), devlink.devices().unwrap());
    assert_eq!(linux.ports(None).unwrap(), devlink.ports(None).unwrap());
    for device in linux.devices().unwrap() {
        let device = &device.handle;
        assert_eq!(linux.info(device).unwrap(), devlink.info(device).unwrap());
        assert_eq!(said(linux.eswitch(device)), said(devlink.eswitch(device)));
        let params = linux.params(device).unwrap();
        assert_eq!(params, devlink.params(device).unwrap());
        for param in &params {
            assert_eq!(linux.param(device, &param.name).unwrap(), *param);
        }
        if device.bus == "pci" {
            // VFs have none.
            assert_eq!(linux.sriov(device).ok(), links.sriov(device).ok());
        }
        let ports = linux.ports(Some(device)).unwrap();
        assert_eq!(ports, devlink.ports(Some(device)).unwrap());
        for port in &ports {
            assert_eq!(linux.port(&port.handle).unwrap(), *port);
        }
    }
    assert_eq!(linux.links().unwrap(), links.links().unwrap());
    for link in linux.links().unwrap() {
        assert_eq!(said(linux.tc_offload(link.ifindex)), said(links.tc_offload(link.ifindex)));
        assert_eq!(linux.hooks(Some(link.ifindex)).unwrap(), model.flow().hooks(Some(link.ifindex)).unwrap());
        for attach in [Attach::ingress(link.ifindex), Attach::egress(link.ifindex)] {
            let scope = FlowScope::at(attach);
            assert_eq!(
                linux.entries(&scope).unwrap(),
                model.flow().entries(&scope).unwrap(),
                "{}",
                link.name
            );
        }
    }
    assert_eq!(linux.hooks(None).unwrap(), model.flow().hooks(None).unwrap());
}

#[test]
fn both_faces_tell_the_same_on_the_way_to_switchdev_and_back() {
    for profile in ["bluefield3", "e810", "thor2"] {
        let (linux, model) = machine(profile);
        assert_same(&linux, &model);
        switchdev(&linux);
        assert_same(&linux, &model);
        let representors = linux
            .links()
            .unwrap()
            .into_iter()
            .filter(|link| link.port_name.as_deref().is_some_and(|name| name.starts_with("pf0vf")));
        assert_eq!(representors.count(), 4, "{profile}");
        if profile == "e810" {
            linux.set_num_vfs(&pf(), 0).unwrap();
        }
        linux.set_eswitch(&pf(), &EswitchChange::mode(EswitchMode::Legacy)).unwrap();
        linux.set_num_vfs(&pf(), 0).unwrap();
        assert_same(&linux, &model);
    }
}

/// Rules that the profiles take, take in software only, and refuse.
fn rules(uplink: IfIndex, representor: IfIndex) -> Vec<Rule> {
    let rule =
        |prio: u16, protocol| Rule::new(Attach::ingress(uplink)).prio(prio).handle(1).protocol(protocol);
    let net = |text: &str| Some(text.parse().unwrap());
    vec![
        rule(1, EtherType::IPV4).matching(|key| key.dst_ip = net("10.0.0.0/8")).action(Action::drop()),
        rule(2, EtherType::IPV6)
            .matching(|key| key.src_mac = Some("02:00:00:00:00:07".parse().unwrap()))
            .action(Action::redirect(representor)),
        rule(3, EtherType::VLAN)
            .matching(|key| {
                key.vlan_id = Some(17);
                key.vlan_ethtype = Some(EtherType::IPV4);
            })
            .action(Action::vlan_pop())
            .action(Action::redirect(representor)),
        rule(4, EtherType::IPV4).action(Action::mirror(representor)).action(Action::goto_chain(9)),
        rule(4, EtherType::IPV4).chain(9).action(Action::trap()),
        rule(5, EtherType::IPV4).action(Action::pass()).skip_hw(),
        rule(6, EtherType::IPV4).action(Action::vlan_push(5)).action(Action::pass()).skip_sw(),
        rule(7, EtherType::ALL).action(Action::pass()).skip_sw(),
    ]
}

#[test]
fn rules_become_the_same_through_both_faces() {
    for profile in ["bluefield3", "e810", "thor2"] {
        let (linux, model) = machine(profile);
        let (twin, twin_model) = machine(profile);
        for host in [&linux, &twin] {
            switchdev(host);
        }
        let (uplink, representor) = (port(&linux, "p0"), port(&linux, "pf0vf1"));
        let rules = rules(uplink, representor);
        let ops: Vec<_> = rules.iter().map(FlowOp::Add).collect();
        // Without a hook every rule is refused, and the refusal says what to do.
        for outcome in linux.submit(&ops, false).unwrap() {
            let Outcome::Failed(error) = outcome else { panic!("{outcome:?}") };
            assert_eq!(error.kind(), ErrorKind::NotFound);
            assert!(error.next_step().unwrap().contains("clsact"), "{error}");
        }
        let hook = Hook::clsact(uplink);
        linux.add_hook(&hook).unwrap();
        twin_model.flow().add_hook(&hook).unwrap();
        let words = |outcomes: Vec<Outcome>| -> Vec<_> {
            let word = |outcome| match outcome {
                Outcome::Done(note) => Ok(note.map(|note| (note.message, note.attribute))),
                Outcome::Failed(error) => Err((error.errno(), error.extack().cloned())),
                Outcome::NotTried => Err((None, None)),
            };
            outcomes.into_iter().map(word).collect()
        };
        let through_netlink = words(linux.submit(&ops, false).unwrap());
        let straight = words(twin_model.flow().submit(&ops, false).unwrap());
        assert_eq!(through_netlink, straight, "{profile}");
        assert_eq!(model.machine().snapshot(), twin_model.machine().snapshot(), "{profile}");
        assert_same(&linux, &model);

        let entries = linux.entries(&FlowScope::at(Attach::ingress(uplink))).unwrap();
        assert!(entries.iter().any(|entry| entry.in_hw == Some(true)), "{profile}");
        for entry in &entries {
            assert_eq!(linux.entry(&entry.id()).unwrap(), *entry);
            linux.remove(&entry.id()).unwrap();
            assert_eq!(linux.entry(&entry.id()).unwrap_err().kind(), ErrorKind::NotFound);
        }
        linux.remove_hook(&hook).unwrap();
        assert_eq!(linux.remove_hook(&hook).unwrap_err().kind(), ErrorKind::NotFound);
        assert_same(&linux, &model);
    }
}

#[test]
fn a_shared_block_holds_the_rules_of_all_its_links() {
    let (linux, model) = machine("bluefield3");
    let block = Attach::Block(22);
    let scope = FlowScope::at(block.clone());
    assert_eq!(linux.entries(&scope).unwrap_err().kind(), ErrorKind::NotFound);
    let rule = Rule::new(block).prio(1).handle(1).protocol(EtherType::IPV4).action(Action::drop());
    assert_eq!(linux.add(&rule).unwrap_err().kind(), ErrorKind::NotFound);
    for name in ["p0", "p1"] {
        let link = port(&linux, name);
        let hook = Hook { link, kind: HookKind::Ingress, ingress_block: Some(22), egress_block: None };
        linux.add_hook(&hook).unwrap();
        assert_eq!(linux.hooks(Some(link)).unwrap(), [hook]);
    }
    assert_eq!(linux.entries(&scope).unwrap(), []);
    linux.add(&rule).unwrap();
    let entries = linux.entries(&scope).unwrap();
    assert_eq!(entries, model.flow().entries(&scope).unwrap());
    assert_eq!(entries[0].rule, rule);
}

#[test]
fn refusals_are_the_same_through_both_faces() {
    let (linux, model) = machine("bluefield3");
    let (devlink, links) = (model.devlink(), model.switchdev());
    let nowhere: DevlinkHandle = "pci/0000:09:00.0".parse().unwrap();
    assert_eq!(said(linux.info(&nowhere)), said(devlink.info(&nowhere)));
    assert_eq!(said(linux.port(&pf().port(99))), said(devlink.port(&pf().port(99))));
    let silly = EswitchChange::mode(EswitchMode::Unknown(9));
    assert_eq!(said(linux.set_eswitch(&pf(), &silly)), said(devlink.set_eswitch(&pf(), &silly)));
    assert_eq!(said(linux.set_link_up(IfIndex(99), true)), said(links.set_link_up(IfIndex(99), true)));
    assert_eq!(linux.tc_offload(IfIndex(99)).unwrap_err().kind(), ErrorKind::NotFound);
    let kinds = |host: &dyn Switchdev| {
        let refusals = [host.set_num_vfs(&pf(), 1000), host.set_num_vfs(&nowhere, 1), host.unbind(&nowhere)];
        refusals.map(|refusal| refusal.unwrap_err().kind())
    };
    assert_eq!(kinds(&linux), kinds(links));
}

#[test]
fn a_user_without_rights_and_a_kernel_without_devlink() {
    let (_, model) = machine("bluefield3");
    let kernel = SimKernel::new(model.machine().clone()).unprivileged();
    let linux = LinuxHost::new("test:", Arc::new(kernel));
    let link = port(&linux, "p0");
    let refusals = [
        linux.set_link_up(link, false),
        linux.set_num_vfs(&pf(), 1),
        linux.add_hook(&Hook::clsact(link)),
        linux.set_eswitch(&pf(), &EswitchChange::mode(EswitchMode::Switchdev)).map(drop),
        linux.set_tc_offload(link, !linux.tc_offload(link).unwrap()),
    ];
    for refusal in refusals {
        let error = refusal.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
        assert!(error.next_step().unwrap().contains("root"), "{error}");
    }
    let kernel = SimKernel::new(model.machine().clone()).without_devlink();
    let linux = LinuxHost::new("test:", Arc::new(kernel));
    let error = linux.devices().unwrap_err();
    assert_eq!(error.to_string(), "cannot list devlink devices: this kernel has no devlink");
    assert!(linux.links().is_ok());
}
