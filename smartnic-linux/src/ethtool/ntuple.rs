//! Rules by which a NIC chooses the queue of received packets.

use smartnic_core::backend::EthtoolNtuple;
use smartnic_core::ethtool::{Ntuple, NtupleTable};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::ethtool::ioctl::ntuple;
use smartnic_netlink::uapi::ethtool::RX_CLS_LOC_ANY;

use crate::LinuxHost;

const LIST: &str = "list n-tuple rules";

impl EthtoolNtuple for LinuxHost {
    fn ntuples(&self, link: IfIndex) -> Result<NtupleTable> {
        let (count, _) = self.order(LIST, link, ntuple::count(), ntuple::read_count)?;
        let (places, size) = self.places(LIST, link, count)?;
        let mut rules = Vec::new();
        for place in places {
            match self.order(LIST, link, ntuple::get(place), ntuple::read) {
                Ok(rule) => rules.push(rule),
                // It was removed meanwhile.
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Refused) => {}
                Err(error) => return Err(error),
            }
        }
        rules.sort_by_key(|rule| rule.location);
        Ok(NtupleTable { size, rules })
    }

    fn add_ntuple(&self, link: IfIndex, rule: &Ntuple) -> Result<u32> {
        let op = "add an n-tuple rule";
        let place = match rule.location {
            Some(place) => place,
            None => self.free_place(op, link)?,
        };
        let object = format_args!("ifindex {link}");
        let block = ntuple::insert(rule, place);
        let block = block.map_err(|error| Error::invalid(op, error.to_string()).on(object))?;
        self.order(op, link, block, ntuple::read_place)
    }

    fn remove_ntuple(&self, link: IfIndex, location: u32) -> Result<()> {
        self.order("remove an n-tuple rule", link, ntuple::remove(location), |_| Ok(()))
    }
}

impl LinuxHost {
    /// The places that are taken, of which there are so many, and how many there are in all if the driver tells.
    fn places(&self, op: &'static str, link: IfIndex, count: u32) -> Result<(Vec<u32>, Option<u32>)> {
        let (places, size) = self.order(op, link, ntuple::places(count), ntuple::read_places)?;
        Ok((places, u32::try_from(size).ok().filter(|size| *size > 0)))
    }

    /// A place for a rule that names none: any, if the driver chooses by itself; else the last that is free, which is the
    /// lowest priority.
    fn free_place(&self, op: &'static str, link: IfIndex) -> Result<u32> {
        let (count, chooses) = self.order(op, link, ntuple::count(), ntuple::read_count)?;
        if chooses {
            return Ok(RX_CLS_LOC_ANY);
        }
        let object = format_args!("ifindex {link}");
        let (taken, size) = self.places(op, link, count)?;
        let Some(size) = size else {
            let error = Error::invalid(op, "the driver does not say how many places there are").on(object);
            return Err(error.hint("name a place"));
        };
        let free = (0..size).rev().find(|place| !taken.contains(place));
        free.ok_or_else(|| {
            Error::new(ErrorKind::NoSpace, op).on(object).reason(format!("all {size} places are taken"))
        })
    }
}
