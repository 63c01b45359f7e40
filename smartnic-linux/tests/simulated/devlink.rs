use std::time::Duration;

use smartnic_core::backend::{DevlinkNotices, DevlinkReload, DevlinkResources, DevlinkWatch};
use smartnic_core::device::{
    DevlinkNotice, FunctionOpstate, FunctionState, NewPort, ParamMode, ParamValue, PortFunctionChange,
    PortType, Reload, ReloadAction, ReloadLimit, ResourceScope, TargetNetns,
};
use smartnic_core::types::SfNumber;

use super::faces::assert_same;
use super::*;

fn sub_function(number: u32) -> NewPort {
    NewPort::sub_function(pf(), 0, Some(SfNumber(number)))
}

fn state(state: FunctionState) -> PortFunctionChange {
    PortFunctionChange { state: Some(state), ..PortFunctionChange::default() }
}

/// Everything that was told so far, in short.
fn heard(watch: &mut dyn DevlinkWatch) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(notice) = watch.wait(Some(Duration::ZERO)).unwrap() {
        all.push(match notice {
            DevlinkNotice::Device(device) => format!("+ {}", device.handle),
            DevlinkNotice::DeviceGone(device) => format!("- {}", device.handle),
            DevlinkNotice::Port(port) => format!("+ {}", port.handle),
            DevlinkNotice::PortGone(port) => format!("- {}", port.handle),
            DevlinkNotice::Param(device, param) => format!("{device} {}", param.name),
            // The leaves of rates come and go with their ports.
            DevlinkNotice::Rate(_) | DevlinkNotice::RateGone(_) => continue,
            other => format!("{other:?}"),
        });
    }
    all
}

#[test]
fn sub_functions_come_are_used_and_go() {
    for (profile, instance) in [("bluefield3", "auxiliary/mlx5_core.sf.2"), ("e810", "auxiliary/ice.sf.2")] {
        let (linux, model) = machine(profile);
        let refused = said(linux.add_port(&sub_function(88)));
        assert_eq!(refused, said(model.devlink().add_port(&sub_function(88))));
        assert_eq!(refused.unwrap_err().1, Some(95), "{profile}: switchdev comes first");
        linux.set_eswitch(&pf(), &EswitchChange::mode(EswitchMode::Switchdev)).unwrap();
        let mut watch = linux.watch().unwrap();

        let port = linux.add_port(&sub_function(88)).unwrap();
        let function = port.function.clone().unwrap();
        assert_eq!((port.sf, port.pf, port.external), (Some(SfNumber(88)), Some(0), false));
        assert_eq!(function.state, Some(FunctionState::Inactive));
        assert_eq!(function.opstate, Some(FunctionOpstate::Detached));
        assert_eq!(linux.port(&port.handle).unwrap(), port);
        assert_same(&linux, &model);
        let again = linux.add_port(&sub_function(88)).unwrap_err();
        assert!(again.to_string().contains("already exist"), "{again}");

        let mac = PortFunctionChange {
            hw_addr: Some("02:00:00:00:00:88".parse().unwrap()),
            ..state(FunctionState::Active)
        };
        linux.set_port_function(&port.handle, &mac).unwrap();
        let active = linux.port(&port.handle).unwrap().function.unwrap();
        assert_eq!(active.hw_addr.unwrap().to_string(), "02:00:00:00:00:88");
        assert_eq!(active.opstate, Some(FunctionOpstate::Attached));
        assert_eq!(active.nested.unwrap().handle.to_string(), instance);
        let own = linux.ports(Some(&instance.parse().unwrap())).unwrap();
        let link =
            linux.links().unwrap().into_iter().find(|link| Some(link.ifindex) == own[0].ifindex).unwrap();
        assert_eq!(link.mac.unwrap().to_string(), "02:00:00:00:00:88");
        assert_eq!(link.parent_bus.as_deref(), Some("auxiliary"));
        assert_same(&linux, &model);

        linux.set_port_function(&port.handle, &state(FunctionState::Inactive)).unwrap();
        linux.remove_port(&port.handle).unwrap();
        assert_same(&linux, &model);
        assert!(linux.ports(None).unwrap().iter().all(|port| port.sf.is_none()));
        assert_eq!(said(linux.remove_port(&port.handle)).unwrap_err().1, Some(19));
        let (plus, minus) = (format!("+ {}", port.handle), format!("- {}", port.handle));
        let device = format!("+ {instance}");
        let gone = format!("- {instance}");
        let (own_plus, own_minus) = (format!("+ {instance}/0"), format!("- {instance}/0"));
        let wanted = [&plus, &device, &own_plus, &plus, &own_minus, &gone, &plus, &minus];
        assert_eq!(heard(&mut *watch).iter().collect::<Vec<_>>(), wanted, "{profile}");
    }
}

