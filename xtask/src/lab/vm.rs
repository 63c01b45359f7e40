//! One boot: the emulator's command line, the command for the guest, and what came out of it.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::cache;
use super::kernel::Kernel;
use super::parts::{Item, Items};
use super::tools::Tools;
use crate::failure::{Attempt, Failure, Result};
use crate::process;

const START: &str = include_str!("../../../tests/lab/start.sh");

/// Environment variables that go into the guest, by the beginning of their names.
const PASSED_ON: [&str; 8] = ["CARGO", "RUST", "SNIC", "NEXTEST", "CI", "TERM", "LANG", "HOME"];

/// How often the guest's output is looked at.
const POLL: Duration = Duration::from_millis(20);

/// A command to run in the guest, as root, with this machine's files around it.
#[derive(Clone, Debug)]
pub(crate) struct LabCommand {
    words: Vec<OsString>,
    dir: PathBuf,
    env: Vec<(OsString, OsString)>,
    results: Option<PathBuf>,
    timeout: Duration,
}

impl LabCommand {
    /// `words` are the program and its arguments; it will run in the current directory.
    pub(crate) fn new<W: Into<OsString>>(words: impl IntoIterator<Item = W>) -> Result<Self> {
        Ok(Self {
            words: words.into_iter().map(Into::into).collect(),
            dir: env::current_dir().attempt(|| "find the current directory".into())?,
            env: Vec::new(),
            results: None,
            timeout: Duration::from_secs(300),
        })
    }

    /// Ends the machine when it has not answered after this time.
    pub(crate) fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Files that the command writes into `$LAB_OUT` appear in this directory of the host.
    pub(crate) fn results(mut self, dir: impl Into<PathBuf>) -> Self {
        self.results = Some(dir.into());
        self
    }

    /// The shell script that the guest runs.
    fn script(&self) -> Vec<u8> {
        let mut script = Vec::new();
        let mut line = |parts: &[&[u8]]| {
            script.extend(parts.concat());
            script.push(b'\n');
        };
        let passed = env::vars_os().filter(|(name, _)| {
            let name = name.as_bytes();
            let plain = name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
            plain && PASSED_ON.iter().any(|prefix| name.starts_with(prefix.as_bytes()))
        });
        for (name, value) in passed.chain(self.env.iter().cloned()) {
            line(&[b"export ", name.as_bytes(), b"=", &quoted(&value)]);
        }
        // The lab's layer first, so that a host's own newer or older tool in /usr/local does not win.
        let mut path = OsString::from("/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin");
        if let Some(host) = env::var_os("PATH") {
            path.push(":");
            path.push(host);
        }
        line(&[b"export LAB_OUT=/lab/results PATH=", &quoted(&path)]);
        line(&[b"cd ", &quoted(self.dir.as_os_str()), b" || exit 98"]);
        let words: Vec<Vec<u8>> = self.words.iter().map(|word| quoted(word)).collect();
        line(&[&words.join(&b' ')]);
        script
    }
}

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

/// How a command in the guest ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exit {
    /// The command's exit code.
    pub(crate) code: u8,
    /// The kernel's messages; a warning or fault in them is worth a look even when the code is 0.
    pub(crate) kernel_log: String,
}

impl Exit {
    /// The lines of the kernel's log that tell of a warning, a fault or a leak in the kernel itself.
    pub(crate) fn kernel_faults(&self) -> impl Iterator<Item = &str> {
        const SIGNS: [&str; 5] = ["WARNING: ", "BUG: ", "Oops: ", "general protection fault", "refcount_t: "];
        self.kernel_log.lines().filter(|line| SIGNS.iter().any(|sign| line.contains(sign)))
    }
}

/// A kernel that is ready to boot.
pub(crate) struct Lab {
    tools: Tools,
    layers: PathBuf,
    kernel: String,
    vmlinux: PathBuf,
    initramfs: PathBuf,
}

impl Lab {
    /// Finds what setup prepared for `kernel`.
    ///
    /// # Errors
    /// When a part is missing or outdated; the message says how to get it.
    pub(crate) fn open(kernel: Kernel) -> Result<Self> {
        let items = Items::locate()?;
        for item in [Item::Tools, Item::Guest, Item::Kernel(kernel), Item::Boot(kernel)] {
            if !items.part(item).is_current() {
                return Err(Failure::new(format!(
                    "the lab lacks: {}. Run `cargo xtask setup` first",
                    item.describe()
                )));
            }
        }
        let dir = items.dir(Item::Kernel(kernel));
        Ok(Self {
            tools: Tools::at(items.dir(Item::Tools)),
            layers: items.root().to_path_buf(),
            kernel: dir.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            vmlinux: dir.join("vmlinux"),
            initramfs: items.dir(Item::Boot(kernel)).join("initramfs"),
        })
    }

    /// Boots, runs `command`, and passes its output on to this process's own as it comes.
    ///
    /// # Errors
    /// When the guest gave no exit code: it did not boot, crashed, or ran into the time limit.
    pub(crate) fn run(&self, command: &LabCommand) -> Result<Exit> {
        self.run_into(command, &mut std::io::stdout(), &mut std::io::stderr())
    }

