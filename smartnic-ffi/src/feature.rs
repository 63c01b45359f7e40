//! `snic_feature_*`: what links do in hardware or leave to the kernel.

use std::ffi::c_char;

use smartnic::settings;

use crate::argument::text;
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, iterator, listed};

/// A feature of a link.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_feature {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its name, such as "hw-tc-offload".
    pub name: *const c_char,
    /// 1 if it is on.
    pub active: i32,
    /// 1 if it was asked for. Where that differs from `active`, the driver or another feature stands against it.
    pub requested: i32,
    /// 1 if it cannot be changed.
    pub fixed: i32,
}

/// Lists the features of a link, in the kernel's order. `*iter` is the caller's; freed with `snic_feature_iter_free`.
///
/// Fails with NOT_FOUND if there is no such link.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_feature_list(
    host: *const snic_host,
    link: *const c_char,
    iter: *mut *mut snic_feature_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let all = settings::features(host, text(link, "link")?)?;
        Ok(List::of(&all, |feature, texts| snic_feature {
            size: size_of::<snic_feature>(),
            name: texts.keep(&feature.name),
            active: feature.active.into(),
            requested: feature.requested.into(),
            fixed: feature.fixed.into(),
        }))
    })
}

iterator!(snic_feature_iter of snic_feature, snic_feature_next, snic_feature_iter_free:
    "Features of a link, one after the other.");

/// Turns a feature of a link on (`on` not 0) or off, and reads back what came of it.
///
/// Fails with NOT_FOUND if the kernel knows no such feature, UNSUPPORTED if it cannot change, MISMATCH if the driver did not
/// follow.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_feature_set(
    host: *const snic_host,
    link: *const c_char,
    name: *const c_char,
    on: i32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let wish = (text(name, "name")?.to_owned(), on != 0);
        settings::set_features(&handle::get(host)?.host, text(link, "link")?, &[wish])
    })
}
