//! Filters (`RTM_NEWTFILTER`, `RTM_DELTFILTER`, `RTM_GETTFILTER`).

use smartnic_core::backend::FlowScope;
use smartnic_core::flow::{Attach, Classifier, FlowEntry, FlowStats, Match, Rule, RuleId, Skip};
use smartnic_core::types::EtherType;

use super::{filter_info, flower, matchall, place, read_filter_info, read_place, stats};
use crate::codec::{Attrs, Encoder, Flags, Message, Names, Request, TcMsg, WireError};
use crate::uapi::pkt_cls::*;
use crate::uapi::rtnetlink::*;

/// Adds a rule; EEXIST if its handle is taken (`RTM_NEWTFILTER`).
///
/// `TCA_CLS_FLAGS_VERBOSE` is always set: without it a driver's reason reaches nobody.
#[derive(Clone, Copy, Debug)]
pub struct Add<'a>(
    /// The rule.
    pub &'a Rule,
);

/// Puts a rule in the place of the one with its handle, or adds it.
#[derive(Clone, Copy, Debug)]
pub struct Replace<'a>(
    /// The rule.
    pub &'a Rule,
);

/// Asks for one rule (`RTM_GETTFILTER`).
#[derive(Clone, Copy, Debug)]
pub struct Get<'a>(
    /// The rule's identity.
    pub &'a RuleId,
);

/// Removes one rule (`RTM_DELTFILTER`).
#[derive(Clone, Copy, Debug)]
pub struct Delete<'a>(
    /// The rule's identity.
    pub &'a RuleId,
);

/// Removes all filters of one place, of whatever kind, in one chain or in all.
#[derive(Clone, Copy, Debug)]
pub struct Flush<'a>(
    /// The place and the chain.
    pub &'a FlowScope,
);

/// Asks for the filters of one place, in one chain or in all.
#[derive(Clone, Copy, Debug)]
pub struct Dump<'a>(
    /// The place and the chain.
    pub &'a FlowScope,
);

/// Implements [`Request`]: message type, flags, and how the rest is written.
macro_rules! request {
    ($name:ident, $kind:ident, $flags:expr, $write:ident) => {
        impl Request for $name<'_> {
            fn kind(&self) -> u16 {
                $kind
            }

            fn flags(&self) -> Flags {
                $flags
            }

            fn names(&self) -> &'static Names {
                &super::NAMES
            }

            fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), WireError> {
                $write(encoder, self.0)
            }
        }
    };
}

request!(Add, RTM_NEWTFILTER, Flags::CREATE | Flags::EXCL, put_rule);
request!(Replace, RTM_NEWTFILTER, Flags::CREATE, put_rule);
request!(Get, RTM_GETTFILTER, Flags::empty(), put_id);
request!(Delete, RTM_DELTFILTER, Flags::empty(), put_id);
request!(Flush, RTM_DELTFILTER, Flags::empty(), put_scope);
request!(Dump, RTM_GETTFILTER, Flags::DUMP, put_scope);

fn put_rule(encoder: &mut Encoder<'_>, rule: &Rule) -> Result<(), WireError> {
    let info = filter_info(rule.prio, rule.protocol);
    let handle = rule.handle.unwrap_or(0);
    encoder.fixed(&TcMsg { handle, info, ..place(&rule.attach)? });
    put_chain(encoder, rule.chain);
    encoder.text(TCA_KIND, rule.classifier.name());
    put_options(encoder, rule, true)
}

/// Writes what a filter matches and does.
pub(super) fn put_options(encoder: &mut Encoder<'_>, rule: &Rule, verbose: bool) -> Result<(), WireError> {
    let skip = match rule.skip {
        Skip::None => 0,
        Skip::SkipSw => TCA_CLS_FLAGS_SKIP_SW,
        Skip::SkipHw => TCA_CLS_FLAGS_SKIP_HW,
    };
    let flags = skip | if verbose { TCA_CLS_FLAGS_VERBOSE } else { 0 };
    encoder.try_nest(TCA_OPTIONS, |encoder| match rule.classifier {
        Classifier::Flower => flower::encode(encoder, rule, flags),
        Classifier::Matchall => matchall::encode(encoder, rule, flags),
    })
}

