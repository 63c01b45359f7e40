//! `snicctl module`: what is plugged into a port.

use clap::Subcommand;
use smartnic::ethtool::module::{Module, Part, Reading};
use smartnic::ethtool::{ModuleFlash, Record};
use smartnic::{Error, Host};

use super::settings::{self, ModulePowerVerb};
use crate::print::{Align, Cell, Format, Pairs, Style, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Who made a module, and what it measures, with limits and alarms
    #[command(
        after_help = "Examples:\n  snicctl module show enp3s0f0np0\n  snicctl -o json module show enp3s0f0np0"
    )]
    Show {
        /// The link
        link: String,
    },
    /// The bytes of half a page of a module's memory, in hexadecimal
    #[command(after_help = "Examples:\n  snicctl module eeprom enp3s0f0np0\n  \
                            snicctl module eeprom enp3s0f0np0 --page 3 --offset 128")]
    Eeprom {
        /// The link
        link: String,
        /// The page; only page 0 has a lower half
        #[arg(long, default_value_t = 0)]
        page: u8,
        /// The bank, for lanes beyond the eighth
        #[arg(long, default_value_t = 0)]
        bank: u8,
        /// The first byte; 128 and above is the upper half
        #[arg(long, default_value_t = 0)]
        offset: u8,
        /// How many bytes
        #[arg(long, default_value_t = 128)]
        length: u8,
        /// The address on the bus: 80, or 81 for the second of an SFP
        #[arg(long, default_value_t = 0x50)]
        i2c: u8,
    },
    /// Write new firmware into a module
    ///
    /// The file is looked for by the kernel, below /lib/firmware. The link must be down.
    #[command(after_help = "Examples:\n  snicctl module flash enp3s0f0np0 maker/module.bin")]
    Flash {
        /// The link
        link: String,
        /// The file, by its path below /lib/firmware
        file: String,
        /// The module's password
        #[arg(long, value_name = "NUMBER")]
        password: Option<u32>,
    },
    /// When a module is given power, and what it draws
    #[command(subcommand)]
    Power(ModulePowerVerb),
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    match verb {
        Verb::Show { link } => show(link, session),
        Verb::Eeprom { link, page, bank, offset, length, i2c } => {
            let part = Part { i2c: *i2c, page: *page, bank: *bank, offset: *offset, length: *length };
            eeprom(link, part, session)
        }
        Verb::Flash { link, file, password } => flash(link, file, *password, session),
        Verb::Power(verb) => settings::module_power(verb, session),
    }
}

fn memory(host: &Host, link: &str, part: Part) -> Result<Vec<u8>, Error> {
    let index = host.names()?.index(link)?;
    host.ethtool()?.module_memory(index, part).map_err(|error| error.on(link))
}

fn show(link: &str, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let host = session.host()?;
    let module = Module::read(&mut |part| memory(&host, link, part)).map_err(|error| error.on(link))?;
    if session.format() != Format::Table {
        let told = serde_json::to_value(&module).unwrap_or_default();
        let pairs = vec![("ifname", serde_json::Value::from(link)), ("module", told)];
        session.data(&[Pairs(pairs)])?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[("FIELD", Align::Left), ("VALUE", Align::Left)]);
    let mut row = |field: &str, value: String| {
        table.row(vec![Cell::new(field).style(Style::Bold), Cell::new(value)]);
    };
    let [a, b, c] = module.oui;
    row("kind", module.kind.clone());
    row("vendor", format!("{} ({a:02x}:{b:02x}:{c:02x})", module.vendor));
    row("part number", format!("{} rev {}", module.part_number, module.revision));
    row("serial number", module.serial_number.clone());
    row("date", module.date.clone());
    let celsius = |value: i64| format!("{:.1} °C", value as f64 / 1e3);
    let volts = |value: i64| format!("{:.3} V", value as f64 / 1e6);
    if let Some(temperature) = &module.temperature {
        row("temperature", told(temperature, &celsius));
    }
    if let Some(voltage) = &module.voltage {
        row("voltage", told(voltage, &volts));
    }
    let amperes = |value: i64| format!("{:.2} mA", value as f64 / 1e3);
    for (at, lane) in (1..).zip(&module.lanes) {
        if let Some(power) = &lane.rx_power {
            row(&format!("lane {at} rx-power"), told(power, &watts));
        }
        if let Some(power) = &lane.tx_power {
            row(&format!("lane {at} tx-power"), told(power, &watts));
        }
        if let Some(bias) = &lane.bias {
            row(&format!("lane {at} bias"), told(bias, &amperes));
        }
    }
    for alarm in &module.alarms {
        table.row(vec![Cell::new("alarm").style(Style::Bold), Cell::new(alarm).style(Style::Yellow)]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

fn flash(link: &str, file: &str, password: Option<u32>, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let host = session.host_to_change()?;
    let index = host.names()?.index(link)?;
    let machine = session.format() != Format::Table;
    let mut told: Result<(), std::io::Error> = Ok(());
    let mut tell = |progress: &ModuleFlash| {
        let line = match machine {
            true => serde_json::to_string(progress).unwrap_or_default(),
            false => {
                let fields = progress.fields();
                let words: Vec<String> =
                    fields.iter().map(|(name, value)| format!("{name} {value}")).collect();
                words.join(", ")
            }
        };
        let out = session.out();
        let written = writeln!(out, "{line}").and_then(|()| out.flush());
        told = std::mem::replace(&mut told, Ok(())).and(written);
    };
    let done = host.ethtool()?.flash_module(index, file, password, &mut tell);
    done.map_err(|error| error.on(format_args!("{link} file {file}")))?;
    told?;
    Ok(Ending::Done)
}

/// Milliwatts, and decibels relative to one of them.
fn watts(nanowatts: i64) -> String {
    let milliwatts = nanowatts as f64 / 1e6;
    match nanowatts {
        ..=0 => "0 mW".to_owned(),
        _ => format!("{milliwatts:.4} mW ({:.2} dBm)", 10.0 * milliwatts.log10()),
    }
}

/// A reading, and the alarm's limits that it is to stay within.
fn told(reading: &Reading, text: &dyn Fn(i64) -> String) -> String {
    match reading.limits {
        Some(limits) => {
            format!(
                "{}, alarm below {} or above {}",
                text(reading.now),
                text(limits.low_alarm),
                text(limits.high_alarm)
            )
        }
        None => text(reading.now),
    }
}

fn eeprom(link: &str, part: Part, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let host = session.host()?;
    let bytes = memory(&host, link, part)?;
    if session.format() != Format::Table {
        let pairs = vec![
            ("ifname", serde_json::Value::from(link)),
            ("page", part.page.into()),
            ("offset", part.offset.into()),
            ("data", bytes.into()),
        ];
        session.data(&[Pairs(pairs)])?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[("OFFSET", Align::Right), ("BYTES", Align::Left)]);
    for (at, row) in bytes.chunks(16).enumerate() {
        let hex: Vec<String> = row.iter().map(|byte| format!("{byte:02x}")).collect();
        table.row(vec![Cell::new(usize::from(part.offset) + 16 * at), Cell::new(hex.join(" "))]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}
