//! `snic_sim_*`: what can happen to a simulated NIC: packets, errors, and what others do with its links.

use std::ffi::c_char;
use std::time::Duration;

use smartnic::device::ReporterId;
use smartnic::text::packet;

use crate::argument::{optional_text, place, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;

/// Sends `count` equal packets, given in words as for `snic_flow_trace`, into a simulated NIC: at a representor as if its VF
/// had sent them, at the uplink as if they came from the wire. Counters move. `*in_hardware`, unless NULL, becomes 1 if the
/// NIC handled them alone.
///
/// Fails with UNSUPPORTED on hosts that are not simulated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_sim_send(
    host: *const snic_host,
    link: *const c_char,
    packet: *const c_char,
    count: u64,
    in_hardware: *mut i32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let host = &handle::get(host)?.host;
        let packet = self::packet(text(packet, "packet")?)?;
        let from = host.names()?.index(text(link, "link")?)?;
        let delivery = host.datapath()?.send(from, &packet, count)?;
        if !in_hardware.is_null() {
            *place(in_hardware, "in_hardware")? = delivery.in_hardware.into();
        }
        Ok(())
    })
}

/// Lets what a health reporter of a simulated NIC watches have an error, so many milliseconds after whatever happened before.
/// `*recovered`, unless NULL, becomes 1 if the driver recovered from it by itself.
///
/// Fails with UNSUPPORTED on hosts that are not simulated, NOT_FOUND if there is no such reporter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_sim_break(
    host: *const snic_host,
    place: *const c_char,
    reporter: *const c_char,
    words: *const c_char,
    after_ms: u64,
    recovered: *mut i32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let at: smartnic::types::DevlinkPlace = text(place, "place")?.parse()?;
        let id = ReporterId::new(at, text(reporter, "reporter")?);
        let datapath = handle::get(host)?.host.datapath()?;
        let done = datapath.report_error(&id, text(words, "words")?, Duration::from_millis(after_ms))?;
        if !recovered.is_null() {
            *crate::argument::place(recovered, "recovered")? = done.into();
        }
        Ok(())
    })
}

/// Makes a network namespace on a simulated host, as `ip netns add` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_sim_netns_add(
    host: *const snic_host,
    name: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || handle::get(host)?.host.datapath()?.add_netns(text(name, "name")?))
}

/// Ends a network namespace of a simulated host, as `ip netns del` does: what was moved there comes back.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_sim_netns_remove(
    host: *const snic_host,
    name: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || handle::get(host)?.host.datapath()?.remove_netns(text(name, "name")?))
}

/// Moves a link of a simulated host from one network namespace to another; NULL is the one that the host was opened in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_sim_move_link(
    host: *const snic_host,
    link: *const c_char,
    from: *const c_char,
    to: *const c_char,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let (from, to) = (optional_text(from, "from")?, optional_text(to, "to")?);
        handle::get(host)?.host.datapath()?.move_link(text(link, "link")?, from, to)
    })
}
