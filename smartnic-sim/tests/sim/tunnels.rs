//! Tunnel devices: where packets get an outer header, and lose it.

use crate::common::{add, hook, host, pf, port, rules, said, switchdev};
use smartnic_core::backend::{Datapath, Host};
use smartnic_core::device::{EswitchChange, EswitchMode, TunnelKind, TunnelSettings};
use smartnic_core::flow::{
    Action, ActionKind, Attach, Control, Fate, IpProto, Packet, Rule, Skip, Tunnel, TunnelSet,
};
use smartnic_core::types::{EtherType, IfIndex};
use smartnic_sim::SimHost;

struct Bench {
    host: SimHost,
    vf: IfIndex,
    tunnel: IfIndex,
}

impl Bench {
    fn new(profile: &str, kind: TunnelKind) -> Self {
        let host = host(profile);
        match profile {
            // It is always in that mode.
            "agilio" => host.switchdev().set_num_vfs(&pf(), 2).unwrap(),
            _ => switchdev(&host, 2),
        }
        let tunnel = device(&host, "tun0", TunnelSettings::external(kind));
        let vf = port(&host, "pf0vf0");
        hook(&host, vf);
        hook(&host, tunnel);
        Self { host, vf, tunnel }
    }

    /// A rule that puts an outer header to the network of the first uplink on.
    fn encap(&self, dst_port: u16, to: IfIndex) -> Rule {
        let header = TunnelSet {
            src_ip: "198.18.0.1".parse().ok(),
            dst_ip: "198.18.0.9".parse().ok(),
            key_id: Some(5),
            dst_port: Some(dst_port),
            ..TunnelSet::default()
        };
        let action = Action::new(ActionKind::TunnelSet(header)).then(Control::Pipe);
        ip(self.vf).action(action).action(Action::redirect(to))
    }

    /// A rule that takes it off and sends the packet to a VF.
    fn decap(&self) -> Rule {
        let unset = Action::new(ActionKind::TunnelUnset).then(Control::Pipe);
        ip(self.tunnel)
            .matching(|key| {
                key.enc_src_ip = "198.18.0.9".parse().ok();
                key.enc_dst_ip = "198.18.0.1".parse().ok();
                (key.enc_key_id, key.enc_dst_port) = (Some(5), Some(4789.into()));
            })
            .action(unset)
            .action(Action::redirect(self.vf))
    }

    /// How many drivers took a rule, or what was said.
    fn taken(&self, rule: &Rule) -> Result<u32, String> {
        let note = add(&self.host, rule).unwrap();
        let place = rule.attach.dev().unwrap().index().unwrap();
        let entry = rules(&self.host, place).pop().unwrap();
        self.host.flow().remove(&entry.id()).unwrap();
        match entry.in_hw_count {
            0 => Err(note.and_then(|note| note.message).unwrap_or_default()),
            count => Ok(count),
        }
    }
}

fn device(host: &SimHost, name: &str, settings: TunnelSettings) -> IfIndex {
    let tunnels = host.tunnels().unwrap();
    tunnels.add_tunnel(name, &settings).unwrap();
    let found = tunnels.tunnels().unwrap().into_iter().find(|tunnel| tunnel.name == name).unwrap();
    assert_eq!((found.settings, found.up), (settings, false));
    host.switchdev().set_link_up(found.link, true).unwrap();
    found.link
}

fn ip(link: IfIndex) -> Rule {
    Rule::new(Attach::ingress(link)).prio(3).protocol(EtherType::IPV4)
}

fn err<T>(text: &str) -> Result<T, String> {
    Err(text.to_owned())
}

