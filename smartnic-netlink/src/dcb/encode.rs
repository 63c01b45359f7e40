//! Requests.

use smartnic_core::dcb::{DcbApp, DcbChange, DcbSelector};
use zerocopy::IntoBytes;

use super::layout::{App, Buffer, Ets, Pfc};
use super::{DcbMsg, NAMES};
use crate::codec::{Encoder, Flags, Names, Request, WireError};
use crate::uapi::dcbnl::*;
use crate::uapi::netlink::NLA_F_NESTED;
use crate::uapi::rtnetlink::{RTM_GETDCB, RTM_SETDCB};

/// A request that concerns one link.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The link's name.
    pub link: &'a str,
    /// What is asked of it.
    pub what: What<'a>,
}

/// What is asked of a link.
#[derive(Clone, Copy, Debug)]
pub enum What<'a> {
    /// Tell everything (`DCB_CMD_IEEE_GET`).
    Get,
    /// Change settings and add entries (`DCB_CMD_IEEE_SET`).
    Change(&'a DcbChange),
    /// Remove entries (`DCB_CMD_IEEE_DEL`).
    Remove(&'a DcbChange),
    /// Let these negotiate (`DCB_CMD_SDCBX`): the bits `DCB_CAP_DCBX_*`.
    SetDcbx(u8),
}

/// Which attribute an entry travels in: only the standard's own selectors are in the standard's.
fn place(selector: DcbSelector) -> u16 {
    if selector == DcbSelector::Pcp { DCB_ATTR_DCB_APP } else { DCB_ATTR_IEEE_APP }
}

fn table(e: &mut Encoder<'_>, kind: u16, entries: &[DcbApp]) {
    if !entries.is_empty() {
        e.nest(kind | NLA_F_NESTED, |e| {
            entries.iter().for_each(|app| e.attr_fixed(place(app.selector), &App::from(app)))
        });
    }
}

fn change(e: &mut Encoder<'_>, change: &DcbChange) {
    let DcbChange { ets, pfc, max_rate, buffer, apps, rewrites, trust } = change;
    e.nest(DCB_ATTR_IEEE | NLA_F_NESTED, |e| {
        if let Some(ets) = ets {
            e.attr_fixed(DCB_ATTR_IEEE_ETS, &Ets::from(ets));
        }
        if let Some(rates) = max_rate {
            e.attr(DCB_ATTR_IEEE_MAXRATE, rates.as_bytes());
        }
        if let Some(buffer) = buffer {
            e.attr_fixed(DCB_ATTR_DCB_BUFFER, &Buffer::from(buffer));
        }
        if let Some(pfc) = pfc {
            e.attr_fixed(DCB_ATTR_IEEE_PFC, &Pfc::from(pfc));
        }
        table(e, DCB_ATTR_IEEE_APP_TABLE, apps);
        table(e, DCB_ATTR_DCB_REWR_TABLE, rewrites);
        if let Some(trust) = trust {
            e.nest(DCB_ATTR_DCB_APP_TRUST_TABLE | NLA_F_NESTED, |e| {
                trust.iter().for_each(|selector| e.u8(place(*selector), selector.number()));
            });
        }
    });
}

impl Request for Ask<'_> {
    fn kind(&self) -> u16 {
        match self.what {
            What::Get => RTM_GETDCB,
            What::Change(_) | What::Remove(_) | What::SetDcbx(_) => RTM_SETDCB,
        }
    }
    fn flags(&self) -> Flags {
        Flags::empty()
    }
    fn names(&self) -> &'static Names {
        &NAMES
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        let command = match self.what {
            What::Get => DCB_CMD_IEEE_GET,
            What::Change(_) => DCB_CMD_IEEE_SET,
            What::Remove(_) => DCB_CMD_IEEE_DEL,
            What::SetDcbx(_) => DCB_CMD_SDCBX,
        };
        e.fixed(&DcbMsg { command, ..DcbMsg::default() });
        e.text(DCB_ATTR_IFNAME, self.link);
        match self.what {
            What::Get => {}
            What::Change(wanted) => change(e, wanted),
            What::Remove(entries) => e.nest(DCB_ATTR_IEEE | NLA_F_NESTED, |e| {
                table(e, DCB_ATTR_IEEE_APP_TABLE, &entries.apps);
                table(e, DCB_ATTR_DCB_REWR_TABLE, &entries.rewrites);
            }),
            What::SetDcbx(bits) => e.u8(DCB_ATTR_DCBX, bits),
        }
        Ok(())
    }
}
