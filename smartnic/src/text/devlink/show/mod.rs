//! What devlink prints of an object, as text or as JSON: both are made by the same calls.
//!
//! [`Show`] keeps what devlink keeps while it prints: the indent, whether a line was just begun, and which handle the
//! open list belongs to. Each object has a file that prints it.

mod buffer;
mod device;
mod eswitch;
mod flash;
mod fmsg;
mod health;
mod info;
mod linecard;
mod notice;
mod param;
mod pipeline;
mod port;
mod rate;
mod region;
mod reload;
mod resource;
mod selftest;
mod trap;

use std::fmt::{self, Write};

use smartnic_core::types::{DevlinkHandle, PortHandle};

use crate::text::json::{Json, Scalar};

pub use buffer::{PortOccupancy, buffer, buffer_pool, occupancies, occupancy, port_pool, tc_binding};
pub use device::device;
pub use eswitch::eswitch;
pub use flash::FlashLines;
pub use fmsg::fmsg;
pub use health::reporter;
pub use info::info;
pub use linecard::line_card;
pub use notice::{notice, object_of};
pub use param::{number_of, param, port_param};
pub use pipeline::{pipeline_entry, pipeline_header, pipeline_table};
pub use port::port;
pub use rate::{rate, shown as shown_rate};
pub use region::{RegionDump, region};
pub use reload::reload;
pub use resource::resources;
pub use selftest::{selftest_results, selftests};
pub use trap::{trap, trap_group, trap_policer};

/// How much is shown, and in which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// JSON instead of text (`devlink -j`).
    pub json: bool,
    /// Counters too (`devlink -s`).
    pub stats: bool,
    /// More than most people want (`devlink -v`).
    pub verbose: bool,
    /// Numbers in base sixteen where devlink has them so (`devlink -x`).
    pub hex: bool,
    /// Rates in units of 1024 (`devlink -i`).
    pub iec: bool,
    /// Handles even where links have names (`devlink -n`).
    pub no_nice_names: bool,
}

/// How many spaces a level is, and how many there can be.
const STEP: usize = 2;
const MOST: usize = 32;

/// Collects what is shown.
pub struct Show<'a> {
    pub(in crate::text) style: Style,
    names: &'a dyn Fn(&PortHandle) -> Option<String>,
    out: Json,
    indent: usize,
    /// A line was begun and has no indent yet.
    fresh: bool,
    /// Ends of lines that were asked for since something was printed.
    ends: u32,
    /// The handle that the open list belongs to.
    last: Option<String>,
}

impl fmt::Debug for Show<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Show")
            .field("style", &self.style)
            .field("out", &self.out.text)
            .finish_non_exhaustive()
    }
}

impl<'a> Show<'a> {
    /// Begins with nothing; `names` knows the links on ports.
    pub fn new(style: Style, names: &'a dyn Fn(&PortHandle) -> Option<String>) -> Self {
        Self { style, names, out: Json::default(), indent: 0, fresh: false, ends: 0, last: None }
    }

