//! `snic_vf_*`: virtual functions, and what the physical function lays down for them.

use std::ffi::c_char;

use smartnic::cycle::{DeviceState, DriverGoal, Goal, plan};
use smartnic::device::{VfChange, VfLinkState, VfSettings, VfVlan};
use smartnic::types::{DevlinkHandle, EtherType, VfId};
use smartnic::{Error, Host, Result};

use crate::argument::{optional_text, options, place_for, prefixed, text};
use crate::entry::{done, misuse};
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, Texts, iterator, number, tri};
use crate::plan::{Planned, snic_plan};

/// A virtual function.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_vf {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its number on its physical function.
    pub vf: u32,
    /// 1 if it is trusted, 0 if not, -1 if that is not told.
    pub trust: i32,
    /// 1 if its source address is checked, 0 if not, -1 if that is not told.
    pub spoof_check: i32,
    /// Its device, such as "pci/0000:03:00.2"; NULL if it has none.
    pub device: *const c_char,
    /// The driver bound to it; NULL if there is none.
    pub driver: *const c_char,
    /// Its MAC address; NULL if that is not told.
    pub mac: *const c_char,
    /// What it sees of the link: "auto", "enable" or "disable"; NULL if that is not told.
    pub link_state: *const c_char,
    /// Its VLAN, 0 for none; -1 if that is not told.
    pub vlan: i64,
    /// The rate that it is guaranteed, in Mbit/s, 0 for none; -1 if that is not told.
    pub min_rate: i64,
    /// The rate that it is limited to, in Mbit/s, 0 for no limit; -1 if that is not told.
    pub max_rate: i64,
}

fn record(state: &DeviceState, vf: VfId, texts: &mut Texts) -> snic_vf {
    let function = state.function(vf);
    let told = state.vfs.iter().find(|settings| settings.vf == vf).cloned();
    let settings = told.unwrap_or_else(|| VfSettings::new(vf));
    snic_vf {
        size: size_of::<snic_vf>(),
        vf: vf.0,
        trust: tri(settings.trust),
        spoof_check: tri(settings.spoof_check),
        device: texts.keep_any(function.map(|function| &function.device)),
        driver: texts.keep_any(function.and_then(|function| function.driver.as_deref())),
        mac: texts.keep_any(settings.mac),
        link_state: texts.keep_any(settings.link_state),
        vlan: number(settings.vlan.map(|vlan| vlan.id.into())),
        min_rate: number(settings.min_tx_rate),
        max_rate: number(settings.max_tx_rate),
    }
}

/// Lists the VFs of a device. `*iter` is the caller's; freed with `snic_vf_iter_free`.
///
/// Fails with NOT_FOUND if there is no such device.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_vf_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_vf_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let device: DevlinkHandle = text(device, "device")?.parse()?;
        let state = DeviceState::read(&handle::get(host)?.host, &device)?;
        let count = state.sriov.as_ref().map_or(0, |sriov| sriov.num);
        *out = handle::give(List::of(0..count, |vf, texts| record(&state, VfId(vf), texts)));
        Ok(())
    })
}

iterator!(snic_vf_iter of snic_vf, snic_vf_next, snic_vf_iter_free: "VFs, one after the other.");

/// For `snic_vf_settings.set`: the MAC address is given.
pub const SNIC_VF_MAC: u32 = 1;
/// For `snic_vf_settings.set`: VLAN, priority and protocol of the tag are given.
pub const SNIC_VF_VLAN: u32 = 2;
/// For `snic_vf_settings.set`: both rates are given.
pub const SNIC_VF_RATE: u32 = 4;
/// For `snic_vf_settings.set`: `spoof_check` is given.
pub const SNIC_VF_SPOOF_CHECK: u32 = 8;
/// For `snic_vf_settings.set`: `trust` is given.
pub const SNIC_VF_TRUST: u32 = 16;
/// For `snic_vf_settings.set`: `link_state` is given.
pub const SNIC_VF_LINK_STATE: u32 = 32;
const ALL_SET: u32 = 63;

/// What is to be laid down for a VF.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_vf_settings {
    /// `sizeof(snic_vf_settings)`.
    pub size: usize,
    /// Which of the fields are given: `SNIC_VF_MAC` and its like, joined by `|`. All others stay as they are.
    pub set: u32,
    /// Not 0: its source address is checked.
    pub spoof_check: i32,
    /// Not 0: it is trusted.
    pub trust: i32,
    /// The VLAN, 0 to 4095, 0 for none.
    pub vlan: u16,
    /// The priority in the tag, 0 to 7.
    pub qos: u8,
    /// The protocol of the tag as a number: 0x8100 (802.1Q; also meant by 0) or 0x88a8 (802.1ad).
    pub vlan_protocol: u16,
    /// The rate that is guaranteed, in Mbit/s, 0 for none.
    pub min_rate: u32,
    /// The limit of the rate, in Mbit/s, 0 for none.
    pub max_rate: u32,
    /// The MAC address, such as "02:00:00:00:00:01"; all zero lets the VF choose its own.
    pub mac: *const c_char,
    /// What it is to see of the link: "auto", "enable" or "disable".
    pub link_state: *const c_char,
}
prefixed!(snic_vf_settings up to link_state: *const c_char);

