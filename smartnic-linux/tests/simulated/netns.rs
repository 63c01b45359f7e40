use smartnic_core::backend::{Datapath, DevlinkReload};
use smartnic_core::device::{
    FunctionState, NestedDevlink, NewPort, PortFlavour, PortFunctionChange, PortType, Reload, TargetNetns,
};
use smartnic_core::types::SfNumber;

use super::faces::assert_same;
use super::*;

/// A machine with a namespace beside the first, and both faces of it as that namespace sees it.
fn with_blue(profile: &str) -> ((LinuxHost, SimHost), (LinuxHost, SimHost)) {
    let (linux, model) = machine(profile);
    model.machine().add_netns("blue").unwrap();
    let inside = model.machine().within("blue").unwrap();
    let there = LinuxHost::new("test:netns=blue", Arc::new(SimKernel::new(inside.clone())));
    ((linux, model), (there, SimHost::on(inside, "test:netns=blue")))
}

fn named(host: &dyn Host, name: &str) -> Option<Link> {
    host.switchdev().links().unwrap().into_iter().find(|link| link.name == name)
}

#[test]
fn a_link_that_is_moved_is_in_one_namespace_and_seen_from_the_other() {
    let ((linux, model), (there, inside)) = with_blue("bluefield3");
    linux.set_num_vfs(&pf(), 2).unwrap();
    let vf = named(&linux, "enp3s0f0v0").unwrap();
    linux.set_link_up(vf.ifindex, true).unwrap();
    model.machine().move_link(&vf.name, None, Some("blue")).unwrap();

    assert_eq!(named(&linux, &vf.name), None);
    let moved = named(&there, &vf.name).unwrap();
    assert_eq!(moved, vf, "number, name, address and place are as before, and it is down");
    for (linux, model) in [(&linux, &model), (&there, &inside)] {
        assert_same(linux, model);
        assert_eq!(linux.links_elsewhere().unwrap(), model.switchdev().links_elsewhere().unwrap());
    }
    let elsewhere = linux.links_elsewhere().unwrap().links;
    let names: Vec<_> = elsewhere.iter().map(|link| (link.netns.as_deref(), &*link.name)).collect();
    assert_eq!(names, [(Some("blue"), "lo"), (Some("blue"), "enp3s0f0v0")]);

    // Its device stayed, and its port says that there is a link, and not which.
    let handle = DevlinkHandle::new("pci", vf.parent_device.unwrap());
    let port = linux.ports(Some(&handle)).unwrap().remove(0);
    assert_eq!((port.kind, port.ifindex), (PortType::Eth, None));
    assert!(port.netdev_is_elsewhere());
    assert_eq!(there.devices().unwrap(), []);

    model.machine().move_link("enp3s0f0v0", Some("blue"), None).unwrap();
    assert!(named(&linux, "enp3s0f0v0").is_some_and(|back| back.ifindex == vf.ifindex && !back.up));
    assert_same(&linux, &model);
}

#[test]
fn numbers_and_names_that_are_taken_are_not_taken_again() {
    let ((linux, model), (there, _)) = with_blue("bluefield3");
    linux.set_num_vfs(&pf(), 2).unwrap();
    let machine = model.machine();
    machine.add_netns("red").unwrap();
    let away = |name: &str| said(machine.move_link(name, None, Some("blue")));
    away("enp3s0f0v0").unwrap();
    // New VFs have the names and other numbers.
    linux.set_num_vfs(&pf(), 0).unwrap();
    assert_eq!(named(&there, "enp3s0f0v0"), None, "a link goes with its function, wherever it is");
    linux.set_num_vfs(&pf(), 2).unwrap();
    away("enp3s0f0v1").unwrap();
    assert_eq!(away("lo").unwrap_err().1, Some(22), "loopbacks stay");
    assert_eq!(away("absent").unwrap_err().1, Some(19));
    assert_eq!(said(machine.move_link("enp3s0f0v0", None, Some("green"))).unwrap_err().1, Some(2));
    assert_eq!(said(machine.add_netns("blue")).unwrap_err().1, Some(17));

    // A namespace that ends gives back what is of hardware.
    machine.remove_netns("blue").unwrap();
    assert!(named(&linux, "enp3s0f0v1").is_some());
    assert_eq!(said(machine.remove_netns("blue")).unwrap_err().1, Some(2));
    assert_same(&linux, &model);
}

