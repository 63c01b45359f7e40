//! Messages of traffic control as tc shows them: answers, tables, and what others change.

use smartnic_core::flow::{
    ActionsNote, Attach, INGRESS_PARENT, QdiscNote, TcMessage, TcObject, TcPlace, Told,
};
use smartnic_core::types::{EtherType, IfIndex};

use super::show::Show;
use super::{action, class, filter_show};

/// What was asked for, which tc does not show again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// The link.
    pub link: Option<IfIndex>,
    /// The block.
    pub block: Option<u32>,
    /// The qdisc or class; 0 if none was named.
    pub parent: u32,
    /// The protocol.
    pub protocol: Option<EtherType>,
    /// The priority.
    pub prio: Option<u16>,
    /// The chain.
    pub chain: Option<u32>,
    /// The number of a qdisc; 0 if none was named.
    pub handle: u32,
}

impl Asked {
    /// Everything at a place.
    #[must_use]
    pub fn at(attach: &Attach) -> Self {
        match Self::place(attach) {
            TcPlace::Link { link, parent } => Self { link: Some(link), parent, ..Self::default() },
            TcPlace::Block(block) => Self { block: Some(block), ..Self::default() },
        }
    }

    /// A place in the kernel's numbers; a link without a number is none.
    pub(super) fn place(attach: &Attach) -> TcPlace {
        TcPlace::of(attach).unwrap_or(TcPlace::Link { link: IfIndex(0), parent: INGRESS_PARENT })
    }
}

/// Shows a message.
///
/// A list of JSON objects must be open where JSON is shown.
pub fn show_message(message: &TcMessage, asked: &Asked, show: &mut Show<'_>) {
    match &message.object {
        TcObject::Filter(note) => {
            show.open(None);
            filter_show::show_note(note, message.told, false, asked, show);
            remark(message, show);
            show.close();
        }
        TcObject::Chain(note) => {
            show.open(None);
            filter_show::show_note(note, message.told, true, asked, show);
            remark(message, show);
            show.close();
        }
        TcObject::Actions(note) => {
            show_actions(note, message, show);
        }
        TcObject::Qdisc(note) if is_asked(note, asked) => {
            show.open(None);
            show_qdisc(note, message.told, asked, show);
            remark(message, show);
            show.close();
        }
        TcObject::Qdisc(_) => {}
    }
}

fn remark(message: &TcMessage, show: &mut Show<'_>) {
    if let Some(remark) = &message.remark {
        show.any("warn", remark, format_args!("{remark}"));
        show.line();
    }
}

/// A table of actions.
fn show_actions(note: &ActionsNote, message: &TcMessage, show: &mut Show<'_>) {
    let total = note.total.unwrap_or(0);
    show.open(None);
    show.any("total acts", total, format_args!("total acts {total}"));
    show.line();
    show.close();
    if let Some((kind, count)) = &note.flushed {
        show.text(format_args!("Flushed table  {kind} ({count} entries)\n"));
        return;
    }
    show.text(format_args!(
        "{}",
        match message.told {
            Told::There => "",
            Told::Added => "Added action ",
            Told::Replaced => "Replaced action ",
            Told::Deleted => "Deleted action ",
        }
    ));
    show.open(None);
    show.open_list(Some("actions"));
    show.shared = true;
    for (order, action, state) in &note.actions {
        show.open(None);
        show.any("order", *order, format_args!("\n\taction order {order}: "));
        action::show(action, state, show);
        show.close();
    }
    show.shared = false;
    show.close_list();
    remark(message, show);
    show.close();
}

fn is_asked(note: &QdiscNote, asked: &Asked) -> bool {
    asked.link.is_none_or(|link| link == note.link)
        && (asked.handle == 0 || asked.handle == note.handle)
        && (asked.parent == 0 || asked.parent == note.parent)
}

fn show_qdisc(note: &QdiscNote, told: Told, asked: &Asked, show: &mut Show<'_>) {
    show.told(told);
    show.any("kind", &note.kind, format_args!("qdisc {}", note.kind));
    let handle = format!("{:x}:", note.handle >> 16);
    show.any("handle", &handle, format_args!(" {handle}"));
    if show.style.raw {
        show.text(format_args!("[{:08x}]", note.handle));
    }
    show.text(format_args!(" "));
    if asked.link.is_none() {
        let dev = show.link(&note.link.into());
        show.any("dev", &dev, format_args!("dev {dev} "));
    }
    match note.parent {
        0 => {}
        u32::MAX => show.any("root", true, format_args!("root ")),
        parent => {
            let parent = class::shown(parent);
            show.any("parent", &parent, format_args!("parent {parent} "));
        }
    }
    if note.refs != 1 {
        show.any("refcnt", note.refs, format_args!("refcnt {} ", note.refs));
    }
    if note.offloaded {
        show.any("offloaded", true, format_args!("offloaded "));
    }
    for (name, block) in [("ingress_block", note.ingress_block), ("egress_block", note.egress_block)] {
        if block != 0 {
            show.any(name, block, format_args!("{name} {block} "));
        }
    }
    show.open(Some("options"));
    if note.kind == "ingress" && note.options.is_some() {
        show.text(format_args!("---------------- "));
    }
    show.close();
    show.line();
    if let Some((bytes, packets, queue)) = note.stats.filter(|_| show.style.stats) {
        action::counters(" ", bytes, packets, queue, show);
        show.line();
    }
}
