//! What mlx5_core takes of actions: `parse_tc_actions`, `verify_attr_actions` and `en/tc/act/*.c`.
//!
//! The driver reads the actions from the first to the last. Some of them end a part of the rule (`attr`), behind which
//! the hardware goes on in a table of its own; each part is then looked at by itself. What the driver reads and makes
//! nothing of, as of tunnels without a tunnel device, is left out of the hardware's form.

use smartnic_core::flow::{
    Action, ActionKind, ActionSet, Control, CtFlags, HwStats, Match, Mpls, Rule, TunnelSet, VlanChange,
};
use smartnic_core::types::{EtherType, IfIndex};

use super::mlx5_pedit::{Rewrite, check_match};
use super::mlx5_police::{self, Meter};
use super::offer::{self, target};
use super::{HwForm, Site, mlx5_tunnel};
use crate::errno::Errno;
use crate::model::Role;
use crate::note::Note;

/// VLAN tags that one rule may add or take off (`MLX5_FS_VLAN_DEPTH`).
const VLAN_DEPTH: u32 = 2;
/// `MLX5_MAX_FLOW_FWD_VPORTS`
const MAX_OUTPUTS: u32 = 32;
/// `PACKET_HOST`
const HOST: u16 = 0;
/// `MLX5E_TC_FLOW_ID_MASK`
const MARK_MASK: u32 = 0xffff;
/// Checksums that the hardware mends when it rewrites headers: IPv4's, TCP's, UDP's.
const MENDED: u32 = 1 | 8 | 16;

const NOT_SAME_SWITCH: &str = "devices are not on same switch HW, can't offload forwarding";
const NOT_IMPLEMENTED: &str = "Not implemented offload action";

/// What one part of the rule does (`attr->action`).
#[derive(Default)]
struct Part {
    forwards: bool,
    drops: bool,
    /// It writes headers (`MLX5_FLOW_CONTEXT_ACTION_MOD_HDR`), and which.
    rewrites: bool,
    rewrite: Rewrite,
    outputs: u32,
    /// Outputs that go through a tunnel.
    encapsulated: Vec<(IfIndex, TunnelSet)>,
    popped: bool,
    goes_to_chain: bool,
}

/// What the actions of one rule have come to (`parse_state`).
struct Walk<'s, 'n> {
    site: &'s Site<'s>,
    rule: &'s Rule,
    note: &'n mut Note,
    /// Parts that are done, and the one at hand.
    done: Vec<Part>,
    part: Part,
    targets: Vec<IfIndex>,
    vlans: u32,
    /// An outer header, a label, a missing Ethernet header that wait for an output.
    encap: Option<TunnelSet>,
    mpls_push: bool,
    eth_pop: bool,
    decap: bool,
    /// Actions that a meter's jump still passes.
    jump: u32,
}

/// Whether the driver takes the actions, and the form in which the hardware has them if not their own.
pub(super) fn check_actions(site: &Site<'_>, rule: &Rule, note: &mut Note) -> Result<Vec<Action>, Errno> {
    if rule.actions.is_empty() {
        return offer::refuse(note, "mlx5_core: Flow action doesn't have any entries", Errno::EINVAL);
    }
    check_hw_stats(&rule.actions, note)?;
    Walk {
        site,
        rule,
        note,
        done: Vec::new(),
        part: Part::default(),
        targets: Vec::new(),
        vlans: 0,
        encap: None,
        mpls_push: false,
        eth_pop: false,
        decap: false,
        jump: 0,
    }
    .run()?;
    let last = rule.actions.len() - 1;
    let through = rule.actions.iter().filter_map(|action| target(site, action));
    let overlooked = overlooked(site.dev.role == Role::Tunnel, through.map(|dev| dev.role));
    let is_kept = |action: &Action| !action.kind.group(action.control).intersects(overlooked);
    let kept = rule.actions.iter().enumerate().filter(|(_, action)| is_kept(action));
    Ok(kept.map(|(at, action)| in_hardware(action, at == last)).collect())
}

/// A meter sends packets within its limit to the next part, even where tc would let them pass.
fn in_hardware(action: &Action, last: bool) -> Action {
    let mut action = action.clone();
    if let ActionKind::Police(police) = &mut action.kind
        && police.conform.unwrap_or(Control::Pass) == Control::Pass
        && !last
    {
        police.conform = Some(Control::Pipe);
    }
    action
}

/// The form of a rule whose match or actions differ in hardware.
pub(super) fn form(rule: &Rule, key: Match, actions: Vec<Action>) -> Option<HwForm> {
    let form = HwForm { key, actions };
    (form.key != rule.key || form.actions != rule.actions).then_some(form)
}

