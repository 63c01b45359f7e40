use smartnic_core::flow::{ActionFlags, Classifier, MAX_CHAIN, PortMatch, Rule};
use smartnic_core::types::EtherType;

use super::block::goto_chains;
use super::chain::check_template;
use super::check::check_key;
use super::normal::normalise;
use super::{Block, Filter, FilterName, FilterStats, Place, Proto};
use crate::errno::Errno;
use crate::model::Machine;
use crate::model::event::{Event, FilterEvent};
use crate::note::Note;

/// The lowest priority that the kernel gives out by itself.
const AUTO_PRIO: u16 = 0x8000;
/// The priority of the first filter that got none from its user; the next ones count down.
const FIRST_AUTO_PRIO: u16 = 0xc000;

/// A filter to make or to replace.
#[derive(Debug)]
pub(crate) struct FilterRequest {
    /// The rule as it was asked for; its place is given beside it.
    pub(crate) rule: Rule,
    /// Whether the kind of filter is given (`TCA_KIND`); a new priority needs it.
    pub(crate) kind_given: bool,
    /// Whether it may be made (`NLM_F_CREATE`).
    pub(crate) create: bool,
    /// Whether it must not be there yet (`NLM_F_EXCL`).
    pub(crate) exclusive: bool,
    /// Whether drivers' reasons are asked for (`TCA_CLS_FLAGS_VERBOSE`).
    pub(crate) verbose: bool,
}

impl Machine {
    /// Makes or replaces a filter (`tc_new_tfilter`, `fl_change`).
    pub(crate) fn write_filter(
        &mut self,
        place: Place,
        request: FilterRequest,
        note: &mut Note,
    ) -> Result<FilterName, Errno> {
        let FilterRequest { mut rule, kind_given, create, exclusive, verbose } = request;
        if rule.prio == 0 && !create {
            note.say("Invalid filter command with priority of zero");
            return Err(Errno::ENOENT);
        }
        let numbered = rule.actions.iter().filter_map(|action| Some((action.kind.name(), action.index?)));
        let numbered: Vec<_> = numbered.map(|(kind, index)| (kind.to_owned(), index)).collect();
        self.promote(&numbered);
        let at = self.find_block(place, note)?;
        if rule.chain > MAX_CHAIN {
            note.say("Specified chain index exceeds upper limit");
            return Err(Errno::EINVAL);
        }
        let block = self.tc.blocks.get(at).ok_or(Errno::EINVAL)?;
        rule.attach = block.key.attach();
        let there = find_prio(block, &mut rule, kind_given, create, note)?;
        let proto = block.chain(rule.chain).and_then(|chain| chain.protos.get(&rule.prio)).filter(|_| there);
        // Handle 0 stands for none.
        let handle = rule.handle.filter(|handle| *handle != 0);
        let old = handle.and_then(|handle| proto?.filters.get(&handle));
        if old.is_none() && !create {
            note.say("Need both RTM_NEWTFILTER and NLM_F_CREATE to create a new filter");
            return Err(Errno::ENOENT);
        }
        if old.is_some() && exclusive {
            note.say("Filter already exists");
            return Err(Errno::EEXIST);
        }
        let asked = rule.key.clone();
        normalise(&mut rule);
        let found = self.resolve(&mut rule, note)?;
        self.check_actions(&rule, &found, false, note)?;
        for (action, _) in rule.actions.iter_mut().zip(&found).filter(|(_, found)| !**found) {
            // Where an action of a rule is to be is the rule's own say.
            action.flags &= ActionFlags::NO_PERCPU;
        }
        check_key(self, &asked, rule.classifier, note)?;
        if rule.classifier == Classifier::Flower {
            check_template(block.chain(rule.chain), &rule.key, note)?;
        }
        super::meta::check(&rule.key, note)?;
        if let Some(old) = old {
            // A filter stays under its mask.
            if !same_masks(&old.rule.key, &rule.key) {
                return Err(Errno::EINVAL);
            }
        } else if proto.is_some_and(|proto| proto.has_match(&rule.key)) {
            return Err(Errno::EEXIST);
        }
        // Where every packet meets the first filter, there is no second, and none takes its place (`mall_change`).
        if rule.classifier == Classifier::Matchall && proto.is_some() {
            return Err(Errno::EEXIST);
        }
        let (offer, result) = self.offer(block, &rule, verbose, note);
        self.write_log(offer.log);
        result?;
        let filter = Filter {
            not_in_hw: offer.places.is_empty(),
            rule,
            verbose,
            hw: offer.places,
            stats: FilterStats::default(),
            first_action: 0,
            made_ms: self.clock_ms,
            first_used_ms: None,
            used_ms: None,
        };
        Ok(self.put_filter(at, handle, filter))
    }

