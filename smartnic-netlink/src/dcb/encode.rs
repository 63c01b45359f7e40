//! Requests.

use smartnic_core::dcb::{DcbApp, DcbChange, DcbSelector};
use zerocopy::IntoBytes;

use super::layout::{App, Buffer, Ets, Pfc};
use super::{DcbMsg, NAMES};
use crate::codec::{Encoder, Flags, Names, Request, WireError};
use crate::uapi::dcbnl::*;
use crate::uapi::rtnetlink::{RTM_GETDCB, RTM_SETDCB};

/// Asks for everything that a link tells (`DCB_CMD_IEEE_GET`).
#[derive(Clone, Copy, Debug)]
pub struct Get<'a> {
    /// The link's name.
    pub link: &'a str,
}

/// Changes settings and adds entries (`DCB_CMD_IEEE_SET`).
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The link's name.
    pub link: &'a str,
    /// What is changed.
    pub change: &'a DcbChange,
}

/// Removes entries (`DCB_CMD_IEEE_DEL`).
#[derive(Clone, Copy, Debug)]
pub struct Remove<'a> {
    /// The link's name.
    pub link: &'a str,
    /// The entries.
    pub entries: &'a DcbChange,
}

/// Says who negotiates (`DCB_CMD_SDCBX`).
#[derive(Clone, Copy, Debug)]
pub struct SetDcbx<'a> {
    /// The link's name.
    pub link: &'a str,
    /// The bits (`DCB_CAP_DCBX_*`).
    pub bits: u8,
}

fn begin(e: &mut Encoder<'_>, command: u8, link: &str) {
    e.fixed(&DcbMsg { command, ..DcbMsg::default() });
    e.text(DCB_ATTR_IFNAME, link);
}

/// Which attribute an entry travels in: only the standard's own selectors are in the standard's.
fn place(selector: DcbSelector) -> u16 {
    if selector == DcbSelector::Pcp { DCB_ATTR_DCB_APP } else { DCB_ATTR_IEEE_APP }
}

fn table(e: &mut Encoder<'_>, kind: u16, entries: &[DcbApp]) {
    if !entries.is_empty() {
        e.nest(kind, |e| entries.iter().for_each(|app| e.attr_fixed(place(app.selector), &App::from(app))));
    }
}

impl Request for Get<'_> {
    fn kind(&self) -> u16 {
        RTM_GETDCB
    }
    fn flags(&self) -> Flags {
        Flags::empty()
    }
    fn names(&self) -> &'static Names {
        &NAMES
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        begin(e, DCB_CMD_IEEE_GET, self.link);
        Ok(())
    }
}

impl Request for Change<'_> {
    fn kind(&self) -> u16 {
        RTM_SETDCB
    }
    fn flags(&self) -> Flags {
        Flags::empty()
    }
    fn names(&self) -> &'static Names {
        &NAMES
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        begin(e, DCB_CMD_IEEE_SET, self.link);
        let DcbChange { ets, pfc, max_rate, buffer, apps, rewrites, trust } = self.change;
        e.nest(DCB_ATTR_IEEE, |e| {
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
                e.nest(DCB_ATTR_DCB_APP_TRUST_TABLE, |e| {
                    trust.iter().for_each(|selector| e.u8(place(*selector), selector.number()));
                });
            }
        });
        Ok(())
    }
}

impl Request for Remove<'_> {
    fn kind(&self) -> u16 {
        RTM_SETDCB
    }
    fn flags(&self) -> Flags {
        Flags::empty()
    }
    fn names(&self) -> &'static Names {
        &NAMES
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        begin(e, DCB_CMD_IEEE_DEL, self.link);
        e.nest(DCB_ATTR_IEEE, |e| {
            table(e, DCB_ATTR_IEEE_APP_TABLE, &self.entries.apps);
            table(e, DCB_ATTR_DCB_REWR_TABLE, &self.entries.rewrites);
        });
        Ok(())
    }
}

impl Request for SetDcbx<'_> {
    fn kind(&self) -> u16 {
        RTM_SETDCB
    }
    fn flags(&self) -> Flags {
        Flags::empty()
    }
    fn names(&self) -> &'static Names {
        &NAMES
    }
    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        begin(e, DCB_CMD_SDCBX, self.link);
        e.u8(DCB_ATTR_DCBX, self.bits);
        Ok(())
    }
}
