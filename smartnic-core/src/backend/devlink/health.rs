use crate::device::{Fmsg, Reporter, ReporterChange, ReporterId};
use crate::types::DevlinkPlace;
use crate::{Error, Result};

/// The health reporters of devices and ports.
///
/// # Errors
/// As those of [`super::Devlink`]; of a reporter that is not there, `NotFound`.
pub trait DevlinkHealth: Send + Sync {
    /// The reporters of one device and its ports, of one port, or of all devices
    /// (`DEVLINK_CMD_HEALTH_REPORTER_GET`, dumped).
    fn reporters(&self, place: Option<&DevlinkPlace>) -> Result<Vec<Reporter>> {
        let error = Error::unsupported("list health reporters");
        Err(match place {
            Some(place) => error.on(place),
            None => error,
        })
    }

    /// One reporter (`DEVLINK_CMD_HEALTH_REPORTER_GET`).
    fn reporter(&self, reporter: &ReporterId) -> Result<Reporter> {
        Err(Error::unsupported("read a health reporter").on(reporter))
    }

    /// Changes what a reporter does by itself (`DEVLINK_CMD_HEALTH_REPORTER_SET`).
    fn set_reporter(&self, reporter: &ReporterId, change: &ReporterChange) -> Result<()> {
        let _ = change;
        Err(Error::unsupported("set up a health reporter").on(reporter))
    }

    /// Recovers from the present error, if there is one (`DEVLINK_CMD_HEALTH_REPORTER_RECOVER`).
    fn recover(&self, reporter: &ReporterId) -> Result<()> {
        Err(Error::unsupported("recover by a health reporter").on(reporter))
    }

    /// What the reporter knows of the present state (`DEVLINK_CMD_HEALTH_REPORTER_DIAGNOSE`).
    fn diagnose(&self, reporter: &ReporterId) -> Result<Fmsg> {
        Err(Error::unsupported("diagnose by a health reporter").on(reporter))
    }

    /// The dump of the error that is kept; one is made now if there is none
    /// (`DEVLINK_CMD_HEALTH_REPORTER_DUMP_GET`).
    fn health_dump(&self, reporter: &ReporterId) -> Result<Fmsg> {
        Err(Error::unsupported("read the dump of a health reporter").on(reporter))
    }

    /// Removes the dump, so that the next error makes another (`DEVLINK_CMD_HEALTH_REPORTER_DUMP_CLEAR`).
    fn clear_health_dump(&self, reporter: &ReporterId) -> Result<()> {
        Err(Error::unsupported("clear the dump of a health reporter").on(reporter))
    }

    /// Lets the device have an error, to try what comes of it (`DEVLINK_CMD_HEALTH_REPORTER_TEST`).
    fn test_reporter(&self, reporter: &ReporterId) -> Result<()> {
        Err(Error::unsupported("test a health reporter").on(reporter))
    }
}
