//! `snic_rules`: flow rules that are wanted, from text.

use std::ffi::c_char;
use std::path::Path;

use smartnic::Result;
use smartnic::flow::RuleSet;
use smartnic::text::Format;

use crate::argument::{place_for, put_text, text};
use crate::entry::{done, look, misuse};
use crate::error::{snic_error, snic_status};
use crate::handle::{self, opaque};

/// The syntax of a text with rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum snic_format {
    /// What the text looks like, or the file's name says.
    Auto = 0,
    /// Lines as `tc -batch` takes them.
    Tc = 1,
    /// A YAML or JSON document.
    Yaml = 2,
}

/// Rules that are wanted on a host. Made by `snic_rules_parse` and `snic_rules_read`, freed with `snic_rules_free`. Several
/// threads may read one as long as none adds to it.
pub struct snic_rules {
    _opaque: [u8; 0],
}
opaque!(snic_rules, RuleSet);

fn format(number: i32, text: &str) -> Result<Format> {
    match number {
        0 => Ok(Format::by_content(text)),
        1 => Ok(Format::Tc),
        2 => Ok(Format::Yaml),
        _ => Err(misuse("format", "it must be one of snic_format")),
    }
}

/// Reads rules from a text whose syntax is a number of `snic_format`. `*rules` is the caller's.
///
/// Fails with PARSE, and the error's message tells everything that is wrong, line by line.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rules_parse(
    text: *const c_char,
    format: i32,
    rules: *mut *mut snic_rules,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(rules, "rules")?;
        let text = self::text(text, "text")?;
        let read = RuleSet::parse(text, self::format(format, text)?);
        *out = handle::give(read.map_err(|problems| problems.into_error("read rules", ""))?);
        Ok(())
    })
}

/// Reads rules from a file: tc lines, or a document in YAML or JSON. `*rules` is the caller's.
///
/// Fails with NOT_FOUND or IO if the file cannot be read, and as `snic_rules_parse`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rules_read(
    path: *const c_char,
    rules: *mut *mut snic_rules,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let out = place_for(rules, "rules")?;
        *out = handle::give(RuleSet::read(Path::new(text(path, "path")?))?);
        Ok(())
    })
}

/// Reads more rules from a text and puts them behind the others; on failure the rules are as before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rules_add(
    rules: *mut snic_rules,
    text: *const c_char,
    format: i32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let rules = handle::get_mut(rules)?;
        let text = self::text(text, "text")?;
        let read = RuleSet::parse(text, self::format(format, text)?);
        let more = read.map_err(|problems| problems.into_error("read rules", ""))?;
        rules.rules.extend(more.rules);
        rules.hooks.extend(more.hooks);
        Ok(())
    })
}

/// How many rules there are; 0 if `rules` is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rules_count(rules: *const snic_rules) -> usize {
    look(0, || Ok(handle::get(rules)?.rules.len()))
}

/// Writes rules as text (`SNIC_FORMAT_TC` or `SNIC_FORMAT_YAML`) into the caller's buffer of `capacity` bytes. `*needed`
/// becomes the number of bytes with the NUL. If they do not fit, nothing is written and NO_SPACE is returned: ask with
/// NULL and 0 first.
///
/// Fails with UNSUPPORTED for what the syntax has no words for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rules_text(
    rules: *const snic_rules,
    format: i32,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let rules = handle::get(rules)?;
        let text = match format {
            1 => rules.to_tc()?,
            2 => rules.to_yaml()?,
            _ => return Err(misuse("format", "it must be SNIC_FORMAT_TC or SNIC_FORMAT_YAML")),
        };
        put_text("write rules as text", &text, buffer, capacity, needed)
    })
}

/// Frees rules; NULL is allowed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_rules_free(rules: *mut snic_rules) -> snic_status {
    handle::free(rules)
}
