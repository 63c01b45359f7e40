//! Health reporters.

use smartnic_core::backend::DevlinkHealth;
use smartnic_core::device::{Fmsg, Reporter, ReporterChange, ReporterId};
use smartnic_core::types::DevlinkPlace;
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::codec::Request;
use smartnic_netlink::devlink::health::{
    Diagnose, Dump, DumpClear, DumpGet, Get, Recover, Set, Test, decode,
};
use smartnic_netlink::devlink::{FAMILY, fmsg};

use super::about_device;
use crate::LinuxHost;

impl DevlinkHealth for LinuxHost {
    fn reporters(&self, place: Option<&DevlinkPlace>) -> Result<Vec<Reporter>> {
        let op = "list health reporters";
        let object = place.map(DevlinkPlace::to_string).unwrap_or_default();
        let family = self.family(FAMILY, op, &object)?;
        // Older kernels answer for all devices, whichever was asked for.
        let wanted = |found: &DevlinkPlace| {
            place.is_none_or(|place| {
                found.device == place.device && (place.port.is_none() || found.port == place.port)
            })
        };
        let reporters = self.generic.list(op, &object, &Dump { family, place }, &|message| {
            let reporter = decode(message)?;
            Ok(wanted(&reporter.id.place).then_some(reporter))
        });
        reporters.map_err(about_device)
    }

    fn reporter(&self, reporter: &ReporterId) -> Result<Reporter> {
        let op = "read a health reporter";
        let family = self.family(FAMILY, op, reporter)?;
        let found = self.generic.fetch(op, reporter, &Get { family, reporter }, &decode);
        found.map_err(|error| self.about_reporter(error, reporter))
    }

    fn set_reporter(&self, reporter: &ReporterId, change: &ReporterChange) -> Result<()> {
        let op = "set up a health reporter";
        let family = self.family(FAMILY, op, reporter)?;
        self.change_reporter(op, reporter, &Set { family, reporter, change })
    }

    fn recover(&self, reporter: &ReporterId) -> Result<()> {
        let op = "recover by a health reporter";
        let family = self.family(FAMILY, op, reporter)?;
        self.change_reporter(op, reporter, &Recover { family, reporter }).map_err(|error| {
            // Some drivers only begin with it.
            match error.errno() {
                Some(libc::EINPROGRESS) => {
                    error.hint("the driver goes on with it; read the reporter's state again")
                }
                _ => error,
            }
        })
    }

    fn diagnose(&self, reporter: &ReporterId) -> Result<Fmsg> {
        let op = "diagnose by a health reporter";
        let family = self.family(FAMILY, op, reporter)?;
        self.told(op, reporter, &Diagnose { family, reporter })
    }

    fn health_dump(&self, reporter: &ReporterId) -> Result<Fmsg> {
        let op = "read the dump of a health reporter";
        let family = self.family(FAMILY, op, reporter)?;
        self.told(op, reporter, &DumpGet { family, reporter })
    }

    fn clear_health_dump(&self, reporter: &ReporterId) -> Result<()> {
        let op = "clear the dump of a health reporter";
        let family = self.family(FAMILY, op, reporter)?;
        self.change_reporter(op, reporter, &DumpClear { family, reporter })
    }

    fn test_reporter(&self, reporter: &ReporterId) -> Result<()> {
        let op = "test a health reporter";
        let family = self.family(FAMILY, op, reporter)?;
        self.change_reporter(op, reporter, &Test { family, reporter })
    }
}

impl LinuxHost {
    fn change_reporter(&self, op: &'static str, reporter: &ReporterId, request: &dyn Request) -> Result<()> {
        let changed = self.generic.change(op, reporter, request);
        changed.map(drop).map_err(|error| self.about_reporter(error, reporter))
    }

    /// What a reporter tells, in however many messages.
    fn told(&self, op: &'static str, reporter: &ReporterId, request: &dyn Request) -> Result<Fmsg> {
        let told = self
            .generic
            .gather(op, reporter, request, &|decoder: &mut fmsg::Decoder, message| decoder.take(message));
        told.map(fmsg::Decoder::finish).map_err(|error| self.about_reporter(error, reporter))
    }

    /// Of a reporter that is not there, the kernel says EINVAL and nothing more.
    fn about_reporter(&self, error: Error, id: &ReporterId) -> Error {
        let unknown = error.errno() == Some(libc::EINVAL)
            && self.reporters(Some(&id.place)).is_ok_and(|all| all.iter().all(|found| found.id != *id));
        if !unknown {
            return about_device(error);
        }
        error.of_kind(ErrorKind::NotFound).reason("there is no reporter of this name here")
    }
}
