//! RDMA over rxe between two network namespaces: ours beside perftest and `ibv_rc_pingpong`, in turns.
//!
//! Each comparison begins with a line `verbs NAME UNIT`, then has a line `turn THEIRS OURS` for each turn.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::place::{patiently, sh};
use crate::why::Why;

/// The port that all of these programs serve at.
const PORT: u16 = 18515;
const SERVER: &str = "10.77.0.1";
/// How long a program may take.
const MOMENT: Duration = Duration::from_secs(180);

/// The devices, each in a namespace of its own.
const MADE: [&str; 9] = [
    "modprobe -a rdma_rxe ib_uverbs veth",
    "ip link add rxe-a type veth peer name rxe-b",
    "ip netns add vb",
    "ip link set rxe-b netns vb",
    "ip addr add 10.77.0.1/24 dev rxe-a && ip link set rxe-a up",
    "ip -n vb addr add 10.77.0.2/24 dev rxe-b && ip -n vb link set rxe-b up",
    "ip -n vb link set lo up",
    "rdma link add rxe7 type rxe netdev rxe-a",
    "ip netns exec vb rdma link add rxe8 type rxe netdev rxe-b",
];

/// One comparison.
struct Pair {
    name: &'static str,
    unit: &'static str,
    /// The other program, with what it is to do.
    theirs: Words,
    /// Where its figure is.
    figure: Figure,
    /// What ours is to do.
    ours: Words,
    /// The pointer to its figure in what it prints.
    pointer: &'static str,
    /// What both have in common.
    size: &'static str,
    iterations: &'static str,
}

/// How a program of others tells its figure.
#[derive(Clone, Copy)]
enum Figure {
    /// perftest's line of numbers that begins with the size: the one at this place.
    Column(usize),
    /// `… seconds = 12.3 usec/iter`
    EachIteration,
}

type Words = &'static [&'static str];

