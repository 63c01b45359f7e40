//! Packets through the rules: the hardware first, then software.

use std::borrow::Cow;
use std::time::Duration;

use smartnic_core::backend::{Datapath, Delivery};
use smartnic_core::device::ReporterId;
use smartnic_core::flow::{Action, ActionKind, CtFlags, Fate, Packet, Path, PathStep, Rule, Skip, trace};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, Result};

use crate::backend::{refused, reporter_of};
use crate::driver::HwForm;
use crate::errno::Errno;
use crate::machine::SimMachine;
use crate::model::tc::{Filter, FilterStats, Place};
use crate::model::{Machine, Role, Taken};
use crate::note::Note;

/// How far the clock moves when packets are sent, in milliseconds.
const TICK_MS: u64 = 10;
/// `TCA_FLOWER_KEY_CT_FLAGS_ESTABLISHED`
const ESTABLISHED: u16 = 1 << 1;

impl Datapath for SimMachine {
    /// Sends packets as if a VF, or the wire, had sent them; at a tunnel device, as if the wire had sent them within the
    /// outer header that they tell of.
    ///
    /// The hardware walks the rules that it holds for `from`. What it drops or forwards ends there. What it lets
    /// pass, traps or does not know comes to the CPU, and unless it was trapped, software walks the rules from the
    /// beginning, without those that say `skip_sw`. What a packet trap of the device takes before meets hardware rules
    /// no more: its policer and its action say whether it comes to the CPU.
    ///
    /// [`PathStep::rule`] counts the rules at the ingress of `from` in the order in which
    /// [`smartnic_core::backend::FlowOffload::visit`] gives them.
    fn send(&self, from: IfIndex, packet: &Packet, count: u64) -> Result<Delivery> {
        let mut machine = self.lock();
        let op = "send packets";
        let role = machine.netdev(from).map(|dev| dev.role).map_err(|Errno(errno)| {
            Error::io(op, std::io::Error::from_raw_os_error(errno)).on(format_args!("ifindex {from}"))
        })?;
        let from = entrance(&machine, from, role).ok_or_else(|| {
            Error::invalid(op, "packets can be sent from the wire (an uplink, a tunnel device) or from a VF (its representor)")
                .on(format_args!("ifindex {from}"))
        })?;
        machine.clock_ms = machine.clock_ms.saturating_add(TICK_MS);
        let (hardware, software) = walk(&machine, from, packet);
        let bytes = count.saturating_mul(u64::from(packet.length));
        if role.port().is_some()
            && let Some(queues) = machine.netdevs.get_mut(&from.0).and_then(|netdev| netdev.queues.as_mut())
            && let Some(settings) = queues.settings.as_mut()
        {
            settings.traffic.count(count, packet.length);
        }
        let taken = match role {
            Role::Uplink { pf } => machine.trap_packets(pf, packet, count),
            _ => None,
        };
        let passed = match taken {
            Some(Taken::Passed(passed)) => passed,
            Some(taken) => {
                let (steps, copies, packet) = (Vec::new(), Vec::new(), packet.clone());
                let path = Path { steps, copies, fate: Fate::Dropped, packet };
                return Ok(Delivery { path, in_hardware: taken == Taken::InHardware });
            }
            None => count,
        };
        // Some drivers tell tc nothing of what their hardware counts.
        if machine.profile.driver.facts().counters.is_some() {
            count_steps(&mut machine, from, &hardware.steps, |stats| {
                stats.hw_packets = stats.hw_packets.saturating_add(count);
                stats.hw_bytes = stats.hw_bytes.saturating_add(bytes);
            });
        }
        let Some(software) = software else {
            let in_hardware = hardware.fate != Fate::Trapped;
            return Ok(Delivery { path: hardware, in_hardware });
        };
        count_steps(&mut machine, from, &software.steps, |stats| {
            stats.sw_packets = stats.sw_packets.saturating_add(passed);
            stats.sw_bytes = stats.sw_bytes.saturating_add(passed.saturating_mul(u64::from(packet.length)));
        });
        let steps = [hardware.steps, software.steps].concat();
        let copies = [hardware.copies, software.copies].concat();
        Ok(Delivery { path: Path { steps, copies, ..software }, in_hardware: false })
    }

    fn report_error(&self, reporter: &ReporterId, error: &str, after: Duration) -> Result<bool> {
        let mut machine = self.lock();
        let after = u64::try_from(after.as_millis()).unwrap_or(u64::MAX);
        let device = &reporter.place.device;
        let whole =
            reporter.place.port.is_none().then(|| machine.instance(&device.bus, &device.device)).flatten();
        let crash =
            whole.and_then(|instance| Some((instance, machine.find_crash(instance, &reporter.name)?)));
        if let Some((instance, crash)) = crash {
            return Ok(machine.crash(instance, crash, error, after));
        }
        let (instance, name) = reporter_of(&machine, "let a device have an error", reporter)?;
        Ok(machine.report_error(instance, name, error, after))
    }

    fn add_netns(&self, name: &str) -> Result<()> {
        let op = "make a network namespace";
        self.lock().add_netns(name).map_err(|errno| refused(op, errno, Note::default()).on(name))
    }

    fn remove_netns(&self, name: &str) -> Result<()> {
        let op = "end a network namespace";
        self.lock().remove_netns(name).map_err(|errno| refused(op, errno, Note::default()).on(name))
    }

