//! What the guest is asked to run: program, directory, environment, limits, and where results go.

use std::env;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::failure::{Attempt, Result};

/// Environment variables that go into the guest, by name and by the beginning of the name.
const PASSED_ON: [&str; 4] = ["CI", "TERM", "LANG", "HOME"];
const PASSED_ON_BY_PREFIX: [&str; 4] = ["CARGO", "RUST", "SNIC", "NEXTEST"];

/// The lab's newer tools are in `/usr`, so that comes before the host's own additions.
const FIRST_IN_PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin";

/// A command to run in the guest, as root, with this machine's files around it.
#[derive(Clone, Debug)]
pub(crate) struct LabCommand {
    words: Vec<OsString>,
    dir: PathBuf,
    results: Option<PathBuf>,
    timeout: Duration,
    memory: u32,
    processors: u32,
}

impl LabCommand {
    /// `words` are the program and its arguments. It will run in the current directory, for at most
    /// five minutes, in a machine with 2 GiB and two processors.
    ///
    /// # Errors
    /// When the current directory is gone.
    pub(crate) fn new<W: Into<OsString>>(words: impl IntoIterator<Item = W>) -> Result<Self> {
        Ok(Self {
            words: words.into_iter().map(Into::into).collect(),
            dir: env::current_dir().attempt(|| "find the current directory".into())?,
            results: None,
            timeout: Duration::from_secs(300),
            memory: 2,
            processors: 2,
        })
    }

    /// Ends the machine when the command has not finished after this time, boot included.
    pub(crate) fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Gives the machine so many GiB of memory.
    pub(crate) fn memory(mut self, gib: u32) -> Self {
        self.memory = gib;
        self
    }

    /// Gives the machine so many processors.
    pub(crate) fn processors(mut self, count: u32) -> Self {
        self.processors = count;
        self
    }

    /// Files that the command writes into `$LAB_OUT` appear in this directory of the host, which is
    /// made if it is not there.
    pub(crate) fn results(mut self, dir: &Path) -> Self {
        self.results = Some(self.dir.join(dir));
        self
    }

    pub(super) fn time_limit(&self) -> Duration {
        self.timeout
    }

    pub(super) fn memory_gib(&self) -> u32 {
        self.memory
    }

    pub(super) fn processor_count(&self) -> u32 {
        self.processors
    }

    pub(super) fn results_dir(&self) -> Option<&Path> {
        self.results.as_deref()
    }

    /// The shell script that the guest runs, with the part of `environment` that is passed on.
    pub(super) fn script(&self, environment: impl Iterator<Item = (OsString, OsString)>) -> Vec<u8> {
        let mut path = OsString::from(FIRST_IN_PATH);
        let mut lines: Vec<Vec<u8>> = Vec::new();
        for (name, value) in environment {
            if name == "PATH" {
                path.push(":");
                path.push(&value);
            } else if is_passed_on(name.as_bytes()) {
                lines.push([b"export ", name.as_bytes(), b"=", &quoted(&value)].concat());
            }
        }
        lines.sort();
        lines.push([b"export LAB_OUT=/lab/results PATH=".as_slice(), &quoted(&path)].concat());
        lines.push([b"cd ".as_slice(), &quoted(self.dir.as_os_str()), b" || exit"].concat());
        lines.push(self.words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(&b' '));
        lines.push(Vec::new());
        lines.join(&b'\n')
    }
}

fn is_passed_on(name: &[u8]) -> bool {
    let plain = name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let wanted = PASSED_ON.iter().any(|whole| name == whole.as_bytes())
        || PASSED_ON_BY_PREFIX.iter().any(|prefix| name.starts_with(prefix.as_bytes()));
    plain && wanted
}

/// The word as the shell must see it to take it literally.
fn quoted(word: &OsStr) -> Vec<u8> {
    let mut quoted = vec![b'\''];
    for byte in word.as_bytes() {
        match byte {
            b'\'' => quoted.extend(br"'\''"),
            byte => quoted.push(*byte),
        }
    }
    quoted.push(b'\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_carries_directory_environment_and_words_literally() {
        let mut command = LabCommand::new(["tc", "-j", "it's $HOME"]).unwrap();
        command.dir = "/my dir".into();
        let environment =
            [("RUST_LOG", "a b"), ("PATH", "/x"), ("SECRET", "s"), ("CI", "true"), ("CIRCLE", "1")]
                .map(|(name, value)| (name.into(), value.into()));
        let script = String::from_utf8(command.script(environment.into_iter())).unwrap();
        let expected = format!(
            "export CI='true'\nexport RUST_LOG='a b'\nexport LAB_OUT=/lab/results PATH='{FIRST_IN_PATH}:/x'\n\
             cd '/my dir' || exit\n'tc' '-j' 'it'\\''s $HOME'\n"
        );
        assert_eq!(script, expected);
    }

    #[test]
    fn results_are_relative_to_the_directory_of_the_command() {
        let mut command = LabCommand::new(["true"]).unwrap();
        command.dir = "/src".into();
        assert_eq!(command.clone().results(Path::new("out")).results_dir(), Some(Path::new("/src/out")));
        assert_eq!(command.results(Path::new("/tmp/o")).results_dir(), Some(Path::new("/tmp/o")));
    }
}
