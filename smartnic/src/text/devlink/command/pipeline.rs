//! `devlink dpipe`: the tables of a pipeline.

use smartnic_core::types::DevlinkHandle;

use super::{Opt, Read, Stop, Takes, Want, Words};

/// What `devlink dpipe` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Shows the headers.
    Headers(DevlinkHandle),
    /// Shows the tables, or one.
    Tables(DevlinkHandle, Option<String>),
    /// Shows the entries of a table.
    Dump(DevlinkHandle, String),
    /// Lets the entries of a table be counted or not.
    Count(DevlinkHandle, String, bool),
}

const USAGE: &str = "Usage: devlink dpipe table show DEV [ name TABLE_NAME ]
       devlink dpipe table set DEV name TABLE_NAME
                               [ counters_enabled { true | false } ]
       devlink dpipe table dump DEV name TABLE_NAME
       devlink dpipe header show DEV";

static NAME: Opt = Opt { names: &["name"], missing: "Dpipe table name expected.", takes: Takes::Text };
static COUNTERS: Opt = Opt {
    names: &["counters", "counters_enabled"],
    missing: "Dpipe table counter state expected.",
    takes: Takes::Bool,
};

/// Reads the words behind `dpipe`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command> {
    match () {
        () if words.begins("help") || words.is_empty() => Err(Stop::help(USAGE)),
        () if words.take("header") => header(words),
        () if words.take("table") => table(words),
        () => Err(Stop::no_command(words)),
    }
}

fn header(words: &mut Words<'_>) -> Read<Command> {
    if words.begins("help") || words.is_empty() {
        return Err(Stop::help(USAGE));
    }
    if !words.take("show") {
        return Err(Stop::no_command(words));
    }
    let device = words.device()?;
    words.options(&[])?;
    Ok(Command::Headers(device))
}

fn table(words: &mut Words<'_>) -> Read<Command> {
    if words.begins("help") || words.is_empty() {
        return Err(Stop::help(USAGE));
    }
    if words.take("show") {
        let device = words.device()?;
        let given = words.options(&[Want::May(&NAME)])?;
        return Ok(Command::Tables(device, given.text(&NAME).map(str::to_owned)));
    }
    if words.take("set") {
        let device = words.device()?;
        let given = words.options(&[Want::Must(&NAME), Want::Must(&COUNTERS)])?;
        let on = given.boolean(&COUNTERS).unwrap_or_default();
        return Ok(Command::Count(device, given.text(&NAME).unwrap_or_default().to_owned(), on));
    }
    if words.take("dump") {
        let device = words.device()?;
        let given = words.options(&[Want::Must(&NAME)])?;
        return Ok(Command::Dump(device, given.text(&NAME).unwrap_or_default().to_owned()));
    }
    Err(Stop::no_command(words))
}
