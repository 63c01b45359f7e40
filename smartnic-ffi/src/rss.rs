//! `snic_rss_*`, `snic_ntuple_*`: how received packets are spread over queues, and rules that choose a queue.

use std::ffi::c_char;

use smartnic::ethtool::{Ntuple, NtupleAction, Rss};
use smartnic::settings::{self, Setting};
use smartnic::{Error, Result};

use crate::argument::{options, place, prefixed, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{self, List, iterator, listed};
use crate::setting::{self, pairs, snic_pair, snic_setting_iter};

/// Lists how a link spreads received packets, then how each of its contexts does; topic "rss", with the context as
/// `snic_setting.part` (-1 for the link's own). `*iter` is the caller's; freed with `snic_setting_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rss_list(
    host: *const snic_host,
    link: *const c_char,
    iter: *mut *mut snic_setting_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let link = text(link, "link")?;
        let all = host.ethtool()?.all_rss(setting::number(host, link)?).map_err(|error| error.on(link))?;
        let each = all.iter().flat_map(|rss| {
            let context = rss.context.map_or(-1, i64::from);
            let fields = Setting::of("rss", rss).into_iter().filter(|field| field.name != "context");
            fields.map(move |setting| (context, setting))
        });
        Ok(List::of(each, |(context, setting), texts| setting::record(link, context, &setting, texts)))
    })
}

/// Changes how a link (`context` -1) or one of its contexts spreads packets, with `count` pairs of names and values: "0,1,2,3"
/// or "default" for "rss-indirection-table", "ip-src,ip-dst" or "+l4-b-0-1" for "flow-hash.udp4". What came of it is read
/// back.
///
/// Fails with INVALID_INPUT for what there is not, MISMATCH if the driver did something else, UNSUPPORTED before kernel 6.17.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rss_set(
    host: *const snic_host,
    link: *const c_char,
    context: i64,
    pairs: *const snic_pair,
    count: usize,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let wish = settings::spread_wish(&self::pairs(pairs, count)?)?;
        let asked = Rss { context: optional(context, "context")?, ..wish };
        settings::set_spread(&handle::get(host)?.host, text(link, "link")?, &asked)
    })
}

/// Makes a context, for n-tuple rules to direct packets to; what is otherwise than of the link's own is given in pairs.
/// `*context` becomes its number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rss_create(
    host: *const snic_host,
    link: *const c_char,
    pairs: *const snic_pair,
    count: usize,
    context: *mut u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place(context, "context")?;
        let link = text(link, "link")?;
        let wish = settings::spread_wish(&self::pairs(pairs, count)?)?;
        let host = &handle::get(host)?.host;
        let made = host.ethtool()?.create_rss(setting::number(host, link)?, &wish);
        let number = made.map_err(|error| error.on(link))?.context;
        *out = number.ok_or_else(|| {
            Error::invalid("make a context", "the kernel does not tell its number").on(link)
        })?;
        Ok(())
    })
}

/// Deletes a context.
///
/// Fails with NOT_FOUND if there is none of this number, BUSY while rules direct packets to it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rss_delete(
    host: *const snic_host,
    link: *const c_char,
    context: u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let link = text(link, "link")?;
        let host = &handle::get(host)?.host;
        host.ethtool()?.delete_rss(setting::number(host, link)?, context).map_err(|error| error.on(link))
    })
}

/// A number, or -1 for none.
fn optional<T: TryFrom<i64>>(given: i64, name: &str) -> Result<Option<T>> {
    match given {
        -1 => Ok(None),
        given => T::try_from(given).map(Some).map_err(|_| {
            crate::entry::misuse(name, format!("{given} is neither a number of one, nor -1 for none"))
        }),
    }
}

/// A rule by which a NIC chooses the queue of received packets.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_ntuple {
    /// The size of this structure in the library.
    pub size: usize,
    /// Its place in the table, which is its priority; -1 if that is not told.
    pub location: i64,
    /// The kind of packets: "tcp4", "udp4", "ip6", "ether" and so on.
    pub kind: *const c_char,
    /// What it looks at: names and values with spaces between them, such as "src-ip 10.0.0.0/8 dst-port 80"; "" for all
    /// packets of the kind.
    pub match_words: *const c_char,
    /// What becomes of them, in words: "drop", "wake", "queue 3".
    pub action: *const c_char,
    /// The queue that they go to; -1 if they go to none.
    pub queue: i64,
    /// The VF whose queue it is; -1 if it is the link's own.
    pub vf: i64,
    /// The context that spreads them; -1 for none.
    pub context: i64,
}

