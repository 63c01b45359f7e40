//! Writes compact JSON, value by value.

use std::fmt::Write;

/// A value in JSON.
pub(in crate::text) trait Scalar {
    fn write(&self, out: &mut String);
}

macro_rules! number {
    ($($type:ty)*) => {$(
        impl Scalar for $type {
            fn write(&self, out: &mut String) {
                // Writing to a string cannot fail.
                let _ = write!(out, "{self}");
            }
        }
    )*};
}

number!(bool u8 u16 u32 u64 i32);

impl Scalar for str {
    fn write(&self, out: &mut String) {
        out.push('"');
        // Most words need no care.
        let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
        if self.bytes().all(is_plain) {
            out.push_str(self);
            out.push('"');
            return;
        }
        for c in self.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                '\r' => out.push_str("\\r"),
                c if u32::from(c) < 0x20 => {
                    let _ = write!(out, "\\u{:04x}", u32::from(c));
                }
                c => out.push(c),
            }
        }
        out.push('"');
    }
}

/// The value that says nothing (`null`).
pub(in crate::text) struct Null;

impl Scalar for Null {
    fn write(&self, out: &mut String) {
        out.push_str("null");
    }
}

impl Scalar for String {
    fn write(&self, out: &mut String) {
        self.as_str().write(out);
    }
}

impl<T: Scalar + ?Sized> Scalar for &T {
    fn write(&self, out: &mut String) {
        (**self).write(out);
    }
}

/// JSON as far as it was written.
#[derive(Debug, Default)]
pub(in crate::text) struct Json {
    pub(in crate::text) text: String,
    /// Whether a comma must come before the next value, for the innermost object or list.
    comma: bool,
}

impl Json {
    /// Writes a value of the object that is open, or without a name of the list.
    pub(in crate::text) fn value(&mut self, name: Option<&str>, value: impl Scalar) {
        self.begin(name);
        value.write(&mut self.text);
        self.comma = true;
    }

    /// Opens an object or a list.
    pub(in crate::text) fn open(&mut self, name: Option<&str>, bracket: char) {
        self.begin(name);
        self.text.push(bracket);
        self.comma = false;
    }

    /// Closes what is open.
    pub(in crate::text) fn close(&mut self, bracket: char) {
        self.text.push(bracket);
        self.comma = true;
    }

    fn begin(&mut self, name: Option<&str>) {
        if self.comma {
            self.text.push(',');
        }
        if let Some(name) = name {
            name.write(&mut self.text);
            self.text.push(':');
        }
    }
}
