//! `snic_roce_*`, `snic_fabric_*`: RoCE on links from end to end, and what links are ready for.

use std::ffi::c_char;
use std::ptr::null;

use smartnic::dcb::DcbSelector;
use smartnic::roce::{self, Finding, Profile, RoceState};
use smartnic::{Error, Host, Result, fabric};

use crate::argument::{optional_text, place_for, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::inventory::{json_text, snic_text};
use crate::list::{List, iterator, listed, tri};
use crate::plan::{Planned, snic_plan};

/// What a link tells of RoCE.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_roce {
    /// The size of this structure in the library.
    pub size: usize,
    /// The link.
    pub link: *const c_char,
    /// Its number.
    pub ifindex: u32,
    /// Its largest payload, in bytes.
    pub mtu: u32,
    /// The NIC.
    pub device: *const c_char,
    /// The kernel driver.
    pub driver: *const c_char,
    /// 1 if the link is set up.
    pub up: i32,
    /// 1 if the link obeys pause frames of the whole link, 0 if not, -1 if that is not told.
    pub pause_rx: i32,
    /// 1 if it sends them, 0 if not, -1 if that is not told.
    pub pause_tx: i32,
    /// The priorities that are paused instead of dropped, as bits; -1 if that is not told.
    pub pfc_enabled: i32,
    /// 1 if the priority of packets follows from their DSCP, 0 if not, -1 if that is not told.
    pub trusts_dscp: i32,
    /// The RDMA device on the link; NULL if there is none.
    pub rdma: *const c_char,
    /// Its port; 0 if there is none.
    pub rdma_port: u32,
    /// The type of service that connections get by default; -1 if that is not told.
    pub tos: i32,
    /// How their packets travel by default: "RoCE v1" or "RoCE v2"; NULL if that is not told.
    pub gid_kind: *const c_char,
    /// How many addresses of RoCE v2 there are that can be routed.
    pub routable_gids: u32,
}

fn states(host: &Host, link: Option<&str>) -> Result<Vec<RoceState>> {
    match link {
        Some(link) => Ok(vec![RoceState::read(host, link)?]),
        None => RoceState::all(host),
    }
}

/// Lists what links tell of RoCE; with `link` (else NULL) only this one. `*iter` is the caller's; freed with
/// `snic_roce_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_roce_list(
    host: *const snic_host,
    link: *const c_char,
    iter: *mut *mut snic_roce_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let all = states(host, optional_text(link, "link")?)?;
        Ok(List::of(&all, |state, texts| {
            let side = state.rdma.as_ref();
            let defaults = side.and_then(|side| side.defaults);
            let dcb = state.dcb.as_ref();
            let trust = dcb.and_then(|dcb| dcb.trust.as_ref());
            snic_roce {
                size: size_of::<snic_roce>(),
                link: texts.keep(&state.link),
                ifindex: state.ifindex.0,
                mtu: state.mtu,
                device: texts.keep(&state.device),
                driver: texts.keep(&state.driver),
                up: state.up.into(),
                pause_rx: tri(state.pause.as_ref().map(|pause| pause.rx)),
                pause_tx: tri(state.pause.as_ref().map(|pause| pause.tx)),
                pfc_enabled: dcb.and_then(|dcb| dcb.pfc.as_ref()).map_or(-1, |pfc| pfc.enabled.into()),
                trusts_dscp: tri(trust.map(|trust| trust.contains(&DcbSelector::Dscp))),
                rdma: side.map_or(null(), |side| texts.keep(&side.device)),
                rdma_port: side.map_or(0, |side| side.port),
                tos: defaults.map_or(-1, |defaults| defaults.tos.into()),
                gid_kind: texts.keep_any(defaults.map(|defaults| defaults.mode)),
                routable_gids: side.map_or(0, |side| side.gids.v2_routable as u32),
            }
        }))
    })
}

iterator!(snic_roce_iter of snic_roce, snic_roce_next, snic_roce_iter_free:
    "What links tell of RoCE, one link after the other.");

/// All that a link tells of RoCE, as a JSON document to be kept and compared with that of the other end: see
/// `snic_roce_compare`. `*text` is the caller's; freed with `snic_text_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_roce_json(
    host: *const snic_host,
    link: *const c_char,
    text: *mut *mut snic_text,
    error: *mut *mut snic_error,
) -> snic_status {
    json_text(host, text, error, |host| RoceState::read(host, crate::argument::text(link, "link")?))
}

/// Something of RoCE that does not fit together.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_finding {
    /// The size of this structure in the library.
    pub size: usize,
    /// The link; "" where two ends are compared.
    pub link: *const c_char,
    /// What it is about.
    pub topic: *const c_char,
    /// What does not fit.
    pub what: *const c_char,
    /// What mends it.
    pub fix: *const c_char,
}

fn records(all: &[(String, Finding)]) -> List<snic_finding> {
    List::of(all, |(link, Finding { topic, what, fix }), texts| snic_finding {
        size: size_of::<snic_finding>(),
        link: texts.keep(link),
        topic: texts.keep(topic),
        what: texts.keep(what),
        fix: texts.keep(fix),
    })
}

/// A profile of the caller's: a YAML document, `roce: {…}`.
fn profile_of(profile: *const c_char) -> Result<Profile> {
    Profile::read(text(profile, "profile")?)
}

