//! What tc prints of an object, as text or as JSON: both are made by the same calls, one for each value.

use std::fmt::{self, Write};

use smartnic_core::flow::{Netdev, Told};

pub(in crate::text) use crate::text::json::Null;
use crate::text::json::{Json, Scalar};

/// How much is shown, and in which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// JSON instead of text (`tc -j`).
    pub json: bool,
    /// Counters and times (`tc -s`).
    pub stats: bool,
    /// More than most people want (`tc -d`).
    pub details: bool,
    /// Only what names an object (`tc -br`).
    pub brief: bool,
    /// Numbers as the kernel has them too (`tc -r`).
    pub raw: bool,
    /// A backslash where a line would end (`tc -o`).
    pub oneline: bool,
}

/// Collects what is shown.
pub struct Show<'a> {
    pub(in crate::text) style: Style,
    /// Whether actions are shown that stand for themselves and not in a filter.
    pub(in crate::text) shared: bool,
    names: &'a dyn Fn(&Netdev) -> String,
    /// What was collected, text or JSON.
    out: Json,
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
    /// Begins with nothing; `names` gives links their names.
    pub fn new(style: Style, names: &'a dyn Fn(&Netdev) -> String) -> Self {
        Self { style, shared: false, names, out: Json::default() }
    }

    /// Takes out what was collected so far.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.out.text)
    }

    /// The name of a link.
    pub(in crate::text) fn link(&self, dev: &Netdev) -> String {
        (self.names)(dev)
    }

    /// A value, with what stands for it in text.
    pub(in crate::text) fn any(&mut self, name: &str, value: impl Scalar, text: fmt::Arguments<'_>) {
        self.text(text);
        self.json(name, value);
    }

    /// Text alone.
    pub(in crate::text) fn text(&mut self, text: fmt::Arguments<'_>) {
        let from = self.out.text.len();
        self.literal(text);
        if self.style.oneline && self.out.text[from..].contains('\n') {
            let kept = self.out.text.split_off(from).replace('\n', "\\");
            self.out.text.push_str(&kept);
        }
    }

    /// Text whose lines end as lines even where tc was asked for one line.
    pub(in crate::text) fn literal(&mut self, text: fmt::Arguments<'_>) {
        if !self.style.json {
            let _ = self.out.text.write_fmt(text);
        }
    }

    /// What happened to the object.
    pub(in crate::text) fn told(&mut self, told: Told) {
        match told {
            Told::There => {}
            Told::Added => self.any("added", true, format_args!("added ")),
            Told::Replaced => self.any("replaced", true, format_args!("replaced ")),
            Told::Deleted => self.any("deleted", true, format_args!("deleted ")),
        }
    }

    /// The end of a line of text.
    pub(in crate::text) fn line(&mut self) {
        self.text(format_args!("\n"));
    }

    /// A value of the object that is open, in JSON alone.
    pub(in crate::text) fn json(&mut self, name: &str, value: impl Scalar) {
        if self.style.json {
            self.out.value(Some(name), value);
        }
    }

    /// A value of the list that is open, with what stands for it in text.
    pub(in crate::text) fn item(&mut self, value: impl Scalar, text: fmt::Arguments<'_>) {
        self.text(text);
        if self.style.json {
            self.out.value(None, value);
        }
    }

    /// Opens an object; without a name as an entry of a list.
    pub(in crate::text) fn open(&mut self, name: Option<&str>) {
        self.enter(name, '{');
    }

    /// Closes the object.
    pub(in crate::text) fn close(&mut self) {
        self.leave('}');
    }

    /// Opens a list.
    pub fn open_list(&mut self, name: Option<&str>) {
        self.enter(name, '[');
    }

    /// Closes the list.
    pub fn close_list(&mut self) {
        self.leave(']');
    }

    fn enter(&mut self, name: Option<&str>, bracket: char) {
        if self.style.json {
            self.out.open(name, bracket);
        }
    }

    fn leave(&mut self, bracket: char) {
        if self.style.json {
            self.out.close(bracket);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(json: bool) -> String {
        let names = |dev: &Netdev| dev.to_string();
        let mut show = Show::new(Style { json, ..Style::default() }, &names);
        show.open(None);
        show.any("kind", "a\"b\n", format_args!("kind a "));
        show.open_list(Some("list"));
        show.item(1_u8, format_args!("1"));
        show.open(None);
        show.json("deep", true);
        show.close();
        show.close_list();
        show.text(format_args!(" end"));
        show.line();
        show.json("last", 5_u64);
        show.close();
        show.take()
    }

    #[test]
    fn text_and_json_are_made_by_the_same_calls() {
        assert_eq!(shown(false), "kind a 1 end\n");
        assert_eq!(shown(true), r#"{"kind":"a\"b\n","list":[1,{"deep":true}],"last":5}"#);
    }
}