/// What is read, and does nothing where no tunnel device is: an outer header is put on towards one, and taken off on one.
fn overlooked(on_tunnel: bool, mut to: impl Iterator<Item = Role>) -> ActionSet {
    let mut all = ActionSet::MPLS_PUSH | ActionSet::POP_ETH;
    if !on_tunnel {
        all |= ActionSet::TUNNEL_DECAP;
    }
    if !to.any(|role| role == Role::Tunnel) {
        all |= ActionSet::TUNNEL_ENCAP;
    }
    all
}

/// The card counts in the background only (`FLOW_ACTION_HW_STATS_DELAYED`).
fn check_hw_stats(actions: &[Action], note: &mut Note) -> Result<(), Errno> {
    let first = actions.first().map(|action| action.hw_stats);
    let mixed = actions.iter().any(|action| Some(action.hw_stats) != first);
    let delayed = first.flatten().is_none_or(|stats| stats.contains(HwStats::DELAYED));
    if !mixed && delayed {
        return Ok(());
    }
    offer::refuse(note, "mlx5_core: Flow action HW stats type is not supported", Errno::EOPNOTSUPP)
}

impl Walk<'_, '_> {
    fn run(mut self) -> Result<(), Errno> {
        let mut entry = 0;
        let last = self.rule.actions.len() - 1;
        for (at, action) in self.rule.actions.iter().enumerate() {
            let ends = match self.site.switchdev() {
                true => self.fdb_action(action, entry, at == last)?,
                false => self.nic_action(action, at == last)?,
            };
            if let Some(terminates) = self.count_jump(action)? {
                self.end_part(terminates)?;
            } else if ends && at < last {
                self.end_part(false)?;
            }
            entry += match &action.kind {
                ActionKind::Pedit(pedit) => pedit.keys.len(),
                _ => 1,
            };
        }
        self.check_goto()?;
        // Behind the first part they are looked at from the last to the second, and the first at the end.
        let mut parts = std::mem::take(&mut self.done);
        parts.push(std::mem::take(&mut self.part));
        for part in parts.iter().skip(1).rev() {
            part.rewrite.check(self.note)?;
            self.verify(part)?;
        }
        if let Some(first) = parts.first() {
            first.rewrite.check(self.note)?;
            if parts.iter().any(|part| part.rewrites) {
                let pedits = self.rule.actions.iter().filter_map(|action| match &action.kind {
                    ActionKind::Pedit(pedit) => Some(pedit),
                    _ => None,
                });
                // In the receive tables of one function, and of the whole rule, by its first match.
                check_match(&self.rule.key, pedits, self.note)?;
            }
            self.verify(first)?;
        }
        Ok(())
    }

    /// An action in switchdev mode (`tc_acts_fdb`); says whether it ends a part of the rule.
    fn fdb_action(&mut self, action: &Action, entry: usize, last: bool) -> Result<bool, Errno> {
        let group = action.kind.group(action.control);
        match &action.kind {
            _ if group == ActionSet::DROP => self.part.drops = true,
            _ if group == ActionSet::GOTO => self.goes_to(action),
            _ if ActionSet::ACCEPT.union(ActionSet::TRAP).contains(group) && !group.is_empty() => {
                self.part.forwards = true;
            }
            _ if group == ActionSet::REDIRECT || group == ActionSet::MIRRED => self.output(action)?,
            ActionKind::Redirect(_) => {
                return self.refuse("redirect to ingress is supported only for OVS internal ports");
            }
            // Taking a tag off and adding another is rewriting it.
            ActionKind::VlanPush(tag) if self.part.popped => {
                self.part.popped = false;
                self.rewrite_vlan(tag)?;
            }
            ActionKind::VlanPush(_) => self.tag()?,
            ActionKind::VlanPop => {
                self.part.popped |= self.vlans == 0;
                self.tag()?;
            }
            ActionKind::VlanModify(tag) => self.rewrite_vlan(tag)?,
            ActionKind::VlanPopEth => {
                self.tag()?;
                self.eth_pop = true;
            }
            ActionKind::VlanPushEth(_) => {
                self.tag()?;
                // Without a label that was taken off; the driver adds no text.
                return Err(Errno::EOPNOTSUPP);
            }
            ActionKind::TunnelSet(header) => self.encap = Some(header.clone()),
            ActionKind::TunnelUnset => self.decap = true,
            ActionKind::Pedit(_) | ActionKind::Csum(_) => self.rewrite(action)?,
            ActionKind::Ct(ct) => {
                self.track(ct.flags, last)?;
                return Ok(!ct.flags.contains(CtFlags::CLEAR));
            }
            ActionKind::Police(police) => {
                if let Meter::Size = mlx5_police::check(police, action.control, self.note)? {
                    self.part.forwards = true;
                }
                return Ok(true);
            }
            // The card keeps what it knows of a packet from part to part (`reg_c_preserve`).
            ActionKind::Sample(_) => return Ok(true),
            ActionKind::Skbedit(skbedit) if group == ActionSet::PTYPE => {
                if skbedit.ptype != Some(HOST) {
                    return self.refuse("skbedit ptype is only supported with type host");
                }
            }
            ActionKind::Mpls(Mpls::Push { protocol, .. }) => {
                if protocol.is_some_and(|protocol| protocol != EtherType::MPLS) {
                    return self.refuse("mpls push is supported only for mpls_uc protocol");
                }
                self.mpls_push = true;
            }
            ActionKind::Mpls(Mpls::Pop { .. }) => {
                let alone = entry == 0 || entry == 1 && self.decap;
                return self.refuse(match alone {
                    true => "mpls pop supported only on bareudp devices",
                    false => "mpls pop supported only as first action or with decap",
                });
            }
            _ => return self.refuse(NOT_IMPLEMENTED),
        }
        Ok(false)
    }

