//! `snic_dcb_*`: data centre bridging: which priorities are paused instead of dropped, and how classes share the wire.

use std::ffi::c_char;

use smartnic::dcb::{COUNT, DcbApp, DcbChange, DcbSelector, DcbState};
use smartnic::{Error, ErrorKind, Result};

use crate::argument::{fill, options, prefixed, text};
use crate::entry::{done, misuse};
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;

/// For `snic_dcb.has`: the link tells, or is to have, what is about pausing.
pub const SNIC_DCB_PFC: u32 = 1;
/// For `snic_dcb.has`: the link tells, or is to have, what is about sharing the wire.
pub const SNIC_DCB_ETS: u32 = 2;
/// For `snic_dcb.has`: the link tells, or is to have, highest rates.
pub const SNIC_DCB_MAX_RATE: u32 = 4;
/// For `snic_dcb.has`: the link tells whether the DSCP is believed. It is only told, not set.
pub const SNIC_DCB_TRUST: u32 = 8;

/// Data centre bridging of a link. The caller owns it and sets `size`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(C)]
pub struct snic_dcb {
    /// `sizeof(snic_dcb)`, set by the caller.
    pub size: usize,
    /// Which parts there are, or are to be changed: `SNIC_DCB_PFC` and its like, joined by `|`.
    pub has: u32,
    /// The priorities that are paused instead of dropped, as bits.
    pub pfc_enabled: u32,
    /// Per cent of the wire for sending, by class.
    pub ets_bandwidth: [u8; 8],
    /// How each class is chosen: 0 strict, 1 shaper, 2 sharing, 255 the vendor's way.
    pub ets_selection: [u8; 8],
    /// The class of each priority.
    pub ets_priority_class: [u8; 8],
    /// The highest rate of each class, in kbit/s; 0 for none.
    pub max_rate: [u64; 8],
    /// 1 if the priority of packets follows from their DSCP.
    pub trusts_dscp: i32,
}
prefixed!(snic_dcb up to trusts_dscp: i32);

fn shown(state: &DcbState) -> snic_dcb {
    let mut shown = snic_dcb::default();
    if let Some(pfc) = &state.pfc {
        shown.has |= SNIC_DCB_PFC;
        shown.pfc_enabled = pfc.enabled.into();
    }
    if let Some(ets) = &state.ets {
        shown.has |= SNIC_DCB_ETS;
        shown.ets_bandwidth = ets.tx_bandwidth;
        shown.ets_selection = ets.selection;
        shown.ets_priority_class = ets.priority_class;
    }
    if let Some(rates) = state.max_rate {
        shown.has |= SNIC_DCB_MAX_RATE;
        shown.max_rate = rates;
    }
    if let Some(trust) = &state.trust {
        shown.has |= SNIC_DCB_TRUST;
        shown.trusts_dscp = trust.contains(&DcbSelector::Dscp).into();
    }
    shown
}

/// Reads what a link (a netdev's name) tells of data centre bridging into the caller's structure.
///
/// Fails with NOT_FOUND if there is no such link, UNSUPPORTED if its driver has none of it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_dcb_show(
    host: *const snic_host,
    link: *const c_char,
    dcb: *mut snic_dcb,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let state = handle::get(host)?.host.dcb()?.dcb(text(link, "link")?)?;
        fill(dcb, &shown(&state))
    })
}

/// What is wanted, on top of what there is.
fn change(wanted: &snic_dcb, now: DcbState, link: &str) -> Result<DcbChange> {
    if wanted.has & !(SNIC_DCB_PFC | SNIC_DCB_ETS | SNIC_DCB_MAX_RATE) != 0 {
        return Err(misuse("snic_dcb.has", "it has a bit of what cannot be set by this function"));
    }
    let lacks = |what: &str| {
        Error::unsupported("change data centre bridging")
            .on(link)
            .reason(format!("the link tells nothing of {what}"))
    };
    let mut change = DcbChange::default();
    if wanted.has & SNIC_DCB_PFC != 0 {
        let mut pfc = now.pfc.ok_or_else(|| lacks("pausing"))?;
        pfc.enabled =
            u8::try_from(wanted.pfc_enabled).map_err(|_| misuse("pfc_enabled", "there are 8 priorities"))?;
        change.pfc = Some(pfc);
    }
    if wanted.has & SNIC_DCB_ETS != 0 {
        let mut ets = now.ets.ok_or_else(|| lacks("sharing the wire"))?;
        ets.tx_bandwidth = wanted.ets_bandwidth;
        ets.selection = wanted.ets_selection;
        ets.priority_class = wanted.ets_priority_class;
        change.ets = Some(ets);
    }
    if wanted.has & SNIC_DCB_MAX_RATE != 0 {
        change.max_rate = Some(wanted.max_rate);
    }
    Ok(change)
}

/// Changes the parts of a link's data centre bridging that `dcb->has` names; all others stay.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_dcb_set(
    host: *const snic_host,
    link: *const c_char,
    dcb: *const snic_dcb,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let link = text(link, "link")?;
        let all = handle::get(host)?.host.dcb()?;
        let change = change(&options(dcb)?, all.dcb(link)?, link)?;
        all.set_dcb(link, &change)
    })
}

/// Gives packets with a DSCP (0 to 63) a priority (0 to 7), or with `priority` -1 takes the entries of that DSCP away.
///
/// Fails with INVALID_INPUT for numbers out of range, NOT_FOUND if there is no entry to take away.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_dcb_set_dscp(
    host: *const snic_host,
    link: *const c_char,
    dscp: u32,
    priority: i32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let link = text(link, "link")?;
        let all = handle::get(host)?.host.dcb()?;
        let protocol = u16::try_from(dscp).ok().filter(|dscp| *dscp <= smartnic::dcb::MAX_DSCP);
        let protocol = protocol.ok_or_else(|| misuse("dscp", "it must be 0 to 63"))?;
        let of_apps = |apps| DcbChange { apps, ..DcbChange::default() };
        if priority == -1 {
            let own = entries_of(&all.dcb(link)?, protocol);
            if own.is_empty() {
                let error =
                    Error::new(ErrorKind::NotFound, "remove entries of data centre bridging").on(link);
                return Err(error.reason(format!("no entry has DSCP {dscp}")));
            }
            return all.remove_dcb(link, &of_apps(own));
        }
        let priority = u8::try_from(priority).ok().filter(|priority| *priority < COUNT as u8);
        let priority = priority.ok_or_else(|| misuse("priority", "it must be 0 to 7, or -1"))?;
        let app = DcbApp { selector: DcbSelector::Dscp, protocol, priority };
        if !entries_of(&all.dcb(link)?, protocol).contains(&app) {
            all.set_dcb(link, &of_apps(vec![app]))?;
        }
        // Some drivers put the new entry in the place of the old one, others beside it.
        let mut others = entries_of(&all.dcb(link)?, protocol);
        others.retain(|other| *other != app);
        if others.is_empty() { Ok(()) } else { all.remove_dcb(link, &of_apps(others)) }
    })
}

/// The entries of one DSCP.
fn entries_of(state: &DcbState, dscp: u16) -> Vec<DcbApp> {
    let all = state.apps.iter().flatten().copied();
    all.filter(|app| app.selector == DcbSelector::Dscp && app.protocol == dscp).collect()
}
