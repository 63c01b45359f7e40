//! `snicctl region`: regions of a device's memory, and snapshots of them.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde::Serialize;
use smartnic::device::{Region, RegionId, RegionRead};
use smartnic::types::DevlinkHandle;
use smartnic::{Error, Host};

use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Failure, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the regions of one device, or of all, with their snapshots
    #[command(
        alias = "ls",
        after_help = "Examples:\n  snicctl region list\n  snicctl region list pci/0000:03:00.0"
    )]
    List {
        /// The devlink handle; all devices if it is left out
        device: Option<DevlinkHandle>,
    },
    /// Take a snapshot of a region, and print its number
    #[command(after_help = "Examples:\n  snicctl region snapshot pci/0000:03:00.0/nvm-flash\n  \
                            snicctl region snapshot pci/0000:03:00.0/device-caps --id 7")]
    Snapshot {
        /// The region: DEVICE/NAME
        region: RegionId,
        /// The number it is to have; a free one if it is left out
        #[arg(long, value_name = "N")]
        id: Option<u32>,
    },
    /// Read a region: as hexadecimal lines, or as it is into a file
    ///
    /// With --fresh a snapshot is taken, read and removed again.
    #[command(after_help = "Examples:\n  \
        snicctl region read pci/0000:03:00.0/nvm-flash --fresh --to flash.bin\n  \
        snicctl region read pci/0000:03:00.0/shadow-ram --direct --address 0 --length 64\n  \
        snicctl region read pci/0000:03:00.0/device-caps --snapshot 7 --to - | sha256sum")]
    Read {
        /// The region: DEVICE/NAME
        region: RegionId,
        #[command(flatten)]
        source: Source,
        /// The first byte to read
        #[arg(long, value_name = "N", value_parser = number, default_value = "0")]
        address: u64,
        /// How many bytes to read; to the end if it is left out
        #[arg(long, value_name = "N", value_parser = number)]
        length: Option<u64>,
        /// Write the bytes as they are into this file; - for standard output
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
    },
    /// Remove a snapshot
    #[command(alias = "rm", after_help = "Examples:\n  snicctl region del pci/0000:03:00.0/nvm-flash 0")]
    Del {
        /// The region: DEVICE/NAME
        region: RegionId,
        /// The snapshot's number
        snapshot: u32,
    },
}

/// What is read.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Source {
    /// Read this snapshot
    #[arg(long, value_name = "N")]
    snapshot: Option<u32>,
    /// Read the device itself; few drivers allow it
    #[arg(long)]
    direct: bool,
    /// Take a snapshot for this, and remove it afterwards
    #[arg(long)]
    fresh: bool,
}

/// A number, in base ten or with 0x in base sixteen.
fn number(text: &str) -> Result<u64, String> {
    let read = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    };
    read.map_err(|error| error.to_string())
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::List { device } => {
            let regions = session.host()?.devlink().regions(device.as_ref())?;
            list(&regions, session)
        }
        Verb::Snapshot { region, id } => {
            let taken = session.host_to_change()?.devlink().take_snapshot(region, *id)?;
            match session.format() {
                Format::Table => writeln!(session.out(), "{taken}")?,
                _ => session.data(&Taken { region, snapshot: taken })?,
            }
            Ok(Ending::Done)
        }
        Verb::Read { region, source, address, length, to } => {
            let range = match (address, length) {
                (0, None) => None,
                (address, length) => Some((*address, length.unwrap_or(u64::MAX - address))),
            };
            match source.fresh {
                true => read_fresh(region, range, to.as_ref(), session),
                false => {
                    let read = RegionRead { snapshot: source.snapshot, range };
                    content(&session.host()?, region, &read, to.as_ref(), session)
                }
            }
        }
        Verb::Del { region, snapshot } => {
            session.host_to_change()?.devlink().remove_snapshot(region, *snapshot)?;
            session.say(format_args!("{region}: snapshot {snapshot} removed"))?;
            Ok(Ending::Done)
        }
    }
}

/// A snapshot that was taken.
#[derive(Serialize)]
struct Taken<'a> {
    region: &'a RegionId,
    snapshot: u32,
}

