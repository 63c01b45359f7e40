//! `snic_host`: a machine with NICs, real or simulated.

use std::ffi::{CString, c_char};
use std::ptr::null;
use std::time::Duration;

use smartnic::Host;

use crate::argument::{options, place_for, prefixed, put_text, text};
use crate::entry::{done, look};
use crate::error::{c_text, snic_error, snic_status};
use crate::handle::{self, opaque};
use crate::list::{List, iterator};

/// A machine with NICs: this one, a network namespace of it, or a simulated one.
///
/// Several threads may use one at the same time. What was read from it (iterators, reports, watches) keeps what it needs
/// of it and may live longer.
pub struct snic_host {
    _opaque: [u8; 0],
}
opaque!(snic_host, Opened);

/// A host, and what it is called in C.
pub(crate) struct Opened {
    pub(crate) host: Host,
    uri: CString,
}

/// How a host is opened.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub struct snic_host_options {
    /// `sizeof(snic_host_options)`.
    pub size: usize,
    /// How long changes wait for other processes that change the host, in milliseconds; 0 stands for 10,000.
    pub lock_wait_ms: u64,
}
prefixed!(snic_host_options up to lock_wait_ms: u64);

/// Opens a host by its address: "linux:" for this machine (or "linux"), "linux:netns=NAME", "linux:sysfs=DIR",
/// "sim:bluefield3", "sim:e810?seed=7&state=FILE".
///
/// `options` may be NULL. On success `*host` is the caller's, who closes it with `snic_host_close`; on failure it is NULL.
///
/// Fails with PARSE for a wrong address, NOT_FOUND for a namespace and INVALID_INPUT for a product that is not there.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_host_open(
    uri: *const c_char,
    options: *const snic_host_options,
    host: *mut *mut snic_host,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(host, "host")?;
        let uri = match text(uri, "uri")? {
            "linux" => "linux:",
            uri => uri,
        };
        let wait = match self::options(options)?.lock_wait_ms {
            0 => 10_000,
            wait => wait,
        };
        let host = Host::open_waiting(uri, Duration::from_millis(wait))?;
        let uri = c_text(host.uri());
        *out = handle::give(Opened { host, uri });
        Ok(())
    })
}

/// Closes a host; NULL is allowed. The state of a simulated host is not written: see `snic_host_save`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_host_close(host: *mut snic_host) -> snic_status {
    handle::free(host)
}

/// The address that a host was opened by. Lives as long as the host; NULL if `host` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_host_uri(host: *const snic_host) -> *const c_char {
    look(null(), || Ok(handle::get(host)?.uri.as_ptr()))
}

/// Writes the release of the host's kernel into the caller's buffer of `capacity` bytes. `*needed` becomes the number of bytes
/// with the NUL; if they do not fit, nothing is written and NO_SPACE is returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_host_kernel(
    host: *const snic_host,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let release = handle::get(host)?.host.backend().kernel_release()?;
        put_text("read the kernel's release", &release, buffer, capacity, needed)
    })
}

/// Writes down what must outlive this process: the machine of a simulated host with a state file. Elsewhere it does
/// nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_host_save(host: *const snic_host, error: *mut *mut snic_error) -> snic_status {
    done(error, || handle::get(host)?.host.save())
}

/// A NIC that can be simulated.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_profile {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its name in the address: "sim:NAME".
    pub name: *const c_char,
    /// The product.
    pub product: *const c_char,
}

/// Lists the NICs that can be simulated. `*iter` is the caller's; freed with `snic_profile_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_profile_list(
    iter: *mut *mut snic_profile_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        *out = handle::give(List::of(smartnic::profiles(), |(name, product), texts| snic_profile {
            size: size_of::<snic_profile>(),
            name: texts.keep(name),
            product: texts.keep(product),
        }));
        Ok(())
    })
}

iterator!(snic_profile_iter of snic_profile, snic_profile_next, snic_profile_iter_free:
    "The NICs that can be simulated, one after the other.");
