use serde::{Deserialize, Serialize};
use smartnic_core::device::{NewParent, RATE_TCS, RateChange};
use smartnic_core::types::DevlinkHandle;

use crate::driver::{RateSetting, RateSite};
use crate::errno::Errno;
use crate::model::{Event, Instance, Machine};
use crate::note::{Note, Spot};

/// A rate object of a device (`struct devlink_rate`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RateObject {
    pub(crate) key: RateKey,
    pub(crate) tx_share: u64,
    pub(crate) tx_max: u64,
    pub(crate) tx_priority: u32,
    pub(crate) tx_weight: u32,
    pub(crate) tc_bw: [u32; RATE_TCS],
    /// The node above, on the same device.
    pub(crate) parent: Option<String>,
}

/// Which object it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RateKey {
    /// The leaf of the port with this number.
    Leaf(u32),
    /// The node of this name.
    Node(String),
}

/// A rate object and its device, for those that are told of it.
#[derive(Debug, Clone)]
pub(crate) struct RateEvent {
    pub(crate) device: DevlinkHandle,
    pub(crate) object: RateObject,
}

impl RateObject {
    fn new(key: RateKey, parent: Option<String>) -> Self {
        let (tx_share, tx_max, tx_priority, tx_weight) = (0, 0, 0, 0);
        Self { key, tx_share, tx_max, tx_priority, tx_weight, tc_bw: [0; RATE_TCS], parent }
    }

    /// The name, if it is a node.
    pub(crate) fn node(&self) -> Option<&str> {
        match &self.key {
            RateKey::Leaf(_) => None,
            RateKey::Node(name) => Some(name),
        }
    }

    /// What the kernel calls such objects in its refusals.
    fn plural(&self) -> &'static str {
        if self.node().is_some() { "nodes" } else { "leafs" }
    }
}

/// A change, and the device of the new parent if one is named.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RateOrder<'a> {
    pub(crate) change: &'a RateChange,
    pub(crate) parent_device: Option<Instance>,
}

impl Machine {
    /// The rate objects of an instance in the kernel's order: nodes, the latest first, then leaves.
    pub(crate) fn rates(&self, instance: Instance) -> &[RateObject] {
        match instance {
            Instance::Pf(pf) => self.pfs.get(pf).map_or(&[], |pf| &pf.rates),
            _ => &[],
        }
    }

    /// One rate object (`devlink_rate_get_from_info`).
    pub(crate) fn rate(&self, instance: Instance, key: &RateKey) -> Result<&RateObject, Errno> {
        if let RateKey::Node(name) = key {
            check_name(name)?;
        }
        self.rates(instance).iter().find(|rate| rate.key == *key).ok_or(Errno::ENODEV)
    }

    /// Changes a rate object (`devlink_nl_rate_set_doit`).
    pub(crate) fn set_rate(
        &mut self,
        instance: Instance,
        key: &RateKey,
        order: RateOrder<'_>,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let object = self.rate(instance, key)?.clone();
        self.check_rate_order(instance, &object, order, note)?;
        let (changed, result) = self.changed_rate(instance, object, order, note);
        // The kernel keeps what it changed before a refusal.
        self.keep_rate(instance, changed.clone());
        result?;
        self.tell_rate(instance, changed, Event::Rate);
        Ok(())
    }

    /// Makes a node (`devlink_nl_rate_new_doit`).
    pub(crate) fn add_rate(
        &mut self,
        instance: Instance,
        name: &str,
        order: RateOrder<'_>,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let driver = self.profile.driver;
        let rules = driver.rates().filter(|_| matches!(instance, Instance::Pf(_)));
        if rules.is_none() {
            note.say("Rate nodes aren't supported");
            return Err(Errno::EOPNOTSUPP);
        }
        let object = RateObject::new(RateKey::Node(name.to_owned()), None);
        self.check_rate_order(instance, &object, order, note)?;
        match self.rate(instance, &object.key) {
            Ok(_) => return Err(Errno::EEXIST),
            Err(Errno::EINVAL) => return Err(Errno::EINVAL),
            Err(_) => {}
        }
        let Instance::Pf(pf) = instance else { return Err(Errno::EOPNOTSUPP) };
        driver.check_rate_node(self.pfs.get(pf).ok_or(Errno::ENODEV)?, note)?;
        let (made, result) = self.changed_rate(instance, object, order, note);
        result?;
        self.insert_node(pf, made);
        Ok(())
    }

