//! Programs that rules name by the paths where they are pinned: opened right before the rules are sent.

use std::os::fd::{AsRawFd, OwnedFd};

use smartnic_core::backend::FlowOp;
use smartnic_core::flow::{Action, ActionKind, Bpf, Rule};
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::transport::Kernel;

/// Rules whose programs are open; they stay open as long as this lives.
#[derive(Default)]
pub(crate) struct Programs {
    files: Vec<OwnedFd>,
}

/// Whether an action needs a program that is not open.
fn is_closed(action: &Action) -> bool {
    matches!(&action.kind, ActionKind::Bpf(Bpf { pinned: Some(_), fd: None, .. }))
}

/// Whether any of the actions needs a program that is not open.
pub(crate) fn needed(actions: &[Action]) -> bool {
    actions.iter().any(is_closed)
}

impl Programs {
    /// Opens the programs of these actions.
    ///
    /// # Errors
    /// `NotFound` if nothing is pinned at a path, `PermissionDenied` without the rights, `Unsupported` on a host that
    /// has no programs.
    pub(crate) fn open(&mut self, kernel: &dyn Kernel, actions: &mut [Action]) -> Result<()> {
        for action in actions.iter_mut().filter(|action| is_closed(action)) {
            let ActionKind::Bpf(Bpf { pinned: Some(path), fd, .. }) = &mut action.kind else { continue };
            let file = kernel.program(path).map_err(|error| {
                let error = Error::io("open a pinned BPF program", error).on(&*path);
                match error.kind() {
                    ErrorKind::NotFound => {
                        error.hint("pin it there first, for instance with `bpftool prog load`")
                    }
                    _ => error,
                }
            })?;
            *fd = Some(file.as_raw_fd());
            self.files.push(file);
        }
        Ok(())
    }
}

/// The rules among the changes that need programs, with their programs open: nothing for the others.
pub(super) fn opened(
    kernel: &dyn Kernel,
    ops: &[FlowOp<'_>],
    programs: &mut Programs,
) -> Result<Vec<Option<Rule>>> {
    let one = |op: &FlowOp<'_>| match op {
        FlowOp::Add(rule) | FlowOp::Replace(rule) if needed(&rule.actions) => {
            let mut rule = (*rule).clone();
            programs.open(kernel, &mut rule.actions)?;
            Ok(Some(rule))
        }
        _ => Ok(None),
    };
    ops.iter().map(one).collect()
}

/// Whether any of the changes needs a program that is not open.
pub(super) fn needed_by(ops: &[FlowOp<'_>]) -> bool {
    ops.iter().any(|op| match op {
        FlowOp::Add(rule) | FlowOp::Replace(rule) => needed(&rule.actions),
        FlowOp::Delete(_) => false,
    })
}

/// The changes with these rules in the place of those that need programs.
pub(super) fn with<'a>(ops: &[FlowOp<'a>], rules: &'a [Option<Rule>]) -> Vec<FlowOp<'a>> {
    let one = |(op, rule): (&FlowOp<'a>, &'a Option<Rule>)| match (op, rule) {
        (FlowOp::Add(_), Some(rule)) => FlowOp::Add(rule),
        (FlowOp::Replace(_), Some(rule)) => FlowOp::Replace(rule),
        (op, _) => *op,
    };
    ops.iter().zip(rules).map(one).collect()
}

#[cfg(test)]
mod tests {
    use smartnic_core::flow::Attach;
    use smartnic_core::types::IfIndex;

    use super::*;
    use crate::System;

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let pinned = Bpf { pinned: Some("/nonexistent/program".to_owned()), ..Bpf::default() };
        let plain = Rule::new(Attach::ingress(IfIndex(1))).action(Action::drop());
        let rule = plain.clone().action(Action::new(ActionKind::Bpf(pinned)));
        assert!(!needed_by(&[FlowOp::Add(&plain)]));
        let ops = [FlowOp::Add(&plain), FlowOp::Add(&rule)];
        assert!(needed_by(&ops));
        let error = opened(&System::new(), &ops, &mut Programs::default()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied), "{error}");
        assert!(error.to_string().contains("/nonexistent/program"), "{error}");
    }
}