fn list(regions: &[Region], session: &mut Session) -> Outcome {
    if session.format() != Format::Table {
        session.data(&regions)?;
        return Ok(Ending::Done);
    }
    if regions.is_empty() {
        session.say("no regions")?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("REGION", Align::Left),
        ("BYTES", Align::Right),
        ("SNAPSHOTS", Align::Left),
        ("AT MOST", Align::Right),
    ]);
    for region in regions {
        let numbers: Vec<String> = region.snapshots.iter().flatten().map(u32::to_string).collect();
        table.row(vec![
            Cell::new(&region.id).style(Style::Bold),
            Cell::option(region.size),
            Cell::new(numbers.join(", ")),
            Cell::option(region.max_snapshots),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

/// Reads a snapshot that is taken for this alone. It is removed however the reading ends.
fn read_fresh(
    region: &RegionId,
    range: Option<(u64, u64)>,
    to: Option<&PathBuf>,
    session: &mut Session,
) -> Outcome {
    let host = session.host_to_change()?;
    let snapshot = host.devlink().take_snapshot(region, None)?;
    let read = RegionRead { snapshot: Some(snapshot), range };
    let outcome = content(&host, region, &read, to, session);
    let removed = host.devlink().remove_snapshot(region, snapshot);
    let outcome = outcome?;
    removed?;
    Ok(outcome)
}

/// Hands the content on as it comes.
fn content(
    host: &Host,
    region: &RegionId,
    read: &RegionRead,
    to: Option<&PathBuf>,
    session: &mut Session,
) -> Outcome {
    match to {
        Some(path) if path.as_os_str() != "-" => {
            let failed = |error| Error::io("write what was read", error).on(path.display());
            let mut file = BufWriter::new(File::create(path).map_err(failed)?);
            let written = pass_on(host, region, read, &mut file, raw);
            let written = written.map_err(|failure| match failure {
                Failure::Output(error) => failed(error).into(),
                other => other,
            })?;
            file.flush().map_err(failed)?;
            session.say(format_args!("{written} bytes written to {}", path.display()))?;
        }
        Some(_) => drop(pass_on(host, region, read, session.out(), raw)?),
        None if session.format() == Format::Table => {
            let mut row = Rows::default();
            pass_on(host, region, read, session.out(), |out, address, data| row.put(out, address, data))?;
            row.end(session.out())?;
        }
        None => {
            let error = Error::invalid("print what was read", "bytes are not written as JSON or YAML");
            return Err(error.hint("use --to FILE for the bytes, or -o table for lines").into());
        }
    }
    Ok(Ending::Done)
}

/// Hands the content to `put`, piece by piece. Returns how many bytes there were.
fn pass_on<W: Write + ?Sized>(
    host: &Host,
    region: &RegionId,
    read: &RegionRead,
    out: &mut W,
    mut put: impl FnMut(&mut W, u64, &[u8]) -> io::Result<()>,
) -> Result<u64, Failure> {
    let mut bytes = 0;
    let mut broken = None;
    let end = host.devlink().read_region(region, read, &mut |chunk| {
        bytes += chunk.data.len() as u64;
        put(out, chunk.address, &chunk.data).map_err(|error| {
            broken = Some(error);
            Error::invalid("print what was read", "nobody takes it")
        })
    });
    match broken {
        Some(error) => Err(Failure::Output(error)),
        None => Ok(end.map(|()| bytes)?),
    }
}

fn raw<W: Write + ?Sized>(out: &mut W, _address: u64, data: &[u8]) -> io::Result<()> {
    out.write_all(data)
}

/// Hexadecimal lines of sixteen bytes, with the address in front and readable characters behind.
#[derive(Default)]
struct Rows {
    /// Where the line that is being filled begins.
    start: u64,
    line: Vec<u8>,
}

impl Rows {
    fn put<W: Write + ?Sized>(&mut self, out: &mut W, address: u64, data: &[u8]) -> io::Result<()> {
        for (at, byte) in (address..).zip(data) {
            if self.line.is_empty() {
                self.start = at;
            }
            self.line.push(*byte);
            if self.line.len() == 16 {
                self.end(out)?;
            }
        }
        Ok(())
    }

    fn end<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        if self.line.is_empty() {
            return Ok(());
        }
        let hex: String = self.line.iter().map(|byte| format!("{byte:02x} ")).collect();
        let plain =
            |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '.' };
        let text: String = self.line.iter().map(plain).collect();
        writeln!(out, "{:010x}  {hex:48} |{text}|", self.start)?;
        self.line.clear();
        Ok(())
    }
}