#[test]
fn representors_stay_where_they_are() {
    let ((linux, model), _) = with_blue("bluefield3");
    switchdev(&linux);
    // And so does the uplink, in this mode.
    for name in ["pf0vf1", "p0"] {
        let index = port(&linux, name);
        let link = linux.links().unwrap().into_iter().find(|link| link.ifindex == index).unwrap();
        let error = model.machine().move_link(&link.name, None, Some("blue")).unwrap_err();
        assert_eq!(error.extack().unwrap().message.as_deref(), Some("The interface netns is immutable"));
    }
}

#[test]
fn a_device_is_reloaded_into_another_namespace_and_is_there_only() {
    for profile in ["bluefield3", "e810", "thor2"] {
        let ((linux, model), (there, inside)) = with_blue(profile);
        let to = |name: &str| Reload { netns: Some(TargetNetns::Name(name.to_owned())), ..Reload::default() };
        let uplink = |host: &LinuxHost| {
            let links = host.links().unwrap().into_iter();
            links.filter(|link| link.parent_device.as_deref() == Some("0000:03:00.0")).count()
        };
        linux.reload(&pf(), &to("blue")).unwrap();
        let handles = |host: &LinuxHost| -> Vec<_> {
            host.devices().unwrap().into_iter().map(|device| device.handle).collect()
        };
        assert!(!handles(&linux).contains(&pf()), "{profile}");
        assert_eq!(handles(&there), [pf()], "{profile}");
        // Of these drivers one makes its links where its device is (`dev_net_set`).
        let follows = profile == "bluefield3";
        assert_eq!((uplink(&linux), uplink(&there)), if follows { (0, 1) } else { (1, 0) }, "{profile}");
        assert_same(&linux, &model);
        assert_same(&there, &inside);
        assert_eq!(said(linux.reload(&pf(), &Reload::default())).unwrap_err().1, Some(19), "{profile}");

        there.reload(&pf(), &to("1")).unwrap();
        assert_eq!((uplink(&linux), uplink(&there)), (1, 0), "{profile}");
        assert_eq!(handles(&there), [], "{profile}");
        assert_same(&linux, &model);
        assert_eq!(linux.reload(&pf(), &to("nowhere")).unwrap_err().kind(), ErrorKind::NotFound, "{profile}");

        // A namespace that ends gives devices back, too.
        linux.reload(&pf(), &to("blue")).unwrap();
        model.machine().remove_netns("blue").unwrap();
        assert!(handles(&linux).contains(&pf()), "{profile}");
        assert_same(&linux, &model);
    }
}

#[test]
fn a_device_works_on_in_its_namespace() {
    let ((linux, _), (there, inside)) = with_blue("bluefield3");
    let blue = Reload { netns: Some(TargetNetns::Name("blue".to_owned())), ..Reload::default() };
    linux.reload(&pf(), &blue).unwrap();
    switchdev(&there);
    assert_same(&there, &inside);
    let representors = there
        .links()
        .unwrap()
        .into_iter()
        .filter(|link| link.port_name.as_deref().is_some_and(|name| name.starts_with("pf0vf")));
    assert_eq!(representors.count(), 4);
    // VFs begin in the first one.
    assert_eq!(linux.links().unwrap().iter().filter(|link| link.name.starts_with("enp3s0f0v")).count(), 0);
    let vf = linux.sriov(&pf()).unwrap().functions.remove(0);
    linux.bind(&vf.device, "mlx5_core").unwrap();
    assert!(named(&linux, "enp3s0f0v0").is_some());
    assert_eq!(named(&there, "enp3s0f0v0"), None);
}

