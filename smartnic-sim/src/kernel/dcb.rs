//! Data centre bridging (`net/dcb/dcbnl.c`).

use smartnic_core::dcb::{DcbApp, DcbBuffer, DcbChange, DcbEts, DcbPfc, DcbSelector, DcbState};
use smartnic_netlink::codec::{Attr, Attrs, Encoder};
use smartnic_netlink::dcb::DcbMsg;
use smartnic_netlink::uapi::dcbnl::*;
use smartnic_netlink::uapi::rtnetlink::{RTM_GETDCB, RTM_SETDCB};

use super::answer::{Answer, ExtAck};
use super::table::{Policy, Request, Shape, Strictness, Table};
use crate::errno::Errno;
use crate::model::Machine;

const POLICY: [Policy; 3] = [
    (DCB_ATTR_IFNAME, Shape::Text(15), None),
    (DCB_ATTR_IEEE, Shape::Nested, None),
    (DCB_ATTR_DCBX, Shape::U8, None),
];

const IEEE: [Policy; 7] = [
    (DCB_ATTR_IEEE_ETS, Shape::Bytes(SIZEOF_IEEE_ETS), None),
    (DCB_ATTR_IEEE_PFC, Shape::Bytes(SIZEOF_IEEE_PFC), None),
    (DCB_ATTR_IEEE_APP_TABLE, Shape::Nested, None),
    (DCB_ATTR_IEEE_MAXRATE, Shape::Bytes(SIZEOF_IEEE_MAXRATE), None),
    (DCB_ATTR_DCB_BUFFER, Shape::Bytes(SIZEOF_DCBNL_BUFFER), None),
    (DCB_ATTR_DCB_APP_TRUST_TABLE, Shape::Nested, None),
    (DCB_ATTR_DCB_REWR_TABLE, Shape::Nested, None),
];

/// `dcb_doit`.
pub(super) fn serve(
    machine: &mut Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, attrs) = DcbMsg::split(request.payload).map_err(|_| Errno::EINVAL)?;
    let table = Table::read(request, Attrs::new(attrs), &POLICY, Strictness::Liberal, ext)?;
    let sets = request.header.kind == RTM_SETDCB;
    let known = match header.command {
        DCB_CMD_IEEE_GET | DCB_CMD_GDCBX => true,
        DCB_CMD_IEEE_SET | DCB_CMD_IEEE_DEL | DCB_CMD_SDCBX => sets,
        _ => return Err(Errno::EOPNOTSUPP),
    };
    if !known {
        return Err(Errno::EPERM);
    }
    let name = table.get(DCB_ATTR_IFNAME).ok_or(Errno::EINVAL)?.text_lossy().into_owned();
    let found = machine.netdevs.values().find(|dev| dev.name == name).ok_or(Errno::ENODEV)?;
    let ifindex = found.ifindex;
    let (rules, mut state) = machine.dcb_of(ifindex)?;
    let mut log = Vec::new();
    let (attr, result) = match header.command {
        DCB_CMD_IEEE_GET | DCB_CMD_GDCBX => {
            answer.reply(RTM_GETDCB, |e| told(e, header, &name, &state));
            return Ok(());
        }
        DCB_CMD_SDCBX => {
            let bits = table.u8(DCB_ATTR_DCBX).ok_or(Errno::EINVAL)?;
            (DCB_ATTR_DCBX, rules.set_dcbx(&mut state, bits))
        }
        command => {
            let ieee = table.get(DCB_ATTR_IEEE).ok_or(Errno::EINVAL)?;
            let parts = Table::read(request, ieee.nested(), &IEEE, Strictness::Liberal, ext)?;
            let (change, rest) = change(&parts);
            let result = match command {
                DCB_CMD_IEEE_SET => rules.set(&mut state, &change, &mut log),
                _ => rules.remove(&mut state, &change, &mut log),
            };
            (DCB_ATTR_IEEE, result.and(rest))
        }
    };
    // What came before a failure stays.
    machine.keep_dcb(ifindex, state, log);
    let status = match (result, header.command) {
        (Ok(()), _) => 0,
        // `setdcbx` answers with yes or no.
        (Err(_), DCB_CMD_SDCBX) => 1,
        (Err(errno), _) => (-errno.0).to_le_bytes()[0],
    };
    answer.reply(RTM_SETDCB, |e| {
        e.fixed(&header);
        e.u8(attr, status);
    });
    Ok(())
}

