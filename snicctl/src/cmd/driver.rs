//! `snicctl driver`: which driver serves a link, and what it can do for upkeep.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Subcommand;
use serde_json::json;
use smartnic::ethtool::{EepromChange, RESETS};
use smartnic::{Error, ErrorKind};

use super::settings;
use crate::print::{Align, Cell, Format, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    #[command(flatten)]
    Settings(settings::Driver),
    /// Let the device test itself
    #[command(after_help = "Examples:\n  snicctl driver test eth0\n  snicctl driver test eth0 --offline")]
    Test {
        /// The link
        link: String,
        /// Try everything; the link goes down for that time
        #[arg(long)]
        offline: bool,
    },
    /// Let the port's lamp blink, to find it
    #[command(after_help = "Examples:\n  snicctl driver identify eth0 --seconds 10")]
    Identify {
        /// The link
        link: String,
        /// For how long
        #[arg(long, default_value_t = 5)]
        seconds: u64,
    },
    /// Reset parts of the device
    #[command(after_help = "Examples:\n  snicctl driver reset eth0 mac phy\n  snicctl driver reset eth0 all")]
    Reset {
        /// The link
        link: String,
        /// The parts: mgmt, irq, dma, filter, offload, mac, phy, ram, ap, each also as NAME-shared; dedicated, all
        #[arg(required = true, value_parser = part)]
        parts: Vec<u32>,
    },
    /// The device's registers, in the driver's own layout
    #[command(after_help = "Examples:\n  snicctl driver registers eth0 --out regs.bin")]
    Registers {
        /// The link
        link: String,
        /// Write the bytes into this file
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// The device's EEPROM
    #[command(after_help = "Examples:\n  snicctl driver eeprom eth0 --length 64\n  \
                            snicctl driver eeprom eth0 --out eeprom.bin")]
    Eeprom {
        /// The link
        link: String,
        /// The first byte
        #[arg(long, default_value_t = 0)]
        offset: u32,
        /// How many bytes; all if it is left out
        #[arg(long)]
        length: Option<u32>,
        /// Write the bytes into this file
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Write into the device's EEPROM, and read it back
    #[command(
        after_help = "Examples:\n  snicctl driver write-eeprom eth0 mac.bin --magic 0x10c98086 --force"
    )]
    WriteEeprom(WriteEeprom),
    /// What the driver writes down of its device, in its own layout
    #[command(after_help = "Examples:\n  snicctl driver dump eth0\n  snicctl driver dump eth0 --set 1\n  \
                            snicctl driver dump eth0 --out crash.bin")]
    Dump {
        /// The link
        link: String,
        /// Choose what is written down, by the driver's own number
        #[arg(long, value_name = "FLAG", value_parser = number, conflicts_with = "out")]
        set: Option<u32>,
        /// Write it into this file
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// Writing the EEPROM, which nothing else guards.
#[derive(Debug, clap::Args)]
pub(crate) struct WriteEeprom {
    /// The link
    link: String,
    /// The file with the bytes
    file: PathBuf,
    /// Where they go
    #[arg(long, default_value_t = 0)]
    offset: u32,
    /// The driver's number for the device that is meant, such as 0x10c98086
    #[arg(long, value_parser = number)]
    magic: u32,
    /// Write, although a device whose EEPROM is wrong may not start any more
    #[arg(long)]
    force: bool,
}

fn number(text: &str) -> Result<u32, String> {
    let (digits, radix) = text.strip_prefix("0x").map_or((text, 10), |digits| (digits, 16));
    u32::from_str_radix(digits, radix).map_err(|_| "expected a number of 32 bits".to_owned())
}

fn part(text: &str) -> Result<u32, String> {
    let known = || RESETS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
    let found = RESETS.iter().find(|(name, _)| *name == text);
    found.map(|(_, bits)| *bits).ok_or_else(|| format!("expected one of: {}", known()))
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::Settings(verb) => settings::driver(verb, session),
        Verb::Test { link, offline } => test(link, *offline, session),
        Verb::Identify { link, seconds } => {
            let host = session.host_to_change()?;
            let index = host.names()?.index(link)?;
            let done = host.ethtool()?.identify(index, Duration::from_secs(*seconds));
            done.map_err(|error| error.on(link))?;
            Ok(Ending::Done)
        }
        Verb::Reset { link, parts } => {
            let host = session.host_to_change()?;
            let index = host.names()?.index(link)?;
            let parts = parts.iter().fold(0, |all, part| all | part);
            let left = host.ethtool()?.reset(index, parts).map_err(|error| error.on(link))?;
            match names(left & parts) {
                left if left.is_empty() => Ok(Ending::Done),
                left => {
                    let error = Error::new(ErrorKind::Mismatch, "reset a device").on(link);
                    Err(error.reason(format!("the driver did not reset: {}", left.join(" "))).into())
                }
            }
        }
        Verb::Registers { link, out } => {
            let host = session.host()?;
            let index = host.names()?.index(link)?;
            let told = host.ethtool()?.registers(index).map_err(|error| error.on(link))?;
            dump(link, out.as_deref(), (0, &told.bytes[..]), Some(told.version), session)
        }
        Verb::Eeprom { link, offset, length, out } => {
            let host = session.host()?;
            let index = host.names()?.index(link)?;
            let bytes = host.ethtool()?.eeprom(index, *offset, *length).map_err(|error| error.on(link))?;
            dump(link, out.as_deref(), (*offset, &bytes[..]), None, session)
        }
        Verb::WriteEeprom(wanted) => write_eeprom(wanted, session),
        Verb::Dump { link, set: Some(flag), .. } => {
            let host = session.host_to_change()?;
            let index = host.names()?.index(link)?;
            host.ethtool()?.set_dump(index, *flag).map_err(|error| error.on(link))?;
            Ok(Ending::Done)
        }
        Verb::Dump { link, set: None, out: Some(out) } => {
            let host = session.host()?;
            let index = host.names()?.index(link)?;
            let told = host.ethtool()?.driver_dump(index).map_err(|error| error.on(link))?;
            dump(link, Some(out), (0, &told.bytes[..]), Some(told.version), session)
        }
        Verb::Dump { link, set: None, out: None } => {
            let host = session.host()?;
            let index = host.names()?.index(link)?;
            let told = host.ethtool()?.dump_state(index).map_err(|error| error.on(link))?;
            if session.format() != Format::Table {
                session.data(&[json!({ "ifname": link, "dump": told })])?;
                return Ok(Ending::Done);
            }
            session
                .say(format_args!("version {}, flag {}, {} bytes", told.version, told.flag, told.length))?;
            Ok(Ending::Done)
        }
    }
}

fn write_eeprom(wanted: &WriteEeprom, session: &mut Session) -> Outcome {
    let WriteEeprom { link, file, offset, magic, force } = wanted;
    let op = "write the EEPROM";
    let bytes = std::fs::read(file).map_err(|error| Error::io("read a file", error).on(file.display()))?;
    let host = session.host_to_change()?;
    let index = host.names()?.index(link)?;
    let own = host.ethtool()?.eeprom_magic(index).map_err(|error| error.on(link))?;
    if own != *magic {
        let reason =
            format!("the device's number is {own:#010x}, not {magic:#010x}: is it the one that is meant?");
        return Err(Error::invalid(op, reason).on(link).into());
    }
    if !force {
        let error = Error::new(ErrorKind::InvalidInput, op).on(link);
        let reason = "a device whose EEPROM is wrong may not start any more";
        return Err(error
            .reason(reason)
            .hint("keep what is there: snicctl driver eeprom LINK --out FILE; then --force")
            .into());
    }
    let change = EepromChange { magic: *magic, offset: *offset, bytes };
    host.ethtool()?.write_eeprom(index, &change).map_err(|error| error.on(link))?;
    session.say(format_args!("{} bytes written and read back", change.bytes.len()))?;
    Ok(Ending::Done)
}

/// The single parts of a set.
fn names(parts: u32) -> Vec<&'static str> {
    let single = RESETS.iter().filter(|(_, bits)| bits.is_power_of_two() && parts & bits != 0);
    single.map(|(name, _)| *name).collect()
}

