use smartnic_core::flow::{
    Action, ActionFlags, ActionKind, Chance, ChanceKind, Control, Cookie, EthHeader, HwStats, MirredBlock,
    MirredTarget, VlanChange,
};
use smartnic_core::types::EtherType;

use super::random::mac;
use crate::text::random::Random;

/// An action out of everything that tc syntax can say.
pub(super) fn action(random: &mut Random) -> Action {
    let target = MirredTarget {
        dev: (*random.one_of(&["p0", "pf0vf1", "eth0.5"])).into(),
        ingress: random.below(4) == 0,
    };
    let tag = VlanChange {
        id: random.below(4096) as u16,
        protocol: random.maybe(|random| *random.one_of(&[EtherType::VLAN, EtherType::QINQ])),
        priority: random.maybe(|random| random.below(8) as u8),
    };
    let kinds = [
        ActionKind::Gact,
        ActionKind::Redirect(target.clone()),
        ActionKind::Mirror(target),
        ActionKind::VlanPop,
        ActionKind::VlanPush(tag),
        ActionKind::VlanModify(tag),
        ActionKind::VlanPopEth,
        ActionKind::VlanPushEth(EthHeader { dst_mac: mac(random).value, src_mac: mac(random).value }),
        ActionKind::MirredBlock(MirredBlock {
            block: random.below(1 << 32).max(1) as u32,
            redirect: random.below(2) == 0,
            ingress: random.below(2) == 0,
        }),
        ActionKind::GactRandom(Chance {
            kind: *random.one_of(&[ChanceKind::Netrand, ChanceKind::Determ]),
            control: Control::Continue,
            one_of: random.below(10_001) as u16,
        }),
    ];
    let mut action = Action::new(random.one_of(&kinds).clone());
    let goto = Control::Goto(random.below(1 << 28) as u32);
    let jump = Control::Jump(random.below(5) as u32);
    let controls = [
        Control::Pass,
        Control::Drop,
        Control::Trap,
        Control::Pipe,
        Control::Continue,
        Control::Reclassify,
        goto,
        jump,
    ];
    if action.control != Control::Stolen {
        action.control = *random.one_of(&controls);
    }
    let stats = [HwStats::IMMEDIATE, HwStats::DELAYED, HwStats::empty()];
    action.hw_stats = random.maybe(|random| *random.one_of(&stats));
    action.index = random.maybe(|random| random.below(1 << 32).max(1) as u32);
    action.cookie =
        random.maybe(|random| Cookie((0..=random.below(16)).map(|_| random.below(256) as u8).collect()));
    let flags = [ActionFlags::NO_PERCPU, ActionFlags::SKIP_SW, ActionFlags::SKIP_HW, ActionFlags::empty()];
    action.flags = *random.one_of(&flags);
    action
}
