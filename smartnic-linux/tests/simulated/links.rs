use std::time::Duration;

use smartnic_core::backend::{
    EthtoolDriver, EthtoolFeatures, EthtoolLink, EthtoolNotices, EthtoolPower, EthtoolQueues, EthtoolRss,
    EthtoolWire, LinkWatch, Switchdev,
};
use smartnic_core::ethtool::{
    Bits, Channels, Coalesce, Fec, LinkChanged, LinkModes, LinkNotice, Messages, ModulePower, Pause,
    PrivateFlags, Record, Rings, Rss, WakeOnLan,
};

use super::*;

/// Everything that was told so far.
fn heard(watch: &mut dyn LinkWatch) -> Vec<LinkNotice> {
    std::iter::from_fn(|| watch.wait(Some(Duration::ZERO)).unwrap()).collect()
}

/// Changes a field, and hears the topic as it is read afterwards; once more the same is told to nobody.
macro_rules! told {
    ($host:ident, $link:ident, $watch:ident: $record:ident, $get:ident, $set:ident, $field:literal, $text:expr) => {{
        let mut change = $record::default();
        change.read($field, $text).unwrap();
        let before = $host.$get($link).unwrap();
        $host.$set($link, &change).unwrap();
        let mut now = $host.$get($link).unwrap();
        assert_ne!(now, before, "{} {} is no change", $field, $text);
        // Statistics are asked for by those who read, and told to nobody else.
        now = settings(&now);
        let names: Vec<_> = heard(&mut *$watch)
            .into_iter()
            .map(|notice| {
                assert_eq!(notice.link, $link);
                notice.what
            })
            .collect();
        assert_eq!(names, [LinkChanged::$record(Box::new(now))]);
        $host.$set($link, &change).unwrap();
        assert_eq!(heard(&mut *$watch), []);
    }};
}

/// A record without what was counted.
fn settings<R: Record + Default>(record: &R) -> R {
    let mut settings = R::default();
    for (name, value) in record.fields() {
        if !name.starts_with("statistics.") {
            settings.put(name, value);
        }
    }
    settings
}

#[test]
fn what_changes_of_a_link_is_told_as_it_is_read() {
    for profile in ["bluefield3", "e810"] {
        let (host, _) = machine(profile);
        let link = port(&host, "p0");
        let mut watch = host.watch_links().unwrap();
        told!(host, link, watch: Rings, rings, set_rings, "rx", "256");
        told!(host, link, watch: Channels, channels, set_channels, "combined", "2");
        told!(host, link, watch: Coalesce, coalesce, set_coalesce, "rx-usecs", "99");
        let rx = if host.pause(link).unwrap().rx == Some(true) { "off" } else { "on" };
        told!(host, link, watch: Pause, pause, set_pause, "rx", rx);
        told!(host, link, watch: Fec, fec, set_fec, "config", "BASER");
        told!(host, link, watch: LinkModes, link_modes, set_link_modes, "modes", "-50000baseCR2/Full");
        told!(host, link, watch: WakeOnLan, wake_on_lan, set_wake_on_lan, "wake-on", "magic");
        told!(host, link, watch: Messages, messages, set_messages, "message-level", "drv,wol");
        told!(host, link, watch: ModulePower, module_power, set_module_power, "power-mode-policy", "auto");
        let Bits { on, of } = host.private_flags(link).unwrap().flags.unwrap();
        let flag = &of.unwrap()[0];
        let flip = format!("{}{flag}", if on.contains(flag) { '-' } else { '+' });
        told!(host, link, watch: PrivateFlags, private_flags, set_private_flags, "flags", &flip);
    }
}

#[test]
fn features_and_ways_to_spread_packets_are_told() {
    let (host, _) = machine("bluefield3");
    let link = port(&host, "p0");
    let name = host.links().unwrap().into_iter().find(|it| it.ifindex == link).unwrap().name;
    let mut watch = host.watch_links().unwrap();
    let on = !host.tc_offload(link).unwrap();
    host.set_features(link, &[("hw-tc-offload".to_owned(), on)]).unwrap();
    let told = heard(&mut *watch);
    let features = host.features(link).unwrap();
    assert!(features.iter().any(|feature| feature.name == "hw-tc-offload" && feature.active == on));
    assert!(told.contains(&LinkNotice { link, name: name.clone(), what: LinkChanged::Features(features) }));

    let whats = |watch: &mut dyn LinkWatch| -> Vec<LinkChanged> {
        heard(watch).into_iter().map(|notice| notice.what).collect()
    };
    host.set_rss(link, &Rss { indirection: Some(vec![0]), ..Rss::default() }).unwrap();
    let now = host.rss(link, None).unwrap();
    assert_eq!(whats(&mut *watch), [LinkChanged::Rss(Box::new(now))]);
    let made = host.create_rss(link, &Rss::default()).unwrap();
    let context = made.context.unwrap();
    assert_eq!(whats(&mut *watch), [LinkChanged::RssMade(Box::new(made))]);
    host.delete_rss(link, context).unwrap();
    let gone = Rss { context: Some(context), ..Rss::default() };
    assert_eq!(whats(&mut *watch), [LinkChanged::RssGone(Box::new(gone))]);
}

#[test]
fn links_that_change_come_and_go_are_told() {
    let (host, _) = machine("bluefield3");
    let link = port(&host, "p0");
    let mut watch = host.watch_links().unwrap();
    let of = |index: IfIndex| host.links().unwrap().into_iter().find(|link| link.ifindex == index);
    host.set_link_up(link, true).unwrap();
    let told = heard(&mut *watch);
    let [LinkNotice { what: LinkChanged::Link(up), .. }] = &told[..] else { panic!("{told:?}") };
    // Notifications have no VFs.
    let mut wanted = of(link).unwrap();
    wanted.vfs = up.vfs.clone();
    assert_eq!(**up, wanted);
    assert!(up.up);

    host.set_num_vfs(&pf(), 1).unwrap();
    let came = heard(&mut *watch);
    let (index, name) = came
        .iter()
        .find_map(|notice| match &notice.what {
            LinkChanged::Link(vf) if vf.ifindex != link => Some((vf.ifindex, vf.name.clone())),
            _ => None,
        })
        .unwrap_or_else(|| panic!("no link of the VF in {came:?}"));
    host.set_num_vfs(&pf(), 0).unwrap();
    let went = heard(&mut *watch);
    let gone = |notice: &LinkNotice| {
        notice.link == index && notice.name == name && matches!(notice.what, LinkChanged::LinkGone(_))
    };
    assert!(went.iter().any(gone), "{went:?}");
    assert_eq!(of(index), None);
}