#[test]
fn a_sub_function_goes_to_a_container_with_its_device() {
    let ((linux, model), (there, inside)) = with_blue("bluefield3");
    switchdev(&linux);
    let new = NewPort::sub_function(pf(), 0, Some(SfNumber(88)));
    let port = linux.add_port(&new).unwrap();
    let active = PortFunctionChange { state: Some(FunctionState::Active), ..PortFunctionChange::default() };
    linux.set_port_function(&port.handle, &active).unwrap();
    let nested = |port: &smartnic_core::types::PortHandle| {
        linux.port(port).unwrap().function.and_then(|function| function.nested).unwrap()
    };
    let before = nested(&port.handle);
    assert_eq!(before.netns, None);
    let blue = Reload { netns: Some(TargetNetns::Name("blue".to_owned())), ..Reload::default() };
    linux.reload(&before.handle, &blue).unwrap();
    assert_eq!(nested(&port.handle), NestedDevlink { netns: Some(0), ..before.clone() });
    let own = there.ports(Some(&before.handle)).unwrap();
    assert_eq!((own.len(), own[0].flavour), (1, PortFlavour::Virtual));
    assert!(own[0].ifindex.is_some());
    assert_same(&linux, &model);
    assert_same(&there, &inside);
    linux.remove_port(&port.handle).unwrap();
    assert_eq!(there.devices().unwrap(), []);
    assert_eq!(there.links().unwrap().len(), 1);
}

#[test]
fn a_driver_that_takes_no_namespace_says_so() {
    let ((linux, model), _) = with_blue("connectx3");
    let blue = Reload { netns: Some(TargetNetns::Name("blue".to_owned())), ..Reload::default() };
    let handle = linux.devices().unwrap().remove(0).handle;
    let refused = said(linux.reload(&handle, &blue)).unwrap_err();
    assert_eq!(refused.2.as_deref(), Some("mlx4_core: Namespace change is not supported"));
    assert_eq!(linux.devices().unwrap(), model.devlink().devices().unwrap());
}

#[test]
fn namespaces_without_a_name_go_by_the_file_of_a_process() {
    let ((linux, model), (there, inside)) = with_blue("bluefield3");
    let machine = model.machine();
    linux.set_num_vfs(&pf(), 1).unwrap();
    let (path, vf) = ("/proc/4711/ns/net", named(&linux, "enp3s0f0v0").unwrap());
    machine.add_netns(path).unwrap();
    for wrong in ["/proc/1/ns/net", "/proc/04711/ns/net", "/proc/x/ns/net", "/run/x"] {
        let refused = said(machine.add_netns(wrong)).unwrap_err().1;
        assert_eq!(refused, Some(if wrong.contains("/1/") { 17 } else { 22 }), "{wrong}");
    }
    machine.move_link(&vf.name, None, Some(path)).unwrap();
    let found = |linux: &LinuxHost, model: &SimHost| {
        let found = linux.links_elsewhere().unwrap();
        assert_eq!(found, model.switchdev().links_elsewhere().unwrap());
        let links = found.links.iter().map(|link| (link.netns.clone().unwrap(), link.name.clone()));
        let links: Vec<_> = links.filter(|(_, name)| name != "lo").collect();
        (links, found.numbers)
    };
    let (links, numbers) = found(&linux, &model);
    assert_eq!(links, [(path.to_owned(), vf.name.clone())]);
    assert_eq!(numbers.iter().map(|one| one.of.as_deref()).collect::<Vec<_>>(), [Some("blue"), Some(path)]);
    // From another one, the first is without a name, too.
    let (links, _) = found(&there, &inside);
    let first: Vec<_> = links.iter().filter(|(netns, _)| netns == "/proc/1/ns/net").collect();
    assert_eq!(first.len(), linux.links().unwrap().len() - 1, "{links:?}");
    assert!(links.contains(&(path.to_owned(), vf.name.clone())));

    let within = SimHost::on(machine.within(path).unwrap(), "test:");
    assert_eq!(named(&within, &vf.name), Some(vf.clone()));
    machine.remove_netns(path).unwrap();
    assert!(named(&linux, &vf.name).is_some());
}
