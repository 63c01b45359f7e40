//! The netlink face: what comes back for what is sent.

use smartnic_core::backend::{Hook, Host, Switchdev};
use smartnic_core::device::{EswitchChange, EswitchMode, ParamMode, ParamValue};
use smartnic_core::flow::{Action, Attach, PortMatch, Rule};
use smartnic_core::types::{EtherType, IfIndex};
use smartnic_netlink::{genl, rtnl, tc};

use crate::common::{pf, port, switchdev};
use crate::wire::{
    Client, End, acknowledged, both, dev, end, eswitch, features, filter_with_ports, info, param,
    port as devlink_port, talk,
};

#[test]
fn families_have_numbers_and_groups_or_are_not_there() {
    let (_, kernel, mut client) = both("bluefield3");
    let (families, _) = client.ask(&genl::GetFamily { name: "devlink" }, |m| genl::decode(m).unwrap());
    assert_eq!(families[0].id, client.devlink);
    assert!(families[0].group("config").is_some());
    assert_eq!(client.family("macsec"), None);
    let mut without = Client::new(&kernel.without_devlink());
    assert_eq!(without.family("devlink"), None);
    without.devlink = client.devlink;
    let request = dev::Dump { family: client.devlink };
    assert_eq!(without.tell(&request).errno, 2);
}

#[test]
fn reading_through_netlink_is_reading_the_model() {
    for profile in ["bluefield3", "e810", "thor2"] {
        let (host, _, mut client) = both(profile);
        switchdev(&host, 3);
        let family = client.devlink;

        let (devices, _) = client.ask(&dev::Dump { family }, |m| dev::decode(m).unwrap());
        assert_eq!(devices, host.devlink().devices().unwrap());
        let (ports, _) =
            client.ask(&devlink_port::Dump { family, device: None }, |m| devlink_port::decode(m).unwrap());
        assert_eq!(ports, host.devlink().ports(None).unwrap());
        for device in &devices {
            let device = &device.handle;
            let (ports, _) = client.ask(&devlink_port::Dump { family, device: Some(device) }, |m| {
                devlink_port::decode(m).unwrap()
            });
            assert_eq!(ports, host.devlink().ports(Some(device)).unwrap());
            let (told, _) = client.ask(&info::Get { family, device }, |m| info::decode(m).unwrap());
            assert_eq!(told, [(device.clone(), host.devlink().info(device).unwrap())]);
            let (modes, over) = client.ask(&eswitch::Get { family, device }, |m| eswitch::decode(m).unwrap());
            match host.devlink().eswitch(device) {
                Ok(mode) => assert_eq!((modes, over), (vec![mode], End::default())),
                Err(error) => assert_eq!((modes, Some(over.errno)), (vec![], error.errno())),
            }
            let (params, _) =
                client.ask(&param::Dump { family, device: Some(device) }, |m| param::decode(m).unwrap().1);
            assert_eq!(params, host.devlink().params(device).unwrap());
        }
        for port in host.devlink().ports(None).unwrap() {
            let request = devlink_port::Get { family, port: &port.handle };
            let (one, _) = client.ask(&request, |m| devlink_port::decode(m).unwrap());
            assert_eq!(one, std::slice::from_ref(&port));
        }
        let (links, _) = client.ask(&rtnl::link::Dump, |m| rtnl::link::decode(m).unwrap());
        assert_eq!(links, host.links().unwrap());
        let family = client.ethtool;
        for link in links {
            let request = features::Get { family, link: link.ifindex };
            let (state, _) = client.ask(&request, |m| features::decode(m, features::HW_TC_OFFLOAD).unwrap());
            assert_eq!(state[0].active, host.tc_offload(link.ifindex).unwrap());
            assert_eq!(state[0].switchable, link.switch_id.is_some());
        }
    }
}

