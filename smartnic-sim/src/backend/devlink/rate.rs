use smartnic_core::backend::DevlinkRates;
use smartnic_core::device::{NewParent, Rate, RateChange, RateName, RateParent};
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Error, Extack, Result};

use super::find;
use crate::backend::{SimHost, refused, remark};
use crate::errno::Errno;
use crate::model::{Instance, Machine, RateKey, RateObject, RateOrder};
use crate::note::Note;

impl DevlinkRates for SimHost {
    fn rates(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Rate>> {
        let machine = self.machine.lock();
        let instances = match device {
            Some(device) => vec![find(&machine, "list rate objects", device)?],
            None => machine.instances(),
        };
        let of = |instance: Instance| {
            let device = machine.handle_of(instance);
            let rates = machine.rates(instance).iter();
            rates.filter_map(move |object| Some(rate(device.as_ref()?, object)))
        };
        Ok(instances.into_iter().flat_map(of).collect())
    }

    fn rate(&self, name: &RateName) -> Result<Rate> {
        let op = "read a rate object";
        let machine = self.machine.lock();
        let instance = find(&machine, op, name.device())?;
        let object = machine.rate(instance, &key(name));
        let object = object.map_err(|errno| refused(op, errno, Note::default()).on(name))?;
        Ok(rate(name.device(), object))
    }

    fn add_rate(&self, node: &RateName, settings: &RateChange) -> Result<Option<Extack>> {
        let op = "add a rate node";
        let (mut machine, fate) = self.change();
        let mut note = Note::default();
        let instance = find(&machine, op, node.device())?;
        let order = RateOrder { change: settings, parent_device: parent(&machine, op, settings)? };
        let made = match node {
            RateName::Node { node, .. } => {
                fate.and_then(|()| machine.add_rate(instance, node, order, &mut note))
            }
            RateName::Leaf(_) => {
                return Err(Error::invalid(op, "leaves come and go with their ports").on(node));
            }
        };
        answer(op, node, made, note)
    }

    fn set_rate(&self, name: &RateName, change: &RateChange) -> Result<Option<Extack>> {
        let op = "change a rate object";
        let (mut machine, fate) = self.change();
        let mut note = Note::default();
        let instance = find(&machine, op, name.device())?;
        let order = RateOrder { change, parent_device: parent(&machine, op, change)? };
        let set = fate.and_then(|()| machine.set_rate(instance, &key(name), order, &mut note));
        answer(op, name, set, note)
    }

    fn remove_rate(&self, node: &RateName) -> Result<Option<Extack>> {
        let op = "remove a rate node";
        let (mut machine, fate) = self.change();
        let mut note = Note::default();
        let instance = find(&machine, op, node.device())?;
        let removed = match node {
            RateName::Node { node, .. } => fate.and_then(|()| machine.remove_rate(instance, node, &mut note)),
            RateName::Leaf(_) => {
                return Err(Error::invalid(op, "leaves come and go with their ports").on(node));
            }
        };
        answer(op, node, removed, note)
    }
}

fn answer(
    op: &'static str,
    name: &RateName,
    result: Result<(), Errno>,
    note: Note,
) -> Result<Option<Extack>> {
    match result {
        Ok(()) => Ok(remark(note)),
        Err(errno) => Err(refused(op, errno, note).on(name)),
    }
}

fn key(name: &RateName) -> RateKey {
    match name {
        RateName::Leaf(port) => RateKey::Leaf(port.index.0),
        RateName::Node { node, .. } => RateKey::Node(node.clone()),
    }
}

/// The device of the new parent, if one is named.
fn parent(machine: &Machine, op: &'static str, change: &RateChange) -> Result<Option<Instance>> {
    match &change.parent {
        Some(NewParent::Node(RateParent { device: Some(device), .. })) => find(machine, op, device).map(Some),
        _ => Ok(None),
    }
}

fn rate(device: &DevlinkHandle, object: &RateObject) -> Rate {
    let name = match &object.key {
        RateKey::Leaf(port) => RateName::Leaf(device.port(*port)),
        RateKey::Node(node) => RateName::Node { device: device.clone(), node: node.clone() },
    };
    Rate {
        tx_share: object.tx_share,
        tx_max: object.tx_max,
        tx_priority: object.tx_priority,
        tx_weight: object.tx_weight,
        tc_bw: Some(object.tc_bw),
        parent: object.parent.clone().map(|node| RateParent { node, device: None }),
        ..Rate::new(name)
    }
}
