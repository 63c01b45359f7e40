//! `snic_sf_*`: sub-functions.

use std::ffi::c_char;
use std::ptr::null;

use smartnic::cycle::Goal;
use smartnic::device::{FunctionOpstate, FunctionState, PortFunctionChange};
use smartnic::sf::{self, Spec};
use smartnic::types::{DevlinkHandle, SfNumber};
use smartnic::{Error, Result};

use crate::argument::{optional_text, options, place_for, prefixed, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, iterator, tri};
use crate::plan::{Planned, snic_plan};
use crate::vf::planned;

/// A sub-function.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_sf {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its number.
    pub number: u32,
    /// The number of its physical function.
    pub pf: u32,
    /// 1 if it is to be used, 0 if not, -1 if that is not told.
    pub active: i32,
    /// 1 if a driver uses it, 0 if none does, -1 if that is not told.
    pub attached: i32,
    /// Its devlink port.
    pub port: *const c_char,
    /// The address that it comes up with; NULL if that is not told.
    pub hw_addr: *const c_char,
    /// The link that stands for it on the switch; NULL if there is none.
    pub representor: *const c_char,
    /// Its own device, such as "auxiliary/mlx5_core.sf.2"; NULL if there is none.
    pub device: *const c_char,
    /// Its own link; NULL if there is none.
    pub netdev: *const c_char,
    /// Its RDMA device; NULL if there is none.
    pub rdma: *const c_char,
}

/// Lists the sub-functions of a device. `*iter` is the caller's; freed with `snic_sf_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_sf_list(
    host: *const snic_host,
    device: *const c_char,
    iter: *mut *mut snic_sf_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let device: DevlinkHandle = text(device, "device")?.parse()?;
        let all = sf::list(&handle::get(host)?.host, &device)?;
        *out = handle::give(List::of(&all, |sf, texts| snic_sf {
            size: size_of::<snic_sf>(),
            number: sf.id.number.0,
            pf: sf.id.pf.into(),
            active: tri(sf.state.map(|state| state == FunctionState::Active)),
            attached: tri(sf.opstate.map(|state| state == FunctionOpstate::Attached)),
            port: texts.keep(&sf.port),
            hw_addr: texts.keep_any(sf.hw_addr.as_ref()),
            representor: texts.keep_any(sf.representor.as_ref()),
            device: texts.keep_any(sf.device.as_ref()),
            netdev: texts.keep_any(sf.netdev.as_ref().filter(|_| sf.netns.is_none())),
            rdma: sf.rdma.first().map_or(null(), |name| texts.keep(name)),
        }));
        Ok(())
    })
}

iterator!(snic_sf_iter of snic_sf, snic_sf_next, snic_sf_iter_free: "Sub-functions, one after the other.");

/// What a sub-function is to be like.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_sf_options {
    /// `sizeof(snic_sf_options)`.
    pub size: usize,
    /// Not 0: it has the number `number`; otherwise the lowest that is free.
    pub numbered: i32,
    /// Its number, if `numbered` is not 0.
    pub number: u32,
    /// The address that it comes up with, such as "02:00:00:00:00:01"; NULL leaves it to the driver.
    pub hw_addr: *const c_char,
    /// Whether it has RoCE: 1 yes, 2 no, 0 leaves it to the driver.
    pub roce: i32,
    /// Not 0: it stays inactive, so that something else can be set before its driver takes it.
    pub inactive: i32,
}
prefixed!(snic_sf_options up to inactive: i32);

impl Default for snic_sf_options {
    fn default() -> Self {
        Self { size: 0, numbered: 0, number: 0, hw_addr: null(), roce: 0, inactive: 0 }
    }
}

impl snic_sf_options {
    fn spec(&self) -> Result<Spec> {
        let roce = switch(self.roce, "roce")?;
        let hw_addr = optional_text(self.hw_addr, "hw_addr")?.map(str::parse).transpose()?;
        Ok(Spec {
            number: (self.numbered != 0).then_some(SfNumber(self.number)),
            pf: None,
            function: PortFunctionChange { hw_addr, roce, ..PortFunctionChange::default() },
            inactive: self.inactive != 0,
        })
    }
}

