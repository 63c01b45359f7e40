//! How a kernel driver behaves: what it allows, what it refuses and in which words.
//!
//! The rules and texts are those of the drivers in kernel 7.3; each file says where they stand there. What
//! firmware decides is not in those sources: such a decision is ours and is marked as ours.

mod bnxt;
mod bnxt_actions;
mod bnxt_device;
mod bnxt_upkeep;
mod bridging;
mod cxgb4;
mod dcb;
pub(crate) mod device;
mod dump;
mod ethtool;
mod flash;
mod hns3;
mod i40e;
mod ice;
mod ice_device;
mod ice_upkeep;
mod igb;
mod mlx4;
mod mlx5;
mod mlx5_actions;
mod mlx5_device;
mod mlx5_ib;
mod mlx5_pedit;
mod mlx5_police;
mod mlx5_tunnel;
mod mlx5_upkeep;
mod mlxsw;
mod mlxsw_switch;
mod mlxsw_trap;
mod nfp;
mod nfp_actions;
mod octeontx2;
mod offer;
mod qede;
mod rates;
mod rvu_rep;
mod sfc;
mod switch;
mod upkeep;

use std::fmt::Debug;

use smartnic_core::device::{
    EncapMode, EswitchMode, FlashStatus, InlineMode, NewPort, PortFunctionChange, ReloadAction, ReloadLimit,
    Selftest, SelftestStatus, TrapAction, TunnelKind,
};
use smartnic_core::flow::{Action, HwStats, Match, Packet, Rule};

use crate::errno::Errno;
use crate::model::{LaidDown, Machine, Netdev, Pf, Role, VfOrder};
use crate::note::Note;

use device::{DeviceFacts, FunctionSite};
/// The protocol of an ordinary VLAN tag.
const ETH_P_8021Q: u16 = 0x8100;

pub(crate) use bnxt::BNXT;
pub(crate) use bridging::{BridgeRules, VdpaRules, VlanRules};
pub(crate) use cxgb4::CXGB4;
pub(crate) use dcb::{DcbRules, rules as dcb_rules};
pub(crate) use dump::{DumpRule, DumpTold};
pub(crate) use ethtool::{EepromRule, Test, UpkeepRules, upkeep_rules};
pub(crate) use flash::{FlashOrder, FlashRules, check as check_flash};
pub(crate) use hns3::HNS3;
pub(crate) use i40e::I40E;
pub(crate) use ice::ICE;
pub(crate) use igb::IGB;
pub(crate) use mlx4::MLX4;
pub(crate) use mlx5::MLX5;
pub(crate) use mlx5_ib::MLX5_IB;
pub(crate) use mlxsw::MLXSW;
pub(crate) use mlxsw_switch::DYNAMIC as DYNAMIC_THRESHOLDS;
pub(crate) use nfp::NFP;
pub(crate) use octeontx2::OCTEONTX2;
pub(crate) use qede::QEDE;
pub(crate) use rates::{RateRules, RateSetting, RateSite};
pub(crate) use rvu_rep::RVU_REP;
pub(crate) use sfc::SFC;
pub(crate) use switch::{
    BufferSpec, CardSpec, PoolSize, PoolSpec, ResourceSpec, SwitchFacts, TableSpec, TcSpec, ValueSpec,
};
pub(crate) use upkeep::{
    CrashSpec, PolicerSpec, RegionSpec, ReporterSpec, TrapGroupSpec, TrapSpec, Upkeep, Watches,
};

