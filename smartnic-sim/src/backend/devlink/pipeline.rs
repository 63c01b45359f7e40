use smartnic_core::backend::DevlinkPipeline;
use smartnic_core::device::{PipelineEntry, PipelineHeader, PipelineTable};
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{ErrorKind, Result};

use super::find;
use crate::backend::{SimHost, refused};
use crate::errno::Errno;
use crate::note::Note;

impl DevlinkPipeline for SimHost {
    fn pipeline_headers(&self, device: &DevlinkHandle) -> Result<Vec<PipelineHeader>> {
        let op = "list the headers of a pipeline";
        let machine = self.machine.lock();
        let instance = find(&machine, op, device)?;
        let headers = machine.pipeline_headers(instance);
        headers.ok_or_else(|| refused(op, Errno::EOPNOTSUPP, Note::default()).on(device))
    }

    fn pipeline_tables(&self, device: &DevlinkHandle, name: Option<&str>) -> Result<Vec<PipelineTable>> {
        let machine = self.machine.lock();
        let instance = find(&machine, "list the tables of a pipeline", device)?;
        Ok(machine.pipeline_tables(instance, name))
    }

    fn pipeline_entries(&self, device: &DevlinkHandle, table: &str) -> Result<Vec<PipelineEntry>> {
        let op = "list the entries of a table";
        let machine = self.machine.lock();
        let instance = find(&machine, op, device)?;
        let entries = machine.pipeline_entries(instance, table);
        entries.map_err(|errno| about_table(op, errno, device, table))
    }

    fn set_pipeline_counters(&self, device: &DevlinkHandle, table: &str, on: bool) -> Result<()> {
        let op = "count the entries of a table";
        let (mut machine, fate) = self.change();
        let instance = find(&machine, op, device)?;
        let set = fate.and_then(|()| machine.set_pipeline_counters(instance, table, on));
        set.map_err(|errno| about_table(op, errno, device, table))
    }
}

fn about_table(op: &'static str, errno: Errno, device: &DevlinkHandle, table: &str) -> smartnic_core::Error {
    let error = refused(op, errno, Note::default()).on(format_args!("{device} {table}"));
    match errno {
        Errno::EINVAL => {
            error.of_kind(ErrorKind::NotFound).reason("the driver describes no table of this name")
        }
        _ => error,
    }
}