/// Plans a sub-function: its port, its settings, its activation, and the wait for its device and link. `options` may be NULL.
/// Changes nothing. `*plan` is the caller's; see `snic_plan_run` and `snic_plan_free`.
///
/// Fails with ALREADY_EXISTS if its number is taken, UNSUPPORTED if the driver has no sub-functions.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_sf_create_plan(
    host: *const snic_host,
    device: *const c_char,
    options: *const snic_sf_options,
    plan: *mut *mut snic_plan,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(plan, "plan")?;
        let device: DevlinkHandle = text(device, "device")?.parse()?;
        let spec = self::options(options)?.spec()?;
        *out = handle::give(Planned::new(sf::plan_create(&handle::get(host)?.host, &device, &spec)?));
        Ok(())
    })
}

/// What is to be otherwise with a sub-function. A switch is 1 for yes, 2 for no, 0 to leave it as it is.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_sf_change {
    /// `sizeof(snic_sf_change)`.
    pub size: usize,
    /// Whether it is to be used.
    pub active: i32,
    /// Whether it has RoCE.
    pub roce: i32,
    /// Whether it can be moved with its virtual machine.
    pub migratable: i32,
    /// Whether it offloads the cryptography of IPsec.
    pub ipsec_crypto: i32,
    /// Whether it offloads whole IPsec packets.
    pub ipsec_packet: i32,
    /// How many event queues for input and output it can have; 0 to leave that as it is.
    pub max_io_eqs: u32,
    /// The address that it comes up with; NULL to leave it as it is.
    pub hw_addr: *const c_char,
}
prefixed!(snic_sf_change up to hw_addr: *const c_char);

impl Default for snic_sf_change {
    fn default() -> Self {
        let (size, active, roce, migratable, ipsec_crypto, ipsec_packet, max_io_eqs) = (0, 0, 0, 0, 0, 0, 0);
        Self { size, active, roce, migratable, ipsec_crypto, ipsec_packet, max_io_eqs, hw_addr: null() }
    }
}

/// A switch of `snic_sf_options` and `snic_sf_change`.
fn switch(given: i32, name: &str) -> Result<Option<bool>> {
    match given {
        0 => Ok(None),
        1 => Ok(Some(true)),
        2 => Ok(Some(false)),
        _ => Err(Error::invalid("change a sub-function", format!("{name} must be 0, 1 or 2"))),
    }
}

impl snic_sf_change {
    fn function(&self) -> Result<PortFunctionChange> {
        let state = switch(self.active, "active")?;
        Ok(PortFunctionChange {
            hw_addr: optional_text(self.hw_addr, "hw_addr")?.map(str::parse).transpose()?,
            state: state.map(|active| if active { FunctionState::Active } else { FunctionState::Inactive }),
            roce: switch(self.roce, "roce")?,
            migratable: switch(self.migratable, "migratable")?,
            ipsec_crypto: switch(self.ipsec_crypto, "ipsec_crypto")?,
            ipsec_packet: switch(self.ipsec_packet, "ipsec_packet")?,
            max_io_eqs: (self.max_io_eqs != 0).then_some(self.max_io_eqs),
        })
    }
}

/// Plans a change of a sub-function. Changes nothing. `*plan` is the caller's; see `snic_plan_run` and `snic_plan_free`.
///
/// Fails with NOT_FOUND if there is no such sub-function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_sf_set_plan(
    host: *const snic_host,
    device: *const c_char,
    number: u32,
    change: *const snic_sf_change,
    plan: *mut *mut snic_plan,
    error: *mut *mut snic_error,
) -> snic_status {
    planned(host, device, plan, error, |host| {
        let function = options(change)?.function()?;
        let device: DevlinkHandle = text(device, "device")?.parse()?;
        sf::goal_of(host, &device, SfNumber(number), |sf| Goal::SfChange { sf, function })
    })
}

/// Plans the removal of a sub-function. Changes nothing. `*plan` is the caller's; see `snic_plan_run` and `snic_plan_free`.
///
/// Fails with NOT_FOUND if there is no such sub-function.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_sf_delete_plan(
    host: *const snic_host,
    device: *const c_char,
    number: u32,
    plan: *mut *mut snic_plan,
    error: *mut *mut snic_error,
) -> snic_status {
    planned(host, device, plan, error, |host| {
        let device: DevlinkHandle = text(device, "device")?.parse()?;
        sf::goal_of(host, &device, SfNumber(number), |sf| Goal::SfDelete { sf })
    })
}
