//! Chains and their templates: `RTM_NEWCHAIN`, `RTM_DELCHAIN`, `RTM_GETCHAIN`.

use smartnic_core::flow::{Attach, Match, Rule};
use smartnic_core::types::EtherType;
use smartnic_netlink::codec::{Encoder, Flags, TcMsg};
use smartnic_netlink::uapi::pkt_sched::*;
use smartnic_netlink::uapi::rtnetlink::*;

use super::answer::{Answer, ExtAck, message};
use super::filter::place;
use super::qdisc::read;
use super::table::{Request, Table};
use super::{flower_read, flower_write};
use crate::errno::Errno;
use crate::model::Machine;
use crate::model::tc::{BlockKey, normalise};

/// `tc_ctl_chain`.
pub(super) fn new(machine: &mut Machine, request: &Request<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let (header, table) = read(request, ext)?;
    let place = place(machine, &header, ext)?;
    let template = template(request, &header, &table, ext)?;
    let create = request.header.flags.contains(Flags::CREATE);
    machine.add_chain(place, index(&table), create, template, &mut ext.note)
}

/// `tc_chain_tmplt_add`, `fl_tmplt_create`.
fn template(
    request: &Request<'_>,
    header: &TcMsg,
    table: &Table<'_>,
    ext: &mut ExtAck,
) -> Result<Option<Match>, Errno> {
    match table.text(TCA_KIND) {
        None => return Ok(None),
        Some("flower") => {}
        Some("matchall") => {
            ext.note.say("Chain templates are not supported with specified classifier");
            return Err(Errno::EOPNOTSUPP);
        }
        Some(_) => {
            ext.note.say("TC classifier not found");
            return Err(Errno::ENOENT);
        }
    }
    let options = table.get(TCA_OPTIONS).ok_or(Errno::EINVAL)?;
    let flower = flower_read::Flower::read(request, options)?;
    let mut rule = Rule::new(Attach::Block(0));
    rule.protocol = EtherType(u16::from_be((header.info & 0xffff) as u16));
    rule.key = flower.key(request, ext)?;
    normalise(&mut rule);
    Ok(Some(rule.key))
}

/// `tc_ctl_chain`.
pub(super) fn delete(machine: &mut Machine, request: &Request<'_>, ext: &mut ExtAck) -> Result<(), Errno> {
    let (header, table) = read(request, ext)?;
    let place = place(machine, &header, ext)?;
    machine.remove_chain(place, index(&table), &mut ext.note)
}

/// `tc_ctl_chain`, `tc_chain_notify`: the answer has the type and the flags of the request.
pub(super) fn get(
    machine: &Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, table) = read(request, ext)?;
    let place = place(machine, &header, ext)?;
    let (block, chain) = machine.find_chain(place, index(&table), &mut ext.note)?;
    let mut bytes = Vec::new();
    let (flags, seq) = (request.header.flags, request.header.seq);
    message(&mut bytes, RTM_GETCHAIN, flags, seq, answer.port(), |e| {
        write(e, block.key, chain.index, chain.template.as_ref(), None);
    });
    answer.datagrams.push(bytes);
    Ok(())
}

/// `tc_dump_chain`.
pub(super) fn dump(
    machine: &Machine,
    request: &Request<'_>,
    answer: &mut Answer,
    ext: &mut ExtAck,
) -> Result<(), Errno> {
    let (header, table) = read(request, ext)?;
    // A place that is not there has no chains.
    let place = place(machine, &header, &mut ExtAck::default());
    let block = place.ok().and_then(|place| machine.block_to_show(place));
    if let Some(block) = block {
        let chains = block.chains.iter().filter(|chain| !chain.is_only_wanted());
        for chain in chains.filter(|chain| table.u32(TCA_CHAIN).is_none_or(|wanted| wanted == chain.index)) {
            answer.part(RTM_NEWCHAIN, |e| write(e, block.key, chain.index, chain.template.as_ref(), None));
        }
    }
    answer.done();
    Ok(())
}

fn index(table: &Table<'_>) -> u32 {
    table.u32(TCA_CHAIN).unwrap_or(0)
}

/// `tc_chain_fill_node`: of a link it names the qdisc, not the side.
pub(super) fn write(
    e: &mut Encoder<'_>,
    block: BlockKey,
    index: u32,
    template: Option<&Match>,
    remark: Option<&str>,
) {
    let (ifindex, parent) = match block {
        BlockKey::Own { link, .. } => (link.0, TC_H_CLSACT & TC_H_MAJ_MASK),
        BlockKey::Shared(number) => (TCM_IFINDEX_MAGIC_BLOCK, number),
    };
    e.fixed(&TcMsg { ifindex: ifindex as i32, parent, ..TcMsg::default() });
    e.u32(TCA_CHAIN, index);
    if let Some(key) = template {
        e.text(TCA_KIND, "flower");
        e.nest(TCA_OPTIONS, |e| flower_write::write_key(e, key));
    }
    if let Some(remark) = remark {
        e.text(TCA_EXT_WARN_MSG, remark);
    }
}
