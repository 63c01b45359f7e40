//! What each driver takes into hardware, and what it says if it does not.

use crate::common::{add, hook, host, pf, port, replace, rules, said, switchdev};
use smartnic_core::backend::{Hook, Host};
use smartnic_core::flow::{Action, Attach, Control, HwStats, IpProto, PortMatch, Rule};
use smartnic_core::types::{EtherType, IfIndex};
use smartnic_sim::{SimHost, SimOptions};

/// A host in switchdev mode with two VFs and hooks on uplink and representors.
struct Bench {
    host: SimHost,
    uplink: IfIndex,
    vfs: [IfIndex; 2],
}

impl Bench {
    fn new(profile: &str) -> Self {
        let host = host(profile);
        switchdev(&host, 2);
        let uplink = port(&host, "p0");
        let vfs = [port(&host, "pf0vf0"), port(&host, "pf0vf1")];
        for link in [uplink, vfs[0], vfs[1]] {
            hook(&host, link);
        }
        Self { host, uplink, vfs }
    }

    /// What becomes of a rule: the drivers taken, or the error number and text with and without `skip_sw`.
    fn verdict(&self, rule: &Rule) -> Result<u32, (i32, Option<String>)> {
        let strict = add(&self.host, &rule.clone().prio(9).handle(1).skip_sw());
        if strict.is_ok() {
            self.host.flow().remove(&rule.clone().prio(9).handle(1).id().unwrap()).unwrap();
        }
        // Without skip_sw nobody refuses, and the text is the same.
        let note = add(&self.host, &rule.clone().prio(9).handle(1)).unwrap();
        let entry = self.host.flow().entry(&rule.clone().prio(9).handle(1).id().unwrap()).unwrap();
        self.host.flow().remove(&entry.id()).unwrap();
        let text = note.and_then(|note| note.message);
        match strict {
            Ok(_) => {
                assert_eq!(entry.in_hw, Some(true));
                Ok(entry.in_hw_count)
            }
            Err(error) => {
                assert_eq!((entry.in_hw, entry.in_hw_count), (Some(false), 0));
                let (errno, said) = said(&error);
                assert_eq!(said, text.as_deref());
                Err((errno, text))
            }
        }
    }
}

fn on(link: IfIndex) -> Rule {
    Rule::new(Attach::ingress(link)).protocol(EtherType::IPV4)
}

fn tcp(link: IfIndex) -> Rule {
    on(link).matching(|key| (key.ip_proto, key.dst_port) = (Some(IpProto::TCP), Some(80.into())))
}

fn vlan(link: IfIndex) -> Rule {
    on(link).protocol(EtherType::VLAN).matching(|key| {
        (key.vlan_id, key.vlan_ethtype) = (Some(5), Some(EtherType::IPV4));
    })
}

fn refused(errno: i32, text: &str) -> Result<u32, (i32, Option<String>)> {
    Err((errno, Some(text.to_owned())))
}

