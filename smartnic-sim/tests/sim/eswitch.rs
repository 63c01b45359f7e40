//! The order of things that each driver wants, and what it says if it is not kept.

use crate::common::{add, hook, host, pf, port, said, switchdev};
use smartnic_core::ErrorKind;
use smartnic_core::backend::Host;
use smartnic_core::device::{
    EncapMode, Eswitch, EswitchChange, EswitchMode, InlineMode, ParamMode, ParamValue, Port, PortFlavour,
    PortFunction, PortType,
};
use smartnic_core::flow::{Action, Attach, Rule};
use smartnic_core::types::VfId;
use smartnic_sim::SimHost;

fn set(host: &SimHost, mode: EswitchMode) -> Result<Option<String>, (i32, Option<String>)> {
    match host.devlink().set_eswitch(&pf(), &EswitchChange::mode(mode)) {
        Ok(note) => Ok(note.and_then(|note| note.message)),
        Err(error) => {
            let (errno, text) = said(&error);
            Err((errno, text.map(str::to_owned)))
        }
    }
}

#[test]
fn an_unknown_profile_lists_the_known_ones() {
    let error = SimHost::open("bluefield9", smartnic_sim::SimOptions::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error
            .to_string()
            .contains("agilio, bluefield3, bluefield3-dpu, cn10k, cn10k-rep, connectx3, connectx7-ib, e810"),
        "{error}"
    );
}

#[test]
fn mlx5_changes_its_mode_with_vfs_but_not_while_rules_are_in_hardware() {
    let host = host("bluefield3");
    host.switchdev().set_num_vfs(&pf(), 4).unwrap();
    assert_eq!(set(&host, EswitchMode::Legacy), Ok(None));
    assert_eq!(set(&host, EswitchMode::Switchdev), Ok(None));
    let settings = host.devlink().eswitch(&pf()).unwrap();
    let expected = Eswitch {
        mode: Some(EswitchMode::Switchdev),
        inline_mode: Some(InlineMode::None),
        encap_mode: Some(EncapMode::Basic),
    };
    assert_eq!(settings, expected);

    let uplink = port(&host, "p0");
    hook(&host, uplink);
    let rule = Rule::new(Attach::ingress(uplink)).prio(1).handle(1).action(Action::drop());
    add(&host, &rule).unwrap();
    let busy = Err((16, Some("mlx5_core: Can't change mode, E-Switch is busy".to_owned())));
    assert_eq!(set(&host, EswitchMode::Legacy), busy);
    assert_eq!(set(&host, EswitchMode::SwitchdevInactive), Ok(None));
    host.flow().remove(&rule.id().unwrap()).unwrap();
    assert_eq!(set(&host, EswitchMode::Legacy), Ok(None));
    assert_eq!(set(&host, EswitchMode::from_number(9)), Err((34, Some("integer out of range".into()))));
}

#[test]
fn ice_changes_its_mode_only_without_vfs_and_remarks_on_success() {
    let host = host("e810");
    host.switchdev().set_num_vfs(&pf(), 4).unwrap();
    let text = "ice: Changing eswitch mode is allowed only if there is no VFs created";
    assert_eq!(set(&host, EswitchMode::Switchdev), Err((95, Some(text.to_owned()))));
    host.switchdev().set_num_vfs(&pf(), 0).unwrap();
    assert_eq!(set(&host, EswitchMode::Switchdev), Ok(Some("ice: Changed eswitch mode to switchdev".into())));
    assert_eq!(set(&host, EswitchMode::Switchdev), Ok(None));
    host.switchdev().set_num_vfs(&pf(), 4).unwrap();
    assert_eq!(host.devlink().ports(Some(&pf())).unwrap().len(), 5);
}

