//! `snicctl rdma ping`, `lat`, `bw` and `serve`: whether a peer is reached over RDMA, and how fast.

use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::time::Duration;

use smartnic::verbs::measure::{self, Client, Job, Local, Operation, Report, Test, TransportName};
use smartnic::{Error, Host};

use super::gid::split;
use crate::print::{Align, Cell, Table};
use crate::session::{Ending, Outcome, Session};

/// The TCP port that perftest takes, too.
const PORT: u16 = 18515;
/// So long is waited for a host that serves.
const PATIENCE: Duration = Duration::from_secs(10);

/// Which device of ours.
#[derive(Debug, Clone, clap::Args)]
struct On {
    /// Our device, or one port of it; without, the one on the way to the peer
    #[arg(long, value_name = "DEV[/PORT]")]
    on: Option<String>,
    /// The place of our GID in the port's table; without, the one on the way to the peer
    #[arg(long, value_name = "N")]
    gid_index: Option<u32>,
}

impl On {
    fn local(&self, to: Option<IpAddr>) -> Result<Local, Error> {
        let (device, port) = split(self.on.as_deref())?;
        let port = port.map(u8::try_from).transpose().map_err(|_| {
            Error::parse("read a port", "ports are numbers from 1 to 255")
                .on(self.on.as_deref().unwrap_or_default())
        })?;
        Ok(Local { device: device.map(str::to_owned), port, gid_index: self.gid_index, to })
    }
}

/// The other side, and what is common to all measurements.
#[derive(Debug, Clone, clap::Args)]
struct Peer {
    /// The host that runs `snicctl rdma serve`, by name or address
    #[arg(value_name = "HOST", required_unless_present = "loopback")]
    peer: Option<String>,
    /// Measure our device with itself
    #[arg(long, conflicts_with = "peer")]
    loopback: bool,
    /// The TCP port at which the peer serves
    #[arg(long, short, value_name = "PORT", default_value_t = PORT)]
    port: u16,
    #[command(flatten)]
    on: On,
    /// By what: rc, uc, ud
    #[arg(long, short = 'c', value_name = "TRANSPORT", default_value = "rc")]
    transport: TransportName,
}

/// Send small messages to a peer and back, and show how long each took
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Examples:\n  snicctl rdma serve                     on the one host\n  snicctl rdma ping 192.0.2.7            on the other\n  snicctl rdma ping --loopback --count 3"
)]
pub(crate) struct Ping {
    #[command(flatten)]
    peer: Peer,
    /// How often
    #[arg(long, value_name = "N", default_value_t = 5)]
    count: u64,
    /// Milliseconds between one and the next
    #[arg(long, short, value_name = "MS", default_value_t = 1000)]
    interval: u64,
    /// Bytes of a message
    #[arg(long, short, value_name = "BYTES", default_value_t = 64)]
    size: u32,
}

/// Measure how long messages, writes, reads or atomics take
///
/// Of messages and writes, which go there and back, half the time of both ways is shown; reads and atomics are whole.
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Examples:\n  snicctl rdma lat 192.0.2.7\n  snicctl rdma lat 192.0.2.7 --op read --size 8,4096,65536\n  snicctl rdma lat --loopback --histogram\n  snicctl -o json rdma lat --loopback --op fetch-add"
)]
pub(crate) struct Lat {
    #[command(flatten)]
    peer: Peer,
    /// What is done: send, write, read, fetch-add, compare-swap
    #[arg(long, value_name = "OP", default_value = "send")]
    op: Operation,
    /// Bytes of each; several for one measurement each
    #[arg(long, short, value_name = "BYTES,…", value_delimiter = ',', default_value = "8")]
    size: Vec<u32>,
    /// How often
    #[arg(long, short = 'n', value_name = "N", default_value_t = 1000)]
    iterations: u64,
    /// Show how many took how long; in JSON it is always there
    #[arg(long)]
    histogram: bool,
}

/// Measure how much goes through
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Examples:\n  snicctl rdma bw 192.0.2.7\n  snicctl rdma bw 192.0.2.7 --op write --size 4096,65536,1048576\n  snicctl rdma bw 192.0.2.7 --bidirectional\n  snicctl -o json rdma bw --loopback --op read"
)]
pub(crate) struct Bw {
    #[command(flatten)]
    peer: Peer,
    /// What is done: send, write, read, fetch-add, compare-swap
    #[arg(long, value_name = "OP", default_value = "send")]
    op: Operation,
    /// Bytes of each; several for one measurement each
    #[arg(long, short, value_name = "BYTES,…", value_delimiter = ',', default_value = "65536")]
    size: Vec<u32>,
    /// How often
    #[arg(long, short = 'n', value_name = "N", default_value_t = 5000)]
    iterations: u64,
    /// How many are under way at a time
    #[arg(long, short, value_name = "N", default_value_t = 128)]
    depth: u32,
    /// Both sides send at the same time; what went both ways is shown together
    #[arg(long, short)]
    bidirectional: bool,
}

