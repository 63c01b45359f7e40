//! New firmware of a module.

use std::time::Duration;

use smartnic_core::ethtool::{LinkChanged, ModuleFlash, ModuleFlashStatus};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::codec::{Message, WireError};
use smartnic_netlink::ethtool::bitset::SetNames;
use smartnic_netlink::ethtool::{FAMILY, firmware, notice};
use smartnic_netlink::transport::Protocol;

use crate::LinuxHost;
use crate::listener::Listener;

/// How long nothing may be heard. Modules take up to half a minute for one block.
const PATIENCE: Duration = Duration::from_secs(120);

impl LinuxHost {
    pub(super) fn write_module(
        &self,
        link: IfIndex,
        file: &str,
        password: Option<u32>,
        tell: &mut dyn FnMut(&ModuleFlash),
    ) -> Result<()> {
        let op = "flash a module";
        let object = format_args!("ifindex {link} file {file}");
        let family = self.family(FAMILY, op, &object)?;
        // The kernel tells the socket that asked, and no other.
        let mut listener = Listener::open(self, op, Protocol::Generic, &[], progress)?;
        let request = firmware::Flash { family, link, file, password };
        listener.ask(op, &request).map_err(|error| error.on(object))?;
        loop {
            let Some((index, told)) = listener.wait(Some(PATIENCE)).map_err(|error| error.on(object))? else {
                let error = Error::new(ErrorKind::Timeout, op).on(object);
                return Err(error.reason(format!("nothing was heard for {} s", PATIENCE.as_secs())));
            };
            if index != link {
                continue;
            }
            tell(&told);
            match told.status {
                Some(ModuleFlashStatus::Completed) => return Ok(()),
                Some(ModuleFlashStatus::Error) => {
                    let words = told.message.unwrap_or_else(|| "the kernel does not say why".to_owned());
                    return Err(Error::new(ErrorKind::Refused, op).on(object).reason(words));
                }
                _ => {}
            }
        }
    }
}

fn progress(message: &Message<'_>) -> Result<Option<(IfIndex, ModuleFlash)>, WireError> {
    // None of its fields is a set of names.
    let heard = notice::decode(message, &SetNames::default())?;
    Ok(heard.and_then(|notice| match notice.what {
        LinkChanged::Firmware(told) => Some((notice.link, *told)),
        _ => None,
    }))
}

#[cfg(test)]
mod tests {
    use smartnic_core::backend::EthtoolModule;
    use smartnic_netlink::codec::{Attrs, Encoder, Flags, GenlHeader};
    use smartnic_netlink::uapi::ethtool_netlink::*;
    use smartnic_netlink::uapi::genetlink::*;

    use super::*;
    use crate::connection::script::{Answer, PORT, Script, ack, message};

    const FAMILY_ID: u16 = 0x21;

    fn family(sent: &[Message<'_>]) -> Vec<Answer> {
        let there = message(sent[0].header.kind, Flags::empty(), sent[0].header.seq, PORT, |e| {
            e.fixed(&GenlHeader { command: CTRL_CMD_NEWFAMILY, version: 1, reserved: 0 });
            e.text(CTRL_ATTR_FAMILY_NAME, "ethtool");
            e.u16(CTRL_ATTR_FAMILY_ID, FAMILY_ID);
        });
        vec![there, ack(&sent[0], 0, None)]
    }

    fn told(seq: u32, link: u32, body: impl FnOnce(&mut Encoder<'_>)) -> Answer {
        message(FAMILY_ID, Flags::empty(), seq, PORT, |e| {
            let command = ETHTOOL_MSG_MODULE_FW_FLASH_NTF;
            e.fixed(&GenlHeader { command, version: 1, reserved: 0 });
            e.nest(ETHTOOL_A_MODULE_FW_FLASH_HEADER, |e| e.u32(ETHTOOL_A_HEADER_DEV_INDEX, link));
            body(e);
        })
    }

    /// A kernel that tells of another link too, and begins to tell before it answers.
    fn flashes(last: u32, words: &'static str) -> Script {
        let order = move |sent: &[Message<'_>]| {
            let (header, attrs) = GenlHeader::split(sent[0].payload).unwrap();
            assert_eq!(header.command, ETHTOOL_MSG_MODULE_FW_FLASH_ACT);
            let file = Attrs::new(attrs).find(ETHTOOL_A_MODULE_FW_FLASH_FILE_NAME).unwrap().unwrap();
            assert_eq!(file.text().unwrap(), "module.bin");
            let seq = sent[0].header.seq;
            let status = |status| move |e: &mut Encoder<'_>| e.u32(ETHTOOL_A_MODULE_FW_FLASH_STATUS, status);
            vec![
                told(seq + 1, 3, status(1)),
                ack(&sent[0], 0, None),
                told(seq + 2, 4, status(3)),
                told(seq + 3, 3, |e| {
                    e.u32(ETHTOOL_A_MODULE_FW_FLASH_STATUS, 2);
                    e.u32(ETHTOOL_A_MODULE_FW_FLASH_DONE, 10);
                    e.u32(ETHTOOL_A_MODULE_FW_FLASH_TOTAL, 20);
                }),
                told(seq + 4, 3, |e| {
                    e.u32(ETHTOOL_A_MODULE_FW_FLASH_STATUS, last);
                    e.text(ETHTOOL_A_MODULE_FW_FLASH_STATUS_MSG, words);
                }),
            ]
        };
        Script::default().then(family).then(order)
    }

    fn flash(script: &Script) -> (Result<()>, Vec<ModuleFlash>) {
        let host = LinuxHost::new("test:", script.kernel());
        let mut heard = Vec::new();
        let done = host.flash_module(IfIndex(3), "module.bin", None, &mut |told| heard.push(told.clone()));
        script.sockets();
        (done, heard)
    }

    #[test]
    fn all_that_is_told_of_the_module_is_handed_on_until_it_is_done() {
        let of = |status, message: Option<&str>, bytes: Option<(u64, u64)>| ModuleFlash {
            status: Some(status),
            message: message.map(str::to_owned),
            done: bytes.map(|(done, _)| done),
            total: bytes.map(|(_, total)| total),
        };
        let begun = [
            of(ModuleFlashStatus::Started, None, None),
            of(ModuleFlashStatus::InProgress, None, Some((10, 20))),
        ];
        let (done, heard) = flash(&flashes(3, "Done"));
        done.unwrap();
        assert_eq!(heard[..2], begun);
        assert_eq!(heard[2..], [of(ModuleFlashStatus::Completed, Some("Done"), None)]);
        let (failed, heard) = flash(&flashes(4, "CDB is not there"));
        assert_eq!(heard[2..], [of(ModuleFlashStatus::Error, Some("CDB is not there"), None)]);
        let error = failed.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Refused);
        let text = "cannot flash a module (ifindex 3 file module.bin): CDB is not there";
        assert_eq!(error.to_string(), text);
    }
}
