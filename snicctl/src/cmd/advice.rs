//! `snicctl device advice`: what a change needs to take effect.

use serde::Serialize;
use smartnic::adapter::{Activation, Advice, Change};
use smartnic::inventory::Nic;
use smartnic::types::DevlinkHandle;
use smartnic::{Error, ErrorKind, Host};

use crate::print::{Align, Cell, Format, Table};
use crate::session::{Ending, Outcome, Session};

/// One change and what it needs.
#[derive(Serialize)]
struct Row {
    device: DevlinkHandle,
    change: String,
    /// What must happen, in this order.
    needs: Vec<Activation>,
    /// How that is done.
    how: Vec<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    note: &'static str,
    source: String,
}

/// Prints what changes of one device, or of each, need.
pub(super) fn run(handle: Option<&DevlinkHandle>, session: &mut Session) -> Outcome {
    let host = session.host()?;
    let mut rows = Vec::new();
    for nic in super::nics(&host, handle)? {
        rows.extend(of_one(&host, &nic)?);
    }
    if session.format() != Format::Table {
        session.data(&rows)?;
        return Ok(Ending::Done);
    }
    let mut table = Table::new(&[
        ("DEVICE", Align::Left),
        ("CHANGE", Align::Left),
        ("NEEDS", Align::Left),
        ("HOW", Align::Left),
    ]);
    for row in &rows {
        let needs: Vec<String> = row.needs.iter().map(ToString::to_string).collect();
        table.row(vec![
            Cell::new(&row.device),
            Cell::new(&row.change),
            Cell::new(if needs.is_empty() { "nothing".to_owned() } else { needs.join(", ") }),
            Cell::option(Some(row.how.join("; ")).filter(|how| !how.is_empty())),
        ]);
    }
    session.table(&table)?;
    Ok(Ending::Done)
}

fn of_one(host: &Host, nic: &Nic) -> Result<Vec<Row>, Error> {
    let params = match nic.has_devlink {
        true => host.devlink().params(nic.handle()),
        false => Ok(Vec::new()),
    };
    let params = match params {
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::NotFound) => Vec::new(),
        params => params?,
    };
    let mut rows = Vec::new();
    for param in &params {
        for setting in &param.values {
            let change = Change::Param { name: &param.name, mode: setting.mode };
            let what = format!("parameter {} ({})", param.name, setting.mode);
            rows.push(row(nic, what, &nic.adapter.activation(&change)));
        }
    }
    let others = [
        ("new firmware", Change::Firmware),
        ("splitting a port", Change::PortSplit),
        ("the eswitch mode", Change::EswitchMode),
        ("the number of VFs", Change::NumVfs),
        ("the size of a resource", Change::Resource),
    ];
    for (what, change) in others {
        rows.push(row(nic, what.to_owned(), &nic.adapter.activation(&change)));
    }
    Ok(rows)
}

fn row(nic: &Nic, change: String, advice: &Advice) -> Row {
    Row {
        device: nic.handle().clone(),
        change,
        needs: advice.steps.to_vec(),
        how: how(nic, advice),
        note: advice.note,
        source: advice.source.to_string(),
    }
}

/// How the steps of an advice are done on this device, in order.
pub(super) fn how(nic: &Nic, advice: &Advice) -> Vec<String> {
    let handle = nic.handle();
    let one =
        |step: &Activation| step.how().replace("DEV", &handle.to_string()).replace("ADDRESS", &handle.device);
    advice.steps.iter().map(one).collect()
}
