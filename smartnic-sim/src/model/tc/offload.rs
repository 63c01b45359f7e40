use std::collections::hash_map::Entry;

use smartnic_core::flow::{Classifier, Match, Rule, Skip};
use smartnic_core::types::IfIndex;

use super::action::check_offload;
use super::{Binding, Block, HwPlace};
use crate::driver::Site;
use crate::errno::Errno;
use crate::model::{Machine, Role};
use crate::note::Note;

/// What became of offering a rule to drivers.
#[derive(Debug, Default)]
pub(super) struct Offer {
    /// The links whose drivers took it.
    pub(super) places: Vec<HwPlace>,
    /// What drivers wrote into the kernel's log.
    pub(super) log: Vec<String>,
}

impl Machine {
    /// Offers a rule to the drivers of all links bound to its block (`fl_hw_replace_filter`, `tc_setup_cb_add`).
    pub(super) fn offer(
        &self,
        block: &Block,
        rule: &Rule,
        verbose: bool,
        note: &mut Note,
    ) -> (Offer, Result<(), Errno>) {
        let mut offer = Offer::default();
        let result = self.offer_to(&block.bound, rule, verbose, &mut offer, note);
        (offer, result)
    }

    fn offer_to(
        &self,
        bound: &[Binding],
        rule: &Rule,
        verbose: bool,
        offer: &mut Offer,
        note: &mut Note,
    ) -> Result<(), Errno> {
        if rule.skip == Skip::SkipHw {
            return Ok(());
        }
        let must = rule.skip == Skip::SkipSw;
        // Drivers may say why only if they are asked to (`tc_cls_common_offload_init`).
        let mut unheard = Note::default();
        let note = if must || verbose { note } else { &mut unheard };
        if let Err(errno) = check_offload(rule, note) {
            return if must { Err(errno) } else { Ok(()) };
        }
        if must && bound.iter().any(|binding| !binding.offload) {
            return Err(Errno::EOPNOTSUPP);
        }
        for binding in bound {
            for pf in self.hearers(binding) {
                if let Err(errno) = self.offer_to_pf(binding, Some(pf), rule, offer, note)
                    && must
                {
                    return Err(errno);
                }
            }
            if binding.offload
                && let Err(errno) = self.offer_one(binding, rule, offer, note)
                && must
            {
                return Err(errno);
            }
        }
        if must && offer.places.is_empty() { Err(Errno::EINVAL) } else { Ok(()) }
    }

    /// The physical functions whose drivers are offered rules on a tunnel device, though it is none of theirs
    /// (`flow_indr_dev_register`). That rules which are there already are not offered to drivers that come later is ours.
    fn hearers(&self, binding: &Binding) -> Vec<usize> {
        let Some(tunnel) = self.tunnel(binding.link).filter(|_| !binding.egress) else { return Vec::new() };
        let driver = self.profile.driver;
        let hears = |pf: &usize| {
            self.pfs.get(*pf).is_some_and(|pf| pf.bound && driver.hears_of_tunnels(pf, tunnel.kind))
        };
        (0..self.pfs.len()).filter(hears).collect()
    }

    /// Offers a rule to the driver of one link.
    pub(super) fn offer_one(
        &self,
        binding: &Binding,
        rule: &Rule,
        offer: &mut Offer,
        note: &mut Note,
    ) -> Result<(), Errno> {
        self.offer_to_pf(binding, None, rule, offer, note)
    }

    /// Offers a rule to the driver of a physical function, by default the one of the link.
    fn offer_to_pf(
        &self,
        binding: &Binding,
        via: Option<usize>,
        rule: &Rule,
        offer: &mut Offer,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let dev = self.netdev(binding.link)?;
        let pf_index = via.or(dev.role.pf()).ok_or(Errno::EOPNOTSUPP)?;
        let pf = self.pfs.get(pf_index).ok_or(Errno::ENODEV)?;
        let same_switch = |place: &HwPlace| place.active && self.pf_of(place) == Some(pf_index);
        let held = offer.places.iter().any(same_switch);
        let site = Site { machine: self, pf, pf_index, dev, egress: binding.egress, held };
        let driver = self.profile.driver;
        let form = match rule.classifier {
            Classifier::Flower => driver.offload(&site, rule, &mut offer.log, note)?,
            Classifier::Matchall => driver.offload_matchall(&site, rule, note).map(|()| None)?,
        };
        for place in offer.places.iter_mut().filter(|place| same_switch(place)) {
            place.active = false;
        }
        offer.places.push(HwPlace { link: binding.link, egress: binding.egress, active: true, via, form });
        Ok(())
    }

    /// Whether a link's driver is offered the rules of one side.
    pub(super) fn offers(&self, link: IfIndex, egress: bool) -> bool {
        match self.netdevs.get(&link.0).map(|dev| dev.role) {
            Some(Role::Uplink { .. }) => !egress || self.profile.driver.facts().uplink_egress,
            Some(role) if role.is_representor() => !egress,
            _ => false,
        }
    }

    /// Counts a rule that came into hardware.
    pub(super) fn claim(&mut self, rule: &Rule, places: &[HwPlace]) {
        self.count(places, |flows| flows.saturating_add(1));
        self.count_keys(rule, places);
    }

    /// Counts the matches of a rule that is in hardware.
    pub(super) fn count_keys(&mut self, rule: &Rule, places: &[HwPlace]) {
        for place in places.iter().filter(|place| place.active) {
            let key = (place.link, place.egress, place.key(rule).clone());
            *self.tc.hw_keys.entry(key).or_insert(0) += 1;
        }
    }

    /// Counts a rule that left the hardware.
    pub(super) fn release(&mut self, rule: &Rule, places: &[HwPlace]) {
        self.count(places, |flows| flows.saturating_sub(1));
        for place in places.iter().filter(|place| place.active) {
            let key = (place.link, place.egress, place.key(rule).clone());
            if let Entry::Occupied(mut held) = self.tc.hw_keys.entry(key) {
                *held.get_mut() -= 1;
                if *held.get() == 0 {
                    held.remove();
                }
            }
        }
    }

    fn count(&mut self, places: &[HwPlace], change: fn(u32) -> u32) {
        for place in places.iter().filter(|place| place.active) {
            let pf = self.pf_of(place);
            if let Some(pf) = pf.and_then(|pf| self.pfs.get_mut(pf)) {
                pf.flows = change(pf.flows);
            }
        }
    }

    fn pf_of(&self, place: &HwPlace) -> Option<usize> {
        place.via.or_else(|| self.netdevs.get(&place.link.0)?.role.pf())
    }

    /// Whether the hardware of one side of a link holds a rule with this match already.
    pub(crate) fn has_hw_match(&self, link: IfIndex, egress: bool, key: Match) -> bool {
        self.tc.hw_keys.contains_key(&(link, egress, key))
    }

    /// How many rules the hardware holds for what comes in on a link.
    pub(crate) fn hw_rules_on(&self, link: IfIndex) -> u32 {
        let held = self.tc.hw_keys.iter().filter(|((at, egress, _), _)| *at == link && !egress);
        held.map(|(_, count)| *count).sum()
    }

    /// Whether the hardware of a link holds a rule of this priority already.
    pub(crate) fn has_hw_prio(&self, link: IfIndex, prio: u16) -> bool {
        let chains = self.tc.blocks.iter().flat_map(|block| &block.chains);
        let of_prio = chains.filter_map(|chain| chain.protos.get(&prio));
        of_prio
            .flat_map(|proto| proto.filters.values())
            .any(|filter| filter.hw.iter().any(|place| place.link == link))
    }
}
