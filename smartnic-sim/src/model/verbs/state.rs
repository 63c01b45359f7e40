//! The states of queue pairs: which changes there are, and what each needs and takes (`ib_modify_qp_is_ok`).

use smartnic_core::rdma::{QpState, QpType};
use smartnic_core::verbs::{
    Access, AckTimeout, AddressVector, PathMtu, QpAttributes, QpCapacity, QpChange, RnrTimer,
};

use super::is_reliable;

/// A queue pair as it begins.
pub(crate) fn fresh(capacity: QpCapacity) -> QpAttributes {
    QpAttributes {
        state: QpState::Reset,
        capacity,
        port: 0,
        pkey_index: 0,
        access: Access::empty(),
        qkey: 0,
        address: AddressVector::default(),
        path_mtu: PathMtu::Mtu256,
        peer: 0,
        receive_psn: 0,
        send_psn: 0,
        max_answered_reads: 0,
        max_reads: 0,
        rnr_timer: RnrTimer(0),
        timeout: AckTimeout(0),
        retries: 0,
        rnr_retries: 0,
    }
}

/// What a change has, by the names of its fields.
fn given(change: &QpChange) -> Vec<&'static str> {
    let all = [
        ("pkey_index", change.pkey_index.is_some()),
        ("port", change.port.is_some()),
        ("access", change.access.is_some()),
        ("qkey", change.qkey.is_some()),
        ("address", change.address.is_some()),
        ("path_mtu", change.path_mtu.is_some()),
        ("peer", change.peer.is_some()),
        ("receive_psn", change.receive_psn.is_some()),
        ("send_psn", change.send_psn.is_some()),
        ("max_answered_reads", change.max_answered_reads.is_some()),
        ("max_reads", change.max_reads.is_some()),
        ("rnr_timer", change.rnr_timer.is_some()),
        ("timeout", change.timeout.is_some()),
        ("retries", change.retries.is_some()),
        ("rnr_retries", change.rnr_retries.is_some()),
    ];
    all.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect()
}

/// What a change from a state to another needs, and what else it takes; none if there is no such change.
fn rule(from: QpState, to: QpState, kind: QpType) -> Option<(Vec<&'static str>, Vec<&'static str>)> {
    use QpState::{Err, Init, Reset, Rtr, Rts, Sqd, Sqe};
    // Raw packets have a port and nothing else.
    if kind == QpType::RawPacket && to != Reset && to != Err {
        let needs = match (from, to) {
            (Reset, Init) => vec!["port"],
            (Init, Init | Rtr) | (Rtr | Rts | Sqd | Sqe, Rts) | (Rts | Sqd, Sqd) => Vec::new(),
            _ => return None,
        };
        return Some((needs, Vec::new()));
    }
    let by = |rc: &[&'static str], uc: &[&'static str], ud: &[&'static str]| match kind {
        QpType::Rc | QpType::XrcIni | QpType::XrcTgt => rc.to_vec(),
        QpType::Uc => uc.to_vec(),
        _ => ud.to_vec(),
    };
    const CONNECTED: [&str; 3] = ["pkey_index", "port", "access"];
    const DATAGRAMS: [&str; 3] = ["pkey_index", "port", "qkey"];
    let none = || (Vec::new(), Vec::new());
    let settings = || match kind {
        // It has nothing to receive.
        QpType::XrcIni => vec!["access"],
        _ => by(&["access", "rnr_timer"], &["access"], &["qkey"]),
    };
    Some(match (from, to) {
        (_, Reset | Err) => none(),
        (Reset, Init) => (by(&CONNECTED, &CONNECTED, &DATAGRAMS), Vec::new()),
        (Init, Init) => (Vec::new(), by(&CONNECTED, &CONNECTED, &DATAGRAMS)),
        (Init, Rtr) => {
            let way = ["address", "path_mtu", "peer", "receive_psn"];
            let reliable = [&way[..], &["max_answered_reads", "rnr_timer"]].concat();
            let takes = by(&["access", "pkey_index"], &["access", "pkey_index"], &["pkey_index", "qkey"]);
            let needs = if kind == QpType::XrcIni { way.to_vec() } else { by(&reliable, &way, &[]) };
            (needs, takes)
        }
        (Rtr, Rts) => {
            let reliable = ["timeout", "retries", "rnr_retries", "send_psn", "max_reads"];
            let needs = match kind {
                // Only answers go from there.
                QpType::XrcTgt => vec!["timeout", "send_psn"],
                _ => by(&reliable, &["send_psn"], &["send_psn"]),
            };
            (needs, settings())
        }
        (Rts, Rts) | (Sqd, Rts) => (Vec::new(), settings()),
        (Sqe, Rts) if !is_reliable(kind) => (Vec::new(), by(&[], &["access"], &["qkey"])),
        (Rts, Sqd) => none(),
        (Sqd, Sqd) => {
            let reliable = [
                "port",
                "address",
                "timeout",
                "retries",
                "rnr_retries",
                "max_reads",
                "max_answered_reads",
                "pkey_index",
                "access",
                "rnr_timer",
            ];
            (Vec::new(), by(&reliable, &["address", "access", "pkey_index"], &["pkey_index", "qkey"]))
        }
        _ => return None,
    })
}