fn put_id(encoder: &mut Encoder<'_>, id: &RuleId) -> Result<(), WireError> {
    let info = filter_info(id.prio, id.protocol);
    encoder.fixed(&TcMsg { handle: id.handle, info, ..place(&id.attach)? });
    put_chain(encoder, id.chain);
    encoder.text(TCA_KIND, id.classifier.name());
    Ok(())
}

fn put_scope(encoder: &mut Encoder<'_>, scope: &FlowScope) -> Result<(), WireError> {
    encoder.fixed(&place(&scope.attach)?);
    if let Some(chain) = scope.chain {
        encoder.u32(TCA_CHAIN, chain);
    }
    Ok(())
}

/// In a rule no chain is chain 0, so that one is left out, as tc does.
fn put_chain(encoder: &mut Encoder<'_>, chain: u32) {
    if chain != 0 {
        encoder.u32(TCA_CHAIN, chain);
    }
}

/// One message of a dump of filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter<E = Box<FlowEntry>> {
    /// A flower or matchall rule.
    Flow(E),
    /// The line that stands before the rules of one priority and is no rule itself.
    Head,
    /// A filter of another kind, or at a place that has no name here.
    Other {
        /// The kind (`TCA_KIND`), such as `u32`.
        kind: String,
        /// The place, if it has a name here.
        attach: Option<Attach>,
        /// The chain.
        chain: u32,
        /// The priority.
        prio: u16,
    },
}

impl Filter {
    /// The flower or matchall rule, if it is one.
    #[must_use]
    pub fn flow(self) -> Option<FlowEntry> {
        match self {
            Self::Flow(entry) => Some(*entry),
            _ => None,
        }
    }
}

/// What a message about a filter or a chain says, taken apart.
pub(super) struct Parts<'a> {
    pub(super) header: TcMsg,
    pub(super) kind: Option<&'a str>,
    pub(super) options: Option<Attrs<'a>>,
    /// How many bytes the options are.
    pub(super) bytes: usize,
    pub(super) chain: Option<u32>,
    /// What the kernel or driver says beside it.
    pub(super) remark: Option<&'a str>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(message: &Message<'a>) -> Result<Self, WireError> {
        let (header, attrs) = TcMsg::split(message.payload)?;
        let mut parts = Self { header, kind: None, options: None, bytes: 0, chain: None, remark: None };
        for attr in Attrs::new(attrs) {
            let attr = attr?;
            match attr.kind() {
                TCA_KIND => parts.kind = Some(attr.text()?),
                TCA_OPTIONS => (parts.options, parts.bytes) = (Some(attr.nested()), attr.payload.len()),
                TCA_CHAIN => parts.chain = Some(attr.u32()?),
                TCA_EXT_WARN_MSG => parts.remark = Some(attr.text()?),
                _ => {}
            }
        }
        Ok(parts)
    }

    /// What decides in it, if it is known here.
    pub(super) fn classifier(&self) -> Option<Classifier> {
        [Classifier::Flower, Classifier::Matchall].into_iter().find(|known| self.kind == Some(known.name()))
    }
}

/// Reads one filter (`RTM_NEWTFILTER`, `RTM_DELTFILTER`), as a kernel sends it.
///
/// Kernels do not tell the protocol of an outer VLAN tag apart from the filter's. A filter for all protocols with
/// VLAN keys, which tc cannot make, therefore comes back with `eth_type` as the protocol behind the tag.
///
/// # Errors
/// A [`WireError`] if the message is malformed or says nothing of its kind.
pub fn decode(message: &Message<'_>) -> Result<Filter, WireError> {
    let mut entry = blank();
    Ok(match decode_into(message, &mut entry)? {
        Filter::Flow(()) => Filter::Flow(Box::new(entry)),
        Filter::Head => Filter::Head,
        Filter::Other { kind, attach, chain, prio } => Filter::Other { kind, attach, chain, prio },
    })
}