fn test(link: &str, offline: bool, session: &mut Session) -> Outcome {
    let host = session.host_to_change()?;
    let index = host.names()?.index(link)?;
    let told = host.ethtool()?.test_link(index, offline).map_err(|error| error.on(link))?;
    if session.format() == Format::Table {
        let mut table = Table::new(&[("TEST", Align::Left), ("FOUND", Align::Left)]);
        for result in &told.results {
            let (text, style) = match result.value {
                0 => ("nothing".to_owned(), Style::Plain),
                wrong => (wrong.to_string(), Style::Yellow),
            };
            table.row(vec![Cell::new(&result.name), Cell::new(text).style(style)]);
        }
        session.table(&table)?;
    } else {
        session.data(&[json!({ "ifname": link, "test": told })])?;
    }
    match told.passed {
        true => Ok(Ending::Done),
        false => {
            let error = Error::new(ErrorKind::Io, "test a device").on(link);
            Err(error.reason("the device found something wrong with itself").into())
        }
    }
}

/// Bytes into a file, or to be looked at.
fn dump(
    link: &str,
    out: Option<&Path>,
    (offset, bytes): (u32, &[u8]),
    version: Option<u32>,
    session: &mut Session,
) -> Outcome {
    if let Some(out) = out {
        let written = std::fs::write(out, bytes);
        written.map_err(|error| Error::io("write a file", error).on(out.display()))?;
        session.say(format_args!("{} bytes written to {}", bytes.len(), out.display()))?;
        return Ok(Ending::Done);
    }
    if session.format() != Format::Table {
        session.data(&[json!({ "ifname": link, "version": version, "offset": offset, "data": bytes })])?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[("OFFSET", Align::Right), ("BYTES", Align::Left)]);
    for (at, row) in (offset..).step_by(16).zip(bytes.chunks(16)) {
        let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
        table.row(vec![Cell::new(format!("{at:#06x}")), Cell::new(hex.join(" "))]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}
