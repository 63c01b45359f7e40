//! How fast a device is: latency and bandwidth between two hosts, or of one with itself.
//!
//! Two sides speak over any stream of bytes, most often a TCP connection: the client says what is to be measured, both
//! tell each other how they are reached, and the data goes over the device. [`serve`] is one side, [`Client`] the other,
//! and [`loopback`] is both. Nothing of it is particular to Linux: a simulated device is measured by the same code.

mod contact;
mod job;
mod report;
mod run;
mod side;

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;

pub use job::{Job, Operation, Test, TransportName};
pub use report::{Bandwidth, Bin, Latency, Report};
pub use side::Local;

use contact::{Answer, Lines};
use run::Seen;
use side::Side;

use crate::{Error, ErrorKind, Host, Result};

const OP: &str = "measure an RDMA device";

/// The side that asks for measurements.
pub struct Client<'a, S> {
    host: &'a Host,
    local: &'a Local,
    lines: Lines<S>,
}

impl<'a, S: Read + Write> Client<'a, S> {
    /// Speaks over `stream` with a host that serves.
    pub fn new(host: &'a Host, local: &'a Local, stream: S) -> Self {
        Self { host, local, lines: Lines::new(stream) }
    }

    /// Measures once. `each` is told every time as it comes, in nanoseconds.
    ///
    /// # Errors
    /// `InvalidInput` for what cannot be measured like this; those of the device; `Io` if the other side went, and whatever
    /// it says of itself.
    pub fn measure(&mut self, job: &Job, each: &mut dyn FnMut(u64)) -> Result<Report> {
        job.check()?;
        let side = Side::new(self.host, self.local, job)?;
        self.lines.say(job)?;
        let theirs = match self.lines.hear::<Answer>()? {
            Answer::Contact(theirs) => theirs,
            Answer::Failed { reason } => {
                let error = Error::new(ErrorKind::Refused, OP).on("the serving side");
                return Err(error.reason(reason));
            }
        };
        let ready = side.connect(&theirs)?;
        ready.prepare()?;
        self.lines.say(&ready.contact())?;
        self.lines.hear::<Ready>()?;
        let measured = ready.lead(each)?;
        self.lines.say(&Ready)?;
        let seen = self.lines.hear::<Seen>()?;
        Ok(ready.report(measured, &seen))
    }
}

/// A word that says nothing but that it came.
#[derive(serde::Serialize, serde::Deserialize)]
struct Ready;

/// Serves one client until it has no more to measure; returns how often it measured.
///
/// # Errors
/// Those of the device, which the client is told of, too; `Io` if the client went in the middle.
pub fn serve(host: &Host, local: &Local, stream: impl Read + Write) -> Result<u64> {
    let mut lines = Lines::new(stream);
    let mut served = 0;
    while let Some(job) = lines.hear_or_end::<Job>()? {
        let made = job.check().and_then(|()| Side::new(host, local, &job));
        let side = match made {
            Ok(side) => side,
            Err(error) => {
                lines.say(&Answer::Failed { reason: error.to_string() })?;
                return Err(error);
            }
        };
        lines.say(&Answer::Contact(side.contact()))?;
        let ready = side.connect(&lines.hear()?)?;
        ready.prepare()?;
        lines.say(&Ready)?;
        let seen = ready.follow()?;
        lines.hear::<Ready>()?;
        lines.say(&seen)?;
        served += 1;
    }
    Ok(served)
}

/// Measures a device with itself: both sides are here.
///
/// # Errors
/// As [`Client::measure`].
pub fn loopback(host: &Host, local: &Local, jobs: &[Job], each: &mut dyn FnMut(u64)) -> Result<Vec<Report>> {
    let (ours, theirs) = UnixStream::pair().map_err(|error| Error::io(OP, error))?;
    std::thread::scope(|scope| {
        let server = scope.spawn(move || serve(host, local, theirs));
        let mut client = Client::new(host, local, ours);
        let reports: Result<Vec<Report>> = jobs.iter().map(|job| client.measure(job, each)).collect();
        // The server ends when its stream does.
        drop(client);
        let served = server.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        match (reports, served) {
            (Ok(reports), Ok(_)) => Ok(reports),
            // Why a side failed is better known to the one that failed first: a stream that ended tells nothing.
            (Err(error), Err(other)) if error.kind() == ErrorKind::Io => Err(other),
            (Err(error), _) | (Ok(_), Err(error)) => Err(error),
        }
    })
}