/// The settings of a request, up to the first that is none; and what is wrong with that.
fn change(parts: &Table<'_>) -> (DcbChange, Result<(), Errno>) {
    let mut change = DcbChange {
        ets: parts.head::<SIZEOF_IEEE_ETS>(DCB_ATTR_IEEE_ETS).map(|bytes| ets(&bytes)),
        max_rate: parts
            .head::<SIZEOF_IEEE_MAXRATE>(DCB_ATTR_IEEE_MAXRATE)
            .map(|bytes| std::array::from_fn(|at| word64(&bytes, at * 8))),
        buffer: parts.head::<SIZEOF_DCBNL_BUFFER>(DCB_ATTR_DCB_BUFFER).map(|bytes| DcbBuffer {
            priority_buffer: std::array::from_fn(|at| bytes[at]),
            size: std::array::from_fn(|at| word32(&bytes, 8 + at * 4)),
            total: 0,
        }),
        pfc: parts.head::<SIZEOF_IEEE_PFC>(DCB_ATTR_IEEE_PFC).map(|bytes| DcbPfc {
            enabled: bytes[1],
            macsec_bypass: bytes[2] != 0,
            delay: u16::from_ne_bytes([bytes[4], bytes[5]]),
            ..DcbPfc::default()
        }),
        ..DcbChange::default()
    };
    let mut wrong = Ok(());
    let mut entries = |kind| {
        let mut read = Vec::new();
        for app in parts.get(kind).into_iter().flat_map(|list| list.nested()).flatten() {
            if wrong.is_ok() {
                wrong = entry(&app).map(|app| read.push(app));
            }
        }
        read
    };
    change.apps = entries(DCB_ATTR_IEEE_APP_TABLE);
    // What follows something wrong is not looked at.
    change.rewrites = entries(DCB_ATTR_DCB_REWR_TABLE);
    if wrong.is_err() {
        return (change, wrong);
    }
    change.trust = parts.has(DCB_ATTR_DCB_APP_TRUST_TABLE).then(Vec::new);
    (change, Ok(()))
}

/// An entry, unless it travels in the wrong attribute (`dcbnl_app_selector_validate`).
fn entry(attr: &Attr<'_>) -> Result<DcbApp, Errno> {
    let Some([selector, priority, a, b]) = attr.payload.first_chunk::<4>().copied() else {
        return Err(Errno::ERANGE);
    };
    let standard = (1..=5).contains(&selector);
    match attr.kind() {
        DCB_ATTR_IEEE_APP if standard => {}
        DCB_ATTR_DCB_APP if selector == DCB_APP_SEL_PCP => {}
        _ => return Err(Errno::EINVAL),
    }
    Ok(DcbApp { selector: DcbSelector::of(selector), protocol: u16::from_ne_bytes([a, b]), priority })
}

fn ets(bytes: &[u8; SIZEOF_IEEE_ETS]) -> DcbEts {
    let eight = |from: usize| std::array::from_fn(|at| bytes[from + at]);
    DcbEts {
        willing: bytes[0] != 0,
        capacity: bytes[1],
        cbs: bytes[2] != 0,
        tx_bandwidth: eight(3),
        rx_bandwidth: eight(11),
        selection: eight(19),
        priority_class: eight(27),
        advised_bandwidth: eight(35),
        advised_selection: eight(43),
        advised_priority_class: eight(51),
    }
}