/// Sixty-four in a row, then away with all by leaving switchdev mode.
#[test]
fn sub_functions_in_a_row_keep_their_places() {
    let (linux, model) = machine("bluefield3");
    linux.set_eswitch(&pf(), &EswitchChange::mode(EswitchMode::Switchdev)).unwrap();
    for number in 0..64 {
        let port = linux.add_port(&sub_function(1000 + number)).unwrap();
        assert_eq!(port.handle.index.0, 0x8000 + number);
        linux.set_port_function(&port.handle, &state(FunctionState::Active)).unwrap();
    }
    assert_eq!(linux.devices().unwrap().len(), 2 + 64);
    assert_same(&linux, &model);
    linux.remove_port(&pf().port(0x8000 + 7)).unwrap();
    assert_eq!(linux.add_port(&sub_function(7)).unwrap().handle.index.0, 0x8000 + 7);
    linux.set_eswitch(&pf(), &EswitchChange::mode(EswitchMode::Legacy)).unwrap();
    assert_eq!(linux.devices().unwrap().len(), 2);
    assert_same(&linux, &model);
}

#[test]
fn functions_of_vfs_have_what_their_driver_has() {
    let (linux, model) = machine("bluefield3");
    switchdev(&linux);
    let vf = pf().port(1);
    let change = PortFunctionChange {
        hw_addr: Some("02:00:00:00:00:01".parse().unwrap()),
        roce: Some(false),
        migratable: Some(true),
        ipsec_crypto: Some(true),
        ipsec_packet: Some(true),
        max_io_eqs: Some(10),
        state: None,
    };
    linux.set_port_function(&vf, &change).unwrap();
    let function = linux.port(&vf).unwrap().function.unwrap();
    let told = (function.hw_addr, function.roce, function.migratable, function.ipsec_crypto);
    assert_eq!(told, (change.hw_addr, change.roce, change.migratable, change.ipsec_crypto));
    assert_eq!((function.ipsec_packet, function.max_io_eqs), (change.ipsec_packet, change.max_io_eqs));
    assert_same(&linux, &model);
    let nothing = PortFunctionChange::default;
    let wrong = [
        state(FunctionState::Active),
        PortFunctionChange { hw_addr: Some("01:00:00:00:00:01".parse().unwrap()), ..nothing() },
        PortFunctionChange { hw_addr: Some("02:00:00".parse().unwrap()), ..nothing() },
        PortFunctionChange { max_io_eqs: Some(u32::MAX), ..nothing() },
        PortFunctionChange { state: Some(FunctionState::Unknown(7)), ..nothing() },
    ];
    for change in &wrong[..4] {
        let refused = said(linux.set_port_function(&vf, change));
        assert!(refused.is_err());
        assert_eq!(refused, said(model.devlink().set_port_function(&vf, change)), "{change:?}");
    }
    assert_eq!(said(linux.set_port_function(&vf, &wrong[4])).unwrap_err().1, Some(34));
    assert_same(&linux, &model);
    let (linux, _) = machine("e810");
    switchdev(&linux);
    let error = linux.set_port_function(&pf().port(1), &PortFunctionChange { roce: Some(true), ..nothing() });
    let extack = error.unwrap_err().extack().cloned().unwrap();
    assert_eq!(extack.message.as_deref(), Some("Port doesn't support RoCE function attribute"));
    let path = "DEVLINK_ATTR_PORT_FUNCTION/DEVLINK_PORT_FN_ATTR_CAPS";
    assert_eq!(extack.attribute.as_deref(), Some(path));
}

