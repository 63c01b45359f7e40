use std::fmt::Write;

use smartnic_core::device::{Fmsg, FmsgField};

use super::Show;

/// How many bytes stand in a line.
const ROW: usize = 16;

/// Shows what a health reporter tells, as `devlink health diagnose` and `devlink health dump show` do.
///
/// What JSON has no form for is shown in the nearest that has: an object without a name in an object gives its fields to
/// that one, and a named value in an array stands in an object of its own.
pub fn fmsg(tree: &Fmsg, show: &mut Show<'_>) {
    show.pretend_ended();
    match show.style.json {
        true => json(None, tree, show),
        false => text(None, tree, show),
    }
}

fn json(name: Option<&str>, value: &Fmsg, show: &mut Show<'_>) {
    match value {
        Fmsg::Object(fields) => {
            show.out.open(name, '{');
            in_object(fields, show);
            show.out.close('}');
        }
        Fmsg::Array(fields) => {
            show.out.open(name, '[');
            for FmsgField { name, value } in fields {
                match (name, value) {
                    (Some(name), value) => {
                        show.out.open(None, '{');
                        json(Some(name), value, show);
                        show.out.close('}');
                    }
                    (None, Fmsg::Binary(bytes) | Fmsg::Unknown { bytes, .. }) => numbers(bytes, show),
                    (None, value) => json(None, value, show),
                }
            }
            show.out.close(']');
        }
        Fmsg::Bool(value) => show.out.value(name, *value),
        Fmsg::U8(value) => show.out.value(name, *value),
        Fmsg::U16(value) => show.out.value(name, *value),
        Fmsg::U32(value) => show.out.value(name, *value),
        Fmsg::U64(value) => show.out.value(name, *value),
        Fmsg::Text(value) => show.out.value(name, value),
        Fmsg::Binary(bytes) | Fmsg::Unknown { bytes, .. } => {
            show.out.open(name, '[');
            numbers(bytes, show);
            show.out.close(']');
        }
    }
}

fn in_object(fields: &[FmsgField], show: &mut Show<'_>) {
    for FmsgField { name, value } in fields {
        match (name, value) {
            (None, Fmsg::Object(inner)) => in_object(inner, show),
            (name, value) => json(Some(name.as_deref().unwrap_or_default()), value, show),
        }
    }
}

fn numbers(bytes: &[u8], show: &mut Show<'_>) {
    bytes.iter().for_each(|byte| show.out.value(None, *byte));
}

fn text(name: Option<&str>, value: &Fmsg, show: &mut Show<'_>) {
    let title = |show: &mut Show<'_>| {
        if let Some(name) = name {
            show.gap();
            show.put(format_args!("{name}:"));
        }
    };
    if let Fmsg::Object(fields) | Fmsg::Array(fields) = value {
        show.end_line();
        title(show);
        show.end_line();
        show.indent_more();
        fields.iter().for_each(|field| text(field.name.as_deref(), &field.value, show));
        show.end_line();
        show.indent_less();
        return;
    }
    title(show);
    show.settle();
    let hex = show.style.hex;
    let out = &mut show.out.text;
    // Writing to a string cannot fail.
    let _ = match value {
        Fmsg::Bool(value) => write!(out, "{value}"),
        Fmsg::Text(value) => write!(out, "{value}"),
        Fmsg::Binary(bytes) | Fmsg::Unknown { bytes, .. } => {
            for row in bytes.chunks(ROW) {
                row.iter().for_each(|byte| show.put(format_args!("{byte:02x} ")));
                show.end_line();
            }
            Ok(())
        }
        value => {
            let number = value.number().unwrap_or_default();
            match hex && number != 0 {
                true => write!(out, "{number:#x}"),
                false => write!(out, "{number}"),
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::devlink::show::Style;

    fn shown(tree: &Fmsg, style: Style) -> String {
        let mut show = Show::new(style, &|_| None);
        fmsg(tree, &mut show);
        show.take()
    }

    fn list(values: Vec<Fmsg>) -> Fmsg {
        Fmsg::Array(values.into_iter().map(|value| FmsgField { name: None, value }).collect())
    }

    /// As devlink 7.3.0 prints the first part of netdevsim's diagnosis.
    #[test]
    fn text_is_devlinks() {
        let nest = Fmsg::from(vec![("nested_test_bool", Fmsg::Bool(false)), ("nested_test_u8", Fmsg::U8(0))]);
        let tree = Fmsg::from(vec![
            ("test_bool", Fmsg::Bool(true)),
            ("test_u32", Fmsg::U32(3)),
            ("test_string", Fmsg::Text("somestring".into())),
            ("test_binary", list(vec![Fmsg::Binary((0..16).collect())])),
            ("test_nest", nest),
        ]);
        let want = " test_bool: true test_u32: 3 test_string: somestring\n  test_binary:\n    \
            00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f \n  test_nest:\n    \
            nested_test_bool: false nested_test_u8: 0\n";
        assert_eq!(shown(&tree, Style::default()), want);
        let hex = shown(&tree, Style { hex: true, ..Style::default() });
        assert!(hex.contains("test_u32: 0x3 ") && hex.contains("nested_test_u8: 0\n"));
        assert_eq!(shown(&Fmsg::from(Vec::new()), Style::default()), "");
    }

    #[test]
    fn json_is_that_of_the_tree() {
        let tree = Fmsg::Object(vec![
            FmsgField { name: None, value: Fmsg::from(vec![("src", Fmsg::Text("rx".into()))]) },
            FmsgField {
                name: Some("all".into()),
                value: list(vec![
                    Fmsg::U8(1),
                    Fmsg::Binary(vec![2, 3]),
                    Fmsg::from(vec![("a", Fmsg::U64(4))]),
                ]),
            },
        ]);
        let printed = shown(&tree, Style { json: true, ..Style::default() });
        assert_eq!(printed, r#"{"src":"rx","all":[1,2,3,{"a":4}]}"#);
        assert_eq!(printed, serde_json::to_string(&tree).unwrap());
    }
}
