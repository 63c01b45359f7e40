//! `snic_setting_*`: what links tell and let change, topic by topic: rings, channels, coalescing, pausing and all else of
//! ethtool.

use std::ffi::c_char;
use std::ptr::null;

use smartnic::ethtool::Value;
use smartnic::settings::{self, Setting, Topic};
use smartnic::types::IfIndex;
use smartnic::{Host, Result};

use crate::argument::{optional_text, slice, text};
use crate::entry::done;
use crate::error::{snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::list::{List, Texts, iterator, listed};

/// The type of a setting's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum snic_setting_kind {
    /// A number: `number`.
    Number = 0,
    /// On or off: `number` is 1 or 0.
    Switch = 1,
    /// A number with a name: `number`, and `value` is the name.
    Word = 2,
    /// Numbers of the same kind, such as one for each lane, with spaces between them.
    Numbers = 3,
    /// Names that are on, with spaces between them; `choices` has those that could be.
    Bits = 4,
    /// Text.
    Text = 5,
    /// Bytes, in hexadecimal with colons between them.
    Bytes = 6,
    /// Several numbers each, such as the steps of a profile, in words.
    Rows = 7,
}

/// A setting of a link, or something that a link tells.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_setting {
    /// The size of this structure in the library.
    pub size: usize,
    /// The link.
    pub link: *const c_char,
    /// What it belongs to: "ring", "channel", "coalesce", "pause", "fec", "link", "eee", "wol", "private", "driver",
    /// "messages", "timestamp", "plca", "mm", "pse", "tunable", "module"; "rss", "phy", "signal" from functions of their own.
    pub topic: *const c_char,
    /// Its name, such as "rx-max": that of `ethtool --json`.
    pub name: *const c_char,
    /// The value in words, as `snic_setting_set` takes it; switches are "on" or "off".
    pub value: *const c_char,
    /// A number of `snic_setting_kind`.
    pub kind: i32,
    /// The value as a number, where `kind` says that it is one; else 0.
    pub number: u64,
    /// Names that could be on, with spaces between them; NULL where that is not told.
    pub choices: *const c_char,
    /// Of "rss" the context, of "phy" the number of the PHY, of a queue its number; -1 for what the link itself has.
    pub part: i64,
}

/// A name and its value, to change something by. It never grows.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_pair {
    /// The name.
    pub name: *const c_char,
    /// The value in words.
    pub value: *const c_char,
}

/// What the caller gave in pairs.
pub(crate) fn pairs<'a>(given: *const snic_pair, count: usize) -> Result<Vec<(&'a str, &'a str)>> {
    let pairs = slice(given, count, "pairs")?.iter();
    pairs.map(|pair| Ok((text(pair.name, "name")?, text(pair.value, "value")?))).collect()
}

/// A setting of a link as C reads it.
pub(crate) fn record(link: &str, part: i64, setting: &Setting, texts: &mut Texts) -> snic_setting {
    let (kind, number) = match &setting.value {
        Value::Number(number) => (snic_setting_kind::Number, *number),
        Value::Switch(on) => (snic_setting_kind::Switch, u64::from(*on)),
        Value::Word(_, number) => (snic_setting_kind::Word, *number),
        Value::Numbers(_) => (snic_setting_kind::Numbers, 0),
        Value::Rows(_) => (snic_setting_kind::Rows, 0),
        Value::Bits(_) => (snic_setting_kind::Bits, 0),
        Value::Text(_) => (snic_setting_kind::Text, 0),
        Value::Bytes(_) => (snic_setting_kind::Bytes, 0),
    };
    let choices = match &setting.value {
        Value::Bits(bits) => bits.of.as_ref().map_or(null(), |of| texts.keep(of.join(" "))),
        _ => null(),
    };
    snic_setting {
        size: size_of::<snic_setting>(),
        link: texts.keep(link),
        topic: texts.keep(setting.topic),
        name: texts.keep(setting.name),
        value: texts.keep(&setting.value),
        kind: kind as i32,
        number,
        choices,
        part,
    }
}

