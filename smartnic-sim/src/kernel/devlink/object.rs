//! Commands as data: objects that share nothing with the others have theirs in a table.

use smartnic_netlink::codec::{Attrs, Flags};
use smartnic_netlink::uapi::devlink::*;

use super::{HANDLE, find};
use crate::errno::Errno;
use crate::kernel::answer::{Answer, ExtAck};
use crate::kernel::table::{Policy, Request, Strictness, Table};
use crate::model::{Instance, Machine};

/// A command (`devlink_nl_ops`).
pub(in crate::kernel) struct Command {
    pub(in crate::kernel) number: u8,
    /// The attributes beside those that name an instance.
    policy: &'static [Policy],
    /// Whether it changes something, which needs CAP_NET_ADMIN (`GENL_ADMIN_PERM`).
    pub(in crate::kernel) changes: bool,
    /// What it does to one instance.
    run: Run,
    /// What it lists of one instance.
    pub(in crate::kernel) dump: Option<Dump>,
    /// Whether a list can be limited to one instance; then it is asked for strictly.
    filters: bool,
}

type Run = fn(&mut Machine, &Ask<'_>, &mut Answer, &mut ExtAck) -> Result<(), Errno>;
type Dump = fn(&Machine, Instance, &mut Answer);

/// A request about one instance.
pub(super) struct Ask<'a> {
    pub(super) instance: Instance,
    pub(super) request: &'a Request<'a>,
    pub(super) table: &'a Table<'a>,
}

impl Command {
    /// A command that reads one instance.
    pub(super) const fn read(number: u8, policy: &'static [Policy], run: Run) -> Self {
        Self { number, policy, changes: false, run, dump: None, filters: false }
    }

    /// A command that changes one instance.
    pub(super) const fn change(number: u8, policy: &'static [Policy], run: Run) -> Self {
        Self { number, policy, changes: true, run, dump: None, filters: false }
    }

    /// The same with lists, of one instance or of all.
    pub(super) const fn listing(self, dump: Dump) -> Self {
        Self { dump: Some(dump), filters: true, ..self }
    }

    /// The same with lists of all instances only, which were never asked for strictly.
    pub(super) const fn listing_all(self, dump: Dump) -> Self {
        Self { dump: Some(dump), filters: false, ..self }
    }

    /// Carries out a request.
    pub(super) fn serve(
        &self,
        machine: &mut Machine,
        request: &Request<'_>,
        attrs: &[u8],
        answer: &mut Answer,
        ext: &mut ExtAck,
    ) -> Result<(), Errno> {
        let dumps = request.header.flags.contains(Flags::DUMP);
        if dumps && self.dump.is_none() {
            return Err(Errno::EOPNOTSUPP);
        }
        if self.changes && !request.admin {
            return Err(Errno::EPERM);
        }
        let policy = [&HANDLE[..], self.policy].concat();
        let strictness = match dumps && self.filters {
            true => Strictness::Strict(DEVLINK_ATTR_INDEX),
            false => Strictness::Liberal,
        };
        let table = Table::read(request, Attrs::new(attrs), &policy, strictness, ext)?;
        let Some(dump) = self.dump.filter(|_| dumps) else {
            let instance = find(machine, &table)?;
            return (self.run)(machine, &Ask { instance, request, table: &table }, answer, ext);
        };
        let names = [DEVLINK_ATTR_BUS_NAME, DEVLINK_ATTR_DEV_NAME, DEVLINK_ATTR_INDEX];
        let instances = match self.filters && names.iter().any(|name| table.has(*name)) {
            true => vec![find(machine, &table)?],
            false => machine.instances(),
        };
        instances.into_iter().for_each(|instance| dump(machine, instance, answer));
        answer.done();
        Ok(())
    }
}