/// What can be said of a driver without asking it.
#[derive(Debug)]
pub(crate) struct Facts {
    /// The driver of the physical functions.
    pub(crate) name: &'static str,
    /// The driver of the virtual functions.
    pub(crate) vf_name: &'static str,
    /// Whether it registers with devlink.
    pub(crate) devlink: bool,
    /// What it has of an eswitch.
    pub(crate) eswitch: EswitchKind,
    /// Whether the uplink stands on a devlink port, by which its link is named, too.
    pub(crate) uplink_port: bool,
    /// Whether nothing is told of ports but their numbers, types and links (`devlink_port_attrs_set` is not called).
    pub(crate) bare_ports: bool,
    /// Whether its ports carry InfiniBand from the start. It then tells nothing of an eswitch.
    pub(crate) infiniband: bool,
    /// Whether ports can be told what to carry (`port_type_set`): Ethernet, InfiniBand, or what is found on the wire.
    pub(crate) port_types: bool,
    /// Whether the names of representors' ports begin with the physical port.
    pub(crate) port_in_names: bool,
    /// The inline mode it starts with, if it has that setting.
    pub(crate) inline_mode: Option<InlineMode>,
    /// The encapsulation mode it starts with, if it has that setting.
    pub(crate) encap_mode: Option<EncapMode>,
    /// Whether representors stand on devlink ports; else they are known by their names alone.
    pub(crate) representor_ports: bool,
    /// Whether it has no link of its own: it makes representors of functions of the same chip that have other drivers.
    pub(crate) representors_only: bool,
    /// Whether the uplink tells its switch in legacy mode too.
    pub(crate) switch_id_in_legacy: bool,
    /// Whether VFs bound to the driver have devlink instances of their own.
    pub(crate) vf_devlink: VfDevlink,
    /// Whether `hw-tc-offload` is on at the uplink from the start.
    pub(crate) uplink_tc_offload: bool,
    /// Whether `hw-tc-offload` is on at representors from the start.
    pub(crate) representor_tc_offload: bool,
    /// Whether entering switchdev mode turns `hw-tc-offload` on at the uplink.
    pub(crate) switchdev_turns_tc_offload_on: bool,
    /// Whether rules on the egress side of the uplink are handed to the driver at all.
    pub(crate) uplink_egress: bool,
    /// Where its VFs come from, and what is told of them.
    pub(crate) vfs: VfFacts,
    /// How hardware counts packets for tc (`flow_stats_update`); none if the driver does not tell tc at all.
    pub(crate) counters: Option<HwStats>,
    /// What the driver writes into the kernel's log when VFs are asked for while the PF's link is down; the request
    /// then does nothing, and says that it succeeded. None if the driver does not mind.
    pub(crate) vfs_need_link_up: Option<&'static str>,
}

impl Facts {
    /// A driver with devlink and nothing beyond: others say in what they differ.
    const PLAIN: Self = Self {
        name: "",
        vf_name: "",
        devlink: true,
        eswitch: EswitchKind::None,
        uplink_port: false,
        bare_ports: false,
        infiniband: false,
        port_types: false,
        port_in_names: false,
        inline_mode: None,
        encap_mode: None,
        representor_ports: false,
        representors_only: false,
        switch_id_in_legacy: false,
        vf_devlink: VfDevlink::None,
        uplink_tc_offload: false,
        representor_tc_offload: false,
        switchdev_turns_tc_offload_on: false,
        uplink_egress: false,
        vfs: VfFacts { by_module: false, untagged: 0, trust: true },
        counters: None,
        vfs_need_link_up: None,
    };
}

/// The VFs of a driver.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VfFacts {
    /// Whether they are made by a parameter of the module, as it is loaded, and not by files of sysfs; the driver then
    /// leaves them to virtual machines.
    pub(crate) by_module: bool,
    /// The VLAN that stands for none.
    pub(crate) untagged: u16,
    /// Whether the driver tells whether they are trusted.
    pub(crate) trust: bool,
}

/// What a driver has of an eswitch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EswitchKind {
    /// Its mode can be set; it starts in legacy mode.
    Settable,
    /// It is in switchdev mode and stays there; whether devlink tells that.
    AlwaysSwitchdev {
        /// Whether there is an operation that tells the mode.
        told: bool,
    },
    /// There is none.
    None,
}

impl EswitchKind {
    /// The mode that it starts in.
    pub(crate) const fn first_mode(self) -> EswitchMode {
        match self {
            Self::AlwaysSwitchdev { .. } => EswitchMode::Switchdev,
            Self::Settable | Self::None => EswitchMode::Legacy,
        }
    }

    /// Whether devlink tells the mode.
    pub(crate) const fn is_told(self) -> bool {
        matches!(self, Self::Settable | Self::AlwaysSwitchdev { told: true })
    }
}

/// The devlink instance of a VF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum VfDevlink {
    /// It has none.
    None,
    /// It has one without ports.
    Bare,
    /// It has one with a port of flavour `virtual`.
    VirtualPort,
}

/// A change of the eswitch mode, as a driver sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ModeChange {
    pub(crate) now: EswitchMode,
    pub(crate) to: EswitchMode,
    pub(crate) num_vfs: usize,
    /// Flow rules that the driver holds.
    pub(crate) flows: u32,
}

/// What a driver makes of a change that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is made.
    Made,
    /// Nothing is to be done.
    None,
}

/// What a driver puts into hardware, where that differs from the rule: some drivers overlook keys or actions.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct HwForm {
    /// What the hardware matches on.
    pub(crate) key: Match,
    /// What the hardware does.
    pub(crate) actions: Vec<Action>,
}

/// Refuses flags of the packet that a driver does not match on (`flow_rule_is_supp_control_flags`).
fn check_flags(driver: &str, key: &Match, supported: u32, note: &mut Note) -> Result<(), Errno> {
    let mask = key.ip_flags.map_or(0, |flags| flags.mask);
    if mask & !supported == 0 {
        return Ok(());
    }
    note.say(format!("{driver}: Unsupported match on control.flags {mask:#x}"));
    Err(Errno::EOPNOTSUPP)
}