    /// Like [`Lab::run`], with the output written to `out` and `err`.
    pub(crate) fn run_into(
        &self,
        command: &LabCommand,
        out: &mut dyn Write,
        err: &mut dyn Write,
    ) -> Result<Exit> {
        let control = tempfile::Builder::new()
            .prefix("smartnic-lab-")
            .tempdir()
            .attempt(|| "make a directory to talk to the guest".into())?;
        let control = control.path();
        cache::write(&control.join("start"), START)?;
        cache::write(&control.join("command"), command.script())?;
        let results = command.results.clone().unwrap_or_else(|| control.join("results"));
        fs::create_dir_all(&results).attempt(|| format!("create {}", results.display()))?;

        let mut streams =
            [Stream::open(&control.join("out"), out)?, Stream::open(&control.join("err"), err)?];
        let deadline = Instant::now() + command.timeout;
        let console = control.join("console");
        let mut machine = self
            .emulator(command, control, &results, &console)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(control.join("emulator")).attempt(|| "keep the emulator's words".into())?)
            .spawn()
            .attempt(|| "start the emulator".into())?;
        let in_time = loop {
            let ended = machine.try_wait().attempt(|| "watch the emulator".into())?.is_some();
            for stream in &mut streams {
                stream.pass_on()?;
            }
            if ended {
                break true;
            }
            if Instant::now() > deadline {
                machine.kill().and_then(|()| machine.wait()).attempt(|| "end the emulator".into())?;
                break false;
            }
            thread::sleep(POLL);
        };

        let code = fs::read_to_string(control.join("code")).ok().and_then(|code| code.trim().parse().ok());
        let log = |name: &str| {
            String::from_utf8_lossy(&fs::read(control.join(name)).unwrap_or_default()).into_owned()
        };
        match code {
            Some(code) => Ok(Exit { code, kernel_log: log("dmesg") }),
            None => Err(Failure::new(format!(
                "the guest gave no exit code ({}). Its console ended with:\n{}\n{}",
                if in_time {
                    "it stopped early".into()
                } else {
                    format!("no answer within {} s", command.timeout.as_secs())
                },
                process::tail(&log("console"), 30),
                log("emulator").trim()
            ))),
        }
    }

    fn emulator(&self, command: &LabCommand, control: &Path, results: &Path, console: &Path) -> Command {
        // Without output devices, networks and defaults: nothing is there that is not named here.
        const MACHINE: &str = "-M q35 -accel tcg,thread=multi,tb-size=512 -cpu max -smp 2 -m 2G -nodefaults \
             -no-user-config -display none -no-reboot -nic none";
        const KERNEL: &str = "console=ttyS0 quiet panic=-1 oops=panic mitigations=off nokaslr tsc=reliable \
             no_timer_check rcupdate.rcu_expedited=1 audit=0 apparmor=0 selinux=0 cryptomgr.notests \
             8250.nr_uarts=1";
        // A second limit, in case this process is killed and cannot end the machine itself.
        let limit = command.timeout + Duration::from_secs(10);
        let mut emulator = self.tools.command("timeout");
        emulator.arg("--signal=KILL").arg(limit.as_secs().to_string());
        emulator.arg(self.tools.program("qemu-system-x86_64"));
        emulator.args(MACHINE.split_whitespace());
        for firmware in ["qemu", "seabios"] {
            emulator.arg("-L").arg(self.tools.root().join("usr/share").join(firmware));
        }
        emulator.arg("-serial").arg(option("file:", console, ""));
        emulator.arg("-kernel").arg(&self.vmlinux).arg("-initrd").arg(&self.initramfs);
        emulator.arg("-append").arg(format!("{KERNEL} lab.kernel={}", self.kernel));
        for (tag, path, access) in [
            ("host", Path::new("/"), ",readonly=on"),
            ("layers", &self.layers, ",readonly=on"),
            ("control", control, ""),
            ("results", results, ""),
        ] {
            let rest = format!(",security_model=none,multidevs=remap{access}");
            emulator.arg("-fsdev").arg(option(&format!("local,id={tag},path="), path, &rest));
            emulator.arg("-device").arg(format!("virtio-9p-pci,fsdev={tag},mount_tag={tag}"));
        }
        emulator
    }
}

/// An emulator option with a path in it; a comma in the path is written twice.
fn option(before: &str, path: &Path, after: &str) -> OsString {
    let mut option = before.as_bytes().to_vec();
    for byte in path.as_os_str().as_bytes() {
        option.push(*byte);
        if *byte == b',' {
            option.push(b',');
        }
    }
    option.extend(after.as_bytes());
    OsString::from_vec(option)
}

/// A file that the guest appends to, and where its contents go.
struct Stream<'a> {
    file: File,
    to: &'a mut dyn Write,
}

impl<'a> Stream<'a> {
    fn open(path: &Path, to: &'a mut dyn Write) -> Result<Self> {
        cache::write(path, [])?;
        let file = File::open(path).attempt(|| format!("open {}", path.display()))?;
        Ok(Self { file, to })
    }

    fn pass_on(&mut self) -> Result<()> {
        let mut new = Vec::new();
        self.file.read_to_end(&mut new).attempt(|| "read the guest's output".into())?;
        // A reader that has gone away must not stop the command in the guest.
        let _ = self.to.write_all(&new).and_then(|()| self.to.flush());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_reach_the_guest_unchanged_by_its_shell() {
        assert_eq!(quoted(OsStr::new("it's $HOME")), br"'it'\''s $HOME'");
        let script = LabCommand::new(["tc", "-j", "a b"]).unwrap().script();
        assert!(script.ends_with(b" || exit 98\n'tc' '-j' 'a b'\n"));
    }

    #[test]
    fn commas_in_paths_are_doubled() {
        assert_eq!(option("path=", Path::new("/a,b"), ",x=1"), OsString::from("path=/a,,b,x=1"));
    }
}