impl Default for snic_vf_settings {
    fn default() -> Self {
        let none = std::ptr::null();
        let (vlan, qos, vlan_protocol, min_rate, max_rate) = (0, 0, 0, 0, 0);
        let (size, set, spoof_check, trust, mac, link_state) = (0, 0, 0, 0, none, none);
        Self { size, set, spoof_check, trust, vlan, qos, vlan_protocol, min_rate, max_rate, mac, link_state }
    }
}

impl snic_vf_settings {
    fn changes(&self) -> Result<Vec<VfChange>> {
        if self.set & !ALL_SET != 0 {
            return Err(misuse("snic_vf_settings.set", "it has a bit that this version does not know"));
        }
        let mut changes = Vec::new();
        let given = |bit| self.set & bit != 0;
        if given(SNIC_VF_MAC) {
            changes.push(VfChange::Mac(text(self.mac, "mac")?.parse()?));
        }
        if given(SNIC_VF_VLAN) {
            let protocol =
                if self.vlan_protocol == 0 { EtherType::VLAN } else { EtherType(self.vlan_protocol) };
            changes.push(VfChange::Vlan(VfVlan { id: self.vlan, qos: self.qos, protocol }));
        }
        if given(SNIC_VF_RATE) {
            changes.push(VfChange::Rate { min: self.min_rate, max: self.max_rate });
        }
        if given(SNIC_VF_SPOOF_CHECK) {
            changes.push(VfChange::SpoofCheck(self.spoof_check != 0));
        }
        if given(SNIC_VF_LINK_STATE) {
            changes.push(VfChange::LinkState(text(self.link_state, "link_state")?.parse::<VfLinkState>()?));
        }
        if given(SNIC_VF_TRUST) {
            changes.push(VfChange::Trust(self.trust != 0));
        }
        Ok(changes)
    }
}

/// Plans a change of what the physical function lays down for a VF; changes nothing. `*plan` is the caller's; see
/// `snic_plan_run` and `snic_plan_free`.
///
/// Fails with NOT_FOUND if there is no such device or VF.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_vf_set_plan(
    host: *const snic_host,
    device: *const c_char,
    vf: u32,
    settings: *const snic_vf_settings,
    plan: *mut *mut snic_plan,
    error: *mut *mut snic_error,
) -> snic_status {
    planned(host, device, plan, error, |_| {
        let changes = options(settings)?.changes()?;
        Ok(Goal::Vf { vf: VfId(vf), changes })
    })
}

/// Plans that a device has so many VFs; the eswitch mode stays. Changes nothing. `*plan` is the caller's; see
/// `snic_plan_run` and `snic_plan_free`.
///
/// Fails with INVALID_INPUT for more VFs than the device can have, UNSUPPORTED if it can have none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_vf_create_plan(
    host: *const snic_host,
    device: *const c_char,
    count: u32,
    plan: *mut *mut snic_plan,
    error: *mut *mut snic_error,
) -> snic_status {
    planned(host, device, plan, error, |_| {
        Ok(Goal::Functions { mode: None, vfs: Some(count), autoprobe: None })
    })
}

/// Plans that a driver takes a VF: the one that claims it if `driver` is NULL, none if it is "", else the one of this name
/// and no other. Changes nothing. `*plan` is the caller's; see `snic_plan_run` and `snic_plan_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_vf_driver_plan(
    host: *const snic_host,
    device: *const c_char,
    vf: u32,
    driver: *const c_char,
    plan: *mut *mut snic_plan,
    error: *mut *mut snic_error,
) -> snic_status {
    planned(host, device, plan, error, |_| {
        let driver = match optional_text(driver, "driver")? {
            None => DriverGoal::Own,
            Some("") => DriverGoal::None,
            Some(name) => DriverGoal::Named(name.to_owned()),
        };
        Ok(Goal::Drivers { vfs: vec![VfId(vf)], driver })
    })
}

/// Plans what `goal` tells, and hands out the plan.
pub(crate) fn planned(
    host: *const snic_host,
    device: *const c_char,
    out: *mut *mut snic_plan,
    error: *mut *mut snic_error,
    goal: impl FnOnce(&Host) -> Result<Goal, Error>,
) -> snic_status {
    done(error, || {
        let out = place_for(out, "plan")?;
        let host = &handle::get(host)?.host;
        let device: DevlinkHandle = text(device, "device")?.parse()?;
        *out = handle::give(Planned::new(plan(host, &device, goal(host)?)?));
        Ok(())
    })
}
