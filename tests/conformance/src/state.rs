//! The whole state of a NIC and of the rules on it, to compare before with after, and one backend with another.

use std::fmt::Debug;

use smartnic_core::ErrorKind;
use smartnic_core::backend::{FlowScope, Hook, HookKind};
use smartnic_core::device::{DeviceInfo, Eswitch, Link, Param, Port, Sriov};
use smartnic_core::flow::{Attach, FlowEntry, Rule, Side};

use crate::bench::Bench;
use crate::{Result, Stop};

/// Everything that can be read of a NIC, but for counters and times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Who it is.
    pub info: Option<DeviceInfo>,
    /// Its eswitch.
    pub eswitch: Option<Eswitch>,
    /// Its devlink ports.
    pub ports: Vec<Port>,
    /// Its devlink parameters.
    pub params: Option<Vec<Param>>,
    /// Its VFs.
    pub sriov: Option<Sriov>,
    /// Its links, and whether `hw-tc-offload` is on where there is such a feature.
    pub links: Vec<(Link, Option<bool>)>,
    /// The hooks on its links.
    pub hooks: Vec<Hook>,
    /// The rules on them.
    pub rules: Vec<Held>,
}

/// A rule as the kernel holds it, without its counters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The rule.
    pub rule: Rule,
    /// Whether it is in hardware.
    pub in_hw: Option<bool>,
    /// In how many devices it is.
    pub in_hw_count: u32,
}

impl From<FlowEntry> for Held {
    fn from(entry: FlowEntry) -> Self {
        Self { rule: entry.rule, in_hw: entry.in_hw, in_hw_count: entry.in_hw_count }
    }
}

impl State {
    /// Reads it.
    ///
    /// # Errors
    /// Fails if something cannot be read that the driver has.
    pub fn read(bench: &Bench<'_>) -> Result<Self> {
        let (host, device) = (bench.host, bench.device());
        let links = Self::links_of(bench)?;
        let mut hooks = Vec::new();
        let mut rules = Vec::new();
        for link in &links {
            for hook in host.flow().hooks(Some(link.ifindex))? {
                for place in places(&hook) {
                    rules.extend(host.flow().entries(&FlowScope::at(place))?.into_iter().map(Held::from));
                }
                hooks.push(hook);
            }
        }
        let with_offload = |link: Link| {
            let on = absent(host.switchdev().tc_offload(link.ifindex))?;
            Ok((link, on))
        };
        Ok(Self {
            info: absent(host.devlink().info(device))?,
            eswitch: absent(host.devlink().eswitch(device))?,
            ports: bench.ports()?,
            params: absent(host.devlink().params(device))?,
            sriov: absent(host.switchdev().sriov(device))?,
            links: links.into_iter().map(with_offload).collect::<Result<_>>()?,
            hooks,
            rules,
        })
    }

    /// The NIC's links: those on its devlink ports, on its device, or on the same switch as one of these.
    ///
    /// # Errors
    /// Fails if the links cannot be read.
    pub fn links_of(bench: &Bench<'_>) -> Result<Vec<Link>> {
        let device = bench.device();
        let links = bench.host.switchdev().links()?;
        let stands = |link: &Link| match &link.devlink_port {
            Some(port) => port.device == *device,
            None => {
                let parent = (link.parent_bus.as_deref(), link.parent_device.as_deref());
                parent == (Some(&device.bus), Some(&device.device))
            }
        };
        let switches: Vec<_> =
            links.iter().filter(|link| stands(link)).filter_map(|link| link.switch_id.clone()).collect();
        let shares = |link: &Link| {
            link.devlink_port.is_none() && link.switch_id.as_ref().is_some_and(|id| switches.contains(id))
        };
        Ok(links.into_iter().filter(|link| stands(link) || shares(link)).collect())
    }

    /// Fails if another state differs, and says where.
    ///
    /// # Errors
    /// The difference.
    pub fn must_equal(&self, after: &Self) -> Result {
        crate::equal!(self, after, "the state afterwards is not the state before");
        Ok(())
    }
}

/// The places that a hook opens for rules.
#[must_use]
pub fn places(hook: &Hook) -> Vec<Attach> {
    let place = |side, block: Option<u32>| match (block, side) {
        (Some(block), _) => Attach::Block(block),
        (None, Side::Ingress) => Attach::ingress(hook.link),
        (None, Side::Egress) => Attach::egress(hook.link),
    };
    match hook.kind {
        HookKind::Clsact => {
            vec![place(Side::Ingress, hook.ingress_block), place(Side::Egress, hook.egress_block)]
        }
        HookKind::Ingress => vec![place(Side::Ingress, hook.ingress_block)],
    }
}

/// What a driver does not have is no failure of reading it.
fn absent<T>(result: smartnic_core::Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Where two values differ, by the lines of their long form.
pub fn difference<L: Debug + ?Sized, R: Debug + ?Sized>(left: &L, right: &R) -> String {
    const SHOWN: usize = 12;
    let (left, right) = (format!("{left:#?}"), format!("{right:#?}"));
    let (left, right): (Vec<&str>, Vec<&str>) = (left.lines().collect(), right.lines().collect());
    let same_front = left.iter().zip(&right).take_while(|(left, right)| left == right).count();
    let (left, right) = (&left[same_front..], &right[same_front..]);
    let same_back =
        left.iter().rev().zip(right.iter().rev()).take_while(|(left, right)| left == right).count();
    let lines = |sign: char, lines: &[&str]| -> Vec<String> {
        let own = &lines[..lines.len() - same_back];
        let more = (own.len() > SHOWN).then(|| format!("  {sign} … {} lines more", own.len() - SHOWN));
        own.iter().take(SHOWN).map(|line| format!("  {sign} {}", line.trim_end())).chain(more).collect()
    };
    let shown = [lines('-', left), lines('+', right)].concat();
    format!("from line {} on\n{}", same_front + 1, shown.join("\n"))
}

impl Stop {
    /// The check has no meaning here.
    pub fn skip(reason: impl Into<String>) -> Self {
        Self::NotApplicable(reason.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_shows_the_lines_that_differ_and_no_others() {
        let text = difference(&[1, 2, 3, 4], &[1, 9, 3, 4]);
        assert_eq!(text, "from line 3 on\n  -     2,\n  +     9,");
        let text = difference(&[1], &[1, 2]);
        assert_eq!(text, "from line 3 on\n  +     2,");
    }
}