/// Serve those who ping and measure
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  snicctl rdma serve\n  snicctl rdma serve --on mlx5_0/1 --once")]
pub(crate) struct Serve {
    /// The TCP port at which clients ask
    #[arg(long, short, value_name = "PORT", default_value_t = PORT)]
    port: u16,
    /// The address at which clients ask; without, all of this host
    #[arg(long, value_name = "ADDRESS", default_value = "::")]
    listen: IpAddr,
    /// End when the first client is done
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    on: On,
}

pub(crate) fn ping(args: &Ping, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let job = Job {
        iterations: args.count,
        pause: args.interval,
        transport: args.peer.transport,
        ..Job::new(Test::Latency, Operation::Send, args.size)
    };
    let is_table = session.is_table();
    let mut number = 0;
    let mut failed = None;
    let reports = run(&args.peer, &[job], session, &mut |session, time| {
        number += 1;
        if is_table && failed.is_none() {
            #[allow(clippy::cast_precision_loss, reason = "nanoseconds of seconds")]
            let said = session.say(format_args!(
                "{} bytes: seq={number} time={:.2} µs",
                job.size,
                time as f64 / 1e3
            ));
            let said = said.and_then(|()| session.out().flush());
            failed = said.err();
        }
    })?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    if !is_table {
        session.data(&reports)?;
    } else if let Some((report, latency)) = reports.first().and_then(|report| Some((report, report.latency?)))
    {
        // Each was shown with both of its ways, so this is, too.
        let [min, mean, max] = [latency.min, latency.mean, latency.max].map(|time| time * 2.0);
        session.say(format_args!(
            "{} of {} answered over {} ({}), min/avg/max {min:.2}/{mean:.2}/{max:.2} µs",
            job.iterations, job.iterations, report.place, job.transport
        ))?;
    }
    Ok(Ending::Done)
}

pub(crate) fn lat(args: &Lat, session: &mut Session) -> Outcome {
    let job = |size| Job {
        iterations: args.iterations,
        transport: args.peer.transport,
        ..Job::new(Test::Latency, args.op, size)
    };
    measured(
        &args.peer,
        &args.size.iter().map(|size| job(*size)).collect::<Vec<_>>(),
        args.histogram,
        session,
    )
}

pub(crate) fn bw(args: &Bw, session: &mut Session) -> Outcome {
    let job = |size| Job {
        iterations: args.iterations,
        transport: args.peer.transport,
        depth: args.depth,
        bidirectional: args.bidirectional,
        ..Job::new(Test::Bandwidth, args.op, size)
    };
    measured(&args.peer, &args.size.iter().map(|size| job(*size)).collect::<Vec<_>>(), false, session)
}

fn measured(peer: &Peer, jobs: &[Job], with_histogram: bool, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let reports = run(peer, jobs, session, &mut |_, _| {})?;
    if session.is_table() {
        session.table(&table(&reports))?;
        for report in reports.iter().filter(|_| with_histogram) {
            session.say(format_args!("\n{} of {} bytes:", report.job.operation, report.job.size))?;
            session.table(&bins(report))?;
        }
        for report in reports.iter().filter(|report| report.lost > 0) {
            let both = if report.job.bidirectional { 2 } else { 1 };
            let (lost, all) = (report.lost, report.job.iterations * both);
            session.warn(format_args!("{lost} of {all} messages of {} bytes were lost", report.job.size));
        }
    } else {
        session.data(&reports)?;
    }
    Ok(Ending::Done)
}

fn run(
    peer: &Peer,
    jobs: &[Job],
    session: &mut Session,
    each: &mut dyn FnMut(&mut Session, u64),
) -> Result<Vec<Report>, Error> {
    let host = session.host()?;
    let mut each = |time| each(session, time);
    let Some(name) = &peer.peer else {
        return measure::loopback(&host, &peer.on.local(None)?, jobs, &mut each);
    };
    let stream = connect(name, peer.port)?;
    let to = stream.peer_addr().ok().map(|address| address.ip().to_canonical());
    let local = peer.on.local(to)?;
    let mut client = Client::new(&host, &local, stream);
    jobs.iter().map(|job| client.measure(job, &mut each)).collect()
}

