//! What tc shows of every action: control, number, counters, times, properties.

use smartnic_core::flow::{
    Action, ActionFlags, ActionState, Control, Cookie, FlowStats, HwStats, QueueStats,
};

use super::Show;
use crate::text::tc::units::shown_size;

/// What happens then.
pub(super) fn show_control(show: &mut Show<'_>, control: Control) {
    show.open(Some("control_action"));
    match control {
        Control::Goto(chain) => {
            show.any("type", "goto", format_args!("goto"));
            show.any("chain", chain, format_args!(" chain {chain}"));
        }
        Control::Jump(count) => {
            show.any("type", "jump", format_args!("jump"));
            show.any("jump", count, format_args!(" {count}"));
        }
        Control::Unknown(number) => {
            let text = number.to_string();
            show.any("type", &text, format_args!("{text}"));
        }
        control => {
            let text = control.to_string();
            show.any("type", &text, format_args!("{text}"));
        }
    }
    show.close();
}

/// The action's number and how often it is used, on a line of its own behind `indent`; with `-s` its times.
pub(super) fn show_state(show: &mut Show<'_>, indent: &str, state: &ActionState) {
    show_numbers(show, indent, state);
    if show.style.stats {
        show_times(show, state);
    }
    show.line();
}

/// The action's number and how often it is used, on a line that is left open.
pub(super) fn show_numbers(show: &mut Show<'_>, indent: &str, state: &ActionState) {
    let ActionState { index, refs, binds, .. } = state;
    show.any("index", *index, format_args!("\n{indent}index {index}"));
    show.any("ref", *refs, format_args!(" ref {refs}"));
    show.any("bind", *binds, format_args!(" bind {binds}"));
}

/// The times, in whole seconds; those that are 0 are left out.
pub(super) fn show_times(show: &mut Show<'_>, state: &ActionState) {
    let FlowStats { age_ms, idle_ms, .. } = state.stats;
    // tc leaves out what is not yet a hundredth of a second old.
    let times = [
        ("installed", "installed", age_ms.unwrap_or(0)),
        ("last_used", "used", idle_ms.unwrap_or(0)),
        ("first_used", "firstused", state.first_used_ms),
        ("expires", "expires", state.expires_ms),
    ];
    for (name, text, ms) in times.into_iter().filter(|(_, _, ms)| *ms > 0) {
        let seconds = ms / 1000;
        show.any(name, seconds, format_args!(" {text} {seconds} sec"));
    }
}

/// What stands behind what the action does.
pub(super) fn common(action: &Action, state: &ActionState, show: &mut Show<'_>) {
    if show.style.stats {
        show.text(format_args!("\tAction statistics:\n"));
        show.open(Some("stats"));
        let FlowStats { packets, bytes, hw_packets, hw_bytes, .. } = state.stats;
        show_sent("\t", bytes, packets, state.queue, show);
        if hw_packets > 0 || hw_bytes > 0 {
            let software = [bytes.saturating_sub(hw_bytes), packets.saturating_sub(hw_packets)];
            show.any("sw_bytes", software[0], format_args!("\n\tSent software {} bytes", software[0]));
            show.any("sw_packets", software[1], format_args!(" {} pkt", software[1]));
            show.any("hw_bytes", hw_bytes, format_args!("\n\tSent hardware {hw_bytes} bytes"));
            show.any("hw_packets", hw_packets, format_args!(" {hw_packets} pkt"));
        }
        show_waiting("\t", state.queue, show);
        show.close();
        show.line();
    }
    if let Some(Cookie(bytes)) = &action.cookie {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        show.any("cookie", &hex, format_args!("\tcookie {hex}\n"));
    }
    properties(action, state, show);
    if let Some(stats) = action.hw_stats.filter(|stats| *stats != HwStats::all()) {
        hw_stats("hw_stats", stats, show);
    }
    if let Some(stats) = state.used_hw_stats {
        hw_stats("used_hw_stats", stats, show);
    }
}

/// What `TCA_ACT_FLAGS` says, and of shared actions whether hardware has them, which of others their filter says.
fn properties(action: &Action, state: &ActionState, show: &mut Show<'_>) {
    let mut any = false;
    let flags = [
        ("no_percpu", ActionFlags::NO_PERCPU),
        ("skip_hw", ActionFlags::SKIP_HW),
        ("skip_sw", ActionFlags::SKIP_SW),
    ];
    for (name, flag) in flags {
        if action.flags.contains(flag) {
            any = true;
            show.any(name, true, format_args!("\t{name}"));
        }
    }
    let count = state.in_hw_count.filter(|_| show.shared && !action.flags.contains(ActionFlags::SKIP_HW));
    match count {
        Some(0) => show.any("not_in_hw", true, format_args!("\tnot_in_hw")),
        Some(count) => {
            show.any("in_hw", true, format_args!("\tin_hw"));
            show.any("in_hw_count", count, format_args!(" in_hw_count {count}"));
        }
        None => {}
    }
    if any || count.is_some() {
        show.line();
    }
}

fn hw_stats(name: &str, stats: HwStats, show: &mut Show<'_>) {
    show.text(format_args!("\t{name}"));
    show.open_list(Some(name));
    let names = [(HwStats::IMMEDIATE, "immediate"), (HwStats::DELAYED, "delayed")];
    for (kind, name) in names {
        if stats.contains(kind) {
            show.item(name, format_args!(" {name}"));
        }
    }
    if stats.is_empty() {
        show.item("disabled", format_args!(" disabled"));
    }
    show.close_list();
    show.line();
}

/// The counters of a qdisc, each line behind `indent`.
pub(in crate::text::tc) fn counters(
    indent: &str,
    bytes: u64,
    packets: u64,
    queue: QueueStats,
    show: &mut Show<'_>,
) {
    show_sent(indent, bytes, packets, queue, show);
    show_waiting(indent, queue, show);
}

fn show_sent(indent: &str, bytes: u64, packets: u64, queue: QueueStats, show: &mut Show<'_>) {
    let QueueStats { drops, requeues, overlimits, .. } = queue;
    show.any("bytes", bytes, format_args!("{indent}Sent {bytes} bytes"));
    show.any("packets", packets, format_args!(" {packets} pkt"));
    show.any("drops", drops, format_args!(" (dropped {drops}"));
    show.any("overlimits", overlimits, format_args!(", overlimits {overlimits}"));
    show.any("requeues", requeues, format_args!(" requeues {requeues}) "));
}

fn show_waiting(indent: &str, queue: QueueStats, show: &mut Show<'_>) {
    let QueueStats { qlen, backlog, requeues, .. } = queue;
    show.line();
    show.any("backlog", backlog, format_args!("{indent}backlog {}", shown_size(backlog.into())));
    show.any("qlen", qlen, format_args!(" {qlen}p"));
    show.text(format_args!(" requeues {requeues}"));
}