/// Where a rule is offered to a driver.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site<'a> {
    pub(crate) machine: &'a Machine,
    /// The physical function whose eswitch it is.
    pub(crate) pf: &'a Pf,
    pub(crate) pf_index: usize,
    /// The link on which the rule stands, or which shares its block.
    pub(crate) dev: &'a Netdev,
    /// Whether the rule stands on the egress side.
    pub(crate) egress: bool,
    /// Whether this eswitch holds the same rule already, by another link of a shared block.
    pub(crate) held: bool,
}

impl Site<'_> {
    /// The link of the driver's own whose place the rule takes: where it stands, or of a rule on a tunnel device the uplink.
    pub(crate) fn own(&self) -> &Netdev {
        if self.dev.role != Role::Tunnel {
            return self.dev;
        }
        self.machine.uplink(self.pf_index).unwrap_or(self.dev)
    }

    /// Whether the table of this eswitch is full.
    pub(crate) fn full(&self) -> bool {
        self.pf.flows >= self.machine.capacity
    }

    /// Whether this eswitch is in one of the switchdev modes.
    pub(crate) fn switchdev(&self) -> bool {
        self.pf.eswitch.mode != EswitchMode::Legacy
    }

    /// Whether the hardware of this side of the link holds a rule with the same match.
    pub(crate) fn has_match(&self, key: Match) -> bool {
        self.machine.has_hw_match(self.dev.ifindex, self.egress, key)
    }
}

/// A kernel driver.
pub(crate) trait Driver: Debug + Sync {
    /// What can be said without asking.
    fn facts(&self) -> &'static Facts;

    /// The devlink index of a PF's port, or of the port of one of its VFs.
    fn port_index(&self, pf: usize, _vf: Option<usize>) -> u32 {
        pf as u32
    }

    /// The devlink index of the port of another host's physical function, or of one of its VFs.
    fn host_port_index(&self, pf: usize, vf: Option<usize>) -> u32 {
        let _ = (pf, vf);
        0
    }

    /// The device's serial number and the board's, from the eight bytes of the device's serial number capability.
    fn serials(&self, _dsn: [u8; 8]) -> (Option<String>, Option<String>) {
        (None, None)
    }