/// A queue pair as a change leaves it.
///
/// # Errors
/// What is wrong with the change.
pub(crate) fn change(now: &QpAttributes, kind: QpType, wanted: &QpChange) -> Result<QpAttributes, String> {
    let to = wanted.state.unwrap_or(now.state);
    let Some((needs, takes)) = rule(now.state, to, kind) else {
        return Err(format!("{kind} queue pairs do not go from {} to {to}", now.state));
    };
    let given = given(wanted);
    let step = format!("{kind} from {} to {to}", now.state);
    let lacking: Vec<&str> = needs.iter().filter(|name| !given.contains(name)).copied().collect();
    if !lacking.is_empty() {
        return Err(format!("{step} needs {}", lacking.join(", ")));
    }
    let beyond: Vec<&str> =
        given.iter().filter(|name| !needs.contains(name) && !takes.contains(name)).copied().collect();
    if !beyond.is_empty() {
        return Err(format!("{step} does not take {}", beyond.join(", ")));
    }
    for (name, value, most) in [
        ("receive_psn", wanted.receive_psn, 0xff_ffff),
        ("send_psn", wanted.send_psn, 0xff_ffff),
        ("peer", wanted.peer, 0xff_ffff),
        ("retries", wanted.retries.map(u32::from), 7),
        ("rnr_retries", wanted.rnr_retries.map(u32::from), 7),
        ("timeout", wanted.timeout.map(|timeout| timeout.0.into()), 31),
        ("rnr_timer", wanted.rnr_timer.map(|timer| timer.0.into()), 31),
        ("pkey_index", wanted.pkey_index.map(u32::from), 0),
    ] {
        if value.is_some_and(|value| value > most) {
            return Err(format!("{name} is at most {most}"));
        }
    }
    if wanted.port.is_some_and(|port| port != 1) {
        return Err("the device has one port, number 1".to_owned());
    }
    Ok(QpAttributes {
        state: to,
        capacity: now.capacity,
        port: wanted.port.unwrap_or(now.port),
        pkey_index: wanted.pkey_index.unwrap_or(now.pkey_index),
        access: wanted.access.unwrap_or(now.access),
        qkey: wanted.qkey.unwrap_or(now.qkey),
        address: wanted.address.unwrap_or(now.address),
        path_mtu: wanted.path_mtu.unwrap_or(now.path_mtu),
        peer: wanted.peer.unwrap_or(now.peer),
        receive_psn: wanted.receive_psn.unwrap_or(now.receive_psn),
        send_psn: wanted.send_psn.unwrap_or(now.send_psn),
        max_answered_reads: wanted.max_answered_reads.unwrap_or(now.max_answered_reads),
        max_reads: wanted.max_reads.unwrap_or(now.max_reads),
        rnr_timer: wanted.rnr_timer.unwrap_or(now.rnr_timer),
        timeout: wanted.timeout.unwrap_or(now.timeout),
        retries: wanted.retries.unwrap_or(now.retries),
        rnr_retries: wanted.rnr_retries.unwrap_or(now.rnr_retries),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_needs_what_the_specification_says() {
        let begin = fresh(QpCapacity::default());
        let said = |change_to| change(&begin, QpType::Rc, &QpChange::to(change_to)).unwrap_err();
        assert_eq!(said(QpState::Rts), "RC queue pairs do not go from RESET to RTS");
        assert_eq!(said(QpState::Init), "RC from RESET to INIT needs pkey_index, port, access");
        let full = QpChange {
            pkey_index: Some(0),
            port: Some(1),
            access: Some(Access::empty()),
            ..QpChange::to(QpState::Init)
        };
        let init = change(&begin, QpType::Rc, &full).unwrap();
        assert_eq!((init.state, init.port), (QpState::Init, 1));
        let psn = QpChange { send_psn: Some(1), ..full };
        assert_eq!(
            change(&begin, QpType::Rc, &psn).unwrap_err(),
            "RC from RESET to INIT does not take send_psn"
        );
        let port = QpChange { port: Some(2), ..full };
        assert!(change(&begin, QpType::Rc, &port).unwrap_err().contains("one port"));
        // Raw packets have a port and no key.
        let raw = QpChange { port: Some(1), ..QpChange::to(QpState::Init) };
        assert!(change(&begin, QpType::RawPacket, &raw).is_ok());
        assert!(change(&begin, QpType::RawPacket, &full).unwrap_err().contains("does not take pkey_index"));
        // Datagrams go on with less.
        assert!(rule(QpState::Init, QpState::Rtr, QpType::Ud).unwrap().0.is_empty());
        assert!(rule(QpState::Sqe, QpState::Rts, QpType::Rc).is_none());
    }
}
