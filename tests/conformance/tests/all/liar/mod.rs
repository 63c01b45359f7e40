//! A host that is right in everything but one thing.

use smartnic_core::backend::{
    Datapath, Devlink, DevlinkBuffers, DevlinkDevices, DevlinkEswitch, DevlinkFlash, DevlinkHealth,
    DevlinkLineCards, DevlinkNotices, DevlinkParams, DevlinkPipeline, DevlinkPorts, DevlinkRates,
    DevlinkRegions, DevlinkReload, DevlinkResources, DevlinkSelftests, DevlinkTraps, FlowOffload, FlowOp,
    FlowScope, Hook, Host, Outcome, Switchdev,
};
use smartnic_core::device::{
    DeviceInfo, DevlinkDevice, Eswitch, EswitchChange, EswitchMode, Link, Param, ParamMode, ParamValue, Port,
    Sriov,
};
use smartnic_core::flow::{FlowEntry, RuleId};
use smartnic_core::types::{DevlinkHandle, IfIndex, PortHandle, SwitchId, VfId};
use smartnic_core::{ErrorKind, Extack, Result};

/// What it is wrong in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lie {
    /// It loses the VLAN priority of rules.
    VlanPrio,
    /// It says of every rule that it is in hardware.
    InHardware,
    /// It removes no rules, but says so.
    KeepsRules,
    /// It says of a rule that is there that it was added.
    Duplicates,
    /// It tells another switch for one representor.
    OtherSwitch,
    /// It exchanges the VFs of two ports.
    SwapsVfs,
    /// It does not go back to legacy mode, but says so.
    StaysInSwitchdev,
    /// It counts everything twice.
    CountsTwice,
    /// It puts rules of every chain into chain 0.
    OneChain,
    /// It does not say why a rule is refused.
    Silent,
}

pub(crate) struct Liar<H> {
    pub(crate) honest: H,
    pub(crate) lie: Lie,
}

impl<H: Host> Liar<H> {
    fn tells(&self, lie: Lie) -> bool {
        self.lie == lie
    }

    fn twist(&self, mut entry: FlowEntry) -> FlowEntry {
        match self.lie {
            Lie::VlanPrio => entry.rule.key.vlan_prio = None,
            Lie::InHardware => (entry.in_hw, entry.in_hw_count) = (Some(true), 1),
            Lie::CountsTwice => {
                entry.stats.packets *= 2;
                entry.stats.hw_packets *= 2;
            }
            Lie::OneChain => entry.rule.chain = 0,
            _ => {}
        }
        entry
    }
}

impl<H: Host> Host for Liar<H> {
    fn uri(&self) -> &str {
        self.honest.uri()
    }
    fn kernel_release(&self) -> Result<String> {
        self.honest.kernel_release()
    }
    fn devlink(&self) -> &dyn Devlink {
        self
    }
    fn switchdev(&self) -> &dyn Switchdev {
        self
    }
    fn flow(&self) -> &dyn FlowOffload {
        self
    }
    fn datapath(&self) -> Option<&dyn Datapath> {
        self.honest.datapath()
    }
}

impl<H: Host> DevlinkHealth for Liar<H> {}
impl<H: Host> DevlinkRegions for Liar<H> {}
impl<H: Host> DevlinkTraps for Liar<H> {}
impl<H: Host> DevlinkRates for Liar<H> {}
impl<H: Host> DevlinkBuffers for Liar<H> {}
impl<H: Host> DevlinkPipeline for Liar<H> {}
impl<H: Host> DevlinkLineCards for Liar<H> {}
impl<H: Host> DevlinkSelftests for Liar<H> {}
impl<H: Host> DevlinkFlash for Liar<H> {}

impl<H: Host> DevlinkDevices for Liar<H> {
    fn devices(&self) -> Result<Vec<DevlinkDevice>> {
        self.honest.devlink().devices()
    }
    fn info(&self, device: &DevlinkHandle) -> Result<DeviceInfo> {
        self.honest.devlink().info(device)
    }
}

impl<H: Host> DevlinkPorts for Liar<H> {
    fn ports(&self, device: Option<&DevlinkHandle>) -> Result<Vec<Port>> {
        let mut ports = self.honest.devlink().ports(device)?;
        if self.tells(Lie::SwapsVfs) {
            for vf in ports.iter_mut().filter_map(|port| port.vf.as_mut()) {
                *vf = VfId(vf.0 ^ 1);
            }
        }
        Ok(ports)
    }
    fn port(&self, port: &PortHandle) -> Result<Port> {
        self.honest.devlink().port(port)
    }
}