#[test]
fn mlx5_puts_headers_on_towards_tunnel_devices_only() {
    let bench = Bench::new("bluefield3", TunnelKind::Vxlan);
    let uplink = port(&bench.host, "p0");
    assert_eq!(bench.taken(&bench.encap(4789, bench.tunnel)), Ok(1));
    assert_eq!(bench.taken(&bench.encap(4789, uplink)), err("mlx5_core: Unsupported tunnel"));
    let unknown = err("mlx5_core: vxlan udp dport was not registered with the HW");
    assert_eq!(bench.taken(&bench.encap(8472, bench.tunnel)), unknown);
    // A device at this port tells the NIC of it, while it is up.
    let other = TunnelSettings { port: Some(8472), ..TunnelSettings::external(TunnelKind::Vxlan) };
    let other = device(&bench.host, "tun1", other);
    assert_eq!(bench.taken(&bench.encap(8472, bench.tunnel)), Ok(1));
    bench.host.switchdev().set_link_up(other, false).unwrap();
    assert_eq!(bench.taken(&bench.encap(8472, bench.tunnel)), unknown);
    // Without an outer header the device is a link like others; without a way to its end there is none either.
    let plain = ip(bench.vf).action(Action::redirect(bench.tunnel));
    let same = "mlx5_core: devices are not on same switch HW, can't offload forwarding";
    assert_eq!(bench.taken(&plain), err(same));
    bench.host.switchdev().set_link_up(uplink, false).unwrap();
    assert_eq!(bench.taken(&bench.encap(4789, bench.tunnel)), err(""));
}

#[test]
fn mlx5_takes_headers_off_on_tunnel_devices() {
    let bench = Bench::new("bluefield3", TunnelKind::Vxlan);
    assert_eq!(bench.taken(&bench.decap()), Ok(1));
    let failed = err("mlx5_core: Failed to parse tunnel attributes");
    let before = bench.host.machine().kernel_log().len();
    assert_eq!(bench.taken(&bench.decap().matching(|key| key.enc_dst_port = None)), failed);
    assert_eq!(bench.taken(&bench.decap().matching(|key| key.enc_dst_port = Some(9.into()))), failed);
    let log = bench.host.machine().kernel_log()[before..].join("\n");
    assert!(log.contains("must include enc_dst_port condition"), "{log}");
    assert!(log.contains("Matched UDP dst port is not registered as a VXLAN port"), "{log}");
    // The tunnel device's own driver offloads nothing, so that the kernel takes no rule for hardware alone.
    let alone = Rule { skip: Skip::SkipSw, ..bench.decap() };
    assert_eq!(said(&add(&bench.host, &alone).unwrap_err()).0, 95);
    // Every function in switchdev mode is asked; one that the rule does not concern says nothing.
    let second = "pci/0000:03:00.1".parse().unwrap();
    bench.host.devlink().set_eswitch(&second, &EswitchChange::mode(EswitchMode::Switchdev)).unwrap();
    assert_eq!(bench.taken(&bench.decap()), Ok(1));
    // Nobody is asked in legacy mode.
    let legacy = EswitchChange::mode(EswitchMode::Legacy);
    bench.host.devlink().set_eswitch(&second, &legacy).unwrap();
    bench.host.devlink().set_eswitch(&pf(), &legacy).unwrap();
    assert_eq!(bench.taken(&ip(bench.tunnel).action(Action::drop())), err(""));
}

#[test]
fn a_rule_on_a_tunnel_device_holds_its_eswitch_and_goes_with_its_driver() {
    let bench = Bench::new("bluefield3", TunnelKind::Vxlan);
    add(&bench.host, &bench.decap()).unwrap();
    let legacy = EswitchChange::mode(EswitchMode::Legacy);
    let busy = bench.host.devlink().set_eswitch(&pf(), &legacy).unwrap_err();
    assert_eq!(said(&busy), (16, Some("mlx5_core: Can't change mode, E-Switch is busy")));
    bench.host.switchdev().unbind(&pf()).unwrap();
    assert_eq!(rules(&bench.host, bench.tunnel)[0].in_hw_count, 0);
    let tunnels = bench.host.tunnels().unwrap();
    tunnels.remove_tunnel(bench.tunnel).unwrap();
    assert_eq!(tunnels.tunnels().unwrap(), []);
}