#[test]
fn bnxt_refuses_the_mode_it_is_in_and_makes_vfs_only_while_its_link_is_up() {
    let host = host("thor2");
    assert_eq!(set(&host, EswitchMode::Legacy), Err((22, None)));
    host.switchdev().set_num_vfs(&pf(), 4).unwrap();
    assert_eq!(host.switchdev().sriov(&pf()).unwrap().num, 0);
    host.switchdev().set_link_up(port(&host, "p0"), true).unwrap();
    host.switchdev().set_num_vfs(&pf(), 4).unwrap();
    assert_eq!(set(&host, EswitchMode::Switchdev), Ok(None));
    let log =
        ["bnxt_en: already in legacy eswitch mode", "bnxt_en: Reject SRIOV config request since if is down!"];
    assert_eq!(host.machine().kernel_log(), log);
    // Its representors stand on no devlink port: they are known by switch and port name only.
    assert_eq!(host.devlink().ports(Some(&pf())).unwrap().len(), 1);
    let link = port(&host, "pf0vf3");
    let links = host.switchdev().links().unwrap();
    let representor = links.iter().find(|there| there.ifindex == link).unwrap();
    assert_eq!((representor.devlink_port.as_ref(), representor.switch_id.is_some()), (None, true));
}

#[test]
fn vfs_come_and_go_as_the_kernel_lets_them() {
    let host = host("bluefield3");
    let refused = |num| host.switchdev().set_num_vfs(&pf(), num).unwrap_err().errno();
    assert_eq!(refused(17), Some(34));
    host.switchdev().set_num_vfs(&pf(), 2).unwrap();
    assert_eq!(refused(3), Some(16));
    host.switchdev().set_num_vfs(&pf(), 2).unwrap();
    let state = host.switchdev().sriov(&pf()).unwrap();
    let functions: Vec<_> =
        state.functions.iter().map(|vf| (vf.device.to_string(), vf.driver.clone())).collect();
    let bound = || Some("mlx5_core".to_owned());
    assert_eq!(functions, [("pci/0000:03:00.2".into(), bound()), ("pci/0000:03:00.3".into(), bound())]);

    let vf = state.functions[0].device.clone();
    host.switchdev().unbind(&vf).unwrap();
    host.switchdev().bind(&vf, "vfio-pci").unwrap();
    assert_eq!(host.switchdev().sriov(&pf()).unwrap().functions[0].driver.as_deref(), Some("vfio-pci"));
    // To a driver that the override keeps out the kernel says ENODEV (`bind_store`).
    assert_eq!(host.switchdev().bind(&vf, "mlx5_core").unwrap_err().kind(), ErrorKind::NotFound);
    host.switchdev().set_num_vfs(&pf(), 0).unwrap();
    host.switchdev().set_autoprobe(&pf(), false).unwrap();
    host.switchdev().set_num_vfs(&pf(), 1).unwrap();
    let state = host.switchdev().sriov(&pf()).unwrap();
    assert_eq!((state.autoprobe, state.functions[0].driver.as_deref()), (Some(false), None));
}

#[test]
fn representors_stand_on_devlink_ports_and_leave_with_their_rules() {
    let host = host("bluefield3");
    let before = (host.switchdev().links().unwrap(), host.devlink().ports(None).unwrap());
    switchdev(&host, 2);
    let representor = port(&host, "pf0vf1");
    let handle = pf().port(2);
    let links = host.switchdev().links().unwrap();
    let link = links.iter().find(|link| link.ifindex == representor).unwrap();
    assert_eq!((link.name.as_str(), link.devlink_port.as_ref()), ("enp3s0f0r1", Some(&handle)));
    let vf_mac = links.iter().find(|link| link.name == "enp3s0f0v1").unwrap().mac;
    let expected = Port {
        kind: PortType::Eth,
        ifindex: Some(representor),
        netdev: Some("enp3s0f0r1".into()),
        controller: Some(0),
        pf: Some(0),
        vf: Some(VfId(1)),
        function: Some(PortFunction {
            hw_addr: vf_mac.map(Into::into),
            roce: Some(true),
            migratable: Some(false),
            ipsec_crypto: Some(false),
            ipsec_packet: Some(false),
            max_io_eqs: Some(64),
            ..PortFunction::default()
        }),
        ..Port::new(handle.clone(), PortFlavour::PciVf)
    };
    assert_eq!(host.devlink().port(&handle).unwrap(), expected);

    hook(&host, representor);
    add(&host, &Rule::new(Attach::ingress(representor)).skip_hw().action(Action::drop())).unwrap();
    assert_eq!(set(&host, EswitchMode::Legacy), Ok(None));
    assert_eq!(host.flow().hooks(None).unwrap(), []);
    host.switchdev().set_num_vfs(&pf(), 0).unwrap();
    host.switchdev().set_link_up(port(&host, "p0"), false).unwrap();
    // mlx5 turned the feature on when it entered switchdev mode, and leaves it on.
    assert!(host.switchdev().tc_offload(port(&host, "p0")).unwrap());
    assert_eq!((host.switchdev().links().unwrap(), host.devlink().ports(None).unwrap()), before);
}