    /// What devlink can do with the device as a whole.
    fn device(&self) -> &'static DeviceFacts {
        &DeviceFacts::NONE
    }

    /// The devlink index of a sub-function's port; `slot` is its place among those of its physical function.
    fn sf_port_index(&self, pf: usize, slot: u32) -> u32 {
        let _ = (pf, slot);
        0
    }

    /// Decides whether a port may be added (`port_new`).
    fn check_sub_function(
        &self,
        pf: usize,
        new: &NewPort,
        switchdev: bool,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let _ = (pf, new, switchdev, note);
        Err(Errno::EOPNOTSUPP)
    }

    /// Decides on changes of the function behind a port; which settings it has is said by [`Driver::device`].
    fn check_function(
        &self,
        site: FunctionSite,
        change: &PortFunctionChange,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let _ = (site, change, note);
        Ok(())
    }

    /// Decides on a reload of a kind that it has; says which actions it performs.
    fn reload(
        &self,
        pf: &Pf,
        link_up: bool,
        action: ReloadAction,
        limit: ReloadLimit,
        note: &mut Note,
    ) -> Result<Vec<ReloadAction>, Errno> {
        let _ = (pf, link_up, action, limit, note);
        Err(Errno::EOPNOTSUPP)
    }

    /// Decides on a split of the first port; `pending` is what it was split into before.
    fn split(&self, count: u32, pending: Option<u32>, note: &mut Note) -> Result<(), Errno> {
        let _ = (count, pending, note);
        Err(Errno::EOPNOTSUPP)
    }

    /// Decides on a change of the eswitch mode.
    fn set_mode(&self, change: ModeChange, log: &mut Vec<String>, note: &mut Note) -> Result<Change, Errno> {
        let _ = (change, log, note);
        Err(Errno::EOPNOTSUPP)
    }

    /// Decides on what is to be laid down for a VF. No driver here lets VFs read how receive queues are chosen, and
    /// GUIDs are InfiniBand's.
    fn check_vf(&self, order: VfOrder, now: &LaidDown, switchdev: bool) -> Result<(), Errno> {
        let _ = (now, switchdev);
        match order {
            VfOrder::QueryRss(_) | VfOrder::Guid { .. } => Err(Errno::EOPNOTSUPP),
            VfOrder::Vlan { protocol, .. } if protocol != ETH_P_8021Q => Err(Errno::EPROTONOSUPPORT),
            _ => Ok(()),
        }
    }

    /// Whether the driver of a physical function is offered the rules on the receive side of tunnel devices of a kind.
    fn hears_of_tunnels(&self, pf: &Pf, kind: TunnelKind) -> bool {
        let _ = (pf, kind);
        false
    }

    /// What it makes of bridges that its links are in; none if the kernel's bridge does all by itself.
    fn bridges(&self) -> Option<&'static BridgeRules> {
        None
    }

    /// Whether it sends over bonds of its uplinks itself, and tells.
    fn has_lag(&self) -> bool {
        false
    }

    /// Its virtio devices, if its functions can carry any.
    fn vdpa(&self) -> Option<&'static VdpaRules> {
        None
    }

    /// Decides on a change of the inline mode.
    fn set_inline_mode(&self, mode: InlineMode, note: &mut Note) -> Result<(), Errno> {
        let _ = (mode, note);
        Err(Errno::EOPNOTSUPP)
    }

    /// Decides on a change of the encapsulation mode.
    fn set_encap_mode(&self, mode: EncapMode, pf: &Pf, note: &mut Note) -> Result<(), Errno> {
        let _ = (mode, pf, note);
        Err(Errno::EOPNOTSUPP)
    }

    /// Decides on a new value of a devlink parameter, given as text.
    fn check_param(&self, name: &str, value: &str, pf: &Pf, note: &mut Note) -> Result<(), Errno> {
        let _ = (name, value, pf, note);
        Ok(())
    }

    /// The health reporters, regions and traps that it registers.
    fn upkeep(&self) -> &'static Upkeep {
        &Upkeep::NONE
    }

    /// Decides on the action of a trap that drops, or that has it already.
    fn check_trap(&self, trap: &TrapSpec, action: TrapAction, pf: &Pf, note: &mut Note) -> Result<(), Errno> {
        let _ = (trap, action, pf, note);
        Ok(())
    }

    /// Decides on the policer of a group, which may be none.
    fn check_trap_group(
        &self,
        group: &TrapGroupSpec,
        policer: Option<u32>,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let _ = (group, policer, note);
        Ok(())
    }

    /// Decides on the packets in a second, and at once, of a policer; they are within its limits.
    fn check_trap_policer(&self, rate: u64, burst: u64, note: &mut Note) -> Result<(), Errno> {
        let _ = (rate, burst, note);
        Ok(())
    }

    /// The trap that takes a packet which came in from the wire.
    fn trap_of(&self, packet: &Packet) -> Option<&'static str> {
        let _ = packet;
        None
    }

    /// What it tells of a switch; none if the device is none.
    fn switch(&self) -> Option<&'static SwitchFacts> {
        None
    }

    /// Its rate operations; none if ports have no rates.
    fn rates(&self) -> Option<&'static RateRules> {
        None
    }

    /// Decides whether a rate node can be made.
    fn check_rate_node(&self, pf: &Pf, note: &mut Note) -> Result<(), Errno> {
        let _ = (pf, note);
        Ok(())
    }

    /// Decides on one new setting of a rate object.
    fn check_rate(
        &self,
        site: &RateSite<'_>,
        setting: &RateSetting<'_>,
        log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let _ = (site, setting, log, note);
        Ok(())
    }

    /// What its flash update takes; none if it flashes nothing.
    fn flash_rules(&self) -> Option<&'static FlashRules> {
        None
    }

    /// Writes firmware, and tells of it.
    fn flash(
        &self,
        order: &FlashOrder<'_>,
        tell: &mut dyn FnMut(FlashStatus),
        note: &mut Note,
    ) -> Result<(), Errno> {
        let _ = (order, tell, note);
        Err(Errno::EOPNOTSUPP)
    }

    /// The tests that a device runs on itself; none if the driver has no such operation.
    fn selftests(&self) -> Option<&'static [Selftest]> {
        None
    }

    /// Runs one of them.
    fn run_selftest(&self, test: Selftest, note: &mut Note) -> SelftestStatus {
        let _ = (test, note);
        SelftestStatus::Skipped
    }

    /// Decides whether `hw-tc-offload` may be turned off at the uplink while rules are in hardware.
    fn may_turn_offload_off(&self, flows: u32, log: &mut Vec<String>) -> bool {
        let _ = (flows, log);
        true
    }

    /// Whether it holds a shared action for itself, beside the rules that use it (`TC_SETUP_ACT`).
    fn takes_action(&self, action: &Action) -> bool {
        let _ = action;
        false
    }

    /// Decides whether a rule that every packet meets goes into hardware (`TC_SETUP_CLSMATCHALL`).
    fn offload_matchall(&self, site: &Site<'_>, rule: &Rule, note: &mut Note) -> Result<(), Errno> {
        let _ = (site, rule, note);
        Err(Errno::EOPNOTSUPP)
    }

    /// Decides whether a rule with keys goes into hardware, and in which form if not in its own.
    fn offload(
        &self,
        site: &Site<'_>,
        rule: &Rule,
        log: &mut Vec<String>,
        note: &mut Note,
    ) -> Result<Option<HwForm>, Errno>;
}