#[test]
fn reloads_do_what_drivers_do() {
    let actions = [None, Some(ReloadAction::DriverReinit), Some(ReloadAction::FwActivate)];
    let limits = [None, Some(ReloadLimit::NoReset)];
    for profile in ["bluefield3", "e810", "thor2"] {
        let (linux, model) = machine(profile);
        for (action, limit) in actions.into_iter().flat_map(|action| limits.map(|limit| (action, limit))) {
            let reload = Reload { action, limit, netns: None };
            let (_, direct) = machine(profile);
            let same = said(linux.reload(&pf(), &reload));
            assert_eq!(same, said(direct.devlink().reload(&pf(), &reload)), "{profile} {reload:?}");
        }
        assert_same(&linux, &model);
        let counts = linux.device(&pf()).unwrap().reloads.unwrap();
        let reinit = counts.iter().find(|count| count.action == ReloadAction::DriverReinit).unwrap();
        assert!(reinit.counts[0].1 >= 2, "{profile}: {counts:?}");
        let elsewhere = Reload { netns: Some(TargetNetns::Pid(77)), ..Reload::default() };
        assert_eq!(said(linux.reload(&pf(), &elsewhere)).unwrap_err().1, Some(22));
    }
    // In switchdev mode mlx5 goes back to legacy, and its links are new ones.
    let (linux, model) = machine("bluefield3");
    switchdev(&linux);
    let before = port(&linux, "p0");
    linux.reload(&pf(), &Reload::default()).unwrap();
    assert_eq!(linux.eswitch(&pf()).unwrap().mode, Some(EswitchMode::Legacy));
    assert!(port(&linux, "p0") > before);
    assert_same(&linux, &model);
}

#[test]
fn resources_and_what_is_not_there() {
    let (linux, model) = machine("bluefield3");
    let all = linux.all_resources(None, None).unwrap();
    assert_eq!(all, model.devlink().all_resources(None, None).unwrap());
    assert_eq!(linux.resources(&pf()).unwrap(), all[0]);
    assert_eq!(linux.all_resources(None, Some(ResourceScope::Port)).unwrap(), []);
    assert_eq!(linux.all_resources(Some(&pf()), Some(ResourceScope::Device)).unwrap(), all[..1]);
    let sfs = all[0].at("/max_local_SFs").unwrap();
    linux.set_resource(&pf(), sfs.id, sfs.size).unwrap();
    for (id, size) in [(sfs.id, sfs.size + 1), (sfs.id, 0), (99, 1)] {
        let refused = said(linux.set_resource(&pf(), id, size));
        assert_eq!(refused.as_ref().unwrap_err().1, Some(22));
        assert_eq!(refused, said(model.devlink().set_resource(&pf(), id, size)));
    }
    let port = pf().port(0xffff);
    assert_eq!(said(linux.port_resources(&port)), said(model.devlink().port_resources(&port)));
    assert_eq!(said(linux.set_port_type(&port, PortType::Ib)).unwrap_err().1, Some(95));
    assert_eq!(said(linux.split_port(&port, 2)), said(model.devlink().split_port(&port, 2)));
    assert_eq!(linux.port_params().unwrap(), []);
    let text = linux.port_param(&port, "x").unwrap_err().extack().and_then(|extack| extack.message.clone());
    assert_eq!(text.as_deref(), Some("Port params are not supported"));
}

#[test]
fn a_port_is_told_what_to_carry() {
    let (linux, model) = machine("connectx3");
    let port = pf().port(1);
    let both = || {
        let told = linux.port(&port).unwrap();
        assert_eq!(told, model.devlink().port(&port).unwrap());
        (told.kind, told.desired, told.netdev, told.ibdev)
    };
    let (link, device) = (Some("enp3s0".to_owned()), Some("mlx4_0".to_owned()));
    assert_eq!(both(), (PortType::Eth, None, link.clone(), None));
    // What it carries already, it need not be told.
    linux.set_port_type(&port, PortType::Eth).unwrap();
    assert_eq!(both(), (PortType::Eth, None, link.clone(), None));
    linux.set_port_type(&port, PortType::Ib).unwrap();
    assert_eq!(both(), (PortType::Ib, Some(PortType::Ib), None, device));
    let links = linux.links().unwrap();
    let ipoib = links.iter().find(|link| link.parent_device.as_deref() == Some("0000:03:00.0")).unwrap();
    assert_eq!((ipoib.name.as_str(), ipoib.mac, &ipoib.devlink_port), ("ibp3s0", None, &None));
    assert_eq!(links, model.switchdev().links().unwrap());
    // The wire tells that it is Ethernet.
    linux.set_port_type(&port, PortType::Auto).unwrap();
    assert_eq!(both(), (PortType::Eth, Some(PortType::Auto), link, None));
    let wrong = said(linux.set_port_type(&port, PortType::NotSet));
    assert_eq!(wrong.as_ref().unwrap_err().1, Some(95));
    assert_eq!(wrong, said(model.devlink().set_port_type(&port, PortType::NotSet)));
}