    fn put_filter(&mut self, at: usize, handle: Option<u32>, mut filter: Filter) -> FilterName {
        self.claim(&filter.rule, &filter.hw);
        filter.first_action = self.free_indexes(&filter.rule.actions);
        self.bind_actions(&filter.rule);
        let (chain, prio, protocol) = (filter.rule.chain, filter.rule.prio, filter.rule.protocol);
        let block = &mut self.tc.blocks[at];
        let gotos: Vec<u32> = goto_chains(&filter.rule).collect();
        let protos = &mut block.chain_or_new(chain).protos;
        let proto = protos.entry(prio).or_insert_with(|| super::Proto::new(protocol));
        let handle = handle.unwrap_or_else(|| proto.free_handle());
        filter.rule.handle = Some(handle);
        // A filter of any protocol keeps that of its priority.
        filter.rule.protocol = proto.protocol;
        let kind = Some(filter.rule.classifier);
        let name = FilterName { chain, prio, protocol: proto.protocol, kind, handle };
        let old = proto.insert(handle, filter);
        for chain in gotos {
            block.chain_or_new(chain);
        }
        if let Some(old) = old {
            block.drop_empty_chains();
            self.release(&old.rule, &old.hw);
            self.unbind_actions(&old.rule);
        }
        self.tell_filter(at, name, Event::Filter);
        name
    }

    /// Tells of a filter as it is.
    pub(super) fn tell_filter(&mut self, at: usize, name: FilterName, event: fn(Box<FilterEvent>) -> Event) {
        if !self.events.listening {
            return;
        }
        let Some(block) = self.tc.blocks.get(at) else { return };
        let filter = block
            .chain(name.chain)
            .and_then(|chain| chain.protos.get(&name.prio)?.filters.get(&name.handle))
            .cloned();
        let told = FilterEvent {
            block: block.key,
            chain: name.chain,
            prio: name.prio,
            protocol: name.protocol.0,
            kind: name.kind.unwrap_or_default(),
            handle: name.handle,
            filter,
        };
        self.events.push(|| event(Box::new(told)));
    }
}

/// Finds the priority that a rule asks for, or chooses one for it; says whether it is there
/// (`tcf_chain_tp_find`, `tcf_auto_prio`).
fn find_prio(
    block: &Block,
    rule: &mut Rule,
    kind_given: bool,
    create: bool,
    note: &mut Note,
) -> Result<bool, Errno> {
    let protos = block.chain(rule.chain).map(|chain| &chain.protos);
    if rule.prio != 0 {
        if let Some(proto) = protos.and_then(|protos| protos.get(&rule.prio)) {
            check_protocol(proto.protocol, rule.protocol, note)?;
            return check_kind(proto, Some(rule.classifier).filter(|_| kind_given), note).map(|()| true);
        }
    } else if protos.is_some_and(|protos| protos.contains_key(&AUTO_PRIO)) {
        note.say("Lowest ID from auto-alloc range already in use");
        return Err(Errno::ENOSPC);
    }
    if rule.protocol.0 == 0 || !kind_given {
        note.say("Filter kind and protocol must be specified");
        return Err(Errno::EINVAL);
    }
    if !create {
        note.say("Need both RTM_NEWTFILTER and NLM_F_CREATE to create a new filter");
        return Err(Errno::ENOENT);
    }
    if rule.prio == 0 {
        let next = protos.and_then(|protos| protos.range(AUTO_PRIO..).next());
        rule.prio = next.map_or(FIRST_AUTO_PRIO, |(prio, _)| prio - 1);
    }
    Ok(false)
}