#[test]
fn mlx5_takes_and_refuses() {
    let bench = Bench::new("bluefield3");
    let Bench { uplink, vfs: [a, b], .. } = bench;
    let same = "mlx5_core: devices are not on same switch HW, can't offload forwarding";
    let other = port(&bench.host, "p1");
    let vf_netdev = bench.host.switchdev().links().unwrap();
    let vf_netdev = vf_netdev.iter().find(|link| link.name == "enp3s0f0v0").unwrap().ifindex;
    let cases = [
        (on(uplink).action(Action::drop()), Ok(1)),
        (tcp(uplink).action(Action::redirect(a)), Ok(1)),
        (tcp(a).action(Action::mirror(b)).action(Action::redirect(uplink)), Ok(1)),
        (vlan(uplink).action(Action::vlan_pop()).action(Action::redirect(a)), Ok(1)),
        (on(a).action(Action::vlan_push(7)).action(Action::redirect(uplink)), Ok(1)),
        (on(a).chain(9).action(Action::goto_chain(3)), Ok(1)),
        (on(a).action(Action::trap()), Ok(1)),
        (on(a).action(Action::pass()), Ok(1)),
        (on(a).matching(|key| key.ip_ttl = Some(64.into())).action(Action::drop()), Ok(1)),
        (
            tcp(a)
                .matching(|key| key.dst_port = Some(PortMatch::Range { min: 1, max: 9 }))
                .action(Action::drop()),
            refused(95, "mlx5_core: Unsupported key"),
        ),
        (
            tcp(a).matching(|key| key.ip_proto = Some(IpProto::SCTP)).action(Action::drop()),
            refused(22, "mlx5_core: Only UDP and TCP transports are supported for L4 matching"),
        ),
        (
            on(a).action(Action::mirror(b)).action(Action::drop()),
            refused(95, "mlx5_core: Rule cannot support forward+drop action"),
        ),
        (
            on(a).action(Action::vlan_push(5)),
            refused(95, "mlx5_core: Rule must have at least one forward/drop action"),
        ),
        (on(a), refused(22, "mlx5_core: Flow action doesn't have any entries")),
        (
            on(a).action(Action::gact(Control::Continue)),
            refused(95, "act_gact: Offload of \"continue\" action is not supported"),
        ),
        (on(a).action(Action::redirect(a)), refused(95, "mlx5_core: can't forward from a VF to itself")),
        (
            on(a).action(Action::mirror(b)).action(Action::redirect(b)),
            refused(95, "mlx5_core: can't duplicate output to same device"),
        ),
        (
            on(uplink).action(Action::redirect(other)),
            refused(95, "mlx5_core: devices are not the same uplink, can't offload forwarding"),
        ),
        (on(a).action(Action::redirect(other)), refused(95, same)),
        (on(a).action(Action::redirect(vf_netdev)), refused(95, same)),
        (
            {
                let mut rule = on(a).action(Action::drop());
                rule.actions[0].hw_stats = Some(HwStats::IMMEDIATE);
                rule
            },
            refused(95, "mlx5_core: Flow action HW stats type is not supported"),
        ),
        (
            {
                let modify = Action::new(smartnic_core::flow::ActionKind::VlanModify(
                    smartnic_core::flow::VlanChange { id: 9, protocol: None, priority: Some(3) },
                ));
                vlan(a).action(modify).action(Action::redirect(b))
            },
            refused(95, "mlx5_core: Changing VLAN prio is not supported"),
        ),
        // On the egress side no driver is asked, so nobody says anything.
        (Rule { attach: Attach::egress(a), ..on(a) }.action(Action::drop()), Err((95, None))),
    ];
    for (rule, expected) in cases {
        assert_eq!(bench.verdict(&rule), expected, "{rule:?}");
    }
    // Representors of both ports reach each other.
    bench.host.switchdev().set_num_vfs(&"pci/0000:03:00.1".parse().unwrap(), 1).unwrap();
    let switchdev = smartnic_core::device::EswitchChange::mode(smartnic_core::device::EswitchMode::Switchdev);
    bench.host.devlink().set_eswitch(&"pci/0000:03:00.1".parse().unwrap(), &switchdev).unwrap();
    assert_eq!(bench.verdict(&on(a).action(Action::redirect(port(&bench.host, "pf1vf0")))), Ok(1));
}

#[test]
fn mlx5_in_legacy_mode_takes_few_actions_and_only_with_the_feature_on() {
    let host = host("bluefield3");
    let uplink = port(&host, "p0");
    hook(&host, uplink);
    let rule = on(uplink).prio(1).handle(1).action(Action::drop());
    let note = add(&host, &rule).unwrap().unwrap();
    assert_eq!(note.message.as_deref(), Some("TC offload is disabled on net device"));
    host.flow().remove(&rule.id().unwrap()).unwrap();
    host.switchdev().set_tc_offload(uplink, true).unwrap();
    assert_eq!(add(&host, &rule.clone().skip_sw()).unwrap(), None);
    let trap = add(&host, &on(uplink).action(Action::trap()).skip_sw()).unwrap_err();
    assert_eq!(said(&trap), (95, Some("mlx5_core: Not implemented offload action")));
    // The feature stays on while rules are in hardware.
    assert!(host.switchdev().set_tc_offload(uplink, false).is_err());
    assert!(host.switchdev().tc_offload(uplink).unwrap());
    assert_eq!(
        host.machine().kernel_log(),
        ["mlx5_core: Active offloaded tc filters, can't turn hw_tc_offload off"]
    );
}