/// Lists what links tell: of a topic (see `snic_setting.topic`; NULL for all topics that the driver has), of a link (NULL
/// for all links that tell it). `*iter` is the caller's; freed with `snic_setting_iter_free`.
///
/// Fails with NOT_FOUND if there is no such link, UNSUPPORTED if its driver has nothing of the topic, INVALID_INPUT if there
/// is no such topic.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_setting_list(
    host: *const snic_host,
    link: *const c_char,
    topic: *const c_char,
    iter: *mut *mut snic_setting_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let topic = optional_text(topic, "topic")?.map(Topic::named).transpose()?;
        let all = settings::of_links(host, optional_text(link, "link")?, topic)?;
        Ok(List::of(&all, |(link, setting), texts| record(link, -1, setting, texts)))
    })
}

iterator!(snic_setting_iter of snic_setting, snic_setting_next, snic_setting_iter_free:
    "Settings of links, one after the other.");

/// Changes settings of a topic of a link, given as `count` pairs of names and values, and reads back what came of it. All
/// values are read before anything is changed.
///
/// Sets of names are replaced by "NAME,NAME" and changed by "+NAME,-NAME". Fails with INVALID_INPUT for what cannot be set
/// or a value that it cannot have, MISMATCH if the kernel took it and something else came of it, and what the driver says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_setting_set(
    host: *const snic_host,
    link: *const c_char,
    topic: *const c_char,
    pairs: *const snic_pair,
    count: usize,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let topic = Topic::named(text(topic, "topic")?)?;
        topic.set(&handle::get(host)?.host, text(link, "link")?, &self::pairs(pairs, count)?)
    })
}

/// Lists how interrupts of one queue of a link are held back; topic "coalesce". `*iter` is the caller's; freed with
/// `snic_setting_iter_free`.
///
/// Fails with UNSUPPORTED if the driver has that for no single queue.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_queue_setting_list(
    host: *const snic_host,
    link: *const c_char,
    queue: u16,
    iter: *mut *mut snic_setting_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let link = text(link, "link")?;
        let all = Setting::of("coalesce", &settings::queue_coalesce(host, link, queue)?);
        Ok(List::of(&all, |setting, texts| record(link, queue.into(), setting, texts)))
    })
}

/// Changes how interrupts of one queue are held back, as `snic_setting_set` does for all of them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_queue_setting_set(
    host: *const snic_host,
    link: *const c_char,
    queue: u16,
    pairs: *const snic_pair,
    count: usize,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let (link, pairs) = (text(link, "link")?, self::pairs(pairs, count)?);
        settings::set_queue_coalesce(&handle::get(host)?.host, link, queue, &pairs)
    })
}

/// Lists the PHYs of a link, each with all that is told of it; topic "phy". `*iter` is the caller's; freed with
/// `snic_setting_iter_free`.
///
/// Fails with UNSUPPORTED before kernel 6.12.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_phy_list(
    host: *const snic_host,
    link: *const c_char,
    iter: *mut *mut snic_setting_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let link = text(link, "link")?;
        let all = host.ethtool()?.phys(number(host, link)?).map_err(|error| error.on(link))?;
        let each = all.iter().flat_map(|phy| {
            let index = phy.index.map_or(-1, i64::from);
            Setting::of("phy", phy).into_iter().map(move |setting| (index, setting))
        });
        Ok(List::of(each, |(index, setting), texts| record(link, index, &setting, texts)))
    })
}

/// Lists how far off the signal is that a link's PHY receives; topic "signal". `*iter` is the caller's; freed with
/// `snic_setting_iter_free`.
///
/// Fails with UNSUPPORTED before kernel 6.19, and if the PHY does not tell.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_signal_list(
    host: *const snic_host,
    link: *const c_char,
    iter: *mut *mut snic_setting_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let link = text(link, "link")?;
        let told = host.ethtool()?.signal_error(number(host, link)?).map_err(|error| error.on(link))?;
        let all = Setting::of("signal", &told);
        Ok(List::of(&all, |setting, texts| record(link, -1, setting, texts)))
    })
}

/// The number of the link of this name.
pub(crate) fn number(host: &Host, link: &str) -> Result<IfIndex> {
    host.names()?.index(link)
}
