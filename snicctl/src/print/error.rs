use std::io::{self, IsTerminal, Write};

use serde::Serialize;
use smartnic::{Error, ErrorKind};

use super::{ColorWhen, Format, Style};

/// An error as JSON.
#[derive(Serialize)]
struct ErrorObject<'a> {
    kind: String,
    code: u8,
    op: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    object: &'a str,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    kernel: Option<KernelObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
}

/// What the kernel said.
#[derive(Serialize)]
struct KernelObject<'a> {
    errno: i32,
    message: Option<&'a str>,
    attribute: Option<&'a str>,
}

/// Says on standard error what went wrong: an object if the output is JSON, else lines for people.
pub(crate) fn print_error(error: &Error, format: Format, color: ColorWhen) {
    let stderr = io::stderr();
    let text = match format {
        Format::Json => object(error),
        _ => lines(error, color, &stderr),
    };
    // Nobody is left to tell if standard error is gone.
    let _ = writeln!(stderr.lock(), "{text}");
}

/// Says something beside the result on standard error.
pub(crate) fn print_warning(text: &str, color: ColorWhen) {
    let stderr = io::stderr();
    let label = color.paint(&stderr).apply(Style::Yellow, "warning:");
    let _ = writeln!(stderr.lock(), "snicctl: {label} {text}");
}

fn lines(error: &Error, color: ColorWhen, stderr: &impl IsTerminal) -> String {
    let paint = color.paint(stderr);
    let text = error.to_string();
    let mut lines = text.lines();
    let mut printed =
        format!("snicctl: {} {}", paint.apply(Style::Red, "error:"), lines.next().unwrap_or_default());
    for line in lines {
        printed.push_str("\n  ");
        match line.strip_prefix("hint: ") {
            Some(hint) => {
                printed.push_str(&paint.apply(Style::Yellow, "hint:"));
                printed.push(' ');
                printed.push_str(hint);
            }
            None => printed.push_str(line),
        }
    }
    printed
}

fn object(error: &Error) -> String {
    let kernel = kernel_of(error).map(|said| KernelObject {
        errno: said.errno,
        message: said.message.as_deref(),
        attribute: said.attribute.as_deref(),
    });
    let object = ErrorObject {
        kind: name(error.kind()),
        code: error.kind().code(),
        op: error.op(),
        object: error.object(),
        reason: error.why(),
        kernel,
        hint: error.next_step(),
    };
    serde_json::to_string_pretty(&object).unwrap_or_else(|_| error.to_string())
}

/// What the kernel said, also if it stands in an error further down.
fn kernel_of(error: &Error) -> Option<&smartnic::Extack> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(said) = error.extack() {
            return Some(said);
        }
        next = std::error::Error::source(error).and_then(|source| source.downcast_ref::<Error>());
    }
    None
}

/// The kind's name as programs see it, such as `permission_denied`.
fn name(kind: ErrorKind) -> String {
    let mut name = String::new();
    for letter in format!("{kind:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use smartnic::Extack;

    fn example() -> Error {
        let said = Extack {
            errno: 95,
            message: Some("Unsupported key".into()),
            attribute: Some("TCA_OPTIONS/TCA_FLOWER_KEY_IP_TOS".into()),
        };
        Error::kernel("add a flow rule", said).within("apply flow rules", "line 3").hint("see flow explain")
    }

    #[test]
    fn an_error_is_an_object_with_the_kernels_words_wherever_they_stand() {
        let value: serde_json::Value = serde_json::from_str(&object(&example())).unwrap();
        let expected = serde_json::json!({
            "kind": "unsupported", "code": 8, "op": "apply flow rules", "object": "line 3",
            "reason": "the kernel said: Unsupported key (attribute TCA_OPTIONS/TCA_FLOWER_KEY_IP_TOS)",
            "kernel": {"errno": 95, "message": "Unsupported key", "attribute": "TCA_OPTIONS/TCA_FLOWER_KEY_IP_TOS"},
            "hint": "see flow explain",
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn an_error_is_lines_with_the_hint_below() {
        assert_eq!(
            lines(&example(), ColorWhen::Never, &io::stderr()),
            "snicctl: error: cannot apply flow rules (line 3): the kernel said: Unsupported key (attribute \
             TCA_OPTIONS/TCA_FLOWER_KEY_IP_TOS)\n  hint: see flow explain"
        );
    }
}
