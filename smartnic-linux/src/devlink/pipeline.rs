use smartnic_core::backend::DevlinkPipeline;
use smartnic_core::device::{PipelineEntry, PipelineHeader, PipelineTable};
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::devlink::{FAMILY, pipeline};

use super::{about_device, is_silent};
use crate::LinuxHost;

impl DevlinkPipeline for LinuxHost {
    fn pipeline_headers(&self, device: &DevlinkHandle) -> Result<Vec<PipelineHeader>> {
        let op = "list the headers of a pipeline";
        let family = self.family(FAMILY, op, device)?;
        let request = pipeline::Headers { family, device };
        let parts =
            self.generic.list(op, device, &request, &|message| pipeline::decode_headers(message).map(Some));
        parts.map(|parts| parts.into_iter().flatten().collect()).map_err(about_device)
    }

    fn pipeline_tables(&self, device: &DevlinkHandle, name: Option<&str>) -> Result<Vec<PipelineTable>> {
        let op = "list the tables of a pipeline";
        let family = self.family(FAMILY, op, device)?;
        let request = pipeline::Tables { family, device, name };
        let parts =
            self.generic.list(op, device, &request, &|message| pipeline::decode_tables(message).map(Some));
        parts.map(|parts| parts.into_iter().flatten().collect()).map_err(about_device)
    }

    fn pipeline_entries(&self, device: &DevlinkHandle, table: &str) -> Result<Vec<PipelineEntry>> {
        let op = "list the entries of a table";
        let object = format_args!("{device} {table}");
        let family = self.family(FAMILY, op, &object)?;
        let request = pipeline::Entries { family, device, table };
        let parts =
            self.generic.list(op, &object, &request, &|message| pipeline::decode_entries(message).map(Some));
        parts.map(|parts| parts.into_iter().flatten().collect()).map_err(about_table)
    }

    fn set_pipeline_counters(&self, device: &DevlinkHandle, table: &str, on: bool) -> Result<()> {
        let op = "count the entries of a table";
        let object = format_args!("{device} {table}");
        let family = self.family(FAMILY, op, &object)?;
        let set = self.generic.change(op, &object, &pipeline::SetCounters { family, device, table, on });
        set.map(drop).map_err(about_table)
    }
}

fn about_table(error: Error) -> Error {
    match is_silent(&error, libc::EINVAL) {
        true => error.of_kind(ErrorKind::NotFound).reason("the driver describes no table of this name"),
        false => about_device(error),
    }
}