    fn move_link(&self, link: &str, from: Option<&str>, to: Option<&str>) -> Result<()> {
        let op = "move a link to another network namespace";
        let mut machine = self.lock();
        if let Some(absent) = [from, to].into_iter().flatten().find(|name| !machine.has_netns(name)) {
            return Err(refused(op, Errno::ENOENT, Note::default()).on(absent));
        }
        let mut note = Note::default();
        let moved = machine.within(from, |there| {
            let found = there.netdevs.values().find(|dev| dev.name == link).map(|dev| dev.ifindex);
            there.move_link(found.ok_or(Errno::ENODEV)?, to, &mut note)
        });
        moved.map_err(|errno| refused(op, errno, note).on(link))
    }
}

/// The link where packets from a function or the wire come in: a VF's are seen at its representor.
fn entrance(machine: &Machine, from: IfIndex, role: Role) -> Option<IfIndex> {
    match role {
        Role::Uplink { .. }
        | Role::Port { .. }
        | Role::Representor { .. }
        | Role::HostRepresentor { .. }
        | Role::SfRepresentor { .. }
        | Role::Tunnel => Some(from),
        Role::Sf { pf, sf } => {
            let representor = Role::SfRepresentor { pf, sf };
            machine.netdevs.values().find(|dev| dev.role == representor).map(|dev| dev.ifindex)
        }
        Role::Vf { pf, vf } => {
            let representor = Role::Representor { pf, vf };
            machine.netdevs.values().find(|dev| dev.role == representor).map(|dev| dev.ifindex)
        }
        Role::Loopback | Role::Bridge | Role::Bond => None,
    }
}

/// The path through hardware, and the one through software if the hardware leaves the packet to it.
fn walk(machine: &Machine, from: IfIndex, packet: &Packet) -> (Path, Option<Path>) {
    let block = machine.block_to_show(Place::Dev { link: from, egress: false });
    let filters: Vec<&Filter> = block.map(|block| block.filters().collect()).unwrap_or_default();
    let mut in_hw: Vec<Cow<'_, Rule>> = Vec::new();
    let mut hw_positions = Vec::new();
    let mut in_sw = Vec::new();
    let mut sw_positions = Vec::new();
    for (at, filter) in filters.iter().enumerate() {
        if let Some(place) = filter.hw_on(from) {
            let rule = match &place.form {
                Some(HwForm { key, actions }) => {
                    Cow::Owned(Rule { key: key.clone(), actions: actions.clone(), ..filter.rule.clone() })
                }
                None => Cow::Borrowed(&filter.rule),
            };
            in_hw.push(rule);
            hw_positions.push(at);
        }
        if filter.rule.skip != Skip::SkipSw {
            in_sw.push(&filter.rule);
            sw_positions.push(at);
        }
    }
    let mut hardware = trace(in_hw.iter().map(Cow::as_ref), packet);
    let misses = |step: &PathStep| in_hw.get(step.rule).is_some_and(|rule| tracks(rule));
    let missed = match packet.ct_state & ESTABLISHED {
        0 => hardware.steps.iter().position(misses),
        _ => None,
    };
    number(&mut hardware.steps, &hw_positions);
    if let Some(at) = missed {
        // The hardware knows established connections only: at the first question about another it leaves the packet to
        // software, which goes on from there.
        let mut software = trace(in_sw, packet);
        number(&mut software.steps, &sw_positions);
        hardware.steps.truncate(at + 1);
        software.steps.retain(|step| hardware.steps.iter().all(|met| met.rule != step.rule));
        return (Path { copies: Vec::new(), fate: Fate::Passed, ..hardware }, Some(software));
    }
    if !hardware.steps.is_empty() && hardware.fate != Fate::Passed {
        return (hardware, None);
    }
    let mut software = trace(in_sw, &hardware.packet);
    number(&mut software.steps, &sw_positions);
    (hardware, Some(software))
}

/// Whether a rule asks for a packet's connection.
fn tracks(rule: &Rule) -> bool {
    let asks =
        |action: &Action| matches!(&action.kind, ActionKind::Ct(ct) if !ct.flags.contains(CtFlags::CLEAR));
    rule.actions.iter().any(asks)
}

/// Turns positions among some rules into positions among all.
fn number(steps: &mut [PathStep], positions: &[usize]) {
    for step in steps {
        step.rule = positions.get(step.rule).copied().unwrap_or(step.rule);
    }
}

fn count_steps(machine: &mut Machine, from: IfIndex, steps: &[PathStep], count: impl Fn(&mut FilterStats)) {
    let now = machine.clock_ms;
    let Some(filters) = machine.filters_to_count(Place::Dev { link: from, egress: false }) else { return };
    let mut shared = Vec::new();
    for (at, filter) in filters.enumerate() {
        for _ in steps.iter().filter(|step| step.rule == at) {
            count(&mut filter.stats);
            filter.met(now);
            let numbered = filter.rule.actions.iter();
            shared.extend(numbered.filter_map(|action| Some((action.kind.name().to_owned(), action.index?))));
        }
    }
    for (kind, index) in shared {
        let of_kind = machine.tc.shared.get_mut(&kind);
        if let Some(action) = of_kind.and_then(|of_kind| of_kind.get_mut(&index)) {
            count(&mut action.stats);
            action.met(now);
        }
    }
}
