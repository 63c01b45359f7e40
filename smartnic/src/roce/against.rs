//! What of a link does not fit a profile, beside what does not fit together by itself.

use std::collections::BTreeMap;

use smartnic_core::adapter::DeviceIdentity;
use smartnic_core::dcb::{DcbEts, DcbSelector, DcbState};

use super::profile::{Profile, Share};
use super::state::RoceState;
use super::target::SHARED;

/// The command that gives a DSCP its priority, from the one that it has. Some drivers take a second entry only when the first
/// has gone; `dcb app replace` adds first.
pub(super) fn new_entry(state: &RoceState, dscp: u16, from: Option<u8>, to: u8) -> String {
    let link = &state.link;
    let identity =
        DeviceIdentity { driver: state.driver.clone(), bus: state.device.bus.clone(), pci_id: None };
    let one_entry =
        || vendor_adapters::registry().find(&identity).facts().roce.is_some_and(|it| it.one_entry);
    match from.filter(|_| one_entry()) {
        Some(from) => {
            format!(
                "dcb app del dev {link} dscp-prio {dscp}:{from}; dcb app add dev {link} dscp-prio {dscp}:{to}"
            )
        }
        None => format!("dcb app replace dev {link} dscp-prio {dscp}:{to}"),
    }
}

/// What of the table by DSCP does not fit a profile, beside RoCE's own entry.
pub(super) fn entries_beside(
    state: &RoceState,
    dcb: &DcbState,
    profile: &Profile,
    say: &mut impl FnMut(&'static str, String, String),
) {
    let link = &state.link;
    let entries = || dcb.apps.iter().flatten().filter(|app| app.selector == DcbSelector::Dscp);
    let (cnp, priority) = (profile.cnp_dscp.map(u16::from), profile.cnp_priority());
    if let Some(cnp) = cnp {
        let has = entries().find(|app| app.protocol == cnp).map(|app| app.priority);
        if has != Some(priority) {
            let paused = has.is_some_and(|has| profile.paused().contains(&has));
            say(
                "cnp",
                format!(
                    "congestion notifications (DSCP {cnp}) have priority {} on {link}, not {priority}{}",
                    has.map_or_else(|| "0, as there is no entry for them,".to_owned(), |has| has.to_string()),
                    if paused { ": it is paused, and they wait behind what they report" } else { "" }
                ),
                new_entry(state, cnp, has, priority),
            );
        }
    }
    for app in entries().filter(|app| profile.paused().contains(&app.priority)) {
        if app.protocol != u16::from(profile.dscp) && Some(app.protocol) != cnp {
            say(
                "dscp",
                format!(
                    "DSCP {} has priority {} on {link}, which is paused, and RoCE does not have it: others come into the class of RoCE",
                    app.protocol, app.priority
                ),
                format!("dcb app del dev {link} dscp-prio {}:{}", app.protocol, app.priority),
            );
        }
    }
}

/// In what the classes of a link differ from those of a profile; of `own`, the priority of RoCE, also whether it has a class of
/// its own.
pub(super) fn classes(
    link: &str,
    ets: &DcbEts,
    shares: &BTreeMap<u8, Share>,
    own: Option<u8>,
    say: &mut impl FnMut(&'static str, String, String),
) {
    let (mut differ, mut kinds, mut parts) = (Vec::new(), Vec::new(), Vec::new());
    for class in 0..8u8 {
        let at = usize::from(class);
        let is = (ets.selection[at] == SHARED).then_some(ets.tx_bandwidth[at]);
        let to = match shares.get(&class) {
            Some(Share::Percent(percent)) => Some(*percent),
            Some(Share::Strict(_)) | None => None,
        };
        let words = |share: Option<u8>| share.map_or("strict".to_owned(), |share| format!("{share} %"));
        if is != to && (shares.contains_key(&class) || is.is_some_and(|share| share != 0)) {
            differ.push(format!("class {class} is {}, not {}", words(is), words(to)));
        }
        kinds.push(format!("{class}:{}", if to.is_some() { "ets" } else { "strict" }));
        parts.push(format!("{class}:{}", to.unwrap_or(0)));
    }
    if !differ.is_empty() {
        say(
            "class",
            format!("the wire of {link} is shared otherwise than wanted: {}", differ.join("; ")),
            format!("dcb ets set dev {link} tc-tsa {} tc-bw {}", kinds.join(" "), parts.join(" ")),
        );
    }
    let Some(priority) = own else { return };
    let class = ets.priority_class[usize::from(priority)];
    if class != priority {
        say(
            "class",
            format!("on {link} priority {priority} is in class {class}, not in its own, {priority}"),
            format!("dcb ets set dev {link} prio-tc {priority}:{priority}"),
        );
    }
}

#[cfg(test)]
mod tests {
    use smartnic_core::dcb::{DcbApp, DcbChange, DcbSelector};

    use crate::Host;
    use crate::roce::{self, Profile, RoceState};

    const PROFILE: &str = "roce: {priority: 4, dscp: 34, cnp_dscp: 46, pfc: [4], ets: {0: 30, 4: 70, 5: strict}, \
                           ecn: on, mtu: 9000, traffic_class: 138}";

    /// What a person broke after the profile was applied, each with the command that mends it.
    fn found(profile: &str) -> Vec<String> {
        let host = Host::open(&format!("sim:{profile}")).unwrap();
        let link = RoceState::all(&host).unwrap().remove(0).link;
        let wanted = Profile::read(PROFILE).unwrap();
        roce::plan(&host, &link, &wanted).unwrap().run(&host, &mut |_| {}).unwrap();
        let state = RoceState::read(&host, &link).unwrap();
        assert_eq!(roce::check(&state, Some(&wanted)), []);
        host.switchdev().set_mtu(state.ifindex, 4200).unwrap();
        let entry = |protocol, priority| DcbApp { selector: DcbSelector::Dscp, protocol, priority };
        let dcb = host.dcb().unwrap();
        let apps = |apps| DcbChange { apps, ..DcbChange::default() };
        dcb.remove_dcb(&link, &apps(vec![entry(34, 4), entry(46, 5)])).unwrap();
        dcb.set_dcb(&link, &apps(vec![entry(34, 2), entry(46, 4), entry(10, 4)])).unwrap();
        let mut ets = dcb.dcb(&link).unwrap().ets.unwrap();
        (ets.tx_bandwidth[0], ets.tx_bandwidth[4]) = (90, 10);
        dcb.set_dcb(&link, &DcbChange { ets: Some(ets), ..DcbChange::default() }).unwrap();
        let found = roce::check(&RoceState::read(&host, &link).unwrap(), Some(&wanted));
        found.into_iter().map(|one| format!("{}: {}", one.topic, one.fix).replace(&link, "LINK")).collect()
    }

    #[test]
    fn what_does_not_fit_a_profile_is_named_with_what_mends_it() {
        let shares = "class: dcb ets set dev LINK tc-tsa 0:ets 1:strict 2:strict 3:strict 4:ets 5:strict 6:strict \
                      7:strict tc-bw 0:30 1:0 2:0 3:0 4:70 5:0 6:0 7:0";
        let mtu = "mtu: ip link set dev LINK mtu 9000   # at both ends and on the switches between";
        assert_eq!(
            found("bluefield3"),
            [
                mtu,
                "dscp: dcb app replace dev LINK dscp-prio 34:4",
                "cnp: dcb app replace dev LINK dscp-prio 46:5",
                "dscp: dcb app del dev LINK dscp-prio 10:4",
                shares,
            ]
        );
        // This driver takes the new entry when the old one has gone, and with the last of them what is paused went.
        assert_eq!(
            found("e810"),
            [
                mtu,
                "dscp: dcb app del dev LINK dscp-prio 34:2; dcb app add dev LINK dscp-prio 34:4",
                "cnp: dcb app del dev LINK dscp-prio 46:4; dcb app add dev LINK dscp-prio 46:5",
                "dscp: dcb app del dev LINK dscp-prio 10:4",
                "pfc: dcb pfc set dev LINK prio-pfc 4:on",
                shares,
            ]
        );
    }
}
