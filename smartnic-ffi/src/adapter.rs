//! `snic_adapter_*`, `snic_capability_*`: what is known of drivers, whether a host has them or not.

use std::ffi::c_char;

use smartnic::adapter::{DriverKind, Facts, Feature, Support};

use crate::argument::{optional_text, place_for};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::list::{List, iterator};

/// An adapter: what is known of a driver.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_adapter {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its name, such as "mlx5".
    pub name: *const c_char,
    /// What its drivers are for: "ethernet", "rdma"; "any" for the one that speaks for drivers that no other knows.
    pub kind: *const c_char,
    /// The hardware.
    pub hardware: *const c_char,
    /// The kernel drivers that it speaks for, with spaces between them.
    pub drivers: *const c_char,
    /// The drivers of RDMA devices on the same cards, with spaces between them.
    pub rdma_drivers: *const c_char,
    /// The modes of the eswitch that can be set, with spaces between them.
    pub modes: *const c_char,
}

/// Lists what is known of drivers. `*iter` is the caller's; freed with `snic_adapter_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_adapter_list(
    iter: *mut *mut snic_adapter_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let registry = smartnic::adapters();
        *out = handle::give(List::of(registry.iter(), |adapter, texts| {
            let facts = adapter.facts();
            let modes = facts.modes.settable.iter().map(ToString::to_string).collect::<Vec<_>>();
            snic_adapter {
                size: size_of::<snic_adapter>(),
                name: texts.keep(facts.name),
                kind: texts.keep(kind(facts)),
                hardware: texts.keep(facts.hardware),
                drivers: texts.keep(facts.identity.drivers.join(" ")),
                rdma_drivers: texts.keep(facts.rdma_drivers.join(" ")),
                modes: texts.keep(modes.join(" ")),
            }
        }));
        Ok(())
    })
}

iterator!(snic_adapter_iter of snic_adapter, snic_adapter_next, snic_adapter_iter_free: "Adapters, one after the other.");

fn kind(facts: &Facts) -> &'static str {
    match facts.kind {
        DriverKind::Ethernet => "ethernet",
        DriverKind::Rdma => "rdma",
        DriverKind::Any => "any",
    }
}

/// What a driver has of a feature.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_capability {
    /// The size of this structure in the library.
    pub size: usize,
    /// The adapter.
    pub adapter: *const c_char,
    /// The feature, such as "flower".
    pub feature: *const c_char,
    /// Whether it is there: 2 yes, 1 within limits, 0 no, -1 if that is not known.
    pub support: i32,
    /// The limits, or why it is not there; "" if nothing is to be said.
    pub why: *const c_char,
    /// Where that can be read; NULL if nothing is said of the feature.
    pub source: *const c_char,
}

/// Lists which features drivers have: of one adapter or driver, or with `name` NULL of all. `*iter` is the caller's; freed
/// with `snic_capability_iter_free`.
///
/// Fails with NOT_FOUND if no adapter has this name or speaks for a driver of this name.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_capability_list(
    name: *const c_char,
    iter: *mut *mut snic_capability_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(iter, "iter")?;
        let chosen: Vec<&'static Facts> = match optional_text(name, "name")? {
            Some(name) => vec![smartnic::adapter_facts(name)?],
            None => smartnic::adapters().iter().map(|adapter| adapter.facts()).collect(),
        };
        let each = chosen.into_iter().flat_map(|facts| {
            let features = Feature::ALL.iter().copied().filter(|feature| facts.concerns(*feature));
            features.map(move |feature| (facts, feature))
        });
        *out = handle::give(List::of(each, |(facts, feature), texts| {
            let support = facts.support(feature);
            let fact = facts.features.iter().find(|fact| fact.feature == feature);
            snic_capability {
                size: size_of::<snic_capability>(),
                adapter: texts.keep(facts.name),
                feature: texts.keep(feature.name()),
                support: match support {
                    Support::Supported => 2,
                    Support::Limited(_) => 1,
                    Support::Absent(_) => 0,
                    Support::Unknown => -1,
                },
                why: texts.keep(support.why()),
                source: texts.keep_any(fact.map(|fact| fact.source.to_string())),
            }
        }));
        Ok(())
    })
}

iterator!(snic_capability_iter of snic_capability, snic_capability_next, snic_capability_iter_free:
    "What drivers have, one feature after the other.");
