//! What health reporters tell, as a tree for people.

use std::io::{self, Write};

use smartnic::device::{Fmsg, FmsgField};

use super::{Paint, Style};

/// Bytes of a value that are shown.
const SHOWN: usize = 128;
/// Bytes in a line.
const ROW: usize = 16;

/// Prints a tree: a line for each value, what is inside of something two columns to the right.
pub(crate) fn fmsg(out: &mut dyn Write, tree: &Fmsg, paint: Paint) -> io::Result<()> {
    match tree {
        Fmsg::Object(fields) | Fmsg::Array(fields) => all(out, fields, 0, paint),
        value => writeln!(out, "{value}"),
    }
}

fn all(out: &mut dyn Write, fields: &[FmsgField], indent: usize, paint: Paint) -> io::Result<()> {
    let simple = |field: &&FmsgField| field.name.is_some() && is_simple(&field.value);
    let width = fields.iter().filter(simple).filter_map(|field| field.name.as_ref());
    let width = width.map(|name| name.chars().count()).max().unwrap_or(0);
    for (at, FmsgField { name, value }) in fields.iter().enumerate() {
        let margin = format!("{:indent$}", "");
        match (name, value) {
            (Some(name), value) if is_simple(value) => writeln!(out, "{margin}{name:width$}  {value}")?,
            (None, value) if is_simple(value) => writeln!(out, "{margin}{value}")?,
            (name, value) => {
                match name {
                    Some(name) => writeln!(out, "{margin}{}", paint.apply(Style::Bold, name))?,
                    // One of several: its number tells it from the others.
                    None if fields.len() > 1 => writeln!(out, "{margin}[{at}]")?,
                    None => {}
                }
                let inner = if name.is_some() || fields.len() > 1 { indent + 2 } else { indent };
                match value.bytes() {
                    Some(bytes) => dump(out, &bytes, inner)?,
                    None => all(out, value.fields(), inner, paint)?,
                }
            }
        }
    }
    Ok(())
}

/// Whether a value fits a line beside its name.
fn is_simple(value: &Fmsg) -> bool {
    match value {
        Fmsg::Object(_) | Fmsg::Binary(_) => false,
        Fmsg::Array(fields) => {
            value.bytes().is_none()
                && fields.iter().all(|field| field.name.is_none() && is_simple(&field.value))
                && fields.iter().all(|field| field.value.fields().is_empty())
        }
        _ => true,
    }
}

fn dump(out: &mut dyn Write, bytes: &[u8], indent: usize) -> io::Result<()> {
    for (at, row) in bytes.chunks(ROW).take(SHOWN / ROW).enumerate() {
        let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
        writeln!(out, "{:indent$}{:08x}  {}", "", at * ROW, hex.join(" "))?;
    }
    match bytes.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => writeln!(out, "{:indent$}… {more} bytes more; -o json shows all", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_set_out_in_lines() {
        let list = |values: Vec<Fmsg>| {
            Fmsg::Array(values.into_iter().map(|value| FmsgField { name: None, value }).collect())
        };
        let queue = |number| Fmsg::from(vec![("sqn", Fmsg::U32(number)), ("stopped", Fmsg::Bool(false))]);
        let tree = Fmsg::from(vec![
            ("Syndrome", Fmsg::U8(0)),
            ("vars", list(vec![Fmsg::U32(1), Fmsg::U32(2)])),
            ("SQs", list(vec![queue(7), queue(8)])),
            ("data", list(vec![Fmsg::Binary(vec![0xab; 100]), Fmsg::Binary(vec![1; 30])])),
        ]);
        let mut out = Vec::new();
        fmsg(&mut out, &tree, Paint(false)).unwrap();
        let text = String::from_utf8(out).unwrap();
        let want = "Syndrome  0\nvars      1, 2\nSQs\n  [0]\n    sqn      7\n    stopped  false\n  [1]\n    \
            sqn      8\n    stopped  false\ndata\n  00000000  ab ab";
        assert!(text.starts_with(want), "{text}");
        assert!(text.ends_with("  … 2 bytes more; -o json shows all\n"), "{text}");
    }
}
