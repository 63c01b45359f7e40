use smartnic_core::dcb::{DcbApp, DcbBuffer, DcbChange, DcbEts, DcbPfc, DcbSelector};
use smartnic_core::device::ParamValue;
use smartnic_core::ethtool::{Bits, Pause, PrivateFlags};
use smartnic_core::rdma::RoceDefaults;

use super::change::{Change, RoceStep, between};
use super::state::RoceState;
use crate::{Error, ErrorKind, Host, Result};

impl RoceStep {
    /// What drivers put into the table by themselves, other than by DSCP, does not matter to RoCE.
    fn overlook(&mut self) {
        if let Change::Apps { remove, .. } = &mut self.change {
            remove.retain(|app| app.selector == DcbSelector::Dscp);
        }
    }

    fn is_empty(&self) -> bool {
        matches!(&self.change, Change::Apps { add, remove } if add.is_empty() && remove.is_empty())
    }

    /// Carries it out.
    pub(crate) fn run(&self, host: &Host) -> Result<()> {
        let link = &*self.link;
        let now = RoceState::read(host, link)?;
        let dcb = now.dcb.clone().unwrap_or_default();
        let set = |change: DcbChange| host.dcb()?.set_dcb(link, &change);
        let device = || {
            now.rdma
                .as_ref()
                .ok_or_else(|| Error::new(ErrorKind::NotFound, "find the RDMA device of a link").on(link))
        };
        match &self.change {
            Change::Pause { rx, tx } => {
                let pause = Pause { rx: Some(*rx), tx: Some(*tx), ..Pause::default() };
                host.ethtool()?.set_pause(now.ifindex, &pause)
            }
            Change::Mtu(mtu) => host.switchdev().set_mtu(now.ifindex, *mtu),
            Change::Dcbx(bits) => host.dcb()?.set_dcbx(link, *bits),
            Change::Ets(words) => {
                let ets = DcbEts {
                    willing: words.willing,
                    selection: words.selection,
                    tx_bandwidth: words.bandwidth,
                    priority_class: words.priority_class,
                    ..dcb.ets.unwrap_or_default()
                };
                set(DcbChange { ets: Some(ets), ..DcbChange::default() })
            }
            Change::Apps { add, remove } => {
                let facts = host.adapter(&now.driver, &now.device.bus).facts().roce;
                entries(host, link, add, remove, facts.is_some_and(|facts| facts.one_entry))
            }
            Change::Trust(order) => set(DcbChange { trust: Some(order.clone()), ..DcbChange::default() }),
            Change::Pfc(enabled) => {
                let pfc = DcbPfc { enabled: *enabled, ..dcb.pfc.unwrap_or_default() };
                set(DcbChange { pfc: Some(pfc), ..DcbChange::default() })
            }
            Change::Buffer(priority_buffer, size) => {
                let total = dcb.buffer.unwrap_or_default().total;
                let buffer = DcbBuffer { priority_buffer: *priority_buffer, size: *size, total };
                set(DcbChange { buffer: Some(buffer), ..DcbChange::default() })
            }
            Change::Defaults { at: _, tos, v2 } => {
                use smartnic_core::rdma::GidType::{RoceV1, RoceV2};
                let side = device()?;
                let defaults = RoceDefaults { mode: if *v2 { RoceV2 } else { RoceV1 }, tos: *tos };
                host.rdma()?.set_roce_defaults(&side.device, side.port, &defaults)
            }
            Change::Congestion { function: _, name, value } => {
                host.rdma()?.set_congestion(&device()?.device, name, *value)
            }
            Change::Ecn(ecn) => host.rdma()?.set_link_ecn(link, ecn),
            Change::Agent { flag, on, .. } => {
                let bits =
                    Bits { on: on.then(|| flag.clone()).into_iter().collect(), of: Some(vec![flag.clone()]) };
                host.ethtool()?.set_private_flags(now.ifindex, &PrivateFlags { flags: Some(bits) })
            }
            Change::Parameter { device, name, mode, on } => {
                host.devlink().set_param(device, name, *mode, &ParamValue::Bool(*on))
            }
            Change::Verify(wanted) => {
                let mut left = between(&now, &wanted.state()?);
                left.iter_mut().for_each(RoceStep::overlook);
                left.retain(|step| !step.is_empty());
                match left.is_empty() {
                    true => Ok(()),
                    false => {
                        let left: Vec<String> = left.iter().map(ToString::to_string).collect();
                        Err(Error::new(ErrorKind::Mismatch, "read RoCE back").on(link).reason(format!(
                            "the driver took the changes, and these are not there: {}",
                            left.join("; ")
                        )))
                    }
                }
            }
        }
    }
}

/// Adds and removes entries, as far as they are not there or gone already: some drivers put an entry aside for a new one by
/// themselves.
fn entries(host: &Host, link: &str, add: &[DcbApp], remove: &[DcbApp], old_first: bool) -> Result<()> {
    let dcb = host.dcb()?;
    let put = || {
        let held = dcb.dcb(link)?.apps.unwrap_or_default();
        let apps: Vec<DcbApp> = add.iter().filter(|app| !held.contains(app)).copied().collect();
        match apps.is_empty() {
            true => Ok(()),
            false => dcb.set_dcb(link, &DcbChange { apps, ..DcbChange::default() }),
        }
    };
    let take = || {
        let held = dcb.dcb(link)?.apps.unwrap_or_default();
        let apps: Vec<DcbApp> = remove.iter().filter(|app| held.contains(app)).copied().collect();
        match apps.is_empty() {
            true => Ok(()),
            false => dcb.remove_dcb(link, &DcbChange { apps, ..DcbChange::default() }),
        }
    };
    if old_first { take().and_then(|()| put()) } else { put().and_then(|()| take()) }
}
