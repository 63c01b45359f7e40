use crate::device::{PipelineEntry, PipelineHeader, PipelineTable};
use crate::types::DevlinkHandle;
use crate::{Error, Result};

/// The tables of a device's pipeline, as far as the driver describes them (dpipe).
///
/// # Errors
/// Those of [`super::Devlink`].
pub trait DevlinkPipeline: Send + Sync {
    /// The headers that tables look at (`DEVLINK_CMD_DPIPE_HEADERS_GET`).
    fn pipeline_headers(&self, device: &DevlinkHandle) -> Result<Vec<PipelineHeader>> {
        Err(Error::unsupported("list the headers of a pipeline").on(device))
    }

    /// The tables, or the one of this name (`DEVLINK_CMD_DPIPE_TABLE_GET`).
    fn pipeline_tables(&self, device: &DevlinkHandle, name: Option<&str>) -> Result<Vec<PipelineTable>> {
        let _ = name;
        Err(Error::unsupported("list the tables of a pipeline").on(device))
    }

    /// The entries of a table (`DEVLINK_CMD_DPIPE_ENTRIES_GET`).
    fn pipeline_entries(&self, device: &DevlinkHandle, table: &str) -> Result<Vec<PipelineEntry>> {
        Err(Error::unsupported("list the entries of a table").on(format_args!("{device} {table}")))
    }

    /// Lets the entries of a table be counted or not (`DEVLINK_CMD_DPIPE_TABLE_COUNTERS_SET`).
    fn set_pipeline_counters(&self, device: &DevlinkHandle, table: &str, on: bool) -> Result<()> {
        let _ = on;
        Err(Error::unsupported("count the entries of a table").on(format_args!("{device} {table}")))
    }
}
