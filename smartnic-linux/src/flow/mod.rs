//! Flow rules: hooks, rules in and out, rules read back.

mod advice;
mod lane;
pub(crate) mod programs;
mod spread;
mod submit;

use std::cell::Cell;

use smartnic_core::backend::{FlowOffload, FlowOp, FlowScope, Hook, HookKind, Outcome};
use smartnic_core::flow::{Attach, FlowEntry, RuleId};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::codec::Message;
use smartnic_netlink::rtnl::link;
use smartnic_netlink::tc::filter::{self, Filter};
use smartnic_netlink::tc::qdisc;

use crate::LinuxHost;

impl FlowOffload for LinuxHost {
    fn hooks(&self, link: Option<IfIndex>) -> Result<Vec<Hook>> {
        let op = "list clsact hooks";
        let hooks = self.read_hooks(op, link)?;
        match link {
            Some(link) if hooks.is_empty() => self.check_link(op, link).map(|()| hooks),
            _ => Ok(hooks),
        }
    }

    fn add_hook(&self, hook: &Hook) -> Result<()> {
        let added = self.route.change("add a clsact hook", &hook_name(hook), &qdisc::Add(hook));
        added.map(drop).map_err(advice::about_hook)
    }

    fn remove_hook(&self, hook: &Hook) -> Result<()> {
        let removed = self.route.change("remove a clsact hook", &hook_name(hook), &qdisc::Delete(hook));
        removed.map(drop).map_err(advice::about_hook)
    }

    fn submit(&self, ops: &[FlowOp<'_>], stop: bool) -> Result<Vec<Outcome>> {
        if !programs::needed_by(ops) {
            return submit::submit(&self.route, ops, stop);
        }
        let mut programs = programs::Programs::default();
        let rules = programs::opened(&*self.kernel, ops, &mut programs)?;
        submit::submit(&self.route, &programs::with(ops, &rules), stop)
    }

    fn visit(&self, scope: &FlowScope, each: &mut dyn FnMut(&FlowEntry) -> Result<()>) -> Result<()> {
        let op = "read flow rules";
        check_place(&scope.attach)?;
        let mut filters = 0_u64;
        let mut decode = |message: &Message<'_>, entry: &mut FlowEntry| {
            filters += 1;
            filter::decode_into(message, entry).map(|filter| filter == Filter::Flow(()))
        };
        let mut entry = filter::blank();
        self.route.stream(op, &scope.attach, &filter::Dump(scope), &mut entry, &mut decode, each)?;
        if filters == 0 { self.check_scope(op, scope) } else { Ok(()) }
    }

    fn entry(&self, rule: &RuleId) -> Result<FlowEntry> {
        let op = "read a flow rule";
        check_id(op, rule)?;
        let found = self.route.fetch(op, rule, &filter::Get(rule), &filter::decode);
        let filter = found.map_err(|error| advice::about_rule(error, &rule.attach))?;
        filter.flow().ok_or_else(|| {
            Error::new(ErrorKind::NotFound, op).on(rule).reason("the filter there is no flower rule")
        })
    }

    fn entries(&self, scope: &FlowScope) -> Result<Vec<FlowEntry>> {
        // A list can be read again where a stream cannot: when it was torn in the middle.
        let op = "read flow rules";
        check_place(&scope.attach)?;
        let filters = Cell::new(0_u64);
        let entries = self.route.list(op, &scope.attach, &filter::Dump(scope), &|message| {
            filters.set(filters.get() + 1);
            let mut entry = filter::blank();
            Ok((filter::decode_into(message, &mut entry)? == Filter::Flow(())).then_some(entry))
        })?;
        if filters.get() == 0 {
            self.check_scope(op, scope)?;
        }
        Ok(entries)
    }
}

impl LinuxHost {
    fn read_hooks(&self, op: &'static str, link: Option<IfIndex>) -> Result<Vec<Hook>> {
        let object = link.map(|link| format!("ifindex {link}")).unwrap_or_default();
        // The kernel answers for all links, whichever was asked for.
        self.route.list(op, &object, &qdisc::Dump { link }, &|message| {
            let hook = qdisc::decode(message)?;
            Ok(hook.filter(|hook| link.is_none_or(|link| hook.link == link)))
        })
    }

    fn check_link(&self, op: &'static str, link: IfIndex) -> Result<()> {
        let object = format_args!("ifindex {link}");
        let request = link::Get(link::Which::Index(link));
        self.route.fetch(op, &object, &request, &link::decode)?;
        Ok(())
    }

    /// Of a link or block that does not exist, the kernel says that it has no rules.
    fn check_scope(&self, op: &'static str, scope: &FlowScope) -> Result<()> {
        match &scope.attach {
            Attach::Dev { dev, .. } => self.check_link(op, dev.index()?),
            Attach::Block(block) => {
                let carries = |hook: &Hook| [hook.ingress_block, hook.egress_block].contains(&Some(*block));
                if self.read_hooks(op, None)?.iter().any(carries) {
                    return Ok(());
                }
                Err(advice::no_such_block(Error::new(ErrorKind::NotFound, op).on(&scope.attach)))
            }
        }
    }
}

fn hook_name(hook: &Hook) -> String {
    let kind = match hook.kind {
        HookKind::Clsact => "clsact",
        HookKind::Ingress => "ingress",
    };
    format!("ifindex {} {kind}", hook.link)
}

/// Refuses a link that is given by name.
fn check_place(attach: &Attach) -> Result<()> {
    attach.dev().map_or(Ok(()), |dev| dev.index().map(drop))
}

/// Refuses a name of a rule that the kernel takes for the name of many rules.
fn check_id(op: &'static str, rule: &RuleId) -> Result<()> {
    check_place(&rule.attach)?;
    if rule.handle == 0 || rule.prio == 0 {
        return Err(Error::invalid(op, "handle or priority 0 stands for every rule, not for one")
            .on(rule)
            .hint("read the rules to find its handle"));
    }
    Ok(())
}

#[cfg(test)]
mod spread_tests;
#[cfg(test)]
mod tests;