/// Lists everything of a link (NULL for all) that does not fit together. With `profile` (a YAML document, `roce: {…}`; else
/// NULL) also what is otherwise than it says. `*iter` is the caller's; freed with `snic_finding_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_roce_check(
    host: *const snic_host,
    link: *const c_char,
    profile: *const c_char,
    iter: *mut *mut snic_finding_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let profile = if profile.is_null() { None } else { Some(profile_of(profile)?) };
        let all = states(host, optional_text(link, "link")?)?;
        let found = all.iter().flat_map(|state| {
            roce::check(state, profile.as_ref()).into_iter().map(|finding| (state.link.clone(), finding))
        });
        Ok(records(&found.collect::<Vec<_>>()))
    })
}

/// Holds two ends against each other, as `snic_roce_json` told them, and lists what does not fit. `*iter` is the caller's;
/// freed with `snic_finding_iter_free`.
///
/// Fails with PARSE for what is no such document.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_roce_compare(
    one: *const c_char,
    other: *const c_char,
    iter: *mut *mut snic_finding_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let read = |document: *const c_char, name: &str| -> Result<RoceState> {
            serde_json::from_str(text(document, name)?)
                .map_err(|error| Error::parse("read a saved link", error.to_string()).on(name))
        };
        let found = roce::compare(&read(one, "one")?, &read(other, "other")?).into_iter();
        *out = handle::give(records(&found.map(|finding| (String::new(), finding)).collect::<Vec<_>>()));
        Ok(())
    })
}

iterator!(snic_finding_iter of snic_finding, snic_finding_next, snic_finding_iter_free:
    "What does not fit together, one thing after the other.");

/// Plans that a link is as a profile (a YAML document, `roce: {…}`) says: all of it, read back, or nothing. Changes nothing.
/// `*plan` is the caller's; see `snic_plan_run` and `snic_plan_free`.
///
/// Fails with PARSE for what is no profile, UNSUPPORTED for what the link does not have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_roce_plan(
    host: *const snic_host,
    link: *const c_char,
    profile: *const c_char,
    plan: *mut *mut snic_plan,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(plan, "plan")?;
        let made = roce::plan(&handle::get(host)?.host, text(link, "link")?, &profile_of(profile)?)?;
        *out = handle::give(Planned::new(made));
        Ok(())
    })
}

/// What a link is ready for.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_fabric {
    /// The size of this structure in the library.
    pub size: usize,
    /// The link; NULL for an RDMA device without one.
    pub link: *const c_char,
    /// The RDMA device; NULL if there is none.
    pub rdma: *const c_char,
    /// The kernel driver; "" if it is not known.
    pub driver: *const c_char,
    /// The hardware.
    pub hardware: *const c_char,
    /// What the RDMA device carries; NULL if there is none.
    pub protocol: *const c_char,
    /// The speed, in words.
    pub speed: *const c_char,
    /// Error correction, in words.
    pub fec: *const c_char,
    /// RoCE v2, in words.
    pub roce_v2: *const c_char,
    /// How packets are marked, in words.
    pub marking: *const c_char,
    /// The priorities that are paused, in words.
    pub pfc: *const c_char,
    /// Who decides of data centre bridging, in words.
    pub dcbx: *const c_char,
    /// Who speaks LLDP for the link, in words.
    pub lldp: *const c_char,
    /// How many things do not fit together: see `snic_roce_check`.
    pub findings: u32,
    /// Link-level retry of Ultra Ethernet, in words.
    pub llr: *const c_char,
    /// Credit-based flow control of Ultra Ethernet, in words.
    pub cbfc: *const c_char,
    /// The transport of Ultra Ethernet, in words.
    pub uet: *const c_char,
    /// libfabric, in words.
    pub libfabric: *const c_char,
}

/// Lists what links are ready for: RoCE v2, InfiniBand, Ultra Ethernet. `*iter` is the caller's; freed with
/// `snic_fabric_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_fabric_list(
    host: *const snic_host,
    iter: *mut *mut snic_fabric_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        Ok(List::of(&fabric::report(host)?, |it, texts| snic_fabric {
            size: size_of::<snic_fabric>(),
            link: texts.keep_any(it.link.as_ref()),
            rdma: texts.keep_any(it.rdma.as_ref()),
            driver: texts.keep(&it.driver),
            hardware: texts.keep(&it.hardware),
            protocol: texts.keep_any(it.protocol.as_ref()),
            speed: texts.keep(&it.speed),
            fec: texts.keep(&it.fec),
            roce_v2: texts.keep(&it.roce_v2),
            marking: texts.keep(&it.marking),
            pfc: texts.keep(&it.pfc),
            dcbx: texts.keep(&it.dcbx),
            findings: it.findings.len() as u32,
            llr: texts.keep(it.llr),
            cbfc: texts.keep(it.cbfc),
            uet: texts.keep(it.uet),
            lldp: texts.keep(&it.lldp),
            libfabric: texts.keep(&it.libfabric),
        }))
    })
}

iterator!(snic_fabric_iter of snic_fabric, snic_fabric_next, snic_fabric_iter_free:
    "What links are ready for, one link after the other.");
