//! The kernel's log (`/dev/kmsg`), one record a read.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;

use smartnic_netlink::transport::LogTail;

/// The longest record that the kernel hands out (`PRINTK_MESSAGE_MAX`, with room to spare).
const LONGEST: usize = 8192;

/// The log from the moment on at which it was opened.
pub(crate) struct Kmsg(File);

impl Kmsg {
    /// Opens the log behind its last record.
    pub(crate) fn open() -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open("/dev/kmsg")?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self(file))
    }
}

impl LogTail for Kmsg {
    fn lines(&mut self) -> io::Result<Vec<String>> {
        let mut record = [0; LONGEST];
        let mut lines = Vec::new();
        loop {
            match self.0.read(&mut record) {
                Ok(0) => return Ok(lines),
                Ok(length) => lines.extend(message(&String::from_utf8_lossy(&record[..length]))),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(lines),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Records were overwritten before they were read: the next read goes on behind them.
                Err(error) if error.raw_os_error() == Some(libc::EPIPE) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// What a record says: `6,1234,5678901,-;bnxt_en 0000:3b:00.0: …`, with lines of its own behind it that begin with a
/// blank.
fn message(record: &str) -> Option<String> {
    let (_, rest) = record.split_once(';')?;
    rest.lines().next().map(str::to_owned).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_without_its_head_and_its_fields() {
        let record = "6,339,5140900,-;bnxt_en 0000:3b:00.0 eth0: Unsupported VLAN TCI\n SUBSYSTEM=pci\n DEVICE=+pci:x\n";
        let said = message(record);
        assert_eq!(said.as_deref(), Some("bnxt_en 0000:3b:00.0 eth0: Unsupported VLAN TCI"));
        assert_eq!(message("no record"), None);
        assert_eq!(message("6,1,1,-;"), None);
    }
}
