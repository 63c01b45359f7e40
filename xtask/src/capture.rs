//! `cargo xtask capture`: golden bytes, as iproute2 and a real kernel exchange them in the lab.
//!
//! `testdata/capture-VERSION.list`, and behind it the lists in `testdata/capture-VERSION.d/`, say which commands to run,
//! all in one boot. Each runs under strace, and the netlink
//! datagrams it sent and received become `NAME.request.*` and `NAME.reply.*`: the bytes as `.hex`, with a blank
//! line between datagrams, and where they come from as `.toml`.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::failure::{Attempt, Failure, Result};
use crate::lab::{Kernel, Lab, LabCommand, kernels_tests};
use crate::process;

const TESTDATA: &str = "smartnic-netlink/testdata";

/// Captures netlink bytes of iproute2 on the lab's kernels into smartnic-netlink/testdata.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only this kernel
    #[arg(long, value_enum)]
    kernel: Option<Kernel>,
    /// Write only exchanges whose names begin so
    #[arg(long, value_name = "PREFIX", default_value = "")]
    only: String,
    /// Run only this list of `testdata/capture-VERSION.d`, behind the first commands of the main one
    #[arg(long, value_name = "NAME")]
    list: Option<String>,
}

pub(crate) fn main(args: Args) -> Result<ExitCode> {
    for kernel in Kernel::ALL {
        if args.kernel.is_none_or(|wanted| wanted.name() == kernel.name()) {
            capture(kernel, &args.only, args.list.as_deref())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// One command whose exchange is kept.
#[derive(Debug, PartialEq, Eq)]
struct Shot {
    name: String,
    which: Which,
    command: String,
}

/// Which of a command's requests is meant.
#[derive(Debug, PartialEq, Eq)]
enum Which {
    Last,
    /// The one of this number, counted from 1.
    Number(usize),
    /// The first that has this command of a generic netlink family.
    Command(u8),
}

impl Which {
    fn read(word: &str) -> std::result::Result<Self, std::num::ParseIntError> {
        match word.strip_prefix('@') {
            Some(command) => Ok(Self::Command(command.parse()?)),
            None => Ok(Self::Number(word.parse()?)),
        }
    }
}

fn capture(kernel: Kernel, only: &str, list: Option<&str>) -> Result<()> {
    let (script, mut shots) = script(&lists(kernel, list)?)?;
    let script = if script.contains("$SPEAKER") {
        // The guest sees this machine's files.
        format!("SPEAKER='{}'\n{script}", kernels_tests(kernel)?.display())
    } else {
        script
    };
    shots.retain(|shot| shot.name.starts_with(only));
    let out = tempfile::tempdir().attempt(|| "make a scratch directory".into())?;
    let lab = Lab::open(kernel)?;
    let exit = lab.run(&LabCommand::new(["sh", "-c", &script])?.results(out.path()))?;
    if exit.code != 0 {
        return Err(Failure::new(format!("the capture script ended with code {}", exit.code)));
    }
    let date = process::text(Command::new("date").args(["--utc", "--iso-8601"]))?;
    let read = |name: &str| {
        let path = out.path().join(name);
        fs::read_to_string(&path).attempt(|| format!("read {}", path.display()))
    };
    let release = read("release")?;
    for shot in &shots {
        let datagrams = datagrams(&read(&format!("{}.strace", shot.name))?);
        let (request, replies) = exchange(&datagrams, shot)
            .ok_or_else(|| Failure::new(format!("{}: `{}` sent nothing", shot.name, shot.command)))?;
        let tool = shot.command.split(' ').next().unwrap_or_default();
        let about = format!(
            "command = {:?}\nexit = {}\ntool = {:?}\nkernel = {:?}\ndate = {:?}\n",
            shot.command,
            read(&format!("{}.exit", shot.name))?.trim(),
            read(&format!("{tool}.version"))?.trim(),
            release.trim(),
            date.trim(),
        );
        write(&shot.name, "request", "to the kernel", &about, [request])?;
        write(&shot.name, "reply", "from the kernel", &about, replies)?;
    }
    println!("capture: {} exchanges on kernel {}", shots.len(), release.trim());
    Ok(())
}

/// All lists of a kernel, in the order in which they run; or the first commands of the main list and one other.
fn lists(kernel: Kernel, only: Option<&str>) -> Result<String> {
    let first = Path::new(TESTDATA).join(format!("capture-{}.list", kernel.name()));
    let read = |path: &Path| fs::read_to_string(path).attempt(|| format!("read {}", path.display()));
    let mut text = read(&first)?;
    if let Some(name) = only {
        let begin = text.lines().skip_while(|line| !line.starts_with("! "));
        let begin = begin.take_while(|line| line.starts_with("! ")).map(|line| format!("{line}\n"));
        return Ok(
            begin.collect::<String>() + &read(&first.with_extension("d").join(format!("{name}.list")))?
        );
    }
    let mut more: Vec<_> = match fs::read_dir(first.with_extension("d")) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => Vec::new(),
    };
    more.sort();
    for path in more.iter().filter(|path| path.extension().is_some_and(|extension| extension == "list")) {
        text += &read(path)?;
    }
    Ok(text)
}

/// The guest's script for a list, and the commands whose bytes it keeps. What a command's children send (devlink flashes
/// in one) comes behind what it sends itself.
fn script(list: &str) -> Result<(String, Vec<Shot>)> {
    let mut script = String::from("uname -r > $LAB_OUT/release\n");
    for tool in ["ip", "tc", "devlink", "rdma", "dcb"] {
        let _ = writeln!(script, "{tool} -V > $LAB_OUT/{tool}.version");
    }
    script.push_str("ethtool --version > $LAB_OUT/ethtool.version\n");
    script.push_str("echo \"the kernel's pyynl of $(uname -r)\" > $LAB_OUT/python3.version\n");
    script.push_str("perl -e 'print \"perl $^V\\n\"' > $LAB_OUT/perl.version\n");
    let mut shots = Vec::new();
    for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(command) = line.strip_prefix("! ") {
            let _ =
                writeln!(script, "{{ {command}; }} || echo \"failed: {}\" >&2", command.replace('"', "'"));
            continue;
        }
        let (head, command) = line
            .split_once(": ")
            .ok_or_else(|| Failure::new(format!("neither `! COMMAND` nor `NAME: COMMAND`: {line}")))?;
        let (name, which) = match head.split_once(' ') {
            Some((name, which)) => (name, Which::read(which).attempt(|| format!("read {line}"))?),
            None => (head, Which::Last),
        };
        let _ = writeln!(
            script,
            "strace -qq -ff -e trace=sendto,sendmsg,recvmsg,recvfrom -e read=all -e write=all \
             -o $LAB_OUT/{name}.strace {command} > $LAB_OUT/{name}.out 2>&1; echo $? > $LAB_OUT/{name}.exit; \
             cat $(ls -v $LAB_OUT/{name}.strace.*) > $LAB_OUT/{name}.strace"
        );
        shots.push(Shot { name: name.to_owned(), which, command: command.to_owned() });
    }
    Ok((script, shots))
}

/// One datagram on its way.
#[derive(Debug, PartialEq, Eq)]
struct Datagram {
    /// To the kernel (true) or from it.
    sent: bool,
    /// The tool's socket.
    socket: String,
    bytes: Vec<u8>,
}

/// The datagrams in strace's output. A receive that only asks for a length dumps no bytes and gives none.
fn datagrams(strace: &str) -> Vec<Datagram> {
    let mut all: Vec<Datagram> = Vec::new();
    for line in strace.lines() {
        if let Some(dump) = line.strip_prefix(" | ") {
            // Offset, two spaces, then up to 16 bytes in two groups, within the first 57 columns.
            let digits = dump.get(5..dump.len().min(56)).unwrap_or_default();
            let bytes = digits.split_whitespace().filter_map(|byte| u8::from_str_radix(byte, 16).ok());
            if let Some(datagram) = all.last_mut() {
                datagram.bytes.extend(bytes);
            }
        } else if let Some((call, rest)) = line.split_once('(') {
            let socket = rest.split(',').next().unwrap_or_default().to_owned();
            all.push(Datagram { sent: call.starts_with("send"), socket, bytes: Vec::new() });
        }
    }
    all.retain(|datagram| !datagram.bytes.is_empty());
    all
}

/// The request meant and what came back for it. In the middle of a dump tc asks for the names of links
/// on another socket: that is not the request meant.
fn exchange<'a>(all: &'a [Datagram], shot: &Shot) -> Option<(&'a Datagram, Vec<&'a Datagram>)> {
    const RTM_GETLINK: u16 = 18;
    let looks_up = |datagram: &Datagram| {
        let kind = datagram.bytes.get(4..6).map(|kind| u16::from_ne_bytes([kind[0], kind[1]]));
        shot.command.starts_with("tc ") && kind == Some(RTM_GETLINK)
    };
    let meant = |datagram: &Datagram| datagram.sent && !looks_up(datagram);
    let mut requests = (0..all.len()).filter(|at| meant(&all[*at]));
    let at = match shot.which {
        Which::Number(number) => requests.nth(number.checked_sub(1)?),
        Which::Last => requests.next_back(),
        Which::Command(command) => requests.find(|at| generic_command(&all[*at]) == Some(command)),
    }?;
    let request = &all[at];
    let behind = all[at + 1..].iter().filter(|datagram| datagram.socket == request.socket);
    // ethtool's monitor asks for names in the middle of what it hears on the same socket.
    let heard = |datagram: &Datagram| {
        shot.command.starts_with("ethtool ") && datagram.bytes.get(8..12) != request.bytes.get(8..12)
    };
    let answers: Vec<_> =
        behind.take_while(|datagram| !datagram.sent).filter(|datagram| !heard(datagram)).collect();
    if !answers.is_empty() {
        return Some((request, answers));
    }
    // What a child asks for, its parent hears the end of.
    let mut before = all[..at].iter().filter(|datagram| datagram.socket == request.socket && !datagram.sent);
    Some((request, before.next_back().into_iter().collect()))
}

