use smartnic_core::device::Selftest;
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::devlink::*;
use smartnic_netlink::uapi::netlink::NLA_F_NESTED;

use super::object::{Ask, Command};
use crate::errno::Errno;
use crate::kernel::answer::{Answer, ExtAck};
use crate::kernel::control::DEVLINK_ID;
use crate::kernel::table::{Policy, Shape, Strictness, Table};
use crate::model::{Instance, Machine};

const POLICY: [Policy; 1] = [(DEVLINK_ATTR_SELFTESTS, Shape::Nested, None)];

/// `devlink_selftest_nl_policy`
const TESTS: [Policy; 1] = [(DEVLINK_ATTR_SELFTEST_ID_FLASH, Shape::Flag, None)];

pub(super) const COMMANDS: &[Command] = &[
    Command::read(DEVLINK_CMD_SELFTESTS_GET, &[], |machine, ask, answer, _| {
        get(machine, ask.instance, answer)
    })
    .listing_all(dump),
    Command::change(DEVLINK_CMD_SELFTESTS_RUN, &POLICY, |machine, ask, answer, ext| {
        run(machine, ask, answer, ext)
    }),
];

fn get(machine: &Machine, instance: Instance, answer: &mut Answer) -> Result<(), Errno> {
    let tests = machine.selftests(instance).ok_or(Errno::EOPNOTSUPP)?;
    answer.reply(DEVLINK_ID, |e| write(e, machine, instance, tests));
    Ok(())
}

/// Instances whose drivers have no such operation are left out.
fn dump(machine: &Machine, instance: Instance, answer: &mut Answer) {
    if let Some(tests) = machine.selftests(instance) {
        answer.part(DEVLINK_ID, |e| write(e, machine, instance, tests));
    }
}

/// `devlink_nl_selftests_run_doit`
fn run(machine: &Machine, ask: &Ask<'_>, answer: &mut Answer, ext: &mut ExtAck) -> Result<(), Errno> {
    let Ask { instance, request, table } = *ask;
    machine.selftests(instance).ok_or(Errno::EOPNOTSUPP)?;
    let Some(nest) = table.get(DEVLINK_ATTR_SELFTESTS) else {
        ext.missing = Some((DEVLINK_ATTR_SELFTESTS, None));
        return Err(Errno::EINVAL);
    };
    let strict = Strictness::Strict(DEVLINK_ATTR_SELFTEST_ID_MAX);
    let asked = Table::read(request, nest.nested(), &TESTS, strict, ext)?;
    let tests: Vec<Selftest> =
        (1..=DEVLINK_ATTR_SELFTEST_ID_MAX).filter(|id| asked.has(*id)).map(Selftest::from_number).collect();
    let results = machine.run_selftests(instance, &tests, &mut ext.note)?;
    answer.reply(DEVLINK_ID, |e| {
        super::start(e, machine, &super::handle(machine, instance), DEVLINK_CMD_SELFTESTS_RUN);
        e.nest(DEVLINK_ATTR_SELFTESTS | NLA_F_NESTED, |e| {
            for result in results {
                e.nest(DEVLINK_ATTR_SELFTEST_RESULT | NLA_F_NESTED, |e| {
                    e.u32(DEVLINK_ATTR_SELFTEST_RESULT_ID, result.test.number().into());
                    e.u8(DEVLINK_ATTR_SELFTEST_RESULT_STATUS, result.status.number());
                });
            }
        });
    });
    Ok(())
}

/// `devlink_nl_selftests_fill`
fn write(e: &mut Encoder<'_>, machine: &Machine, instance: Instance, tests: &[Selftest]) {
    super::start(e, machine, &super::handle(machine, instance), DEVLINK_CMD_SELFTESTS_GET);
    e.nest(DEVLINK_ATTR_SELFTESTS | NLA_F_NESTED, |e| {
        for test in tests {
            e.flag(test.number());
        }
    });
}