    /// Takes out what was collected so far.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.out.text)
    }

    /// Opens the section that everything of one command is in.
    pub fn open_section(&mut self, name: &str) {
        if self.style.json {
            self.out.open(None, '{');
            self.out.open(Some(name), '{');
        }
    }

    /// Closes it, and the list that is open in it.
    pub fn close_section(&mut self) {
        let in_list = self.last.take().is_some();
        if self.style.json {
            if in_list {
                self.out.close(']');
            }
            self.out.close('}');
            self.out.close('}');
        }
    }

    /// Opens a list that messages are printed into one after the other, as `devlink monitor` does.
    pub fn open_stream(&mut self, name: &str) {
        if self.style.json {
            self.out.open(None, '{');
            self.out.open(Some(name), '[');
        }
    }

    /// Closes it.
    pub fn close_stream(&mut self) {
        if self.style.json {
            self.out.close(']');
            self.out.close('}');
        }
    }

    /// Text, behind the indent if a line was just begun.
    pub(in crate::text) fn put(&mut self, text: fmt::Arguments<'_>) {
        if self.style.json {
            return;
        }
        self.settle_indent();
        // Writing to a string cannot fail.
        let _ = self.out.text.write_fmt(text);
        self.ends = 0;
    }

    /// Ends a line, unless it was ended already.
    pub(in crate::text) fn end_line(&mut self) {
        if self.style.json {
            return;
        }
        if self.ends < 1 {
            self.put(format_args!("\n"));
            self.fresh = true;
        }
        self.ends += 1;
    }

    /// As if a line had been ended, so that the next end is not printed.
    pub fn pretend_ended(&mut self) {
        self.ends = 1;
    }

    pub(in crate::text) fn indent_more(&mut self) {
        if self.indent + STEP <= MOST {
            self.indent += STEP;
        }
    }

    pub(in crate::text) fn indent_less(&mut self) {
        self.indent = self.indent.saturating_sub(STEP);
    }

    /// A space, unless a line was just begun.
    pub(in crate::text) fn gap(&mut self) {
        if !self.fresh {
            self.put(format_args!(" "));
        }
    }

    /// A value of the object that is open, with what stands for it in text, behind a gap.
    pub(in crate::text) fn value(&mut self, name: &str, value: impl Scalar, text: fmt::Arguments<'_>) {
        self.settle();
        self.any(name, value, text);
    }

    /// A gap, and the indent: what comes next can be printed as it is.
    pub(in crate::text) fn settle(&mut self) {
        self.gap();
        if !self.style.json {
            self.settle_indent();
        }
        self.ends = 0;
    }

    /// A value of the object that is open, with what stands for it in text.
    pub(in crate::text) fn any(&mut self, name: &str, value: impl Scalar, text: fmt::Arguments<'_>) {
        match self.style.json {
            true => self.out.value(Some(name), value),
            false => {
                let _ = self.out.text.write_fmt(text);
            }
        }
    }

    /// A value of the list that is open, with what stands for it in text.
    pub(in crate::text) fn item(&mut self, value: impl Scalar, text: fmt::Arguments<'_>) {
        match self.style.json {
            true => self.out.value(None, value),
            false => {
                let _ = self.out.text.write_fmt(text);
            }
        }
    }

    /// A value that JSON alone shows.
    pub(in crate::text) fn json(&mut self, name: &str, value: impl Scalar) {
        if self.style.json {
            self.out.value(Some(name), value);
        }
    }

    /// A number that can be without limit.
    pub fn u64(&mut self, name: &str, value: u64) {
        self.gap();
        match (value, self.style.json) {
            (u64::MAX, _) => self.any(name, "unlimited", format_args!("{name} unlimited")),
            (value, true) => self.out.value(Some(name), value),
            (value, false) => self.put(format_args!("{name} {value}")),
        }
    }

    /// Opens an object; in text its name stands on a line of its own.
    pub(in crate::text) fn open_object(&mut self, name: &str) {
        match self.style.json {
            true => self.out.open(Some(name), '{'),
            false => self.open_lines(name),
        }
    }

    /// Closes the object.
    pub(in crate::text) fn close_object(&mut self) {
        self.close_lines('}');
    }

    /// Opens a list.
    pub(in crate::text) fn open_list(&mut self, name: &str) {
        match self.style.json {
            true => self.out.open(Some(name), '['),
            false => self.open_lines(name),
        }
    }

    /// Closes the list.
    pub(in crate::text) fn close_list(&mut self) {
        self.close_lines(']');
    }

    /// Opens an object in a list.
    pub(in crate::text) fn open_entry(&mut self) {
        if self.style.json {
            self.out.open(None, '{');
        }
    }

    /// Closes it; in text its line ends.
    pub(in crate::text) fn close_entry(&mut self) {
        self.close_handle();
    }

    /// Opens what is shown of a handle: `name:` in text, `"name":{` in JSON. Without content there is no colon.
    pub(in crate::text) fn open_handle(&mut self, handle: &dyn fmt::Display, content: bool) {
        match self.style.json {
            true => self.out.open(Some(&handle.to_string()), '{'),
            false => self.put(format_args!("{handle}{}", if content { ":" } else { "" })),
        }
    }

    /// Opens one of several things that are shown of a handle: the handle itself stands only above the first.
    pub(in crate::text) fn open_handle_entry(&mut self, handle: &dyn fmt::Display) {
        let handle = handle.to_string();
        let same = self.last.as_ref() == Some(&handle);
        let ends = self.last.is_some() && !same;
        if self.style.json {
            if ends {
                self.out.close(']');
            }
            if !same {
                self.out.open(Some(&handle), '[');
            }
            self.out.open(None, '{');
        } else {
            if ends {
                self.indent_less();
            }
            if !same {
                self.put(format_args!("{handle}:"));
                self.end_line();
                self.indent_more();
            }
        }
        self.last = Some(handle);
    }

    /// Opens a list of words that are shown of a handle.
    pub(in crate::text) fn open_handle_list(&mut self, handle: &dyn fmt::Display) {
        let handle = handle.to_string();
        match self.style.json {
            true => {
                if self.last.is_some() {
                    self.out.close(']');
                }
                self.out.open(Some(&handle), '[');
            }
            false => {
                if self.last.is_some() {
                    self.indent_less();
                }
                self.put(format_args!("{handle}:"));
                self.end_line();
                self.indent_more();
            }
        }
        self.last = Some(handle);
    }

    /// Closes what is shown of a handle; in text its line ends.
    pub(in crate::text) fn close_handle(&mut self) {
        match self.style.json {
            true => self.out.close('}'),
            false => self.end_line(),
        }
    }

    /// A port as it is called: by the link on it where `nice` and there is one.
    pub fn port_name(&self, port: &PortHandle, nice: bool) -> String {
        let link = (nice && !self.style.no_nice_names).then(|| (self.names)(port)).flatten();
        link.unwrap_or_else(|| port.to_string())
    }

    /// The handle of a device that a thing belongs to, alone.
    pub(in crate::text) fn bare_handle(&mut self, device: &DevlinkHandle) {
        self.open_handle(device, false);
        self.close_handle();
    }

    /// Opens an object that text does not show.
    pub(in crate::text) fn open_in_json(&mut self, name: &str) {
        if self.style.json {
            self.out.open(Some(name), '{');
        }
    }

    /// Closes it.
    pub(in crate::text) fn close_in_json(&mut self) {
        if self.style.json {
            self.out.close('}');
        }
    }

    fn open_lines(&mut self, name: &str) {
        self.indent_more();
        self.end_line();
        self.put(format_args!("{name}:"));
        self.indent_more();
        self.end_line();
    }

    fn close_lines(&mut self, bracket: char) {
        match self.style.json {
            true => self.out.close(bracket),
            false => {
                self.indent_less();
                self.indent_less();
            }
        }
    }

    fn settle_indent(&mut self) {
        if std::mem::take(&mut self.fresh) {
            self.out.text.extend(std::iter::repeat_n(' ', self.indent));
        }
    }
}