#[test]
fn a_rule_in_another_namespace_goes_with_its_driver_too() {
    let bench = Bench::new("bluefield3", TunnelKind::Vxlan);
    let machine = bench.host.machine();
    machine.add_netns("blue").unwrap();
    let blue = SimHost::on(machine.within("blue").unwrap(), "sim:netns=blue");
    let tunnel = device(&blue, "tun0", TunnelSettings::external(TunnelKind::Vxlan));
    hook(&blue, tunnel);
    let rule = Rule { attach: Attach::ingress(tunnel), actions: vec![Action::drop()], ..bench.decap() };
    add(&blue, &rule).unwrap();
    assert_eq!(rules(&blue, tunnel)[0].in_hw_count, 1);

    let nic = bench.host.switchdev();
    nic.unbind(&pf()).unwrap();
    assert_eq!(rules(&blue, tunnel)[0].in_hw_count, 0);
    // The eswitch is not held by it any more.
    nic.bind(&pf(), "mlx5_core").unwrap();
    for mode in [EswitchMode::Switchdev, EswitchMode::Legacy] {
        bench.host.devlink().set_eswitch(&pf(), &EswitchChange::mode(mode)).unwrap();
    }
}

#[test]
fn bnxt_and_nfp_hear_of_the_tunnels_that_they_know() {
    let bench = Bench::new("thor2", TunnelKind::Vxlan);
    assert_eq!(bench.taken(&bench.encap(4789, bench.tunnel)), Ok(1));
    assert_eq!(bench.taken(&bench.decap()), Ok(1));
    let geneve = device(&bench.host, "gen0", TunnelSettings::external(TunnelKind::Geneve));
    hook(&bench.host, geneve);
    let on_geneve = Rule { attach: Attach::ingress(geneve), ..bench.decap() };
    assert_eq!(bench.taken(&on_geneve), err(""));

    let bench = Bench::new("agilio", TunnelKind::Geneve);
    let wrong = "nfp: unsupported offload: egress interface does not match the required tunnel type";
    assert_eq!(bench.taken(&bench.encap(6081, bench.tunnel)), Ok(1));
    assert_eq!(bench.taken(&bench.encap(4789, bench.tunnel)), err(wrong));
    let wrong = "nfp: unsupported offload: ingress netdev does not match the expected tunnel type";
    assert_eq!(bench.taken(&bench.decap()), err(wrong));
    let fits = bench.decap().matching(|key| key.enc_dst_port = Some(6081.into()));
    assert_eq!(bench.taken(&fits), Ok(1));
}

#[test]
fn mlx5_and_nfp_know_gre_by_its_device_and_mlx5_labels_in_udp() {
    let bench = Bench::new("bluefield3", TunnelKind::Gretap);
    let keyed = |csum: bool| {
        let Action { kind: ActionKind::TunnelSet(header), .. } =
            bench.encap(0, bench.tunnel).actions.remove(0)
        else {
            panic!("no outer header")
        };
        let header = TunnelSet { dst_port: None, no_csum: Some(!csum), ..header };
        let set = Action::new(ActionKind::TunnelSet(header)).then(Control::Pipe);
        ip(bench.vf).action(set).action(Action::redirect(bench.tunnel))
    };
    assert_eq!(bench.taken(&keyed(false)), Ok(1));
    assert_eq!(bench.taken(&keyed(true)), err(""), "the card counts no checksums of GRE");
    let without_port = |bench: &Bench| bench.decap().matching(|key| key.enc_dst_port = None);
    assert_eq!(bench.taken(&without_port(&bench)), Ok(1));

    let labels = device(&bench.host, "mpls0", TunnelSettings::external(TunnelKind::Bareudp));
    hook(&bench.host, labels);
    let on_labels = |rule: Rule| Rule { attach: Attach::ingress(labels), ..rule };
    let failed = err("mlx5_core: Failed to parse tunnel attributes");
    assert_eq!(bench.taken(&on_labels(bench.decap())), failed, "there is no identifier");
    let named = on_labels(bench.decap().matching(|key| {
        (key.enc_key_id, key.enc_dst_port) = (None, Some(6635.into()));
    }));
    assert_eq!(bench.taken(&named), Ok(1));
    assert_eq!(bench.taken(&Rule { ..named.matching(|key| key.enc_dst_port = None) }), failed);

    let bench = Bench::new("agilio", TunnelKind::Gretap);
    assert_eq!(bench.taken(&without_port(&bench)), Ok(1));
    let wrong = "nfp: unsupported offload: ingress netdev does not match the expected tunnel type";
    assert_eq!(bench.taken(&bench.decap()), err(wrong));
    assert_eq!(bench.taken(&bench.encap(0, bench.tunnel)), Ok(1));
}