    /// Removes a node (`devlink_nl_rate_del_doit`).
    pub(crate) fn remove_rate(
        &mut self,
        instance: Instance,
        name: &str,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let object = self.rate(instance, &RateKey::Node(name.to_owned()))?.clone();
        if self.rates(instance).iter().any(|rate| rate.parent.as_deref() == Some(name)) {
            note.say("Node has children. Cannot delete node.");
            return Err(Errno::EBUSY);
        }
        if let Instance::Pf(pf) = instance
            && let Some(state) = self.pfs.get_mut(pf)
        {
            state.rates.retain(|rate| rate.key != object.key);
        }
        self.tell_rate(instance, object, Event::RateGone);
        Ok(())
    }

    /// Whether the driver has the operations (`devlink_rate_set_ops_supported`), also for a parent elsewhere.
    fn check_rate_order(
        &self,
        instance: Instance,
        object: &RateObject,
        order: RateOrder<'_>,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let rules = self.profile.driver.rates().ok_or(Errno::EOPNOTSUPP)?;
        let change = order.change;
        let lacking = [
            (change.tx_priority.is_some() && !rules.priority, Spot::RatePriority, "TX priority"),
            (change.tx_weight.is_some() && !rules.weight, Spot::RateWeight, "TX weight"),
            (change.tc_bw.is_some() && !rules.tc_bw, Spot::RateTcBw, "TC bandwidth"),
        ];
        if let Some((_, spot, what)) = lacking.into_iter().find(|(lacking, ..)| *lacking) {
            note.say_at(spot, format!("{what} set isn't supported for the {}", object.plural()));
            return Err(Errno::EOPNOTSUPP);
        }
        if order.parent_device.is_some_and(|parent| parent != instance) && !rules.cross_device {
            note.say("Cross-device rate parents aren't supported");
            return Err(Errno::EOPNOTSUPP);
        }
        Ok(())
    }

    /// The object as it is after a change, or after the part of it that came before a refusal (`devlink_nl_rate_set`).
    fn changed_rate(
        &mut self,
        instance: Instance,
        mut object: RateObject,
        order: RateOrder<'_>,
        note: &mut Note,
    ) -> (RateObject, Result<(), Errno>) {
        let mut log = Vec::new();
        let result = self.change_rate(instance, &mut object, order, &mut log, note);
        self.write_log(log);
        (object, result)
    }

