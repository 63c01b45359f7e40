//! Say what changes on a host, until nothing does for so many milliseconds. Usage: watch-events HOST MILLISECONDS

use std::process::ExitCode;
use std::time::Duration;

use smartnic::inventory::{Change, Watch};
use smartnic::{Error, Host, Result};

fn run() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [uri, most] = &args[..] else {
        return Err(Error::invalid("read the command line", "usage: watch-events HOST MILLISECONDS"));
    };
    let most =
        most.parse().map_err(|_| Error::invalid("read the command line", "MILLISECONDS is a number"))?;
    let mut watch = Watch::new(&Host::open(uri)?)?;
    while let Some(change) = watch.wait(Some(Duration::from_millis(most)))? {
        let (what, id) = match &change {
            Change::Appeared { node } => ("appeared", &node.id),
            Change::Gone { node } => ("is gone", &node.id),
            Change::Changed { after, .. } => ("changed", &after.id),
            Change::Moved { after, .. } => ("moved", &after.id),
            Change::Joined { edge } => ("joined", &edge.from),
            Change::Parted { edge } => ("parted", &edge.from),
        };
        println!("{} {what}", id.to_string().replacen(':', " ", 1));
    }
    println!("nothing more");
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            error.kind().code().into()
        }
    }
}
