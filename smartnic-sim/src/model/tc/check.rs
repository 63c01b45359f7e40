use smartnic_core::flow::{Classifier, IpProto, Match, PortMatch};
use smartnic_core::types::EtherType;

use crate::errno::Errno;
use crate::model::Machine;
use crate::note::{Note, Spot};

/// The most entries of a label stack (`FLOW_DIS_MPLS_MAX`).
const DEPTHS: u8 = 7;

/// What `fl_set_key` refuses, in its order. The match is as it was asked for.
pub(super) fn check_key(
    machine: &Machine,
    key: &Match,
    classifier: Classifier,
    note: &mut Note,
) -> Result<(), Errno> {
    if classifier == Classifier::Matchall {
        return Ok(());
    }
    if let Some(link) = &key.indev
        && !machine.netdevs.values().any(|dev| dev.name == *link)
    {
        note.say_at(Spot::Indev, "Network device not found");
        return Err(Errno::ENODEV);
    }
    let network = key.network_type();
    let is_ip = matches!(network, Some(EtherType::IPV4 | EtherType::IPV6));
    let ip_proto = key.ip_proto.filter(|_| is_ip);
    if network.is_some_and(EtherType::is_mpls) {
        check_mpls(key, note)?;
    }
    if network == Some(EtherType::CFM) && key.cfm.is_some_and(|cfm| cfm.mdl.is_some_and(|level| level > 7)) {
        note.say_at(Spot::CfmLevel, "integer out of range");
        return Err(Errno::ERANGE);
    }
    if ip_proto.is_some_and(IpProto::has_ports) {
        check_ranges(key, note)?;
    }
    if key.spi.is_some() && !matches!(ip_proto, Some(IpProto::ESP | IpProto::AH)) {
        note.say("Protocol must be either ESP or AH");
        return Err(Errno::EINVAL);
    }
    Ok(())
}

/// `fl_set_key_mpls`.
fn check_mpls(key: &Match, note: &mut Note) -> Result<(), Errno> {
    let outer = (key.mpls_label, key.mpls_tc, key.mpls_bos, key.mpls_ttl);
    if !key.mpls.is_empty() && outer != (None, None, None, None) {
        note.say_at(
            Spot::Mpls,
            "MPLS label, Traffic Class, Bottom Of Stack and Time To Live must be encapsulated in the MPLS options \
             attribute",
        );
        return Err(Errno::EBADMSG);
    }
    if key.mpls.iter().any(|entry| !(1..=DEPTHS).contains(&entry.depth)) {
        note.say_at(Spot::Mpls, "Invalid MPLS depth");
        return Err(Errno::EINVAL);
    }
    let entries = key.mpls.iter().map(|entry| (entry.bos, entry.tc, entry.label));
    for (bos, tc, label) in entries.chain([(key.mpls_bos, key.mpls_tc, key.mpls_label)]) {
        let text = if bos.is_some_and(|bos| bos > 1) {
            "Bottom Of Stack (BOS) must be 0 or 1"
        } else if tc.is_some_and(|tc| tc > 7) {
            "Traffic Class (TC) must be between 0 and 7"
        } else if label.is_some_and(|label| label > 0xf_ffff) {
            "Label must be between 0 and 1048575"
        } else {
            continue;
        };
        note.say_at(Spot::Mpls, text);
        return Err(Errno::EINVAL);
    }
    Ok(())
}

/// `fl_set_key_port_range`: the destination is looked at first.
fn check_ranges(key: &Match, note: &mut Note) -> Result<(), Errno> {
    let wrong = |port: Option<PortMatch>| matches!(port, Some(PortMatch::Range { min, max }) if max <= min);
    let text = |which: &str| format!("Invalid {which} port range (min must be strictly smaller than max)");
    if wrong(key.dst_port) {
        note.say_at(Spot::PortDstMin, text("destination"));
        return Err(Errno::EINVAL);
    }
    if wrong(key.src_port) {
        note.say_at(Spot::PortSrcMin, text("source"));
        return Err(Errno::EINVAL);
    }
    Ok(())
}
