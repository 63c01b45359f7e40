//! `snic_eswitch_*`: the embedded switch, legacy or switchdev.

use std::ffi::c_char;
use std::time::Duration;

use smartnic::Error;
use smartnic::adapter::EswitchTarget;
use smartnic::cycle::Options;
use smartnic::device::{EncapMode, EswitchChange, EswitchMode, InlineMode};
use smartnic::types::DevlinkHandle;

use crate::argument::{fill, place_for, prefixed, text};
use crate::device::mode_number;
use crate::entry::{done, misuse};
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::plan::{Planned, snic_plan};

/// How the embedded switch works. A later kernel may have modes with other numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum snic_eswitch_mode {
    /// Not known, or there is none.
    Unknown = -1,
    /// The NIC forwards by MAC and VLAN on its own; VFs have no representors.
    Legacy = 0,
    /// Every VF and SF has a representor, and flow rules decide.
    Switchdev = 1,
    /// As switchdev, but traffic does not flow yet (kernel 7.0 and later).
    SwitchdevInactive = 2,
}

/// The state of an eswitch. The caller owns it and sets `size`.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub struct snic_eswitch {
    /// `sizeof(snic_eswitch)`, set by the caller.
    pub size: usize,
    /// A number of `snic_eswitch_mode`; -1 if the driver has no such setting.
    pub mode: i32,
    /// How much of each packet VFs hand over before it is sent: 0 nothing, 1 the Ethernet header, 2 up to the IP header,
    /// 3 up to the TCP or UDP header; -1 where the driver has no such setting.
    pub inline_mode: i32,
    /// 1 if tunnel headers can be added, 0 if not; -1 where the driver has no such setting.
    pub encap_mode: i32,
    /// How many VFs there are.
    pub vfs: u32,
}
prefixed!(snic_eswitch up to vfs: u32);

/// Reads the state of a device's eswitch into the caller's structure.
///
/// Fails with NOT_FOUND if there is no such device, UNSUPPORTED if it has no eswitch, PERMISSION_DENIED if the caller may
/// not see it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_eswitch_show(
    host: *const snic_host,
    device: *const c_char,
    eswitch: *mut snic_eswitch,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let host = &handle::get(host)?.host;
        let device: DevlinkHandle = text(device, "device")?.parse()?;
        let nic = host.nic(&device)?;
        let own = host.devlink().eswitch(&device)?;
        let shown = snic_eswitch {
            size: 0,
            mode: mode_number(own.mode),
            inline_mode: own.inline_mode.map_or(-1, |mode| i32::from(mode.number())),
            encap_mode: own.encap_mode.map_or(-1, |mode| i32::from(mode.number())),
            vfs: nic.sriov.as_ref().map_or(0, |sriov| sriov.num),
        };
        fill(eswitch, &shown)
    })
}

fn target(mode: i32, vfs: i64) -> Result<EswitchTarget, Error> {
    let wrong = |reason: &str| Error::invalid("change the eswitch mode", reason);
    let number = u16::try_from(mode).map_err(|_| wrong("mode must be one of snic_eswitch_mode"))?;
    let num_vfs = match vfs {
        -1 => None,
        vfs => Some(u32::try_from(vfs).map_err(|_| wrong("vfs must be a number, or -1 to keep them"))?),
    };
    match EswitchMode::from_number(number) {
        EswitchMode::Unknown(_) => Err(wrong("mode must be one of snic_eswitch_mode")),
        mode => Ok(EswitchTarget { mode, num_vfs }),
    }
}

/// Plans the steps to an eswitch mode (a number of `snic_eswitch_mode`) and a number of VFs (-1 to keep those that are
/// there), in the order that the vendor's driver wants. Changes nothing: this is the dry run.
///
/// `*plan` is the caller's: look at it, run it with `snic_plan_run`, free it with `snic_plan_free`.
///
/// Fails with NOT_FOUND if there is no such device, UNSUPPORTED if its driver cannot get there, INVALID_INPUT for more VFs
/// than the device has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_eswitch_plan(
    host: *const snic_host,
    device: *const c_char,
    mode: i32,
    vfs: i64,
    plan: *mut *mut snic_plan,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(plan, "plan")?;
        let host = &handle::get(host)?.host;
        let device: DevlinkHandle = text(device, "device")?.parse()?;
        let made = smartnic::eswitch::plan(host, &device, &target(mode, vfs)?)?;
        *out = handle::give(Planned::new(made));
        Ok(())
    })
}

/// Brings a device to an eswitch mode and a number of VFs (-1 to keep them): plans the steps and carries them out. If a
/// step fails, those before it are taken back. `timeout_ms` limits in all what is waited for devices and links to appear;
/// 0 stands for 30,000.
///
/// Fails as `snic_eswitch_plan` and `snic_plan_run` do.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_eswitch_set(
    host: *const snic_host,
    device: *const c_char,
    mode: i32,
    vfs: i64,
    timeout_ms: u64,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let host = &handle::get(host)?.host;
        let device: DevlinkHandle = text(device, "device")?.parse()?;
        let plan = smartnic::eswitch::plan(host, &device, &target(mode, vfs)?)?;
        plan.run_with(host, &run_options(timeout_ms, false), &mut |_| ())
    })
}

/// Changes how packets are handed over, without changing the mode: `inline_mode` and `encap_mode` as in `snic_eswitch`, -1 to
/// keep them.
///
/// Fails with UNSUPPORTED where the driver has no such setting, BUSY while rules or VFs stand in the way.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_eswitch_tune(
    host: *const snic_host,
    device: *const c_char,
    inline_mode: i32,
    encap_mode: i32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let device: DevlinkHandle = text(device, "device")?.parse()?;
        let number = |given: i32, name: &str| match given {
            -1 => Ok(None),
            given => u8::try_from(given).map(Some).map_err(|_| misuse(name, "it must be a mode, or -1")),
        };
        let inline_mode = number(inline_mode, "inline_mode")?.map(InlineMode::from_number);
        let encap_mode = number(encap_mode, "encap_mode")?.map(EncapMode::from_number);
        if matches!(inline_mode, Some(InlineMode::Unknown(_)))
            || matches!(encap_mode, Some(EncapMode::Unknown(_)))
        {
            return Err(misuse("inline_mode, encap_mode", "there is no such mode"));
        }
        let change = EswitchChange { mode: None, inline_mode, encap_mode };
        handle::get(host)?.host.devlink().set_eswitch(&device, &change).map(drop)
    })
}

/// How a plan is carried out; a limit of 0 is the usual one.
pub(crate) fn run_options(timeout_ms: u64, force: bool) -> Options {
    let usual = Options::default().timeout;
    Options { timeout: if timeout_ms == 0 { usual } else { Duration::from_millis(timeout_ms) }, force }
}
