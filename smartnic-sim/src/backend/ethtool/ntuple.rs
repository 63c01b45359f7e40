//! Rules by which a NIC chooses the queue of received packets, straight on the model.

use smartnic_core::backend::EthtoolNtuple;
use smartnic_core::ethtool::{Ntuple, NtupleTable};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, ErrorKind, Result};

use super::super::SimHost;
use super::flow_spec;
use crate::kernel::ioctl;

impl EthtoolNtuple for SimHost {
    fn ntuples(&self, link: IfIndex) -> Result<NtupleTable> {
        self.read("list n-tuple rules", link, |machine| {
            let (size, rules) = ioctl::table(machine, link)?;
            let rules = rules.values().filter_map(|rule| flow_spec::read(rule));
            Ok(NtupleTable { size: Some(size), rules: rules.collect() })
        })
    }

    fn add_ntuple(&self, link: IfIndex, rule: &Ntuple) -> Result<u32> {
        let op = "add an n-tuple rule";
        let object = format_args!("ifindex {link}");
        let place = match rule.location {
            Some(place) => place,
            // The last that is free, which is the lowest priority: no driver here chooses by itself.
            None => {
                let free = self.read(op, link, |machine| {
                    let (size, rules) = ioctl::table(machine, link)?;
                    Ok((0..size).rev().find(|place| !rules.contains_key(place)))
                })?;
                let full = || Error::new(ErrorKind::NoSpace, op).on(object).reason("all places are taken");
                free.ok_or_else(full)?
            }
        };
        let Some(spec) = flow_spec::write(rule, place) else {
            return Err(Error::invalid(op, "the rule cannot be written for the driver").on(object));
        };
        self.order(op, link, |machine| {
            machine.netdev(link)?;
            ioctl::insert(machine, link, &spec)
        })?;
        Ok(place)
    }

    fn remove_ntuple(&self, link: IfIndex, location: u32) -> Result<()> {
        self.order("remove an n-tuple rule", link, |machine| ioctl::remove(machine, link, location))
    }
}
