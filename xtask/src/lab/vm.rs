//! One boot: the emulator's command line, the wait for the guest, and what came out of it.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use super::cache;
use super::command::LabCommand;
use super::kernel::Kernel;
use super::parts::{Item, Items};
use super::tools::Tools;
use crate::failure::{Attempt, Failure, Result};
use crate::process;

const START: &str = include_str!("../../../tests/lab/start.sh");

/// How often the guest's output is looked at.
const POLL: Duration = Duration::from_millis(20);

/// No devices but those named; `tcg` even where `/dev/kvm` opens, so that every machine does the same.
const MACHINE: &str = "-M q35 -accel tcg,thread=multi,tb-size=512 -cpu max -nodefaults \
    -no-user-config -display none -no-reboot -nic none";

/// A PCI NIC with SR-IOV (Intel 82576 as QEMU makes it), without a driver until `modprobe igb`. The hub has no other end.
const NIC: &str = "-netdev hubport,id=wire,hubid=0 -device pcie-root-port,id=igbport,chassis=1 \
    -device igb,netdev=wire,bus=igbport,romfile=,mac=52:54:00:12:34:56";

/// A switch that forwards in hardware (QEMU's rocker), without a driver until `modprobe rocker`. A cable joins its first and
/// its third port; the second has no other end.
const SWITCH: &str = "-netdev hubport,id=port1,hubid=1 -netdev hubport,id=port2,hubid=2 \
    -netdev hubport,id=port3,hubid=1 \
    -device {\"driver\":\"rocker\",\"name\":\"lab\",\"ports\":[\"port1\",\"port2\",\"port3\"]}";

/// Boots fast, ends the machine on a kernel fault, and keeps policies out of the way of tests.
const KERNEL_ARGS: &str = "console=ttyS0 quiet panic=-1 oops=panic mitigations=off nokaslr tsc=reliable \
    no_timer_check rcupdate.rcu_expedited=1 audit=0 apparmor=0 selinux=0 cryptomgr.notests 8250.nr_uarts=1";

/// A terminal of the guest joined to this one.
const TERMINAL: &str = "-chardev stdio,id=terminal,signal=off -device virtio-serial-pci \
    -device virtconsole,chardev=terminal";

/// The exit code of `timeout` when it had to kill: 128 and the number of `SIGKILL`.
const TIMED_OUT: i32 = 128 + 9;

/// How a command in the guest ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Exit {
    /// The command's exit code.
    pub(crate) code: u8,
    /// The kernel's messages; a fault in them is worth a look even when the code is 0.
    pub(crate) kernel_log: String,
}

impl Exit {
    /// The lines of the kernel's log that tell of a fault in the kernel itself.
    pub(crate) fn kernel_faults(&self) -> impl Iterator<Item = &str> {
        const SIGNS: [&str; 5] = ["WARNING: ", "BUG: ", "Oops: ", "general protection fault", "refcount_t: "];
        self.kernel_log.lines().filter(|line| SIGNS.iter().any(|sign| line.contains(sign)))
    }
}

/// A kernel that is ready to boot. While it is open, no setup replaces what it is made of.
pub(crate) struct Lab {
    tools: Tools,
    layers: PathBuf,
    /// What `init.sh` puts behind `/layers/` and before `/layer`: the layers of the lab's own NIC, the
    /// kernel, and RDMA's user side in C and in Python, each over the next.
    kernel: String,
    vmlinux: PathBuf,
    initramfs: PathBuf,
    _in_use: File,
}