impl<H: Host> DevlinkEswitch for Liar<H> {
    fn eswitch(&self, device: &DevlinkHandle) -> Result<Eswitch> {
        self.honest.devlink().eswitch(device)
    }
    fn set_eswitch(&self, device: &DevlinkHandle, change: &EswitchChange) -> Result<Option<Extack>> {
        if self.tells(Lie::StaysInSwitchdev) && change.mode == Some(EswitchMode::Legacy) {
            return Ok(None);
        }
        self.honest.devlink().set_eswitch(device, change)
    }
}

impl<H: Host> DevlinkParams for Liar<H> {
    fn params(&self, device: &DevlinkHandle) -> Result<Vec<Param>> {
        self.honest.devlink().params(device)
    }
    fn param(&self, device: &DevlinkHandle, name: &str) -> Result<Param> {
        self.honest.devlink().param(device, name)
    }
    fn set_param(
        &self,
        device: &DevlinkHandle,
        name: &str,
        mode: ParamMode,
        value: &ParamValue,
    ) -> Result<()> {
        self.honest.devlink().set_param(device, name, mode, value)
    }
}

impl<H: Host> DevlinkResources for Liar<H> {}
impl<H: Host> DevlinkReload for Liar<H> {}
impl<H: Host> DevlinkNotices for Liar<H> {}

impl<H: Host> Switchdev for Liar<H> {
    fn links(&self) -> Result<Vec<Link>> {
        let mut links = self.honest.switchdev().links()?;
        if self.tells(Lie::OtherSwitch) {
            let third = |link: &&mut Link| link.port_name.as_ref().is_some_and(|name| name.ends_with("vf2"));
            links.iter_mut().filter(third).for_each(|link| link.switch_id = Some(SwitchId::new([7])));
        }
        Ok(links)
    }
    fn set_link_up(&self, link: IfIndex, up: bool) -> Result<()> {
        self.honest.switchdev().set_link_up(link, up)
    }
    fn tc_offload(&self, link: IfIndex) -> Result<bool> {
        self.honest.switchdev().tc_offload(link)
    }
    fn set_tc_offload(&self, link: IfIndex, on: bool) -> Result<()> {
        self.honest.switchdev().set_tc_offload(link, on)
    }
    fn sriov(&self, device: &DevlinkHandle) -> Result<Sriov> {
        self.honest.switchdev().sriov(device)
    }
    fn set_num_vfs(&self, device: &DevlinkHandle, num: u32) -> Result<()> {
        self.honest.switchdev().set_num_vfs(device, num)
    }
    fn set_autoprobe(&self, device: &DevlinkHandle, on: bool) -> Result<()> {
        self.honest.switchdev().set_autoprobe(device, on)
    }
    fn unbind(&self, function: &DevlinkHandle) -> Result<()> {
        self.honest.switchdev().unbind(function)
    }
    fn bind(&self, function: &DevlinkHandle, driver: &str) -> Result<()> {
        self.honest.switchdev().bind(function, driver)
    }
}

impl<H: Host> FlowOffload for Liar<H> {
    fn hooks(&self, link: Option<IfIndex>) -> Result<Vec<Hook>> {
        self.honest.flow().hooks(link)
    }
    fn add_hook(&self, hook: &Hook) -> Result<()> {
        self.honest.flow().add_hook(hook)
    }
    fn remove_hook(&self, hook: &Hook) -> Result<()> {
        self.honest.flow().remove_hook(hook)
    }
    fn submit(&self, ops: &[FlowOp<'_>], stop: bool) -> Result<Vec<Outcome>> {
        if self.tells(Lie::KeepsRules) && ops.iter().all(|op| matches!(op, FlowOp::Delete(_))) {
            return Ok(ops.iter().map(|_| Outcome::Done(None)).collect());
        }
        let outcomes = self.honest.flow().submit(ops, stop)?;
        let twist = |outcome| match outcome {
            Outcome::Failed(error)
                if self.tells(Lie::Duplicates) && error.kind() == ErrorKind::AlreadyExists =>
            {
                Outcome::Done(None)
            }
            Outcome::Failed(error) if self.tells(Lie::Silent) => match error.errno() {
                Some(errno) => {
                    let extack = Extack { errno, message: Some("no".into()), attribute: None };
                    Outcome::Failed(smartnic_core::Error::kernel("change flow rules", extack))
                }
                None => Outcome::Failed(error),
            },
            outcome => outcome,
        };
        Ok(outcomes.into_iter().map(twist).collect())
    }
    fn visit(&self, scope: &FlowScope, each: &mut dyn FnMut(&FlowEntry) -> Result<()>) -> Result<()> {
        self.honest.flow().visit(scope, &mut |entry| each(&self.twist(entry.clone())))
    }
    fn entry(&self, rule: &RuleId) -> Result<FlowEntry> {
        self.honest.flow().entry(rule).map(|entry| self.twist(entry))
    }
}
