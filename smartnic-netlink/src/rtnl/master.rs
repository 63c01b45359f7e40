//! Making and removing bridges and bonds, and what belongs to them (`RTM_NEWLINK`, `RTM_DELLINK`, `RTM_SETLINK`).

use smartnic_core::bridge::{BondChange, BridgeChange};
use smartnic_core::types::IfIndex;

use super::link::wire_index;
use super::{bond, bridge};
use crate::codec::{AttrSet, Encoder, Flags, IfInfo, Inner, Names, Request, WireError};
use crate::uapi::if_link::*;
use crate::uapi::rtnetlink::*;

static BOND_DATA: AttrSet = AttrSet::flat(IFLA_BOND_NAMES);
static BOND_INFO: AttrSet =
    AttrSet { names: IFLA_INFO_NAMES, nests: &[(IFLA_INFO_DATA, Inner::Set(&BOND_DATA))] };
/// The names of the attributes of bonds.
static BOND_NAMES: Names = Names {
    fixed_len: SIZEOF_IFINFOMSG,
    set: &AttrSet { names: IFLA_NAMES, nests: &[(IFLA_LINKINFO, Inner::Set(&BOND_INFO))] },
};

/// Makes a bridge.
#[derive(Clone, Copy, Debug)]
pub struct AddBridge<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is to be.
    pub settings: &'a BridgeChange,
}

impl Request for AddBridge<'_> {
    fn kind(&self) -> u16 {
        RTM_NEWLINK
    }

    fn flags(&self) -> Flags {
        Flags::CREATE | Flags::EXCL
    }

    fn names(&self) -> &'static Names {
        &bridge::NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        encoder.fixed(&IfInfo::default());
        encoder.text(IFLA_IFNAME, self.name);
        encoder.nest(IFLA_LINKINFO, |e| {
            e.text(IFLA_INFO_KIND, bridge::KIND);
            if *self.settings != BridgeChange::default() {
                bridge::settings(e, self.settings);
            }
        });
        Ok(())
    }
}

/// Makes a bond.
#[derive(Clone, Copy, Debug)]
pub struct AddBond<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is to be.
    pub settings: &'a BondChange,
}

impl Request for AddBond<'_> {
    fn kind(&self) -> u16 {
        RTM_NEWLINK
    }

    fn flags(&self) -> Flags {
        Flags::CREATE | Flags::EXCL
    }

    fn names(&self) -> &'static Names {
        &BOND_NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        encoder.fixed(&IfInfo::default());
        encoder.text(IFLA_IFNAME, self.name);
        bond_info(encoder, self.settings);
        Ok(())
    }
}

/// Changes a bond.
#[derive(Clone, Copy, Debug)]
pub struct SetBond<'a> {
    /// The bond.
    pub link: IfIndex,
    /// What to change.
    pub change: &'a BondChange,
}

impl Request for SetBond<'_> {
    fn kind(&self) -> u16 {
        RTM_NEWLINK
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &BOND_NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        encoder.fixed(&IfInfo { index: wire_index(self.link)?, ..IfInfo::default() });
        bond_info(encoder, self.change);
        Ok(())
    }
}

fn bond_info(encoder: &mut Encoder<'_>, change: &BondChange) {
    encoder.nest(IFLA_LINKINFO, |e| {
        e.text(IFLA_INFO_KIND, bond::KIND);
        if *change == BondChange::default() {
            return;
        }
        e.nest(IFLA_INFO_DATA, |e| {
            if let Some(mode) = change.mode {
                e.u8(IFLA_BOND_MODE, mode.number());
            }
            if let Some(active) = change.active {
                e.u32(IFLA_BOND_ACTIVE_SLAVE, active.0);
            }
            if let Some(time) = change.miimon {
                e.u32(IFLA_BOND_MIIMON, time);
            }
            if let Some(policy) = change.hash_policy {
                e.u8(IFLA_BOND_XMIT_HASH_POLICY, policy);
            }
        });
    });
}

/// Removes a link that was made.
#[derive(Clone, Copy, Debug)]
pub struct Remove(
    /// The link.
    pub IfIndex,
);

impl Request for Remove {
    fn kind(&self) -> u16 {
        RTM_DELLINK
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &bridge::NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        encoder.fixed(&IfInfo { index: wire_index(self.0)?, ..IfInfo::default() });
        Ok(())
    }
}

/// Makes a link a port of another, or of none.
#[derive(Clone, Copy, Debug)]
pub struct SetMaster {
    /// The link.
    pub link: IfIndex,
    /// The bridge or bond.
    pub master: Option<IfIndex>,
}

impl Request for SetMaster {
    fn kind(&self) -> u16 {
        RTM_SETLINK
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &bridge::NAMES
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
        encoder.fixed(&IfInfo { index: wire_index(self.link)?, ..IfInfo::default() });
        encoder.u32(IFLA_MASTER, self.master.map_or(0, |master| master.0));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Attrs, Message};
    use smartnic_core::bridge::BondMode;

    #[test]
    fn a_bond_is_asked_for_with_its_mode() {
        let settings = BondChange { mode: Some(BondMode::Lacp), miimon: Some(100), ..BondChange::default() };
        let mut bytes = Vec::new();
        AddBond { name: "bond0", settings: &settings }.write(&mut bytes, 1, 1).unwrap();
        let message = Message::decode(&bytes).unwrap();
        let (_, attrs) = IfInfo::split(message.payload).unwrap();
        let info = Attrs::new(attrs).find(IFLA_LINKINFO).unwrap().unwrap();
        assert_eq!(info.nested().find(IFLA_INFO_KIND).unwrap().unwrap().text().unwrap(), "bond");
        let data = info.nested().find(IFLA_INFO_DATA).unwrap().unwrap();
        assert_eq!(data.nested().find(IFLA_BOND_MODE).unwrap().unwrap().u8().unwrap(), 4);
        assert_eq!(data.nested().find(IFLA_BOND_MIIMON).unwrap().unwrap().u32().unwrap(), 100);
    }

    #[test]
    fn no_master_is_number_0() {
        let mut bytes = Vec::new();
        SetMaster { link: IfIndex(4), master: None }.write(&mut bytes, 1, 1).unwrap();
        let (header, attrs) = IfInfo::split(Message::decode(&bytes).unwrap().payload).unwrap();
        let master = Attrs::new(attrs).find(IFLA_MASTER).unwrap().unwrap().u32().unwrap();
        assert_eq!((header.index, master), (4, 0));
    }
}