/// A priority holds filters of one protocol; 0 stands for whatever it is.
pub(super) fn check_protocol(there: EtherType, wanted: EtherType, note: &mut Note) -> Result<(), Errno> {
    if wanted.0 != 0 && wanted != there {
        note.say("Protocol mismatch for filter with specified priority");
        return Err(Errno::EINVAL);
    }
    Ok(())
}

/// A priority holds filters of one kind.
pub(super) fn check_kind(there: &Proto, wanted: Option<Classifier>, note: &mut Note) -> Result<(), Errno> {
    if wanted.is_some_and(|wanted| wanted != there.classifier()) {
        note.say("Specified filter kind does not match existing one");
        return Err(Errno::EINVAL);
    }
    Ok(())
}

/// Whether two matches look at the same bits.
fn same_masks(a: &smartnic_core::flow::Match, b: &smartnic_core::flow::Match) -> bool {
    use smartnic_core::flow::{IpMatch, Match, MplsLse};
    let ip = |ip: Option<IpMatch>| match ip {
        Some(IpMatch::V4(ip)) => Some((4, u128::from(ip.mask.to_bits()))),
        Some(IpMatch::V6(ip)) => Some((6, ip.mask.to_bits())),
        None => None,
    };
    let port = |port: Option<PortMatch>| match port {
        Some(PortMatch::Masked(port)) => Some((0, port.mask)),
        Some(PortMatch::Range { .. }) => Some((1, u16::MAX)),
        None => None,
    };
    let shape = |key: &Match| {
        let given = [
            key.eth_type.is_some(),
            key.vlan_id.is_some(),
            key.vlan_prio.is_some(),
            key.vlan_ethtype.is_some(),
            key.ip_proto.is_some(),
        ];
        let macs = [key.dst_mac.map(|mac| mac.mask), key.src_mac.map(|mac| mac.mask)];
        let bytes =
            [key.ip_tos, key.ip_ttl, key.icmp_type, key.icmp_code].map(|byte| byte.map(|byte| byte.mask));
        let below = [
            key.num_of_vlans.is_some(),
            key.cvlan_id.is_some(),
            key.cvlan_prio.is_some(),
            key.cvlan_ethtype.is_some(),
            key.pppoe_sid.is_some(),
            key.ppp_proto.is_some(),
            key.l2tpv3_sid.is_some(),
            key.indev.is_some(),
            key.cfm.is_some_and(|cfm| cfm.mdl.is_some()),
            key.cfm.is_some_and(|cfm| cfm.op.is_some()),
        ];
        let outer = MplsLse {
            depth: 1,
            label: key.mpls_label,
            tc: key.mpls_tc,
            bos: key.mpls_bos,
            ttl: key.mpls_ttl,
        };
        let entry = |entry: &MplsLse| {
            let MplsLse { depth, label, tc, bos, ttl } = *entry;
            (depth, [label.is_some(), tc.is_some(), bos.is_some(), ttl.is_some()])
        };
        let stack: Vec<_> = key.mpls.iter().chain([&outer]).map(entry).collect();
        let arp = (
            [key.arp_sip, key.arp_tip].map(|ip| ip.map(|ip| ip.mask)),
            key.arp_op.map(|op| op.mask),
            [key.arp_sha, key.arp_tha].map(|mac| mac.map(|mac| mac.mask)),
        );
        let unknown: Vec<u16> = key.unknown.iter().map(|attr| attr.kind).collect();
        let flags = key.tcp_flags.map(|flags| flags.mask);
        (
            given,
            macs,
            bytes,
            [ip(key.src_ip), ip(key.dst_ip), ip(key.enc_src_ip), ip(key.enc_dst_ip)],
            [port(key.src_port), port(key.dst_port)],
            flags,
            (below, stack, arp, key.spi.map(|index| index.mask)),
            unknown,
        )
    };
    shape(a) == shape(b) && super::meta::masks(a) == super::meta::masks(b)
}
