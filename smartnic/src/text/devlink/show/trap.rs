use smartnic_core::device::{Trap, TrapAction, TrapGroup, TrapMetadata, TrapPolicer, TrapStats, TrapType};

use super::Show;

/// Shows a trap among others, as `devlink trap show` does.
pub fn trap(trap: &Trap, show: &mut Show<'_>) {
    show.open_handle_entry(&trap.device);
    content(trap, show);
}

/// Shows a trap alone, as `devlink monitor` does.
pub(super) fn alone(trap: &Trap, show: &mut Show<'_>) {
    show.open_handle(&trap.device, true);
    content(trap, show);
}

fn content(trap: &Trap, show: &mut Show<'_>) {
    let Trap { name, generic, group, .. } = trap;
    let kind = match trap.kind {
        TrapType::Drop => "drop",
        TrapType::Exception => "exception",
        TrapType::Control => "control",
        TrapType::Unknown(_) => "<unknown type>",
    };
    let action = match trap.action {
        TrapAction::Drop => "drop",
        TrapAction::Trap => "trap",
        TrapAction::Mirror => "mirror",
        TrapAction::Unknown(_) => "<unknown action>",
    };
    show.value("name", name, format_args!("name {name}"));
    show.any("type", kind, format_args!(" type {kind}"));
    show.any("generic", *generic, format_args!(" generic {generic}"));
    show.any("action", action, format_args!(" action {action}"));
    show.any("group", group, format_args!(" group {group}"));
    if show.style.verbose {
        show.open_list("metadata");
        for kind in &trap.metadata {
            let name = match kind {
                TrapMetadata::InputPort => "input_port",
                TrapMetadata::FlowActionCookie => "flow_action_cookie",
                TrapMetadata::Unknown(_) => "<unknown metadata type>",
            };
            show.settle();
            match show.style.json {
                true => show.out.value(None, name),
                false => show.put(format_args!("{name}")),
            }
        }
        show.close_list();
    }
    stats(&trap.stats, show);
    show.close_handle();
}

/// Shows a group among others, as `devlink trap group show` does.
pub fn trap_group(group: &TrapGroup, show: &mut Show<'_>) {
    show.open_handle_entry(&group.device);
    group_content(group, show);
}

/// Shows a group alone, as `devlink monitor` does.
pub(super) fn group_alone(group: &TrapGroup, show: &mut Show<'_>) {
    show.open_handle(&group.device, true);
    group_content(group, show);
}

fn group_content(group: &TrapGroup, show: &mut Show<'_>) {
    let TrapGroup { name, generic, .. } = group;
    show.value("name", name, format_args!("name {name}"));
    show.any("generic", *generic, format_args!(" generic {generic}"));
    if let Some(policer) = group.policer {
        show.any("policer", policer, format_args!(" policer {policer}"));
    }
    stats(&group.stats, show);
    show.close_handle();
}

/// Shows a policer among others, as `devlink trap policer show` does.
pub fn trap_policer(policer: &TrapPolicer, show: &mut Show<'_>) {
    show.open_handle_entry(&policer.device);
    policer_content(policer, show);
}

/// Shows a policer alone, as `devlink monitor` does.
pub(super) fn policer_alone(policer: &TrapPolicer, show: &mut Show<'_>) {
    show.open_handle(&policer.device, true);
    policer_content(policer, show);
}

fn policer_content(policer: &TrapPolicer, show: &mut Show<'_>) {
    let TrapPolicer { id, rate, burst, .. } = policer;
    show.value("policer", *id, format_args!("policer {id}"));
    show.any("rate", *rate, format_args!(" rate {rate}"));
    show.any("burst", *burst, format_args!(" burst {burst}"));
    if let Some(counted) = &policer.stats {
        stats(counted, show);
    }
    show.close_handle();
}

fn stats(stats: &TrapStats, show: &mut Show<'_>) {
    if !show.style.stats {
        return;
    }
    show.open_object("stats");
    show.open_object("rx");
    let counts = [("bytes", stats.bytes), ("packets", stats.packets), ("dropped", stats.dropped)];
    for (name, count) in counts {
        if let Some(count) = count {
            show.u64(name, count);
        }
    }
    show.close_object();
    show.close_object();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::devlink::show::Style;
    use smartnic_core::types::DevlinkHandle;

    fn flow_drop() -> Trap {
        Trap {
            device: DevlinkHandle::new("netdevsim", "netdevsim1"),
            name: "ingress_flow_action_drop".into(),
            kind: TrapType::Drop,
            generic: true,
            action: TrapAction::Drop,
            group: "acl_drops".into(),
            metadata: vec![TrapMetadata::InputPort, TrapMetadata::FlowActionCookie],
            stats: TrapStats { bytes: Some(0), packets: Some(0), dropped: Some(31) },
            unknown: Vec::new(),
        }
    }

    fn shown(style: Style) -> String {
        let mut show = Show::new(style, &|_| None);
        show.open_section("trap");
        trap(&flow_drop(), &mut show);
        show.close_section();
        show.take()
    }

    /// As devlink 7.3.0 prints netdevsim's.
    #[test]
    fn a_trap_is_as_devlink_prints_it() {
        let style = Style { stats: true, verbose: true, ..Style::default() };
        let text = "netdevsim/netdevsim1:\n  name ingress_flow_action_drop type drop generic true action drop \
            group acl_drops\n    metadata:\n      input_port flow_action_cookie\n    stats:\n        rx:\n          \
            bytes 0 packets 0 dropped 31\n";
        assert_eq!(shown(style), text);
        let json = r#"{"trap":{"netdevsim/netdevsim1":[{"name":"ingress_flow_action_drop","type":"drop","generic":true,"action":"drop","group":"acl_drops","metadata":["input_port","flow_action_cookie"],"stats":{"rx":{"bytes":0,"packets":0,"dropped":31}}}]}}"#;
        assert_eq!(shown(Style { json: true, ..style }), json);
        let short = "netdevsim/netdevsim1:\n  name ingress_flow_action_drop type drop generic true action drop \
            group acl_drops\n";
        assert_eq!(shown(Style::default()), short);
    }
}