impl Lab {
    /// Finds what setup prepared for `kernel`.
    ///
    /// # Errors
    /// When a part is missing or outdated; the message says how to get it.
    pub(crate) fn open(kernel: Kernel) -> Result<Self> {
        let items = Items::locate()?;
        let in_use = items.use_lock()?;
        for item in [
            Item::Tools,
            Item::Guest,
            Item::Rdma,
            Item::Pyverbs,
            Item::Libfabric,
            Item::Peer,
            Item::Kernel(kernel),
            Item::Labnic(kernel),
            Item::Boot(kernel),
        ] {
            if !items.part(item).is_current() {
                return Err(Failure::new(format!(
                    "the lab lacks: {}. Run `cargo xtask setup` first",
                    item.describe()
                )));
            }
        }
        let dir = items.dir(Item::Kernel(kernel));
        Ok(Self {
            tools: items.tools(),
            layers: items.root().to_path_buf(),
            kernel: [
                Item::Labnic(kernel),
                Item::Kernel(kernel),
                Item::Peer,
                Item::Rdma,
                Item::Pyverbs,
                Item::Libfabric,
            ]
            .map(Item::dir)
            .join("/layer:/layers/"),
            vmlinux: dir.join("vmlinux"),
            initramfs: items.dir(Item::Boot(kernel)).join("initramfs"),
            _in_use: in_use,
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
        let exchange = Exchange::new(command)?;
        let mut streams =
            [Stream::open(&exchange.file("out"), out)?, Stream::open(&exchange.file("err"), err)?];
        let mut machine = self.start(self.emulator(command, &exchange).stdin(Stdio::null()), &exchange)?;
        let status = loop {
            // Asked before reading, so that what comes last is read too.
            let ended = machine.try_wait().attempt(|| "watch the emulator".into())?;
            for stream in &mut streams {
                stream.pass_on()?;
            }
            if let Some(status) = ended {
                break status;
            }
            thread::sleep(POLL);
        };
        exchange.exit(command, status)
    }

    /// Boots and runs `command` with the guest's terminal joined to this one.
    ///
    /// # Errors
    /// As [`Lab::run`].
    pub(crate) fn run_on_terminal(&self, command: &LabCommand) -> Result<Exit> {
        let exchange = Exchange::new(command)?;
        let size = process::text(Command::new("stty").args(["-F", "/dev/tty", "size"])).unwrap_or_default();
        cache::write(&exchange.file("terminal"), size)?;
        let mut emulator = self.emulator(command, &exchange);
        emulator.args(TERMINAL.split_whitespace());
        let mut machine = self.start(&mut emulator, &exchange)?;
        let status = machine.wait().attempt(|| "wait for the emulator".into())?;
        exchange.exit(command, status)
    }

    fn start(&self, emulator: &mut Command, exchange: &Exchange) -> Result<Child> {
        let words = File::create(exchange.file("emulator")).attempt(|| "keep the emulator's words".into())?;
        emulator.stderr(words).spawn().attempt(|| "start the emulator".into())
    }

    fn emulator(&self, command: &LabCommand, exchange: &Exchange) -> Command {
        // `timeout` keeps the limit even when this process is killed; in the foreground, so that ^C
        // reaches the emulator.
        let mut emulator = self.tools.command("timeout");
        emulator.args(["--foreground", "--signal=KILL"]).arg(command.time_limit().as_secs().to_string());
        emulator.arg(self.tools.program("qemu-system-x86_64"));
        for firmware in ["qemu", "seabios"] {
            emulator.arg("-L").arg(self.tools.root().join("usr/share").join(firmware));
        }
        emulator.args(MACHINE.split_whitespace());
        emulator.args(NIC.split_whitespace());
        emulator.args(SWITCH.split_whitespace());
        emulator.arg("-m").arg(format!("{}G", command.memory_gib()));
        emulator.arg("-smp").arg(command.processor_count().to_string());
        emulator.arg("-serial").arg(option("file:", &exchange.file("console"), ""));
        emulator.arg("-kernel").arg(&self.vmlinux).arg("-initrd").arg(&self.initramfs);
        emulator.arg("-append").arg(format!("{KERNEL_ARGS} lab.kernel={}", self.kernel));
        for (tag, path, access) in [
            ("host", Path::new("/"), ",readonly=on"),
            ("layers", &self.layers, ",readonly=on"),
            ("control", exchange.dir.path(), ""),
            ("results", &exchange.results, ""),
        ] {
            let rest = format!(",security_model=none,multidevs=remap{access}");
            emulator.arg("-fsdev").arg(option(&format!("local,id={tag},path="), path, &rest));
            emulator.arg("-device").arg(format!("virtio-9p-pci,fsdev={tag},mount_tag={tag}"));
        }
        emulator
    }
}

/// The directory through which host and guest talk during one boot.
struct Exchange {
    dir: tempfile::TempDir,
    results: PathBuf,
}

impl Exchange {
    fn new(command: &LabCommand) -> Result<Self> {
        let dir = tempfile::Builder::new()
            .prefix("smartnic-lab-")
            .tempdir()
            .attempt(|| "make a directory to talk to the guest".into())?;
        cache::write(&dir.path().join("start"), START)?;
        cache::write(&dir.path().join("command"), command.script(env::vars_os()))?;
        let results = command.results_dir().map_or_else(|| dir.path().join("results"), Path::to_path_buf);
        fs::create_dir_all(&results).attempt(|| format!("create {}", results.display()))?;
        Ok(Self { dir, results })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        String::from_utf8_lossy(&fs::read(self.file(name)).unwrap_or_default()).into_owned()
    }

    /// What the guest left, once the emulator has ended.
    fn exit(&self, command: &LabCommand, status: ExitStatus) -> Result<Exit> {
        if let Ok(code) = self.text("code").trim().parse() {
            return Ok(Exit { code, kernel_log: self.text("dmesg") });
        }
        let why = if status.code() == Some(TIMED_OUT) {
            format!("not finished within {} s", command.time_limit().as_secs())
        } else {
            format!("the emulator ended with {status}")
        };
        Err(Failure::new(format!(
            "the guest gave no exit code: {why}\n{}--- the end of its console:\n{}",
            self.text("emulator"),
            process::tail(&self.text("console"), 50),
        )))
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
    fn commas_in_paths_are_doubled() {
        assert_eq!(option("path=", Path::new("/a,b"), ",x=1"), OsString::from("path=/a,,b,x=1"));
    }

    #[test]
    fn only_faults_of_the_kernel_are_picked_from_its_log() {
        let log = "[1] netdevsim: loading out-of-tree module taints kernel.\n[2] WARNING: CPU: 0 PID: 1\n";
        let exit = Exit { code: 0, kernel_log: log.into() };
        assert_eq!(exit.kernel_faults().collect::<Vec<_>>(), ["[2] WARNING: CPU: 0 PID: 1"]);
    }

    #[test]
    fn a_silent_guest_is_told_from_one_that_answered() {
        let command = LabCommand::new(["true"]).unwrap().timeout(Duration::from_secs(7));
        let exchange = Exchange::new(&command).unwrap();
        let killed: ExitStatus = std::os::unix::process::ExitStatusExt::from_raw(TIMED_OUT << 8);
        cache::write(&exchange.file("console"), "Kernel panic\n").unwrap();
        let said = exchange.exit(&command, killed).unwrap_err().to_string();
        assert_eq!(
            said,
            "the guest gave no exit code: not finished within 7 s\n--- the end of its console:\nKernel panic"
        );
        cache::write(&exchange.file("code"), "3\n").unwrap();
        cache::write(&exchange.file("dmesg"), "log").unwrap();
        assert_eq!(exchange.exit(&command, killed).unwrap(), Exit { code: 3, kernel_log: "log".into() });
    }
}
