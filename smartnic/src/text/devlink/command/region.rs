//! `devlink region`.

use smartnic_core::device::{RegionId, RegionRead};
use smartnic_core::types::DevlinkHandle;

use super::{Opt, Read, Stop, Takes, Want, Words};

/// What `devlink region` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Shows the regions of one device, or all.
    List(Option<DevlinkHandle>),
    /// Shows one region.
    Show(RegionId),
    /// Removes a snapshot.
    Del(RegionId, u32),
    /// Takes a snapshot, under this number or a free one.
    New(RegionId, Option<u32>),
    /// Shows a snapshot's whole content.
    Dump(RegionId, RegionRead),
    /// Shows a part of the content.
    Read(RegionId, RegionRead),
}

/// The usage of `devlink region`.
pub const USAGE: &str = "\
Usage: devlink region show [ DEV/REGION ]
       devlink region del DEV/REGION snapshot SNAPSHOT_ID
       devlink region new DEV/REGION [ snapshot SNAPSHOT_ID ]
       devlink region dump DEV/REGION [ snapshot SNAPSHOT_ID ]
       devlink region read DEV/REGION [ snapshot SNAPSHOT_ID ] address ADDRESS length LENGTH";

static SNAPSHOT: Opt = Opt {
    names: &["snapshot"],
    missing: "Region snapshot id expected.",
    takes: Takes::Number(u32::MAX as u64),
};
static ADDRESS: Opt =
    Opt { names: &["address"], missing: "Region address value expected.", takes: Takes::Number(u64::MAX) };
static LENGTH: Opt =
    Opt { names: &["length"], missing: "Region length value expected.", takes: Takes::Number(u64::MAX) };

/// Reads the words behind `region`.
///
/// # Errors
/// A [`Stop`] that says what devlink would say.
pub fn read(words: &mut Words<'_>) -> Read<Command> {
    if words.is_empty() {
        return Ok(Command::List(None));
    }
    if words.begins("help") {
        return Err(Stop::help(USAGE));
    }
    if words.take("show") {
        return match words.peek() {
            None => Ok(Command::List(None)),
            Some(word) if word.matches('/').count() == 1 => {
                let device = words.device()?;
                words.options(&[]).map(|_| Command::List(Some(device)))
            }
            Some(_) => {
                let region = region(words)?;
                words.options(&[]).map(|_| Command::Show(region))
            }
        };
    }
    if words.take("del") {
        let region = region(words)?;
        let given = words.options(&[Want::Must(&SNAPSHOT)])?;
        return Ok(Command::Del(region, given.number(&SNAPSHOT).unwrap_or_default()));
    }
    if words.take("dump") {
        let region = region(words)?;
        let snapshot = words.options(&[Want::Must(&SNAPSHOT)])?.number(&SNAPSHOT);
        return Ok(Command::Dump(region, RegionRead { snapshot, range: None }));
    }
    if words.take("read") {
        let region = region(words)?;
        let given = words.options(&[Want::May(&SNAPSHOT), Want::Must(&ADDRESS), Want::Must(&LENGTH)])?;
        let range = given.number(&ADDRESS).zip(given.number(&LENGTH));
        return Ok(Command::Read(region, RegionRead { snapshot: given.number(&SNAPSHOT), range }));
    }
    if words.take("new") {
        let region = region(words)?;
        let number = words.options(&[Want::May(&SNAPSHOT)])?.number(&SNAPSHOT);
        return Ok(Command::New(region, number));
    }
    Err(Stop::no_command(words))
}

fn region(words: &mut Words<'_>) -> Read<RegionId> {
    let (device, name) = words.named("region")?;
    Ok(RegionId::new(device, name))
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
        let device = DevlinkHandle::new("pci", "0000:03:00.0");
        let flash = RegionId::new(device.clone(), "nvm-flash");
        let whole = RegionRead { snapshot: Some(1), range: None };
        let part = RegionRead { snapshot: None, range: Some((0, 16)) };
        for (line, want) in [
            ("", Command::List(None)),
            ("show", Command::List(None)),
            ("show pci/0000:03:00.0", Command::List(Some(device))),
            ("show pci/0000:03:00.0/nvm-flash", Command::Show(flash.clone())),
            ("new pci/0000:03:00.0/nvm-flash snap 7", Command::New(flash.clone(), Some(7))),
            ("del pci/0000:03:00.0/nvm-flash snapshot 7", Command::Del(flash.clone(), 7)),
            ("dump pci/0000:03:00.0/nvm-flash snapshot 1", Command::Dump(flash.clone(), whole)),
            ("read pci/0000:03:00.0/nvm-flash address 0 length 16", Command::Read(flash, part)),
        ] {
            assert_eq!(read_line(line).unwrap(), want, "{line}");
        }
        for (line, want) in [
            ("dump pci/0000:03:00.0/x", "Region snapshot id expected."),
            ("read a/b/c length 1", "Region address value expected."),
            ("list", "Command \"list\" not found"),
        ] {
            assert_eq!(read_line(line).unwrap_err().message, want, "{line}");
        }
    }
}