/// Bandwidth of perftest, in its column of averages, and of ours.
const fn bandwidth(
    name: &'static str,
    theirs: Words,
    ours: Words,
    [size, iterations]: [&'static str; 2],
) -> Pair {
    let (figure, pointer) = (Figure::Column(3), "/0/bandwidth/bytes_per_second");
    Pair { name, unit: "MiB/s", theirs, figure, ours, pointer, size, iterations }
}

/// The median of perftest's latency, in its column of such, and of ours.
const fn latency(
    name: &'static str,
    theirs: Words,
    ours: Words,
    [size, iterations]: [&'static str; 2],
) -> Pair {
    let (figure, pointer) = (Figure::Column(4), "/0/latency/median");
    Pair { name, unit: "µs", theirs, figure, ours, pointer, size, iterations }
}

const WRITE: Words = &["bw", "--op", "write"];
const WRITE_BOTH: Words = &["bw", "--op", "write", "--bidirectional"];
const SEND_LATENCY: Words = &["lat", "--op", "send"];

/// What is compared: theirs, ours, and the size in bytes and the iterations of both.
const PAIRS: [Pair; 8] = [
    bandwidth("write 64 KiB: bandwidth", &["ib_write_bw", "-F"], WRITE, ["65536", "1000"]),
    bandwidth(
        "write 64 KiB: bandwidth both ways",
        &["ib_write_bw", "-F", "-b"],
        WRITE_BOTH,
        ["65536", "500"],
    ),
    bandwidth("write 1 KiB: bandwidth", &["ib_write_bw", "-F"], WRITE, ["1024", "5000"]),
    bandwidth("read 64 KiB: bandwidth", &["ib_read_bw", "-F"], &["bw", "--op", "read"], ["65536", "1000"]),
    bandwidth("send 64 KiB: bandwidth", &["ib_send_bw", "-F"], &["bw", "--op", "send"], ["65536", "1000"]),
    latency("send 64 B: median latency", &["ib_send_lat", "-F"], SEND_LATENCY, ["64", "3000"]),
    latency("write 64 B: median latency", &["ib_write_lat", "-F"], &["lat", "--op", "write"], ["64", "3000"]),
    Pair {
        name: "ping-pong 4 KiB: there and back",
        unit: "µs",
        theirs: &["ibv_rc_pingpong"],
        figure: Figure::EachIteration,
        ours: SEND_LATENCY,
        pointer: "/0/seconds",
        size: "4096",
        iterations: "2000",
    },
];

/// Measures each comparison so many times, or only those that have this word in their name.
pub(crate) fn run(snicctl: &Path, turns: u32, only: &str) -> Result<(), Why> {
    for line in MADE {
        sh(line)?;
    }
    // Both link-local and IPv4 addresses are in the tables, at the same place on both sides.
    let gid = patiently("a GID of both addresses", gid_index)?;
    for pair in PAIRS.iter().filter(|pair| pair.name.contains(only)) {
        println!("verbs {} [{}]", pair.name, pair.unit);
        for turn in 0..turns {
            eprintln!("{}: turn {} of {turns} …", pair.name, turn + 1);
            // Who comes first meets the other's warm machine in the next turn.
            let (theirs, ours) = match turn % 2 {
                0 => {
                    let theirs = pair.theirs(&gid)?;
                    (theirs, pair.ours(snicctl)?)
                }
                _ => {
                    let ours = pair.ours(snicctl)?;
                    (pair.theirs(&gid)?, ours)
                }
            };
            println!("turn {theirs:.3} {ours:.3}");
        }
    }
    Ok(())
}

/// The place of the IPv4 addresses in both tables, which must be the same.
fn gid_index() -> Result<String, Why> {
    let index_of = |device: &str, gid: &str| {
        let table = format!("/sys/class/infiniband/{device}/ports/1/gids");
        let line = format!("for at in 0 1 2 3 4 5; do echo \"$at $(cat {table}/$at)\"; done");
        let text = match device {
            "rxe7" => output(Command::new("sh").args(["-c", &line]))?,
            _ => output(Command::new("ip").args(["netns", "exec", "vb", "sh", "-c", &line]))?,
        };
        let found = text.lines().find_map(|line| line.strip_suffix(gid));
        let found = found.map(|index| index.trim().to_owned());
        found.ok_or_else(|| Why::new(format!("{gid} is not in the table of {device}: {text}")))
    };
    let here = index_of("rxe7", "0000:0000:0000:0000:0000:ffff:0a4d:0001")?;
    let there = index_of("rxe8", "0000:0000:0000:0000:0000:ffff:0a4d:0002")?;
    Why::unless(here == there, || format!("the addresses are at {here} and at {there}"))?;
    Ok(here)
}

impl Pair {
    fn theirs(&self, gid: &str) -> Result<f64, Why> {
        let command = |device: &str, place: &[&str]| {
            let (program, words) = self.theirs.split_first().unwrap_or((&"", &[]));
            let mut line: Vec<&str> = place.to_vec();
            line.push(program);
            line.extend(["-d", device, "-s", self.size, "-n", self.iterations]);
            let option = if matches!(self.figure, Figure::Column(_)) { "-x" } else { "-g" };
            line.extend([option, gid]);
            line.extend(words);
            let mut command = Command::new(line[0]);
            command.args(&line[1..]);
            command
        };
        let server = serve(&mut command("rxe7", &[]))?;
        let text = output(command("rxe8", &["ip", "netns", "exec", "vb"]).arg(SERVER));
        end(server)?;
        let text = text?;
        let none = || Why::new(format!("{} told no figure: {text}", self.theirs[0]));
        match self.figure {
            Figure::Column(at) => {
                let mut rows = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
                let row = rows.rfind(|row| row.first() == Some(&self.size)).ok_or_else(none)?;
                Ok(row.get(at).ok_or_else(none)?.parse()?)
            }
            Figure::EachIteration => {
                let line = text.lines().find_map(|line| line.trim().strip_suffix(" usec/iter"));
                let word = line.and_then(|line| line.split_whitespace().last()).ok_or_else(none)?;
                Ok(word.parse()?)
            }
        }
    }

    fn ours(&self, snicctl: &Path) -> Result<f64, Why> {
        let server = serve(
            Command::new(snicctl).args(["rdma", "serve", "--once", "--on", "rxe7", "--listen", SERVER]),
        )?;
        let mut client = Command::new("ip");
        client.args(["netns", "exec", "vb"]).arg(snicctl).arg("rdma").args(self.ours).arg(SERVER);
        client.args(["--on", "rxe8", "-o", "json", "--size", self.size, "--iterations", self.iterations]);
        let text = output(&mut client);
        end(server)?;
        let told: Value = serde_json::from_str(&text?)?;
        let figure = told.pointer(self.pointer).and_then(Value::as_f64);
        let figure = figure.ok_or_else(|| Why::new(format!("no {} in {told}", self.pointer)))?;
        Ok(match self.pointer {
            "/0/bandwidth/bytes_per_second" => figure / f64::from(1 << 20),
            "/0/seconds" => figure * 1e6 / self.iterations.parse::<f64>()?,
            _ => figure,
        })
    }
}

/// Starts a server, and waits until it listens.
fn serve(command: &mut Command) -> Result<Child, Why> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn()?;
    let listens = patiently("the server", || {
        if let Some(status) = child.try_wait()? {
            return Err(Why::new(format!("{command:?} ended early: {status}")));
        }
        let wanted = format!(":{PORT:04X} ");
        let is_there = ["/proc/net/tcp", "/proc/net/tcp6"].iter().any(|file| {
            let text = fs::read_to_string(file).unwrap_or_default();
            text.lines().any(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                words.get(1).is_some_and(|local| format!("{local} ").ends_with(&wanted))
                    && words.get(3) == Some(&"0A")
            })
        });
        Why::unless(is_there, || "nobody listens".into())
    });
    if let Err(why) = listens {
        let _ = child.kill();
        let _ = child.wait();
        return Err(why);
    }
    Ok(child)
}

/// Waits for the end of a server, whose client is done.
fn end(mut server: Child) -> Result<(), Why> {
    let begun = Instant::now();
    loop {
        if let Some(status) = server.try_wait()? {
            return Why::unless(status.success(), || format!("the server ended with {status}"));
        }
        if begun.elapsed() > MOMENT {
            server.kill()?;
            server.wait()?;
            return Err(Why::new("the server did not end"));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What a program that must succeed printed.
fn output(command: &mut Command) -> Result<String, Why> {
    let output = command.stdin(Stdio::null()).output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Why::unless(output.status.success(), || {
        format!("{command:?} ended with {}: {}{}", output.status, text(&output.stdout), text(&output.stderr))
    })?;
    Ok(text(&output.stdout))
}
