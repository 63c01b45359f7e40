use std::thread;
use std::time::Duration;

use smartnic_core::backend::{DevlinkFlash, DevlinkNotices, DevlinkWatch};
use smartnic_core::device::{DevlinkNotice, FlashEvent, FlashUpdate};
use smartnic_core::types::DevlinkHandle;
use smartnic_core::{Error, ErrorKind, Extack, Result};
use smartnic_netlink::devlink::{FAMILY, flash};

use super::{about_device, is_silent};
use crate::LinuxHost;

/// How long to listen before it is told that nothing was heard.
const TICK: Duration = Duration::from_millis(100);
/// How long to listen once the kernel has answered: all it told is there by then.
const REST: Duration = Duration::from_millis(1);

impl DevlinkFlash for LinuxHost {
    fn flash(
        &self,
        device: &DevlinkHandle,
        update: &FlashUpdate,
        tell: &mut dyn FnMut(FlashEvent),
    ) -> Result<Option<Extack>> {
        let op = "flash a device";
        let object = &format_args!("{device} file {}", update.file).to_string();
        let family = self.family(FAMILY, op, object)?;
        let mut watch = self.watch()?;
        // A kernel without filters tells of other devices too, which does no harm.
        watch.limit_to(Some(device), None).ok();
        thread::scope(|scope| {
            // The kernel answers only when all is written, which may be minutes later.
            let request = flash::Update { family, device, update };
            let work = scope.spawn(move || self.generic.change(op, object, &request));
            while !work.is_finished() {
                if !hear(&mut *watch, TICK, device, tell) {
                    tell(FlashEvent::Waiting);
                }
            }
            while hear(&mut *watch, REST, device, tell) {}
            let crashed =
                |_| Err(Error::new(ErrorKind::Io, op).on(object).reason("the thread that flashed died"));
            work.join().unwrap_or_else(crashed).map_err(|error| about_flash(error, update))
        })
    }
}

/// Waits for one message and hands it on; false if none came.
fn hear(
    watch: &mut dyn DevlinkWatch,
    most: Duration,
    device: &DevlinkHandle,
    tell: &mut dyn FnMut(FlashEvent),
) -> bool {
    match watch.wait(Some(most)) {
        Ok(Some(DevlinkNotice::Flash(notice))) if notice.device == *device => tell(notice.event),
        Ok(Some(_)) => {}
        Ok(None) => return false,
        // The end is told by the kernel's answer, whatever is lost on the way there.
        Err(_) => {
            thread::sleep(REST);
            return false;
        }
    }
    true
}

fn about_flash(error: Error, update: &FlashUpdate) -> Error {
    let unfound = error.errno() == Some(libc::ENOENT)
        && error
            .extack()
            .is_some_and(|extack| extack.message.as_deref().is_none_or(|text| text.contains("locate")));
    if unfound {
        let hint = match update.file.starts_with('/') {
            true => "the kernel looks below /lib/firmware; name the file by its path below that".to_owned(),
            false => {
                format!("the kernel looks below /lib/firmware: there must be /lib/firmware/{}", update.file)
            }
        };
        return error.hint(hint);
    }
    match is_silent(&error, libc::EOPNOTSUPP) {
        true => error.reason("the driver does not flash, or not with this component or these overwrites"),
        false => about_device(error),
    }
}