/// Lists the n-tuple rules of a link. `*iter` is the caller's; freed with `snic_ntuple_iter_free`. `*places`, unless NULL,
/// becomes the number of places that the table has; -1 if the driver does not tell.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_ntuple_list(
    host: *const snic_host,
    link: *const c_char,
    iter: *mut *mut snic_ntuple_iter,
    places: *mut i64,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let link = text(link, "link")?;
        let told = host.ethtool()?.ntuples(setting::number(host, link)?).map_err(|error| error.on(link))?;
        if !places.is_null() {
            *place(places, "places")? = list::number(told.size);
        }
        Ok(List::of(&told.rules, |rule, texts| {
            let looks =
                settings::ntuple_text(rule).into_iter().map(|(field, text)| format!("{field} {text}"));
            let (queue, vf) = match rule.action {
                NtupleAction::Queue { queue, vf } => (i64::from(queue), vf.map_or(-1, i64::from)),
                NtupleAction::Drop | NtupleAction::Wake => (-1, -1),
            };
            snic_ntuple {
                size: size_of::<snic_ntuple>(),
                location: list::number(rule.location),
                kind: texts.keep(rule.kind),
                match_words: texts.keep(looks.collect::<Vec<_>>().join(" ")),
                action: texts.keep(rule.action),
                queue,
                vf,
                context: list::number(rule.context),
            }
        }))
    })
}

iterator!(snic_ntuple_iter of snic_ntuple, snic_ntuple_next, snic_ntuple_iter_free:
    "N-tuple rules, one after the other.");

/// What becomes of packets that an n-tuple rule looks at, and where the rule stands.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub struct snic_ntuple_options {
    /// `sizeof(snic_ntuple_options)`.
    pub size: usize,
    /// 0: they go to `queue`. 1: they are dropped. 2: they wake the machine.
    pub action: i32,
    /// The queue.
    pub queue: u32,
    /// Not 0: it is a queue of the VF `vf`.
    pub of_vf: i32,
    /// The VF.
    pub vf: u8,
    /// Not 0: the rule has the place `location`; otherwise the driver or the lowest free priority decides.
    pub placed: i32,
    /// The place.
    pub location: u32,
    /// Not 0: the context `context` spreads them, and the queue is added to what it says.
    pub spread: i32,
    /// The context.
    pub context: u32,
}
prefixed!(snic_ntuple_options up to context: u32);

/// Adds an n-tuple rule for packets of a kind ("tcp4", "udp6", "ether" and so on), which look at `count` pairs of fields and
/// values ("dst-port", "80"; "src-ip", "10.0.0.0/8"); or replaces the one at its place. `*location`, unless NULL, becomes its
/// place.
///
/// Fails with INVALID_INPUT for a field that rules of the kind do not have, or a value that it cannot have.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_ntuple_add(
    host: *const snic_host,
    link: *const c_char,
    kind: *const c_char,
    pairs: *const snic_pair,
    count: usize,
    options: *const snic_ntuple_options,
    location: *mut u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let link = text(link, "link")?;
        let given = self::options(options)?;
        let action = match given.action {
            0 => NtupleAction::Queue { queue: given.queue, vf: (given.of_vf != 0).then_some(given.vf) },
            1 => NtupleAction::Drop,
            2 => NtupleAction::Wake,
            _ => return Err(Error::invalid("add an n-tuple rule", "action must be 0, 1 or 2").on(link)),
        };
        let rule = settings::ntuple(text(kind, "kind")?.parse()?, action, &self::pairs(pairs, count)?)?;
        let rule = Ntuple {
            location: (given.placed != 0).then_some(given.location),
            context: (given.spread != 0).then_some(given.context),
            ..rule
        };
        let host = &handle::get(host)?.host;
        let added = host.ethtool()?.add_ntuple(setting::number(host, link)?, &rule);
        let added = added.map_err(|error| error.on(link))?;
        if !location.is_null() {
            *place(location, "location")? = added;
        }
        Ok(())
    })
}

/// Removes the n-tuple rule at a place.
///
/// Fails with NOT_FOUND if there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_ntuple_remove(
    host: *const snic_host,
    link: *const c_char,
    location: u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let link = text(link, "link")?;
        let host = &handle::get(host)?.host;
        let removed = host.ethtool()?.remove_ntuple(setting::number(host, link)?, location);
        removed.map_err(|error| error.on(format_args!("{link} at {location}")))
    })
}