#[test]
fn ports_of_the_e810_are_split_after_a_reboot() {
    let (linux, model) = machine("e810");
    let port = pf().port(0);
    let note = linux.split_port(&port, 2).unwrap().unwrap();
    assert_eq!(note.message.as_deref(), Some("ice: Reboot required to finish port split"));
    for count in [2, 3, 8] {
        let refused = said(linux.split_port(&port, count));
        assert_eq!(refused.as_ref().unwrap_err().1, Some(22));
        assert_eq!(refused, said(model.devlink().split_port(&port, count)));
    }
    linux.unsplit_port(&port).unwrap();
    assert_eq!(said(linux.unsplit_port(&port)).unwrap_err().1, Some(22));
}

#[test]
fn parameters_go_back_to_their_defaults() {
    let (linux, model) = machine("bluefield3");
    let name = "io_eq_size";
    linux.set_param(&pf(), name, ParamMode::DriverInit, &ParamValue::U32(64)).unwrap();
    let setting = linux.param(&pf(), name).unwrap().setting(ParamMode::DriverInit).cloned().unwrap();
    assert_eq!((setting.value, setting.default.clone()), (ParamValue::U32(64), Some(ParamValue::U32(1024))));
    linux.reset_param(&pf(), name, ParamMode::DriverInit).unwrap();
    let setting = linux.param(&pf(), name).unwrap().setting(ParamMode::DriverInit).cloned().unwrap();
    assert_eq!(Some(setting.value), setting.default);
    for (name, mode) in [("enable_sriov", ParamMode::Permanent), (name, ParamMode::Runtime)] {
        let refused = said(linux.reset_param(&pf(), name, mode));
        assert_eq!(refused.as_ref().unwrap_err().1, Some(95), "{name}");
        assert_eq!(refused, said(model.devlink().reset_param(&pf(), name, mode)));
    }
}

#[test]
fn a_watch_can_be_limited_to_one_device_or_port() {
    let (linux, _) = machine("bluefield3");
    let second: DevlinkHandle = "pci/0000:03:00.1".parse().unwrap();
    let mut watch = linux.watch().unwrap();
    watch.limit_to(Some(&second), None).unwrap();
    for device in [&pf(), &second] {
        linux.set_param(device, "io_eq_size", ParamMode::DriverInit, &ParamValue::U32(64)).unwrap();
    }
    assert_eq!(heard(&mut *watch), ["pci/0000:03:00.1 io_eq_size"]);
    watch.limit_to(Some(&second), Some(131_071.into())).unwrap();
    linux.reload(&second, &Reload::default()).unwrap();
    assert_eq!(heard(&mut *watch), ["- pci/0000:03:00.1/131071", "+ pci/0000:03:00.1/131071"]);
    watch.limit_to(None, None).unwrap();
    linux.reload(&pf(), &Reload::default()).unwrap();
    // The port, two traps and their group go and come, and the device is told.
    assert_eq!(heard(&mut *watch).len(), 9);
}

#[test]
fn instances_are_found_by_their_number_too() {
    let (linux, model) = machine("bluefield3");
    let second: DevlinkHandle = "devlink_index/1".parse().unwrap();
    let device = linux.device(&second).unwrap();
    assert_eq!((device.handle.to_string().as_str(), device.index), ("pci/0000:03:00.1", Some(1)));
    assert_eq!(linux.ports(Some(&second)).unwrap(), linux.ports(Some(&device.handle)).unwrap());
    assert_eq!(linux.params(&second).unwrap(), model.devlink().params(&second).unwrap());
    let nobody = "devlink_index/7".parse().unwrap();
    assert_eq!(said(linux.device(&nobody)), said(model.devlink().device(&nobody)));
}