#[test]
fn ice_takes_and_refuses() {
    let bench = Bench::new("e810");
    let Bench { uplink, vfs: [a, b], .. } = bench;
    let unsupported = "ice: The action is not supported for this netdevice";
    let cases = [
        (on(uplink).action(Action::drop()), Ok(1)),
        (tcp(uplink).action(Action::redirect(a)), Ok(1)),
        (tcp(a).action(Action::redirect(b)), Ok(1)),
        (tcp(a).action(Action::mirror(uplink)), Ok(1)),
        // What a VF sends cannot be dropped, nor sent back where it came from.
        (on(a).action(Action::drop()), refused(22, unsupported)),
        (on(uplink).action(Action::redirect(uplink)), refused(22, unsupported)),
        (on(a).chain(1).action(Action::redirect(b)), Err((95, None))),
        (
            on(a).action(Action::vlan_push(7)).action(Action::redirect(b)),
            refused(22, "ice: Unsupported action in switchdev mode"),
        ),
        (
            tcp(a).matching(|key| key.tcp_flags = Some("0x2".parse().unwrap())).action(Action::redirect(b)),
            refused(95, "ice: Unsupported key used"),
        ),
        (
            on(uplink)
                .protocol(EtherType::IPV6)
                .matching(|key| key.dst_ip = Some("::1".parse().unwrap()))
                .action(Action::drop()),
            refused(22, "ice: Bad IPv6, addr is LOOPBACK"),
        ),
        (
            Rule { attach: Attach::egress(uplink), ..on(uplink) }.action(Action::drop()),
            refused(95, "ice: Non-LLDP filtering is not supported on egress in switchdev mode"),
        ),
        // Two IPv6 addresses, two MAC addresses and ports are more than the lookup words of one rule.
        (
            Rule::new(Attach::ingress(uplink))
                .protocol(EtherType::IPV6)
                .matching(|key| {
                    key.src_ip = Some("2001:db8::1".parse().unwrap());
                    key.dst_ip = Some("2001:db8::2".parse().unwrap());
                    key.src_mac = Some("02:00:00:00:00:01".parse().unwrap());
                    key.dst_mac = Some("02:00:00:00:00:02".parse().unwrap());
                    key.ip_proto = Some(IpProto::TCP);
                    key.dst_port = Some(80.into());
                })
                .action(Action::drop()),
            refused(28, "ice: Unable to add filter: insufficient space available."),
        ),
    ];
    for (rule, expected) in cases {
        assert_eq!(bench.verdict(&rule), expected, "{rule:?}");
    }
    // tc's priorities mean nothing to this driver: the same match twice is refused.
    add(&bench.host, &tcp(a).prio(1).action(Action::redirect(b)).skip_sw()).unwrap();
    let exists = refused(22, "ice: Unable to add filter because it already exist");
    assert_eq!(bench.verdict(&tcp(a).action(Action::redirect(uplink))), exists);
}

#[test]
fn ice_wants_the_feature_turned_on() {
    let host = host("e810");
    let uplink = port(&host, "p0");
    hook(&host, uplink);
    let off = add(&host, &on(uplink).action(Action::drop()).skip_sw()).unwrap_err();
    assert_eq!(
        said(&off),
        (22, Some("ice: can't apply TC flower filters, turn ON hw-tc-offload and try again"))
    );
    host.switchdev().set_tc_offload(uplink, true).unwrap();
    add(&host, &on(uplink).action(Action::drop()).skip_sw()).unwrap();
    let redirect = add(&host, &tcp(uplink).action(Action::redirect(uplink)).skip_sw()).unwrap_err();
    assert_eq!(said(&redirect), (95, Some("ice: Unsupported TC action")));
}

#[test]
fn bnxt_refuses_in_its_log_only() {
    let bench = Bench::new("thor2");
    let Bench { uplink, vfs: [a, b], .. } = bench;
    let cases = [
        (on(uplink).action(Action::drop()), Ok(1), None),
        (tcp(a).action(Action::redirect(b)), Ok(1), None),
        (vlan(uplink).action(Action::vlan_pop()).action(Action::redirect(a)), Ok(1), None),
        (
            on(a)
                .matching(|key| key.dst_mac = Some("02:00:00:00:00:00/8".parse().unwrap()))
                .action(Action::drop()),
            Err((95, None)),
            Some("bnxt_en: Wildcard match unsupported for Dest MAC"),
        ),
        (
            Rule::new(Attach::ingress(a)).action(Action::drop()),
            Err((95, None)),
            Some("bnxt_en: Wildcard match unsupported for Ethertype"),
        ),
        (
            vlan(a).matching(|key| key.vlan_prio = Some(3)).action(Action::drop()),
            Err((95, None)),
            Some("bnxt_en: Unsupported VLAN TCI"),
        ),
        (on(a).action(Action::pass()), Err((95, None)), Some("bnxt_en: Error: bnxt_tc_add_flow: error=-95")),
        (on(a).chain(1).action(Action::drop()), refused(95, "Driver supports only offload of chain 0"), None),
    ];
    for (rule, expected, log) in cases {
        let lines = bench.host.machine().kernel_log().len();
        assert_eq!(bench.verdict(&rule), expected, "{rule:?}");
        let written = bench.host.machine().kernel_log();
        assert_eq!(written.get(lines..).and_then(|new| new.last()).map(String::as_str), log, "{rule:?}");
    }
}

