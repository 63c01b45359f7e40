use serde::{Deserialize, Serialize};
use smartnic_core::device::{EncapMode, EswitchMode, InlineMode, PortType};
use smartnic_core::types::{Mac, PciAddress};

use super::health::Reporters;
use super::region::Snapshots;
use super::switch::SwitchState;
use super::trap::TrapState;
use super::{ParamState, RateObject};

/// A physical function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pf {
    pub(crate) address: PciAddress,
    pub(crate) mac: Mac,
    /// Whether its driver is bound; without it there is neither link nor devlink instance.
    pub(crate) bound: bool,
    pub(crate) driver_override: Option<String>,
    pub(crate) eswitch: EswitchState,
    /// Whether new VFs are bound to their driver (`sriov_drivers_autoprobe`).
    pub(crate) autoprobe: bool,
    pub(crate) vfs: Vec<Vf>,
    pub(crate) params: Vec<ParamState>,
    /// What is not as it started of its reporters, regions and traps.
    #[serde(default)]
    pub(crate) upkeep: UpkeepState,
    /// Flow rules that its hardware holds.
    pub(crate) flows: u32,
    /// Its sub-functions, in the order of their places.
    #[serde(default)]
    pub(crate) sfs: Vec<Sf>,
    #[serde(default)]
    pub(crate) reloads: Reloads,
    /// What its port carries.
    #[serde(default, skip_serializing_if = "PortCarries::is_plain")]
    pub(crate) carries: PortCarries,
    /// What its further ports carry, if it has any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) further: Vec<PortCarries>,
    /// Into how many ports its connector is split after the next boot, if that was asked for.
    #[serde(default)]
    pub(crate) split: Option<u32>,
    /// Rate objects in the kernel's order.
    #[serde(default)]
    pub(crate) rates: Vec<RateObject>,
    /// The functions of another host, or of other drivers on the same chip, that its eswitch serves: a physical one, then
    /// its VFs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) host: Vec<HostFunction>,
    /// What has changed of its switch, if it is one.
    #[serde(default)]
    pub(crate) switch: SwitchState,
    /// The network namespace that its devlink instance is in, if it is not the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) netns: Option<String>,
}

impl Pf {
    /// What a port carries, by its place.
    pub(crate) fn carries_at(&self, port: usize) -> PortCarries {
        match port.checked_sub(1) {
            None => self.carries,
            Some(at) => self.further.get(at).copied().unwrap_or_default(),
        }
    }

    /// The same, to change it.
    pub(crate) fn carries_at_mut(&mut self, port: usize) -> Option<&mut PortCarries> {
        match port.checked_sub(1) {
            None => Some(&mut self.carries),
            Some(at) => self.further.get_mut(at),
        }
    }
}

/// What a port carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PortCarries {
    /// InfiniBand; otherwise Ethernet.
    pub(crate) infiniband: bool,
    /// What it was told to carry (`desired_type`).
    pub(crate) told: Option<PortType>,
}

impl PortCarries {
    /// Whether it is as most ports are: Ethernet, and nobody said so.
    fn is_plain(&self) -> bool {
        *self == Self::default()
    }
}

/// A function that is elsewhere, of which only its end of the eswitch is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HostFunction {
    pub(crate) mac: Mac,
    pub(crate) settings: FunctionSettings,
    /// Whether that host may use it.
    pub(crate) active: bool,
}

/// How often a device was reloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Reloads {
    pub(crate) driver_reinit: u32,
    pub(crate) fw_activate: u32,
    pub(crate) fw_activate_no_reset: u32,
}

/// A sub-function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sf {
    /// The number that the user gave it.
    pub(crate) number: u32,
    /// Its place among those of its physical function.
    pub(crate) slot: u32,
    /// The address that it comes up with; all zero until one is set.
    pub(crate) mac: Mac,
    pub(crate) settings: FunctionSettings,
    /// The number of its auxiliary device while it is active.
    pub(crate) device: Option<u32>,
    /// What its driver still has to do on a slow machine.
    #[serde(default)]
    pub(crate) due: Option<Due>,
    /// The network namespace that its devlink instance is in, if it is not the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) netns: Option<String>,
}