#[test]
fn changes_through_netlink_change_the_model() {
    let (host, _, mut client) = both("e810");
    let family = client.devlink;
    let change = EswitchChange::mode(EswitchMode::Switchdev);
    let request = eswitch::Set { family, device: &pf(), change: &change };
    assert_eq!(client.tell(&request), end(0, "ice: Changed eswitch mode to switchdev", None));
    assert_eq!(host.devlink().eswitch(&pf()).unwrap().mode, Some(EswitchMode::Switchdev));
    host.set_num_vfs(&pf(), 1).unwrap();
    // The driver shows its scheduler's tree as long as there are representors.
    let back = EswitchChange::mode(EswitchMode::Legacy);
    let request = eswitch::Set { family, device: &pf(), change: &back };
    assert_eq!(client.tell(&request), end(16, "Rate node(s) exists.", None));
    host.set_num_vfs(&pf(), 0).unwrap();
    assert_eq!(client.tell(&request), end(0, "ice: Changed eswitch mode to legacy", None));
    host.set_num_vfs(&pf(), 1).unwrap();
    let text = "ice: Changing eswitch mode is allowed only if there is no VFs created";
    let request = eswitch::Set { family, device: &pf(), change: &change };
    assert_eq!(client.tell(&request), end(95, text, None));
    let strange = EswitchChange::mode(EswitchMode::from_number(7));
    let request = eswitch::Set { family, device: &pf(), change: &strange };
    let expected = end(34, "integer out of range", Some("DEVLINK_ATTR_ESWITCH_MODE"));
    assert_eq!(client.tell(&request), expected);

    let set = |value| param::Set {
        family,
        device: Box::leak(Box::new(pf())),
        name: "tx_scheduling_layers",
        mode: ParamMode::Permanent,
        value,
    };
    assert_eq!(client.tell(&set(&ParamValue::U8(5))), End::default());
    let text = "ice: Wrong number of tx scheduler layers provided.";
    assert_eq!(client.tell(&set(&ParamValue::U8(7))), end(22, text, None));
    assert_eq!(client.tell(&set(&ParamValue::U32(5))).errno, 22);
    let param = host.devlink().param(&pf(), "tx_scheduling_layers").unwrap();
    assert_eq!(param.setting(ParamMode::Permanent).unwrap().value, ParamValue::U8(5));

    let link = port(&host, "p0");
    assert_eq!(client.tell(&rtnl::link::SetUp { link, up: true }), End::default());
    assert!(host.links().unwrap().iter().any(|there| there.ifindex == link && there.up));
    assert_eq!(client.tell(&rtnl::link::SetUp { link: IfIndex(99), up: true }).errno, 19);

    let family = client.ethtool;
    let request = features::Set { family, link, feature: features::HW_TC_OFFLOAD, on: true };
    let (answers, over) = client.ask(&request, |_| ());
    assert_eq!((answers.len(), over), (1, End::default()));
    assert!(host.tc_offload(link).unwrap());
    let request = features::Set { family, link, feature: "warp-drive", on: true };
    let path = "ETHTOOL_A_FEATURES_WANTED/ETHTOOL_A_BITSET_BITS[1]/ETHTOOL_A_BITSET_BIT_NAME";
    assert_eq!(client.tell(&request), end(95, "bit name not found", Some(path)));
    let request = features::Get { family, link: IfIndex(99) };
    let path = "ETHTOOL_A_FEATURES_HEADER/ETHTOOL_A_HEADER_DEV_INDEX";
    assert_eq!(client.tell(&request), end(19, "no device matches ifindex", Some(path)));
}

#[test]
fn a_drivers_reason_comes_with_a_success_and_at_the_attribute_to_blame() {
    let (host, _, mut client) = both("bluefield3");
    switchdev(&host, 1);
    let link = port(&host, "pf0vf0");
    assert_eq!(client.tell(&tc::qdisc::Add(&Hook::clsact(link))), End::default());
    let again = client.tell(&tc::qdisc::Add(&Hook::clsact(link)));
    assert_eq!(again, end(17, "Exclusivity flag on, cannot modify", None));
    let ports = |min, max| {
        Rule::new(Attach::ingress(link)).protocol(EtherType::IPV4).action(Action::drop()).matching(|key| {
            key.ip_proto = Some(smartnic_core::flow::IpProto::UDP);
            key.dst_port = Some(PortMatch::Range { min, max });
        })
    };
    let software = client.tell(&tc::filter::Add(&ports(5, 9)));
    assert_eq!(software, end(0, "mlx5_core: Unsupported key", None));
    let strict = client.tell(&tc::filter::Add(&ports(5, 9).skip_sw()));
    assert_eq!(strict, end(95, "mlx5_core: Unsupported key", None));
    // The same request with its two ports in the wrong order, which the client would not write.
    let mut bytes = Vec::new();
    let at = filter_with_ports(&mut bytes, client.route.port_id(), link, 9, 5);
    let replies = talk(client.route.as_mut(), &bytes);
    let text = "Invalid destination port range (min must be strictly smaller than max)";
    assert_eq!(acknowledged(&replies[0]), (22, Some(text.to_owned()), Some(at)));
}
