//! `devlink health`.

use smartnic_core::device::{ReporterChange, ReporterId};
use smartnic_core::types::DevlinkPlace;

use super::{Either, Given, Opt, Read, Stop, Takes, Want, Words};

/// What `devlink health` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Shows the reporters of one device or port, or all.
    List(Option<DevlinkPlace>),
    /// Shows one reporter.
    Show(ReporterId),
    /// Recovers from the present error.
    Recover(ReporterId),
    /// Shows what a reporter knows of the present state.
    Diagnose(ReporterId),
    /// Lets the device have an error.
    Test(ReporterId),
    /// Shows the dump of an error.
    DumpShow(ReporterId),
    /// Removes the dump of an error.
    DumpClear(ReporterId),
    /// Changes what a reporter does by itself.
    Set(ReporterId, ReporterChange),
}

/// The usage of `devlink health`.
pub const USAGE: &str = "\
Usage: devlink health show [ { DEV | DEV/PORT_INDEX } reporter REPORTER_NAME ]
       devlink health recover { DEV | DEV/PORT_INDEX } reporter REPORTER_NAME
       devlink health diagnose { DEV | DEV/PORT_INDEX } reporter REPORTER_NAME
       devlink health test { DEV | DEV/PORT_INDEX } reporter REPORTER_NAME
       devlink health dump show { DEV | DEV/PORT_INDEX } reporter REPORTER_NAME
       devlink health dump clear { DEV | DEV/PORT_INDEX } reporter REPORTER_NAME
       devlink health set { DEV | DEV/PORT_INDEX } reporter REPORTER_NAME
                          [ grace_period MSEC ]
                          [ burst_period MSEC ]
                          [ auto_recover { true | false } ]
                          [ auto_dump    { true | false } ]";

static REPORTER: Opt =
    Opt { names: &["reporter"], missing: "Reporter's name is expected.", takes: Takes::Text };
static GRACE: Opt = Opt { names: &["grace_period"], missing: "", takes: Takes::Number(u64::MAX) };
static BURST: Opt = Opt { names: &["burst_period"], missing: "", takes: Takes::Number(u64::MAX) };
static AUTO_RECOVER: Opt = Opt { names: &["auto_recover"], missing: "", takes: Takes::Bool };
static AUTO_DUMP: Opt = Opt { names: &["auto_dump"], missing: "", takes: Takes::Bool };

/// Reads the words behind `health`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command> {
    if words.begins("help") {
        return Err(Stop::help(USAGE));
    }
    if words.take_show() {
        if words.is_empty() {
            return Ok(Command::List(None));
        }
        let place = place(words)?;
        return Ok(match words.selector(&REPORTER)? {
            Some(given) => Command::Show(id(place, &given)),
            None => Command::List(Some(place)),
        });
    }
    if words.take("recover") {
        return one(words).map(Command::Recover);
    }
    if words.take("diagnose") {
        return one(words).map(Command::Diagnose);
    }
    if words.take("test") {
        return one(words).map(Command::Test);
    }
    if words.take("dump") {
        if words.begins("help") {
            return Err(Stop::help(USAGE));
        }
        if words.take_show() {
            return one(words).map(Command::DumpShow);
        }
        if words.take("clear") {
            return one(words).map(Command::DumpClear);
        }
        return Err(Stop::no_command(words));
    }
    if words.take("set") {
        let place = place(words)?;
        let wants = [
            Want::Must(&REPORTER),
            Want::May(&GRACE),
            Want::May(&AUTO_RECOVER),
            Want::May(&AUTO_DUMP),
            Want::May(&BURST),
        ];
        let given = words.options(&wants)?;
        let change = ReporterChange {
            grace_period: given.number(&GRACE),
            burst_period: given.number(&BURST),
            auto_recover: given.boolean(&AUTO_RECOVER),
            auto_dump: given.boolean(&AUTO_DUMP),
        };
        return Ok(Command::Set(id(place, &given), change));
    }
    Err(Stop::no_command(words))
}

fn one(words: &mut Words<'_>) -> Read<ReporterId> {
    let place = place(words)?;
    let given = words.options(&[Want::Must(&REPORTER)])?;
    Ok(id(place, &given))
}

fn place(words: &mut Words<'_>) -> Read<DevlinkPlace> {
    Ok(match words.either()? {
        Either::Device(device) => device.into(),
        Either::Port(port) => port.into(),
    })
}

fn id(place: DevlinkPlace, given: &Given<'_>) -> ReporterId {
    ReporterId { place, name: given.text(&REPORTER).unwrap_or_default().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_line(line: &str) -> Read<Command> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        read(&mut Words::new(&words, &|_| None))
    }

    #[test]
    fn the_lines_of_scripts_are_read() {
        let fw = ReporterId::new("pci/0000:03:00.0".parse::<DevlinkPlace>().unwrap(), "fw");
        let tx = ReporterId::new("pci/0000:03:00.0/1".parse::<DevlinkPlace>().unwrap(), "tx");
        let change = ReporterChange {
            grace_period: Some(500),
            auto_recover: Some(false),
            ..ReporterChange::default()
        };
        for (line, want) in [
            ("", Command::List(None)),
            ("show pci/0000:03:00.0", Command::List(Some(fw.place.clone()))),
            ("sh pci/0000:03:00.0 rep fw", Command::Show(fw.clone())),
            ("diag pci/0000:03:00.0/1 reporter tx", Command::Diagnose(tx.clone())),
            ("dump show pci/0000:03:00.0 reporter fw", Command::DumpShow(fw.clone())),
            ("dump clear pci/0000:03:00.0 reporter fw", Command::DumpClear(fw.clone())),
            (
                "set pci/0000:03:00.0/1 reporter tx grace_period 500 auto_recover false",
                Command::Set(tx, change),
            ),
        ] {
            assert_eq!(read_line(line).unwrap(), want, "{line}");
        }
        // As devlink 7.3.0 says it.
        for (line, want) in [
            ("set netdevsim/netdevsim1", "Reporter's name is expected."),
            ("show netdevsim/netdevsim1 reporter", "String parameter expected"),
            ("dump pci", "Command \"pci\" not found"),
            ("show netdevsim/netdevsim1 bogus 1", "Unknown option \"bogus\""),
        ] {
            assert_eq!(read_line(line).unwrap_err().message, want, "{line}");
        }
    }
}
