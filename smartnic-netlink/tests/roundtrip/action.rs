//! Random actions.

use smartnic_core::flow::{
    Action, ActionFlags, ActionKind, Chance, ChanceKind, Control, Cookie, EthHeader, HwStats, MAX_CHAIN,
    MirredBlock, MirredTarget, VlanChange,
};
use smartnic_core::types::{EtherType, IfIndex};

use crate::random::Random;
use crate::{mac, unknown};

pub(crate) fn action(random: &mut Random) -> Action {
    let target = |random: &mut Random| MirredTarget {
        dev: IfIndex(random.below(u32::MAX)).into(),
        ingress: random.below(2) == 0,
    };
    let change = |random: &mut Random| VlanChange {
        id: random.small(4096),
        protocol: random.maybe(|random| [EtherType::VLAN, EtherType::QINQ][random.small::<usize>(2)]),
        priority: random.maybe(|random| random.small(8)),
    };
    let kind = match random.below(11) {
        0 => ActionKind::Gact,
        1 => ActionKind::Redirect(target(random)),
        2 => ActionKind::Mirror(target(random)),
        3 => ActionKind::VlanPush(change(random)),
        4 => ActionKind::VlanPop,
        5 => ActionKind::VlanModify(change(random)),
        6 => ActionKind::VlanPushEth(EthHeader { dst_mac: mac(random), src_mac: mac(random) }),
        7 => ActionKind::VlanPopEth,
        8 => ActionKind::GactRandom(Chance {
            kind: [ChanceKind::Netrand, ChanceKind::Determ, ChanceKind::None][random.small::<usize>(3)],
            control: Control::Drop,
            one_of: random.small(10_000),
        }),
        9 => ActionKind::MirredBlock(MirredBlock {
            block: random.below(u32::MAX),
            redirect: random.below(2) == 0,
            ingress: random.below(2) == 0,
        }),
        _ => {
            let options = (0..random.below(4)).map(|n| unknown(random, 1 + n)).collect();
            ActionKind::Unknown { kind: "nosuch".into(), options }
        }
    };
    let control = match kind {
        // Of a kind that is not known the place of the control is not known either.
        ActionKind::Unknown { .. } => Control::Pipe,
        _ => match random.below(10) {
            0 => Control::Pass,
            1 => Control::Reclassify,
            2 => Control::Drop,
            3 => Control::Pipe,
            4 => Control::Stolen,
            5 => Control::Continue,
            6 => Control::Trap,
            7 => Control::Goto(random.below(MAX_CHAIN + 1)),
            8 => Control::Jump(random.below(100)),
            _ => Control::Unknown(i32::try_from(random.below(100)).unwrap() + 100),
        },
    };
    let hw_stats = random.maybe(|random| HwStats::from_bits_retain(random.small(4)));
    // The number of an action that is not known is told by its options.
    let known = !matches!(kind, ActionKind::Unknown { .. });
    let index = random.maybe(|random| 1 + random.below(u32::MAX - 1)).filter(|_| known);
    let cookie = random.maybe(|random| Cookie((0..=random.below(16)).map(|_| random.small(256)).collect()));
    let flags = [ActionFlags::empty(), ActionFlags::NO_PERCPU][random.small::<usize>(2)];
    Action { control, hw_stats, index, cookie, flags, ..Action::new(kind) }
}