/// The command of a message to a family that got its number from the kernel.
fn generic_command(datagram: &Datagram) -> Option<u8> {
    const NLCTRL: u16 = 16;
    let kind = datagram.bytes.get(4..6).map(|kind| u16::from_ne_bytes([kind[0], kind[1]]))?;
    if kind > NLCTRL { datagram.bytes.get(16).copied() } else { None }
}

fn write<'a>(
    name: &str,
    part: &str,
    direction: &str,
    about: &str,
    datagrams: impl IntoIterator<Item = &'a Datagram>,
) -> Result<()> {
    let mut hex = String::new();
    for (at, Datagram { bytes, .. }) in datagrams.into_iter().enumerate() {
        if at > 0 {
            hex.push('\n');
        }
        for row in bytes.chunks(16) {
            let row: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
            let _ = writeln!(hex, "{}", row.join(" "));
        }
    }
    let stem = Path::new(TESTDATA).join(format!("{name}.{part}"));
    for (extension, text) in [("hex", hex), ("toml", format!("direction = {direction:?}\n{about}"))] {
        let path = Path::new(&format!("{}.{extension}", stem.display())).to_path_buf();
        fs::write(&path, text).attempt(|| format!("write {}", path.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_become_scripts() {
        let (text, shots) = script("# c\n\n! modprobe x\na 1: tc -V\nb: ip link show\n").unwrap();
        assert!(text.contains("{ modprobe x; }") && text.contains("$LAB_OUT/b.strace ip link show >"));
        let shot =
            |name: &str, which, command: &str| Shot { name: name.into(), which, command: command.into() };
        assert_eq!(shots, [shot("a", Which::Number(1), "tc -V"), shot("b", Which::Last, "ip link show")]);
        assert!(script("what is this\n").is_err());
    }

    #[test]
    fn dumps_become_datagrams_and_probes_vanish() {
        let strace = "sendmsg(3, {…}) = 20\n * 20 bytes in buffer 0\n\
             \x20| 00000  20 00 00 00 10 00 05 00  66 07 03 6b 00 00 00 00   .......f..k.... |\n\
             \x20| 00010  ab cd ef 01                                       ad ef             |\n\
             recvmsg(3, {…}, MSG_PEEK|MSG_TRUNC) = 4\nrecvmsg(3, {…}) = 1\n\
             \x20| 00000  07                                                .                |\n";
        let all = datagrams(strace);
        let first = vec![0x20, 0, 0, 0, 0x10, 0, 5, 0, 0x66, 7, 3, 0x6b, 0, 0, 0, 0, 0xab, 0xcd, 0xef, 1];
        let datagram = |sent, bytes| Datagram { sent, socket: "3".into(), bytes };
        assert_eq!(all, [datagram(true, first), datagram(false, vec![7])]);
    }

    #[test]
    fn an_exchange_stays_on_its_socket_and_lookups_do_not_count() {
        let datagram = |sent, socket: &str, kind| Datagram {
            sent,
            socket: socket.into(),
            bytes: vec![20, 0, 0, 0, kind, 0],
        };
        let all = [
            datagram(true, "3", 16),
            datagram(false, "3", 16),
            datagram(true, "3", 46),
            datagram(false, "3", 44),
            datagram(true, "4", 18),
            datagram(false, "4", 16),
            datagram(false, "3", 3),
        ];
        let shot = |which| Shot { name: "x".into(), which, command: "tc filter show".into() };
        assert_eq!(exchange(&all, &shot(Which::Last)), Some((&all[2], vec![&all[3], &all[6]])));
        assert_eq!(exchange(&all, &shot(Which::Number(1))), Some((&all[0], vec![&all[1]])));
    }

    #[test]
    fn what_a_monitor_hears_is_no_answer() {
        let datagram = |sent, seq| {
            let mut bytes = vec![16, 0, 0, 0, 23, 0, 5, 0];
            bytes.extend([seq, 0, 0, 0]);
            Datagram { sent, socket: "3".into(), bytes }
        };
        let all = [datagram(true, 1), datagram(false, 1), datagram(false, 9)];
        let shot = |command: &str| Shot { name: "x".into(), which: Which::Last, command: command.into() };
        let answers = |command| exchange(&all, &shot(command)).map(|(_, answers)| answers.len());
        assert_eq!((answers("ethtool --monitor"), answers("devlink dev flash")), (Some(1), Some(2)));
    }

    #[test]
    fn a_request_is_found_by_its_command() {
        let generic = |command: u8| {
            let mut bytes = vec![20, 0, 0, 0, 23, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            bytes.push(command);
            Datagram { sent: true, socket: "3".into(), bytes }
        };
        let all = [generic(1), generic(15)];
        let which = Which::read("@15").unwrap();
        let shot = Shot { name: "x".into(), which, command: "ethtool -g sim1".into() };
        assert_eq!(exchange(&all, &shot), Some((&all[1], vec![])));
        Which::read("@x").unwrap_err();
    }
}