#[test]
fn both_ports_of_a_card_tell_the_same_switch() {
    let host = host("bluefield3");
    let links = host.switchdev().links().unwrap();
    let ids: Vec<_> = links.iter().filter_map(|link| link.switch_id.clone()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1]);
    let devices = host.devlink().devices().unwrap();
    let handles: Vec<String> = devices.iter().map(|device| device.handle.to_string()).collect();
    assert_eq!(handles, ["pci/0000:03:00.0", "pci/0000:03:00.1"]);
}

#[test]
fn parameters_keep_their_type_and_are_checked() {
    let host = host("bluefield3");
    let name = "flow_steering_mode";
    let set = |value: ParamValue| host.devlink().set_param(&pf(), name, ParamMode::Runtime, &value);
    set(ParamValue::Text("smfs".into())).unwrap();
    let param = host.devlink().param(&pf(), name).unwrap();
    let setting = param.setting(ParamMode::Runtime).unwrap();
    assert_eq!((param.values.len(), &setting.value), (1, &ParamValue::Text("smfs".into())));
    assert_eq!(said(&set(ParamValue::U32(1)).unwrap_err()), (22, None));
    let text = "mlx5_core: Bad parameter: supported values are [\"dmfs\", \"smfs\", \"hmfs\"]";
    assert_eq!(said(&set(ParamValue::Text("fast".into())).unwrap_err()), (22, Some(text)));
    let wrong_mode =
        host.devlink().set_param(&pf(), name, ParamMode::Permanent, &ParamValue::Text("dmfs".into()));
    assert_eq!(said(&wrong_mode.unwrap_err()), (95, None));
}

#[test]
fn a_vfs_instance_tells_no_eswitch_or_refuses_to() {
    let vf = |host: &SimHost| {
        let devices = host.devlink().devices().unwrap();
        devices
            .into_iter()
            .map(|device| device.handle)
            .find(|handle| *handle != pf() && handle.device != "0000:03:00.1")
    };
    let mlx5 = host("bluefield3");
    mlx5.switchdev().set_num_vfs(&pf(), 1).unwrap();
    assert_eq!(mlx5.devlink().eswitch(&vf(&mlx5).unwrap()).unwrap_err().errno(), Some(95));
    // Where the driver has no such operation for VFs, the kernel answers with nothing in it.
    let bnxt = host("thor2");
    bnxt.switchdev().set_link_up(port(&bnxt, "p0"), true).unwrap();
    bnxt.switchdev().set_num_vfs(&pf(), 1).unwrap();
    let nothing = Eswitch { mode: None, inline_mode: None, encap_mode: None };
    assert_eq!(bnxt.devlink().eswitch(&vf(&bnxt).unwrap()).unwrap(), nothing);
    let change = EswitchChange::mode(EswitchMode::Switchdev);
    assert_eq!(bnxt.devlink().set_eswitch(&vf(&bnxt).unwrap(), &change).unwrap_err().errno(), Some(95));
}