/// An entry to be overwritten by [`decode_into`].
#[must_use]
pub fn blank() -> FlowEntry {
    FlowEntry {
        rule: Rule::new(Attach::Block(0)),
        in_hw: None,
        in_hw_count: 0,
        stats: FlowStats::default(),
        actions: Vec::new(),
    }
}

/// As [`decode`], into an entry whose lists are used again: for the usual rules nothing is allocated. If the message is
/// no rule, the entry is left as it was.
///
/// # Errors
/// As for [`decode`]; what the entry then holds is of no meaning.
pub fn decode_into(message: &Message<'_>, entry: &mut FlowEntry) -> Result<Filter<()>, WireError> {
    let parts = Parts::of(message)?;
    let kind = parts.kind.ok_or(WireError::Missing { attr: "TCA_KIND" })?;
    let attach = read_place(&parts.header);
    if parts.options.is_none() && parts.header.handle == 0 {
        return Ok(Filter::Head);
    }
    match (attach, parts.classifier()) {
        (Some(attach), Some(classifier)) => {
            read_entry(&parts, attach, classifier, entry)?;
            Ok(Filter::Flow(()))
        }
        (attach, _) => {
            let (prio, _) = read_filter_info(parts.header.info);
            Ok(Filter::Other { kind: kind.to_owned(), attach, chain: parts.chain.unwrap_or(0), prio })
        }
    }
}

/// Reads a flower or matchall filter; returns how many packets met it where its kind counts them itself.
pub(super) fn read_entry(
    parts: &Parts<'_>,
    attach: Attach,
    classifier: Classifier,
    entry: &mut FlowEntry,
) -> Result<Option<u64>, WireError> {
    let (prio, protocol) = read_filter_info(parts.header.info);
    let options = parts.options.unwrap_or(Attrs::new(&[]));
    let rule = &mut entry.rule;
    (rule.attach, rule.chain) = (attach, parts.chain.unwrap_or(0));
    (rule.prio, rule.protocol) = (prio, protocol);
    rule.handle = Some(parts.header.handle).filter(|handle| *handle != 0);
    rule.classifier = classifier;
    rule.classid = None;
    rule.key = Match::default();
    rule.actions.clear();
    entry.actions.clear();
    let read = match classifier {
        Classifier::Flower => flower::decode(options, entry)?,
        Classifier::Matchall => matchall::decode(options, entry)?,
    };
    entry.rule.skip = read_skip(read.flags);
    if entry.rule.key.ppp_proto.is_some() || entry.rule.key.pppoe_sid.is_some() {
        show_pppoe(&mut entry.rule.key, protocol);
    }
    // Of a tagged packet's protocols kernels tell the innermost here; the tag's own is only in the header. matchall
    // has no key for its protocol.
    if entry.rule.protocol_hides() || (classifier == Classifier::Matchall && !matches!(protocol.0, 0 | 3)) {
        entry.rule.key.eth_type = Some(protocol);
    }
    // A rule that no device took is marked so for good; one that a device takes later, because it joins the block,
    // carries both marks.
    entry.in_hw = match (read.flags & TCA_CLS_FLAGS_IN_HW, read.flags & TCA_CLS_FLAGS_NOT_IN_HW) {
        (0, 0) => None,
        (in_hw, _) => Some(in_hw != 0),
    };
    entry.in_hw_count = read.in_hw_count;
    entry.stats = stats::of_rule(&entry.actions);
    Ok(read.hits)
}

/// Kernels tell the protocol behind PPP as that of the frame, if they know it, and leave PPPoE out where it is behind a
/// tag.
fn show_pppoe(key: &mut Match, protocol: EtherType) {
    let tags = key.num_of_vlans.unwrap_or(0);
    let tagged = protocol.is_vlan() || tags > 0;
    let twice = tags > 1 || key.vlan_ethtype.is_some_and(EtherType::is_vlan);
    let innermost = match (tagged, twice) {
        (false, _) => &mut key.eth_type,
        (true, false) => &mut key.vlan_ethtype,
        (true, true) => &mut key.cvlan_ethtype,
    };
    *innermost = Some(EtherType::PPP_SES);
}