    /// An action in legacy mode, where the receive tables of one function take rules (`tc_acts_nic`).
    fn nic_action(&mut self, action: &Action, last: bool) -> Result<bool, Errno> {
        let group = action.kind.group(action.control);
        match &action.kind {
            _ if group == ActionSet::DROP => self.part.drops = true,
            _ if group == ActionSet::ACCEPT => self.part.forwards = true,
            _ if group == ActionSet::GOTO => self.goes_to(action),
            _ if group == ActionSet::REDIRECT => {
                // To the receive side of another function of the card, by a hairpin.
                if !target(self.site, action)
                    .is_some_and(|dev| matches!(dev.role, Role::Uplink { .. } | Role::Vf { .. }))
                {
                    return self.refuse(NOT_SAME_SWITCH);
                }
                self.part.forwards = true;
            }
            ActionKind::Pedit(_) | ActionKind::Csum(_) => self.rewrite(action)?,
            ActionKind::Ct(ct) => {
                self.track(ct.flags, last)?;
                return Ok(!ct.flags.contains(CtFlags::CLEAR));
            }
            ActionKind::Skbedit(skbedit) if group == ActionSet::MARK => {
                if skbedit.mark.is_some_and(|mark| mark & !MARK_MASK != 0) {
                    return self.refuse("Bad flow mark, only 16 bit supported");
                }
                self.part.forwards = true;
            }
            _ => return self.refuse(NOT_IMPLEMENTED),
        }
        Ok(false)
    }

    fn goes_to(&mut self, action: &Action) {
        self.part.forwards = true;
        self.part.goes_to_chain = action.control != Control::Goto(0);
    }

    /// `tc_act_can_offload_mirred`, `tc_act_parse_mirred`
    fn output(&mut self, action: &Action) -> Result<(), Errno> {
        let Some(out) = target(self.site, action) else { return Err(Errno::EOPNOTSUPP) };
        let (from, to) = (self.site.own().role, out.role);
        if self.mpls_push {
            return self.refuse("mpls is supported only through a bareudp device");
        }
        if self.eth_pop {
            return self.refuse("vlan pop eth is supported only with mpls push");
        }
        if self.part.outputs >= MAX_OUTPUTS {
            return self.refuse("can't support more output ports, can't offload forwarding");
        }
        self.part.outputs += 1;
        self.part.forwards = true;
        if let Some(header) = self.encap.take() {
            self.part.encapsulated.push((out.ifindex, header));
            return Ok(());
        }
        // Both ports of a card tell the same switch; VF netdevs and the loopback tell none.
        if !to.is_on_switch() {
            return self.other_switch();
        }
        if self.targets.contains(&out.ifindex) {
            return self.refuse("can't duplicate output to same device");
        }
        self.targets.push(out.ifindex);
        match (from, to) {
            (Role::Uplink { pf: from }, Role::Uplink { pf: to }) if from != to => {
                return self.refuse("devices are not the same uplink, can't offload forwarding");
            }
            // Representors of both ports reach each other (`merged_eswitch`); nothing else crosses ports.
            (from, to) if from.is_representor() && to.is_representor() => {}
            (from, to) if from.pf() != to.pf() => return self.other_switch(),
            _ => {}
        }
        if out.ifindex == self.site.dev.ifindex && to.is_representor() {
            return self.refuse("can't forward from a VF to itself");
        }
        Ok(())
    }

    fn tag(&mut self) -> Result<(), Errno> {
        if self.vlans >= VLAN_DEPTH {
            return self.refuse("Total vlans used is greater than supported");
        }
        self.vlans += 1;
        self.targets.clear();
        Ok(())
    }