#[test]
fn a_full_table_refuses_or_leaves_it_to_software_and_has_room_again() {
    for (profile, text) in [
        ("bluefield3", None),
        ("e810", Some("ice: Unable to add filter: insufficient space available.")),
        ("thor2", None),
    ] {
        let options = SimOptions { capacity: Some(3), ..SimOptions::default() };
        let host = SimHost::open(profile, options).unwrap();
        switchdev(&host, 1);
        let uplink = port(&host, "p0");
        hook(&host, uplink);
        let nth = |n: u8| {
            let source = Some(format!("10.0.0.{n}").parse().unwrap());
            let rule = on(uplink).prio(1).handle(u32::from(n)).action(Action::drop());
            rule.matching(|key| key.src_ip = source)
        };
        for n in 1..=3 {
            add(&host, &nth(n).skip_sw()).unwrap();
        }
        assert_eq!(said(&add(&host, &nth(4).skip_sw()).unwrap_err()), (28, text), "{profile}");
        let note = add(&host, &nth(4)).unwrap();
        assert_eq!(note.and_then(|note| note.message).as_deref(), text);
        let in_hw: Vec<_> = rules(&host, uplink).iter().map(|entry| entry.in_hw).collect();
        assert_eq!(in_hw, [Some(true), Some(true), Some(true), Some(false)]);
        host.flow().remove(&nth(2).id().unwrap()).unwrap();
        replace(&host, &nth(4).skip_sw()).unwrap();
        assert_eq!(rules(&host, uplink)[2].in_hw, Some(true));
        // All of it leaves with the hook.
        host.flow().remove_hook(&Hook::clsact(uplink)).unwrap();
        hook(&host, uplink);
        for n in 1..=3 {
            add(&host, &nth(n).skip_sw()).unwrap();
        }
    }
}

#[test]
fn a_shared_block_is_in_the_hardware_of_each_switch_once() {
    let host = host("bluefield3");
    for (handle, vfs) in [("pci/0000:03:00.0", 2), ("pci/0000:03:00.1", 1)] {
        let handle = handle.parse().unwrap();
        host.switchdev().set_num_vfs(&handle, vfs).unwrap();
        let change =
            smartnic_core::device::EswitchChange::mode(smartnic_core::device::EswitchMode::Switchdev);
        host.devlink().set_eswitch(&handle, &change).unwrap();
    }
    let share = |name: &str| Hook { ingress_block: Some(5), ..Hook::clsact(port(&host, name)) };
    host.flow().add_hook(&share("pf0vf0")).unwrap();
    host.flow().add_hook(&share("pf1vf0")).unwrap();
    let rule = Rule { attach: Attach::Block(5), ..on(IfIndex(0)) }.prio(1).handle(1).action(Action::drop());
    add(&host, &rule.clone().skip_sw()).unwrap();
    let count = || host.flow().entry(&rule.id().unwrap()).unwrap().in_hw_count;
    assert_eq!(count(), 2);
    // A second link of the first switch: the driver knows the rule already and refuses the link.
    let again = host.flow().add_hook(&share("pf0vf1")).unwrap_err();
    assert_eq!(said(&again), (17, Some("mlx5_core: flow cookie already exists, ignoring")));
    // A link without offload cannot join.
    let loopback = host.flow().add_hook(&Hook { ingress_block: Some(5), ..Hook::clsact(IfIndex(1)) });
    assert_eq!(said(&loopback.unwrap_err()), (95, None));
    host.flow().remove_hook(&share("pf0vf0")).unwrap();
    assert_eq!(count(), 1);
    assert_eq!(host.devlink().devices().unwrap().len(), 5);
    assert_eq!(host.switchdev().sriov(&pf()).unwrap().num, 2);
}
