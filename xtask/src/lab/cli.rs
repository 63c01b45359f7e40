//! `cargo xtask lab`: run a command in the guest, or say what the lab has.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::{Parser, Subcommand};

use super::vm::Exit;
use super::{Item, Items, Kernel, Lab, LabCommand};
use super::{check, kselftest, tdc};
use crate::failure::Result;
use crate::process;

/// The exit code when the guest gave none.
const NO_ANSWER: u8 = 99;

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Run commands on a real kernel in a throw-away virtual machine.
#[derive(Debug, Parser)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Boot, run one command as root in the current directory, and exit with its code
    ///
    /// The guest sees this machine's files read-only, with writes kept in its memory. Files written
    /// to $LAB_OUT appear in --out. Exit code 99: the guest gave no answer.
    Run {
        /// The kernel to boot
        #[arg(long, value_enum, default_value = "7.3")]
        kernel: Kernel,
        /// End the machine when the command has not finished after this many seconds
        #[arg(long, value_name = "SECS", default_value_t = 300)]
        timeout: u64,
        /// Memory of the machine in GiB
        #[arg(long, value_name = "GIB", default_value_t = 2)]
        memory: u32,
        /// Processors of the machine; `cargo xtask test` gives it one
        #[arg(long, value_name = "COUNT", default_value_t = 2)]
        processors: u32,
        /// Directory of this machine for what the command writes to $LAB_OUT
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// The command and its arguments
        #[arg(required = true, last = true, value_name = "CMD")]
        command: Vec<OsString>,
    },
    /// Boot and open a root shell on this terminal; leaving it ends the machine
    Shell {
        /// The kernel to boot
        #[arg(long, value_enum, default_value = "7.3")]
        kernel: Kernel,
    },
    /// Boot every kernel and see whether the lab keeps its promises
    Check {
        /// Only this kernel
        #[arg(long, value_enum)]
        kernel: Option<Kernel>,
    },
    Kselftest(kselftest::Args),
    Tdc(tdc::Args),
    /// Say which parts are there, of which versions and sizes
    Status,
}

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    match args.action {
        Action::Run { kernel, timeout, memory, processors, out, command } => {
            let timeout = Duration::from_secs(timeout);
            let mut command =
                LabCommand::new(command)?.timeout(timeout).memory(memory).processors(processors);
            if let Some(dir) = out {
                command = command.results(&dir);
            }
            Ok(report(Lab::open(kernel)?.run(&command)))
        }
        Action::Shell { kernel } => {
            let command = LabCommand::new(["bash", "-i"])?.timeout(A_DAY);
            Ok(report(Lab::open(kernel)?.run_on_terminal(&command)))
        }
        Action::Check { kernel } => {
            let kernels = kernel.map_or(Kernel::ALL.to_vec(), |kernel| vec![kernel]);
            kernels.into_iter().try_for_each(check::run).map(|()| ExitCode::SUCCESS)
        }
        Action::Kselftest(args) => kselftest::main(args),
        Action::Tdc(args) => tdc::main(args),
        Action::Status => status().map(|()| ExitCode::SUCCESS),
    }
}

/// Says what the guest's kernel or its silence calls for, and turns its answer into this process's.
fn report(answer: Result<Exit>) -> ExitCode {
    match answer {
        Ok(exit) => {
            for line in exit.kernel_faults() {
                eprintln!("lab: the kernel says: {line}");
            }
            exit.code.into()
        }
        Err(failure) => {
            eprintln!("lab: {failure}");
            NO_ANSWER.into()
        }
    }
}

fn status() -> Result<()> {
    let items = Items::locate()?;
    println!("{}", items.root().display());
    for item in Item::all() {
        let part = items.part(item);
        let state = match (part.is_current(), part.exists()) {
            (true, _) => "ready",
            (false, true) => "outdated",
            (false, false) => "absent",
        };
        let size = if part.exists() {
            let used = process::text(Command::new("du").arg("-sh").arg(part.dir()))?;
            used.split_whitespace().next().unwrap_or_default().to_owned()
        } else {
            "-".to_owned()
        };
        println!("{state:<9}{size:>6}  {}", item.describe());
        for line in part.versions().lines().filter(|line| item.is_notable(line)) {
            println!("{:17}{line}", "");
        }
        if let (Item::Kernel(kernel), true) = (item, part.exists()) {
            println!("{:17}headers in {}", "", items.uapi(kernel).display());
        }
    }
    Ok(())
}
