//! `snicctl rdma direct`: what a vendor's own library says of its devices.

use serde_json::Value;
use smartnic::rdma::{Direct, direct};

use crate::print::{Align, Cell, Table};
use crate::session::{Ending, Outcome, Session};

/// Show what a device can do beyond the common verbs, as its vendor's library says (mlx5dv, efadv)
///
/// The device's adapter says which library to ask; it is loaded when it is wanted. Devices of other vendors have none.
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Examples:\n  snicctl rdma direct mlx5_0\n  snicctl -o json rdma direct mlx5_0")]
pub(crate) struct Args {
    /// The device
    #[arg(value_name = "DEV")]
    device: String,
}

pub(crate) fn run(args: &Args, session: &mut Session) -> Outcome {
    session.no_tc()?;
    let told = direct(&session.host()?, &args.device)?;
    if session.is_table() {
        session.table(&table(&told))?;
    } else {
        session.data(&told)?;
    }
    Ok(Ending::Done)
}

/// One line for each thing that is said, in the names of the JSON; nested ones have a dot between.
fn table(told: &Direct) -> Table {
    let mut table = Table::new(&[("WHAT", Align::Left), ("VALUE", Align::Left)]);
    let mut rows = Vec::new();
    lines("", &serde_json::to_value(told).unwrap_or_default(), &mut rows);
    for (what, value) in rows {
        table.row(vec![Cell::new(what), Cell::option(Some(value).filter(|value| !value.is_empty()))]);
    }
    table
}

fn lines(before: &str, value: &Value, into: &mut Vec<(String, String)>) {
    let Value::Object(fields) = value else { return };
    for (name, value) in fields {
        let what = format!("{before}{name}");
        match value {
            Value::Object(_) => lines(&format!("{what}."), value, into),
            Value::Array(all) => {
                let words: Vec<String> = all.iter().map(text).collect();
                into.push((what, words.join(", ")));
            }
            other => into.push((what, text(other))),
        }
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
