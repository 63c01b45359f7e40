//! Running other programs: on failure the command line and what it said become the message.

use std::process::{Command, Output, Stdio};

use crate::failure::{Attempt, Failure, Result};

/// Runs `command` to its end and returns what it printed on standard output.
///
/// # Errors
/// When the program cannot be started or exits with anything but success.
pub(crate) fn output(command: &mut Command) -> Result<Vec<u8>> {
    let output =
        command.stdin(Stdio::null()).output().attempt(|| format!("start {}", command_line(command)))?;
    if output.status.success() { Ok(output.stdout) } else { Err(failed(command, &output)) }
}

/// Like [`output`], for programs that print text.
pub(crate) fn text(command: &mut Command) -> Result<String> {
    let bytes = output(command)?;
    String::from_utf8(bytes).attempt(|| format!("read the output of {} as UTF-8", command_line(command)))
}

/// Like [`text`], with what the program printed on both of its outputs.
pub(crate) fn all(command: &mut Command) -> Result<String> {
    let output =
        command.stdin(Stdio::null()).output().attempt(|| format!("start {}", command_line(command)))?;
    if !output.status.success() {
        return Err(failed(command, &output));
    }
    Ok(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

/// Like [`output`], when what the program prints is of interest only if it fails.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    output(command).map(drop)
}

/// Builds this program with its generators and hands a task of theirs on to it.
#[cfg(not(feature = "generators"))]
pub(crate) fn with_feature(task: &str, bless: bool) -> Result<()> {
    // Together with all others, so that tests build it once.
    run(Command::new(env!("CARGO")).args(["build", "--quiet", "--bin", "xtask"]).args(crate::EVERYTHING))?;
    let mut generator = Command::new(crate::target().join("debug/xtask"));
    let status = generator.args([task, if bless { "--bless" } else { "--check" }]).status();
    match status.attempt(|| format!("start {}", generator.get_program().display()))? {
        status if status.success() => Ok(()),
        // The program that was run has said what is wrong.
        _ => Err(Failure::new(format!("the task `{task}` failed"))),
    }
}

fn failed(command: &Command, output: &Output) -> Failure {
    let mut said = String::from_utf8_lossy(&output.stderr).into_owned();
    if said.trim().is_empty() {
        said = String::from_utf8_lossy(&output.stdout).into_owned();
    }
    Failure::new(format!("{} failed ({}):\n{}", command_line(command), output.status, tail(&said, 30)))
}

fn command_line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The last `count` lines of `text`.
pub(crate) fn tail(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_quoted_with_its_last_words() {
        let error = run(Command::new("sh").args(["-c", "echo reason >&2; exit 3"])).unwrap_err().to_string();
        assert_eq!(error, "sh -c echo reason >&2; exit 3 failed (exit status: 3):\nreason");
    }

    #[test]
    fn tail_keeps_only_the_last_lines() {
        assert_eq!(tail("a\nb\nc\n", 2), "b\nc");
        assert_eq!(tail("a", 2), "a");
    }
}