    /// Rewriting a tag (`mlx5e_tc_act_vlan_add_rewrite_action`): only of a customer tag that the rule matches on, and
    /// its priority must stay. Parts behind the first have no match.
    fn rewrite_vlan(&mut self, tag: &VlanChange) -> Result<(), Errno> {
        let key = &self.rule.key;
        if key.eth_type != Some(EtherType::VLAN) || !self.done.is_empty() {
            return self.refuse("VLAN rewrite action must have VLAN protocol match");
        }
        if tag.priority.unwrap_or(0) != key.vlan_prio.unwrap_or(0) {
            return self.refuse("Changing VLAN prio is not supported");
        }
        self.part.rewrite.set_vlan_id(self.note)?;
        self.part.rewrites = true;
        self.targets.clear();
        Ok(())
    }

    /// `tc_act_parse_pedit`, `csum_offload_supported`
    fn rewrite(&mut self, action: &Action) -> Result<(), Errno> {
        match &action.kind {
            ActionKind::Pedit(pedit) => {
                self.part.rewrite.add(pedit, self.note)?;
                // Without keys there is no entry, and the driver sees nothing.
                self.part.rewrites |= !pedit.keys.is_empty();
                if self.site.switchdev() {
                    self.targets.clear();
                }
                Ok(())
            }
            ActionKind::Csum(_) if !self.part.rewrites => {
                self.refuse("TC csum action is only offloaded with pedit")
            }
            ActionKind::Csum(csum) if csum.bits() & !MENDED != 0 => {
                self.refuse("can't offload TC csum action for some header/s")
            }
            _ => Ok(()),
        }
    }

    /// `tc_act_can_offload_ct`; the driver adds no text.
    fn track(&mut self, flags: CtFlags, last: bool) -> Result<(), Errno> {
        if flags.contains(CtFlags::COMMIT) && last {
            return Err(Errno::EOPNOTSUPP);
        }
        self.targets.clear();
        Ok(())
    }

    /// A meter that jumps passes actions by (`dec_jump_count`, `parse_branch_ctrl`). Where it lands behind this one, a
    /// part ends; says whether the packet's way ends there, too.
    fn count_jump(&mut self, action: &Action) -> Result<Option<bool>, Errno> {
        let mut lands = None;
        if self.jump > 0 {
            self.jump -= 1;
            let terminates = ActionSet::DROP | ActionSet::GOTO | ActionSet::REDIRECT;
            let group = action.kind.group(action.control);
            lands = (self.jump == 1).then(|| terminates.intersects(group));
        }
        let ActionKind::Police(police) = &action.kind else { return Ok(lands) };
        for count in mlx5_police::jumps(police, action.control) {
            if self.jump > 0 {
                return self.refuse("Cannot offload flows with nested jumps");
            }
            self.jump = count;
        }
        Ok(lands)
    }

    /// The hardware goes on in the table of the next part, unless the packet's way ends here.
    fn end_part(&mut self, terminates: bool) -> Result<(), Errno> {
        self.check_goto()?;
        let mut part = std::mem::take(&mut self.part);
        part.forwards |= !terminates;
        self.done.push(part);
        self.targets.clear();
        Ok(())
    }

    /// `tc_act_post_parse_goto`
    fn check_goto(&mut self) -> Result<(), Errno> {
        if self.part.goes_to_chain && self.decap {
            return self.refuse("Decap with goto isn't supported");
        }
        Ok(())
    }

    /// `verify_attr_actions`, `mlx5e_attach_encap`
    fn verify(&mut self, part: &Part) -> Result<(), Errno> {
        if !part.forwards && !part.drops {
            return self.refuse("Rule must have at least one forward/drop action");
        }
        if part.forwards && part.drops {
            return self.refuse("Rule cannot support forward+drop action");
        }
        if part.rewrites && part.drops {
            return self.refuse("Drop with modify header action is not supported");
        }
        for (link, header) in &part.encapsulated {
            match mlx5_tunnel::refused_header(self.site, *link, header) {
                Some((Some(words), _)) => return self.refuse(words),
                Some((None, errno)) => return Err(errno),
                None => {}
            }
        }
        Ok(())
    }

    /// Every function of a card is asked about a rule on a tunnel device: one that it does not concern says nothing.
    fn other_switch<T>(&mut self) -> Result<T, Errno> {
        if self.site.dev.role == Role::Tunnel {
            return Err(Errno::EOPNOTSUPP);
        }
        self.refuse(NOT_SAME_SWITCH)
    }

    fn refuse<T>(&mut self, text: &str) -> Result<T, Errno> {
        offer::refuse(self.note, format!("mlx5_core: {text}"), Errno::EOPNOTSUPP)
    }
}