    fn change_rate(
        &self,
        instance: Instance,
        object: &mut RateObject,
        order: RateOrder<'_>,
        log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let driver = self.profile.driver;
        let all = self.rates(instance);
        let change = order.change;
        let mut ask = |object: &RateObject, setting: RateSetting<'_>| {
            driver.check_rate(&RateSite { all, object }, &setting, log, note)
        };
        if let Some(rate) = change.tx_share {
            ask(object, RateSetting::Share(rate))?;
            object.tx_share = rate;
        }
        if let Some(rate) = change.tx_max {
            ask(object, RateSetting::Max(rate))?;
            object.tx_max = rate;
        }
        if let Some(priority) = change.tx_priority {
            ask(object, RateSetting::Priority(priority))?;
            object.tx_priority = priority;
        }
        if let Some(weight) = change.tx_weight {
            ask(object, RateSetting::Weight(weight))?;
            object.tx_weight = weight;
        }
        if let Some(shares) = &change.tc_bw {
            ask(object, RateSetting::TcBw(shares))?;
            object.tc_bw = *shares;
        }
        match &change.parent {
            None => {}
            Some(NewParent::None) if object.parent.is_none() => {}
            Some(NewParent::None) => {
                ask(object, RateSetting::NoParent)?;
                object.parent = None;
            }
            Some(NewParent::Node(parent)) => {
                let place = order.parent_device.unwrap_or(instance);
                let node = |name: &str| self.rates(place).iter().find(|rate| rate.node() == Some(name));
                let above = node(&parent.node).ok_or(Errno::ENODEV)?;
                let elsewhere = place != instance;
                if !elsewhere && above.key == object.key {
                    note.say("Parent to self is not allowed");
                    return Err(Errno::EINVAL);
                }
                if !elsewhere && object.node().is_some_and(|name| is_above(all, name, above)) {
                    note.say("Node is already a parent of parent node.");
                    return Err(Errno::EEXIST);
                }
                let site = RateSite { all, object };
                driver.check_rate(&site, &RateSetting::Parent { above, elsewhere }, log, note)?;
                object.parent = Some(parent.node.clone());
            }
        }
        Ok(())
    }

    fn keep_rate(&mut self, instance: Instance, object: RateObject) {
        let Instance::Pf(pf) = instance else { return };
        let rates = self.pfs.get_mut(pf).into_iter().flat_map(|pf| &mut pf.rates);
        for place in rates.filter(|rate| rate.key == object.key) {
            *place = object.clone();
        }
    }

    /// A node comes before all others (`list_add`).
    fn insert_node(&mut self, pf: usize, object: RateObject) {
        if let Some(state) = self.pfs.get_mut(pf) {
            state.rates.insert(0, object.clone());
        }
        self.tell_rate(Instance::Pf(pf), object, Event::Rate);
    }

    /// A port of a function came: its leaf comes with it (`devl_rate_leaf_create`).
    pub(in crate::model) fn add_rate_leaf(&mut self, pf: usize, port: u32) {
        let Some(rules) = self.profile.driver.rates() else { return };
        let first = self.rates(Instance::Pf(pf)).is_empty();
        for (node, parent) in rules.tree.iter().filter(|_| first) {
            let object = RateObject::new(RateKey::Node((*node).to_owned()), parent.map(str::to_owned));
            self.insert_node(pf, object);
        }
        let parent = rules.tree.last().map(|(node, _)| (*node).to_owned());
        let leaf = RateObject::new(RateKey::Leaf(port), parent);
        if let Some(state) = self.pfs.get_mut(pf) {
            state.rates.push(leaf.clone());
        }
        self.tell_rate(Instance::Pf(pf), leaf, Event::Rate);
    }

    /// A port of a function goes, and its leaf with it (`devl_rate_leaf_destroy`).
    pub(in crate::model) fn remove_rate_leaf(&mut self, pf: usize, port: u32) {
        let tree = self.profile.driver.rates().map_or(&[][..], |rules| rules.tree);
        self.drop_rates(pf, |rate| rate.key == RateKey::Leaf(port));
        let leaves = self.rates(Instance::Pf(pf)).iter().any(|rate| rate.node().is_none());
        // A driver that shows its own tree does so only as long as there are ports (`ice_eswitch_detach`).
        if !tree.is_empty() && !leaves {
            self.drop_rates(pf, |_| true);
        }
    }

    /// Removes rate objects, the latest first.
    pub(in crate::model) fn drop_rates(&mut self, pf: usize, which: impl Fn(&RateObject) -> bool) {
        let Some(state) = self.pfs.get_mut(pf) else { return };
        let (gone, kept) = std::mem::take(&mut state.rates).into_iter().partition(|rate| which(rate));
        state.rates = kept;
        let gone: Vec<RateObject> = gone;
        for object in gone.into_iter().rev() {
            self.tell_rate(Instance::Pf(pf), object, Event::RateGone);
        }
    }

    /// No mode is changed while there are nodes (`devlink_rates_check`).
    pub(in crate::model) fn check_no_rate_nodes(&self, pf: usize, note: &mut Note) -> Result<(), Errno> {
        if self.rates(Instance::Pf(pf)).iter().any(|rate| rate.node().is_some()) {
            note.say("Rate node(s) exists.");
            return Err(Errno::EBUSY);
        }
        Ok(())
    }

    fn tell_rate(&mut self, instance: Instance, object: RateObject, event: fn(Box<RateEvent>) -> Event) {
        let Some(device) = self.handle_of(instance) else { return };
        self.events.push(|| event(Box::new(RateEvent { device, object })));
    }
}

/// Names that could be those of ports are none of nodes (`devlink_rate_node_get_from_attrs`).
fn check_name(name: &str) -> Result<(), Errno> {
    if name.bytes().all(|byte| byte.is_ascii_digit()) { Err(Errno::EINVAL) } else { Ok(()) }
}

/// Whether the node of this name is above another (`devlink_rate_is_parent_node`).
fn is_above(all: &[RateObject], name: &str, below: &RateObject) -> bool {
    let mut next = below.parent.as_deref();
    // The tree has no circles; a state file might.
    for _ in 0..=all.len() {
        match next {
            Some(parent) if parent == name => return true,
            Some(parent) => {
                next = all
                    .iter()
                    .find(|rate| rate.node() == Some(parent))
                    .and_then(|rate| rate.parent.as_deref());
            }
            None => return false,
        }
    }
    false
}
