//! What iproute2 sees of a machine: a second witness that everything was undone.

use std::process::Command;

use crate::{Result, Stop, equal};

/// What is asked, of every device at once.
const QUESTIONS: &[&[&str]] = &[
    &["devlink", "-j", "dev", "show"],
    &["devlink", "-j", "port", "show"],
    &["devlink", "-j", "dev", "param", "show"],
    &["ip", "-j", "-d", "link", "show"],
    &["tc", "-j", "qdisc", "show", "ingress"],
];

/// The answers of iproute2.
#[derive(Debug, PartialEq, Eq)]
pub struct Dumps {
    answers: Vec<(String, Vec<String>)>,
}

impl Dumps {
    /// Asks.
    ///
    /// # Errors
    /// Not applicable if there is no iproute2; a failure if one of its commands fails.
    pub fn read() -> Result<Self> {
        let mut answers = Vec::new();
        for question in QUESTIONS {
            let [program, words @ ..] = question else { continue };
            let output = match Command::new(program).args(words).output() {
                Ok(output) => output,
                Err(error) => return Err(Stop::NotApplicable(format!("{program}: {error}"))),
            };
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr);
                return Err(Stop::Failed(format!("{}: {}", question.join(" "), said.trim())));
            }
            let text = String::from_utf8_lossy(&output.stdout);
            // One property a line, so that a difference can be shown. A link's own qdisc is given by the kernel
            // when the link first goes up, and stays.
            let lines = text.split_inclusive([',', '{', '[']).map(str::trim);
            let lines = lines.filter(|line| !line.starts_with("\"qdisc\"")).map(str::to_owned).collect();
            answers.push((question.join(" "), lines));
        }
        Ok(Self { answers })
    }

    /// Fails if another time's answers differ, and says where.
    ///
    /// # Errors
    /// The first difference.
    pub fn must_equal(&self, after: &Self) -> Result {
        for ((question, before), (_, after)) in self.answers.iter().zip(&after.answers) {
            equal!(before, after, "{question}");
        }
        Ok(())
    }
}