fn connect(name: &str, port: u16) -> Result<TcpStream, Error> {
    let failed = |error| {
        let hint = format!("`snicctl rdma serve` must run there, and TCP port {port} be open");
        Error::io("connect to a host that serves", error).on(format_args!("{name} port {port}")).hint(hint)
    };
    let mut last = std::io::Error::new(std::io::ErrorKind::NotFound, "the name has no address");
    for address in (name, port).to_socket_addrs().map_err(failed)? {
        match TcpStream::connect_timeout(&address, PATIENCE) {
            Ok(stream) => {
                // Words are short, and each is waited for.
                stream.set_nodelay(true).map_err(failed)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(failed(last))
}

pub(crate) fn serve(args: &Serve, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let host = session.host()?;
    // A host without the library is told now, not when the first client comes.
    host.verbs()?;
    let address = SocketAddr::new(args.listen, args.port);
    let failed = |error| Error::io("serve RDMA clients", error).on(address);
    let listener = TcpListener::bind(address).map_err(failed)?;
    session.say(format_args!("serving at {}", listener.local_addr().map_err(failed)?))?;
    session.out().flush()?;
    loop {
        let (stream, from) = listener.accept().map_err(failed)?;
        match client(&host, args, stream, from) {
            Ok(count) => session.say(format_args!("{}: {count} measured", from.ip().to_canonical()))?,
            Err(error) if args.once => return Err(error.into()),
            // The next one may fare better.
            Err(error) => session.warn(format_args!("{}: {error}", from.ip().to_canonical())),
        }
        session.out().flush()?;
        if args.once {
            return Ok(Ending::Done);
        }
    }
}

fn client(host: &Host, args: &Serve, stream: TcpStream, from: SocketAddr) -> Result<u64, Error> {
    stream.set_nodelay(true).map_err(|error| Error::io("serve RDMA clients", error))?;
    measure::serve(host, &args.on.local(Some(from.ip().to_canonical()))?, stream)
}

/// The most marks that stand for a bin.
const MARKS: u64 = 40;

/// How many took how long, with a mark for each part of the most that a bin has.
fn bins(report: &Report) -> Table {
    let mut table = Table::new(&[
        ("FROM µs", Align::Right),
        ("BELOW µs", Align::Right),
        ("COUNT", Align::Right),
        ("SO FAR %", Align::Right),
        ("", Align::Left),
    ]);
    let most = report.histogram.iter().map(|bin| bin.count).max().unwrap_or(1).max(1);
    let mut so_far = 0;
    for bin in &report.histogram {
        so_far += bin.count;
        #[allow(clippy::cast_precision_loss, reason = "counts are far below 2⁵²")]
        let share = so_far as f64 * 100.0 / report.job.iterations.max(1) as f64;
        let marks = usize::try_from((bin.count * MARKS).div_ceil(most)).unwrap_or_default();
        table.row(vec![
            Cell::new(format!("{:.2}", bin.from)),
            Cell::new(format!("{:.2}", bin.below)),
            Cell::new(bin.count),
            Cell::new(format!("{share:.1}")),
            Cell::new("*".repeat(marks)),
        ]);
    }
    table
}

fn table(reports: &[Report]) -> Table {
    let is_latency = reports.iter().any(|report| report.latency.is_some());
    let mut columns =
        vec![("OP", Align::Left), ("BY", Align::Left), ("BYTES", Align::Right), ("COUNT", Align::Right)];
    columns.extend(match is_latency {
        true => {
            ["MIN µs", "MEDIAN µs", "P99 µs", "P99.9 µs", "MAX µs"].map(|name| (name, Align::Right)).to_vec()
        }
        false => ["Gbit/s", "MiB/s", "MESSAGES/s"].map(|name| (name, Align::Right)).to_vec(),
    });
    columns.push(("PORT", Align::Left));
    let mut table = Table::new(&columns);
    for report in reports {
        let job = &report.job;
        let mut row = vec![
            Cell::new(job.operation),
            Cell::new(job.transport),
            Cell::new(job.size),
            Cell::new(job.iterations),
        ];
        if let Some(it) = report.latency {
            let times = [it.min, it.median, it.p99, it.p999, it.max];
            row.extend(times.map(|time| Cell::new(format!("{time:.2}"))));
        }
        if let Some(it) = report.bandwidth {
            row.push(Cell::new(format!("{:.3}", it.gigabits_per_second)));
            row.push(Cell::new(format!("{:.1}", it.bytes_per_second / f64::from(1 << 20))));
            row.push(Cell::new(format!("{:.0}", it.messages_per_second)));
        }
        row.push(Cell::new(&report.place));
        table.row(row);
    }
    table
}