#[test]
fn devices_of_which_there_can_be_one_are_not_made_twice() {
    let host = host("bluefield3");
    let tunnels = host.tunnels().unwrap();
    let add = |name: &str, settings: TunnelSettings| {
        let refused = |error| {
            let (errno, text) = said(&error);
            (errno, text.map(str::to_owned))
        };
        tunnels.add_tunnel(name, &settings).map_err(refused)
    };
    let gre = TunnelSettings::external(TunnelKind::Gretap);
    let keyed = TunnelSettings { id: Some(7), remote: "192.0.2.1".parse().ok(), external: false, ..gre };
    assert_eq!(add("gre0", gre), Ok(()));
    assert_eq!(add("gre1", gre), Err((17, None)));
    assert_eq!(add("gre1", keyed), Ok(()));
    assert_eq!(add("gre2", keyed), Err((17, None)));
    assert_eq!(add("gre2", TunnelSettings { id: Some(8), ..keyed }), Ok(()));
    let labels = TunnelSettings::external(TunnelKind::Bareudp);
    assert_eq!(add("mpls0", labels), Ok(()));
    let taken = "Another bareudp device using the same port already exists";
    assert_eq!(add("mpls1", labels), Err((16, Some(taken.into()))));
    assert_eq!(add("mpls1", TunnelSettings { port: Some(7), ..labels }), Ok(()));
}

#[test]
fn packets_get_their_outer_header_and_lose_it_in_hardware() {
    let bench = Bench::new("bluefield3", TunnelKind::Vxlan);
    add(&bench.host, &bench.encap(4789, bench.tunnel)).unwrap();
    add(&bench.host, &bench.decap()).unwrap();
    let datapath = bench.host.datapath().unwrap();
    let packet = Packet {
        eth_type: EtherType::IPV4,
        src_ip: "10.0.0.1".parse().ok(),
        dst_ip: "10.0.0.2".parse().ok(),
        ip_proto: Some(IpProto::UDP),
        length: 100,
        ..Packet::default()
    };
    let sent = datapath.send(bench.vf, &packet, 2).unwrap();
    assert!(sent.in_hardware);
    assert_eq!(sent.path.fate, Fate::Redirected(bench.tunnel.into()));
    let outer = sent.path.packet.tunnel.unwrap();
    assert_eq!((outer.dst_ip, outer.key_id), ("198.18.0.9".parse().ok(), 5));
    let outer = Tunnel {
        src_ip: "198.18.0.9".parse().ok(),
        dst_ip: "198.18.0.1".parse().ok(),
        key_id: 5,
        dst_port: 4789,
        ..Tunnel::default()
    };
    let come = Packet { tunnel: Some(outer), ..packet.clone() };
    let sent = datapath.send(bench.tunnel, &come, 3).unwrap();
    assert!(sent.in_hardware);
    assert_eq!((sent.path.fate, sent.path.packet), (Fate::Redirected(bench.vf.into()), packet));
    assert_eq!(rules(&bench.host, bench.tunnel)[0].stats.hw_packets, 3);
}