fn read_skip(flags: u32) -> Skip {
    if flags & TCA_CLS_FLAGS_SKIP_SW != 0 {
        Skip::SkipSw
    } else if flags & TCA_CLS_FLAGS_SKIP_HW != 0 {
        Skip::SkipHw
    } else {
        Skip::None
    }
}

#[cfg(test)]
mod tests {
    use smartnic_core::flow::{Action, IpProto};
    use smartnic_core::types::{EtherType, IfIndex};

    use super::*;

    fn written(rule: &Rule) -> Result<Vec<u8>, WireError> {
        let mut buf = Vec::new();
        Add(rule).write(&mut buf, 1, 1).map(|_| buf)
    }

    fn refused(rule: &Rule) -> &'static str {
        match written(rule) {
            Err(WireError::Unwritable { what, .. }) => what,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_has_no_form_on_the_wire_is_refused_by_name() {
        let rule = Rule::new(Attach::ingress(IfIndex(2))).protocol(EtherType::IPV4);
        let to_a_name = rule.clone().action(Action::redirect("pf0vf1"));
        assert_eq!(refused(&to_a_name), "tc_mirred.ifindex");
        assert_eq!(refused(&Rule::new(Attach::ingress("eth0"))), "tcm_ifindex");
        let ports = rule.clone().matching(|key| key.dst_port = Some(80.into()));
        assert_eq!(refused(&ports), "TCA_FLOWER_KEY_TCP_SRC");
        let icmp = rule.matching(|key| {
            key.ip_proto = Some(IpProto::TCP);
            key.icmp_type = Some(8.into());
        });
        assert_eq!(refused(&icmp), "TCA_FLOWER_KEY_ICMPV4_TYPE");
    }

    #[test]
    fn a_rule_too_large_for_its_nest_is_an_error_not_a_wrap() {
        let many =
            (0..2_000).fold(Rule::new(Attach::ingress(IfIndex(2))), |rule, _| rule.action(Action::drop()));
        assert!(matches!(written(&many), Err(WireError::TooLong { attr: TCA_FLOWER_ACT, .. })));
    }

    /// What a kernel says of a rule beside the rule itself.
    #[test]
    fn flags_say_where_a_rule_is() {
        let rule = Rule::new(Attach::ingress(IfIndex(2))).prio(1).handle(1);
        let read = |flags: u32, count: u32| {
            let mut buf = Vec::new();
            let mut e = Encoder::message(&mut buf, RTM_NEWTFILTER, Flags::empty(), 1, 1);
            e.fixed(&TcMsg {
                handle: 1,
                info: filter_info(1, EtherType::ALL),
                ..place(&rule.attach).unwrap()
            });
            e.text(TCA_KIND, "flower");
            e.nest(TCA_OPTIONS, |e| {
                e.u32(TCA_FLOWER_FLAGS, flags);
                e.u32(TCA_FLOWER_IN_HW_COUNT, count);
            });
            e.finish().unwrap();
            decode(&Message::decode(&buf).unwrap()).unwrap().flow().unwrap()
        };
        let entry = |skip, in_hw, in_hw_count| FlowEntry {
            rule: Rule { skip, ..rule.clone() },
            in_hw,
            in_hw_count,
            stats: smartnic_core::flow::FlowStats::default(),
            actions: Vec::new(),
        };
        assert_eq!(read(TCA_CLS_FLAGS_SKIP_SW | TCA_CLS_FLAGS_IN_HW, 2), entry(Skip::SkipSw, Some(true), 2));
        assert_eq!(
            read(TCA_CLS_FLAGS_SKIP_HW | TCA_CLS_FLAGS_NOT_IN_HW, 0),
            entry(Skip::SkipHw, Some(false), 0)
        );
        // Made while no device took it, taken by one that joined the block later.
        assert_eq!(read(TCA_CLS_FLAGS_IN_HW | TCA_CLS_FLAGS_NOT_IN_HW, 1), entry(Skip::None, Some(true), 1));
        assert_eq!(read(1 << 30, 0), entry(Skip::None, None, 0));
    }
}