/// What comes in its own time after a sub-function was activated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Due {
    /// After so many contacts with the kernel.
    pub(crate) contacts: u32,
    /// What comes then.
    pub(crate) next: Coming,
}

/// What an active sub-function waits for, in the order in which it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Coming {
    /// Its device on the auxiliary bus.
    Device,
    /// Its devlink instance and its link.
    Link,
    /// Its RDMA device.
    Rdma,
}

/// What can be set on a function behind a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FunctionSettings {
    pub(crate) roce: bool,
    pub(crate) migratable: bool,
    pub(crate) ipsec_crypto: bool,
    pub(crate) ipsec_packet: bool,
    pub(crate) max_io_eqs: u32,
}

impl Default for FunctionSettings {
    /// What firmware starts a VF with; the number of queues is ours.
    fn default() -> Self {
        Self { roce: true, migratable: false, ipsec_crypto: false, ipsec_packet: false, max_io_eqs: 64 }
    }
}

/// The state of a device's health reporters, regions and traps, where it is not what the driver starts with.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct UpkeepState {
    pub(crate) reporters: Reporters,
    pub(crate) snapshots: Snapshots,
    pub(crate) traps: TrapState,
}

impl UpkeepState {
    /// The reporters of ports begin anew, as links do.
    pub(crate) fn renew_ports(&mut self) {
        self.reporters.retain(|name, _| !name.contains('/'));
    }
}

/// The settings of an eswitch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct EswitchState {
    pub(crate) mode: EswitchMode,
    pub(crate) inline_mode: Option<InlineMode>,
    pub(crate) encap_mode: Option<EncapMode>,
}

/// A virtual function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Vf {
    pub(crate) address: PciAddress,
    pub(crate) mac: Mac,
    /// The driver bound to it.
    pub(crate) driver: Option<String>,
    pub(crate) driver_override: Option<String>,
    #[serde(default)]
    pub(crate) settings: FunctionSettings,
    /// What its physical function lays down for it, by the link of its first port.
    #[serde(default)]
    pub(crate) laid_down: LaidDown,
    /// The same by the links of further ports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) laid_down_further: Vec<LaidDown>,
    /// The network namespace that its devlink instance is in, if it is not the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) netns: Option<String>,
}

impl Vf {
    /// What is laid down by the link of a port, by its place.
    pub(crate) fn laid_down_at(&self, port: usize) -> Option<&LaidDown> {
        match port.checked_sub(1) {
            None => Some(&self.laid_down),
            Some(at) => self.laid_down_further.get(at),
        }
    }

    /// The same, to change it.
    pub(crate) fn laid_down_at_mut(&mut self, port: usize) -> Option<&mut LaidDown> {
        match port.checked_sub(1) {
            None => Some(&mut self.laid_down),
            Some(at) => self.laid_down_further.get_mut(at),
        }
    }
}

/// What a physical function lays down for a VF (`struct ifla_vf_info`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LaidDown {
    pub(crate) mac: Mac,
    pub(crate) vlan: u16,
    pub(crate) qos: u8,
    /// The protocol of the tag, in the host's byte order.
    pub(crate) vlan_protocol: u16,
    pub(crate) min_tx_rate: u32,
    pub(crate) max_tx_rate: u32,
    pub(crate) spoof_check: bool,
    pub(crate) link_state: u32,
    pub(crate) trust: bool,
    /// Its GUIDs, on InfiniBand; 0 while none was given.
    #[serde(default)]
    pub(crate) node_guid: u64,
    #[serde(default)]
    pub(crate) port_guid: u64,
}

impl Default for LaidDown {
    fn default() -> Self {
        Self {
            mac: Mac::default(),
            vlan: 0,
            qos: 0,
            vlan_protocol: 0x8100,
            min_tx_rate: 0,
            max_tx_rate: 0,
            spoof_check: false,
            link_state: 0,
            trust: false,
            node_guid: 0,
            port_guid: 0,
        }
    }
}