fn word32(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |word| u32::from_ne_bytes(*word))
}

fn word64(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |word| u64::from_ne_bytes(*word))
}

/// `dcbnl_ieee_fill`.
fn told(e: &mut Encoder<'_>, header: DcbMsg, name: &str, state: &DcbState) {
    e.fixed(&header);
    e.text(DCB_ATTR_IFNAME, name);
    if header.command == DCB_CMD_IEEE_GET {
        e.nest(DCB_ATTR_IEEE, |e| ieee(e, state));
    }
    if let Some(bits) = state.dcbx {
        e.u8(DCB_ATTR_DCBX, bits);
    }
}

fn ieee(e: &mut Encoder<'_>, state: &DcbState) {
    if let Some(ets) = &state.ets {
        e.attr(DCB_ATTR_IEEE_ETS, &ets_bytes(ets));
    }
    if let Some(rates) = &state.max_rate {
        let bytes: Vec<u8> = rates.iter().flat_map(|rate| rate.to_ne_bytes()).collect();
        e.attr(DCB_ATTR_IEEE_MAXRATE, &bytes);
    }
    if let Some(buffer) = &state.buffer {
        let mut bytes = buffer.priority_buffer.to_vec();
        bytes.extend(buffer.size.iter().chain([&buffer.total]).flat_map(|size| size.to_ne_bytes()));
        e.attr(DCB_ATTR_DCB_BUFFER, &bytes);
    }
    if let Some(pfc) = &state.pfc {
        e.attr(DCB_ATTR_IEEE_PFC, &pfc_bytes(pfc));
    }
    for (kind, entries) in
        [(DCB_ATTR_IEEE_APP_TABLE, &state.apps), (DCB_ATTR_DCB_REWR_TABLE, &state.rewrites)]
    {
        e.nest(kind, |e| write_entries(e, entries.as_deref()));
    }
    // What the driver was told of the neighbour.
    if let Some(ets) = &state.peer_ets {
        e.attr(DCB_ATTR_IEEE_PEER_ETS, &ets_bytes(ets));
    }
    if let Some(pfc) = &state.peer_pfc {
        e.attr(DCB_ATTR_IEEE_PEER_PFC, &pfc_bytes(pfc));
    }
    if let Some(apps) = &state.peer_apps {
        e.nest(DCB_ATTR_IEEE_PEER_APP, |e| write_entries(e, Some(apps)));
    }
}

fn write_entries(e: &mut Encoder<'_>, entries: Option<&[DcbApp]>) {
    for app in entries.into_iter().flatten() {
        let [a, b] = app.protocol.to_ne_bytes();
        let kind = if app.selector == DcbSelector::Pcp { DCB_ATTR_DCB_APP } else { DCB_ATTR_IEEE_APP };
        e.attr(kind, &[app.selector.number(), app.priority, a, b]);
    }
}

/// `struct ieee_ets`.
fn ets_bytes(ets: &DcbEts) -> Vec<u8> {
    let mut bytes = vec![ets.willing.into(), ets.capacity, ets.cbs.into()];
    for part in [
        ets.tx_bandwidth,
        ets.rx_bandwidth,
        ets.selection,
        ets.priority_class,
        ets.advised_bandwidth,
        ets.advised_selection,
        ets.advised_priority_class,
    ] {
        bytes.extend(part);
    }
    bytes
}

/// `struct ieee_pfc`.
fn pfc_bytes(pfc: &DcbPfc) -> Vec<u8> {
    let mut bytes = vec![pfc.capacity, pfc.enabled, pfc.macsec_bypass.into(), 0];
    bytes.extend(pfc.delay.to_ne_bytes());
    bytes.extend([0; 2]);
    bytes.extend(pfc.requests.iter().chain(&pfc.indications).flat_map(|count| count.to_ne_bytes()));
    bytes
}
