//! Rules for keys of what comes with a packet beside its own headers: its tunnel, its connection, its flags.

use smartnic_core::flow::{Action, Attach, GeneveOption, Match, Rule, TunnelOpts, TunnelOptsMatch};
use smartnic_core::types::{EtherType, Masked};

use super::{Specimen, read};
use crate::Rig;

pub(super) fn keys(rig: &Rig) -> Vec<Specimen> {
    let add = |name, set: &dyn Fn(&mut Match)| {
        let rule = Rule::new(Attach::ingress(rig.up())).protocol(EtherType::IPV4);
        Specimen::new(name, rule.matching(set).action(Action::redirect(rig.rep(0))))
    };
    let opts = |name, value: TunnelOpts, mask: Option<TunnelOpts>| {
        add(name, &|key| {
            (key.enc_key_id, key.enc_dst_port) = (Some(5), Some(4789.into()));
            key.enc_opts = Some(TunnelOptsMatch { value: value.clone(), mask: mask.clone() });
        })
    };
    let option = |class, data: &[u8]| GeneveOption { class, kind: Some(0x80), data: data.to_vec() };
    let erspan = |version, index, byte: Option<u8>| TunnelOpts::Erspan {
        version: Some(version),
        index,
        direction: byte.map(|_| 1),
        hwid: byte,
    };
    vec![
        add("enc_src_ip and enc_dst_ip", &|key| {
            (key.enc_src_ip, key.enc_dst_ip) = (read("192.0.2.1"), read("10.0.0.0/8"));
        }),
        add("enc_dst_ip of ipv6", &|key| key.enc_dst_ip = read("2001:db8::/32")),
        add("enc_key_id", &|key| key.enc_key_id = Some(0x00ff_ffff)),
        add("enc_src_port under a mask", &|key| key.enc_src_port = read("0x400/0xfc00")),
        add("enc_dst_port", &|key| key.enc_dst_port = read("4789")),
        add("enc_tos and enc_ttl", &|key| (key.enc_tos, key.enc_ttl) = (read("0x10/0xfc"), read("64"))),
        add("enc_flags", &|key| key.enc_flags = Some(Masked::new(0x4, 0xc))),
        opts(
            "geneve options",
            TunnelOpts::Geneve(vec![option(Some(0x102), &[1, 2, 3, 4]), option(Some(0x103), &[5; 8])]),
            Some(TunnelOpts::Geneve(vec![option(None, &[]), option(Some(0xff00), &[0xff; 8])])),
        ),
        opts("vxlan options", TunnelOpts::Vxlan { gbp: Some(0x8_0fff) }, None),
        opts("erspan options 1", erspan(1, Some(5), None), Some(erspan(1, Some(0xff), None))),
        opts("erspan options 2", erspan(2, None, Some(7)), Some(erspan(2, None, Some(0x3f)))),
        opts(
            "gtp options",
            TunnelOpts::Gtp { pdu_type: Some(1), qfi: Some(9) },
            Some(TunnelOpts::Gtp { pdu_type: None, qfi: Some(0x3f) }),
        ),
        opts("pfcp options", TunnelOpts::Pfcp { kind: Some(1), seid: Some(1 << 63 | 1) }, None),
        add("ip_flags frag", &|key| key.ip_flags = Some(Masked::new(1, 1))),
        add("ip_flags nofirstfrag", &|key| key.ip_flags = Some(Masked::new(0, 2))),
        add("ct_state +trk+est-rpl", &|key| key.ct_state = Some(Masked::new(0x0a, 0x2a))),
        add("ct_state +trk+rel", &|key| key.ct_state = Some(Masked::new(0x0c, 0x0c))),
        add("ct_zone and ct_mark under masks", &|key| {
            (key.ct_zone, key.ct_mark) = (read("0x5/0xff"), read("0x10/0xf0"));
        }),
        add("ct_label", &|key| key.ct_label = read("0102/ffff")),
        add("l2_miss", &|key| key.l2_miss = Some(1)),
        add("hash under a mask", &|key| key.hash = read("0x12340000/0xffff0000")),
    ]
}
