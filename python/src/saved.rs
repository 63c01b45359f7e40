//! Devices as documents: written down, and brought back.

use pyo3::prelude::*;
use serde::Serialize;
use smartnic::cycle;
use smartnic::saved::{self, Allow, Applied, Document, Options, Plan};
use smartnic::types::DevlinkHandle;

use crate::convert::{read, to_py};
use crate::error::Result;
use crate::host::{Host, How, seconds};

/// One thing that is done, or refused, in the package's shape.
#[derive(Serialize)]
struct Told {
    object: Option<String>,
    text: String,
    refused: Option<String>,
}

fn told(plan: &Plan) -> Vec<Told> {
    let refused = plan.refused().map(|refusal| Told {
        object: refusal.device.as_ref().map(ToString::to_string),
        text: refusal.setting.clone(),
        refused: Some(refusal.reason.clone()),
    });
    let devices = plan.devices.iter().flat_map(|device| {
        let object = device.device.to_string();
        device.tasks.iter().map(move |task| Told {
            object: Some(object.clone()),
            text: task.to_string(),
            refused: None,
        })
    });
    let links = plan.links.tasks.iter().map(|task| Told {
        object: Some(task.object()),
        text: task.to_string(),
        refused: None,
    });
    refused.chain(devices).chain(links).collect()
}

/// What devices are like, as a YAML document.
#[pyfunction]
pub(crate) fn export_devices(py: Python<'_>, host: &Host, handle: Option<&str>) -> Result<String> {
    let devices: Vec<DevlinkHandle> = handle.map(read).transpose()?.into_iter().collect();
    host.ask(py, |host| saved::export(host, &devices)?.to_yaml())
}

/// Brings devices to what a document says, and lists what was done; a dry run lists what would be.
#[pyfunction]
pub(crate) fn apply_document(
    py: Python<'_>,
    host: &Host,
    document: &str,
    may: (bool, bool, bool),
    how: How,
) -> PyResult<Py<PyAny>> {
    let ((reload, permanent, prune), (dry_run, timeout, force)) = (may, how);
    let cycle = cycle::Options { timeout: seconds("apply a document of devices", timeout)?, force };
    let options = Options { allow: Allow { reload, permanent }, prune, cycle };
    let plan = if dry_run {
        host.ask(py, |host| saved::plan(host, &Document::from_yaml(document)?, &options))?
    } else {
        host.change(py, |host| {
            let Applied { devices, links } =
                saved::apply(host, &Document::from_yaml(document)?, &options, &mut |_, _| {})?;
            Ok(Plan { devices, links })
        })?
    };
    to_py(py, &told(&plan))
}
