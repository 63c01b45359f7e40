use std::io;

use smartnic::flow::{Attach, Fate, FlowEntry, Side, TraceReport, Verdict, trace_at};
use smartnic::text::packet_words;
use smartnic::text::tc::describe_actions;

use super::recover;
use crate::cli::SideArg;
use crate::packets;
use crate::print::Style;
use crate::rules;
use crate::session::{Ending, Outcome, Session};

/// Which rules does a packet meet, and where does it go?
///
/// The packet is described by the keys of flower, and so are its tunnel (enc_key_id …), its MPLS labels, what it says
/// in ARP, and the state of its connection (ct_state +trk+est). Nothing is sent and no counter moves.
/// Not told apart: a tunnel's options and flags, hashes, PPPoE, L2TPv3, IPsec, fault management; no packet here meets a
/// rule that wants them. What ct, skbedit and nat change does not show.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    snicctl flow trace --dev p0 ingress ip_proto tcp src_ip 198.51.100.7 dst_ip 10.0.0.11 \\\n      \
    dst_port 443\n  \
    snicctl flow trace --dev pf0vf0 \\\n      \
    'vlan_id 100 ip_proto udp src_ip 10.0.0.1 dst_ip 10.0.0.2 dst_port 53'\n  \
    snicctl flow trace --block 22 ip_proto icmp src_ip 10.0.0.1 dst_ip 10.0.0.2")]
pub(crate) struct Args {
    /// The link where the packet is
    #[arg(long, value_name = "LINK", required_unless_present = "block", conflicts_with = "block")]
    dev: Option<String>,
    /// The shared block that the packet enters
    #[arg(long, value_name = "N")]
    block: Option<u32>,
    /// ingress (if left out) or egress, then the packet
    #[arg(value_name = "WORD", required = true)]
    words: Vec<String>,
}

pub(super) fn run(args: &Args, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let host = recover::first(session, true)?;
    let names = host.names()?;
    let mut words = &args.words[..];
    let mut side = Side::Ingress;
    if let Some((first, rest)) = words.split_first()
        && let Ok(named) = <SideArg as clap::ValueEnum>::from_str(first, false)
    {
        (side, words) = (named.into(), rest);
    }
    let place = match (&args.dev, args.block) {
        (Some(dev), _) => Attach::Dev { dev: names.index(dev)?.into(), side },
        (None, block) => Attach::Block(block.unwrap_or_default()),
    };
    let packet = packets::from_words(words)?;
    let mut traced = trace_at(&host, &place, &packet)?;
    traced.put_names(&names);
    if session.format() != crate::print::Format::Table {
        session.data(&traced)?;
        return Ok(Ending::Done);
    }
    let shown = match place {
        Attach::Dev { dev, side } => format!("{} {side}", rules::link_name(&dev, &names)),
        block => block.to_string(),
    };
    print(&traced, &shown, session)?;
    Ok(Ending::Done)
}

fn print(traced: &TraceReport, place: &str, session: &mut Session) -> io::Result<()> {
    let paint = session.paint();
    let out = session.out();
    let rules = if traced.rules == 1 { "rule" } else { "rules" };
    writeln!(out, "{place}: {} {rules}, the packet meets {}", traced.rules, traced.met.len())?;
    for (at, (entry, step)) in traced.met.iter().zip(&traced.path.steps).enumerate() {
        let verdict = Verdict::of(entry, Vec::new());
        let style = if verdict.is_in_hardware() { Style::Green } else { Style::Yellow };
        let verdict = paint.apply(style, &verdict.to_string());
        let FlowEntry { rule, .. } = entry;
        let handle = rule.handle.unwrap_or(0);
        writeln!(out, "  {}. chain {} pref {} handle {handle:#x}, {verdict}", at + 1, step.chain, step.prio)?;
        let (matched, actions) = (rules::matched(rule), describe_actions(&rule.actions));
        writeln!(out, "       match   {}", if matched.is_empty() { "every packet" } else { &matched })?;
        let carried = if step.actions < rule.actions.len() {
            format!(" (the first {} of {} are carried out)", step.actions, rule.actions.len())
        } else {
            String::new()
        };
        writeln!(out, "       action  {}{carried}", if actions.is_empty() { "none" } else { &actions })?;
    }
    for (dev, packet) in &traced.path.copies {
        writeln!(out, "copy:    to {dev}: {}", packet_words(packet))?;
    }
    writeln!(out, "packet:  {}", packet_words(&traced.path.packet))?;
    writeln!(out, "fate:    {}", paint.apply(Style::Bold, &traced.path.fate_words()))?;
    writeln!(out, "handled: {}", handled(traced))
}

/// Who does the work, and by which rule it is decided.
fn handled(traced: &TraceReport) -> String {
    if traced.in_hardware {
        return match traced.path.fate {
            Fate::Passed | Fate::Trapped => "by the NIC, which hands it to the CPU".to_owned(),
            _ => "by the NIC: every rule it meets is in hardware".to_owned(),
        };
    }
    match traced.met.iter().position(|entry| entry.in_hw != Some(true)) {
        Some(at) => format!("by the CPU: rule {} is in software only", at + 1),
        None => "by the CPU: it meets no rule".to_owned(),
    }
}
