//! Upkeep of a device through its link, by ioctl.

use std::time::Duration;

use smartnic_core::backend::{EthtoolDriver, EthtoolUpkeep};
use smartnic_core::ethtool::{
    Coalesce, Counter, DriverDump, DumpState, EepromChange, Record, Registers, SelfTest, StringSet, Tunables,
    Value,
};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::codec::WireError;
use smartnic_netlink::ethtool::ioctl::{strings, upkeep};
use smartnic_netlink::uapi::ethtool::{
    ETHTOOL_GET_DUMP_FLAG, ETHTOOL_PHYS_ID, ETHTOOL_RESET, ETHTOOL_SET_DUMP,
};

use crate::LinuxHost;

impl EthtoolUpkeep for LinuxHost {
    fn test_link(&self, link: IfIndex, offline: bool) -> Result<SelfTest> {
        let op = "test a device";
        let count = self.order(op, link, strings::count(StringSet::Test), strings::read_count)?;
        if count == 0 {
            let error = Error::unsupported(op).on(format_args!("ifindex {link}"));
            return Err(error.reason("its driver has no tests"));
        }
        let names = self.order(op, link, strings::names(StringSet::Test, count), strings::read_names)?;
        let (passed, found) = self.order(op, link, upkeep::test(offline, count), upkeep::read_test)?;
        let results = names.into_iter().zip(found).map(|(name, value)| Counter { name, value });
        Ok(SelfTest { passed, results: results.collect() })
    }

    fn identify(&self, link: IfIndex, how_long: Duration) -> Result<()> {
        let op = "let a port blink";
        // The kernel takes zero for ever.
        let seconds = u32::try_from(how_long.as_secs()).ok().filter(|seconds| *seconds > 0);
        let Some(seconds) = seconds else {
            return Err(Error::invalid(op, "expected a second at least").on(format_args!("ifindex {link}")));
        };
        self.order(op, link, upkeep::number(ETHTOOL_PHYS_ID, seconds), |_| Ok(()))
    }

    fn reset(&self, link: IfIndex, parts: u32) -> Result<u32> {
        let op = "reset a device";
        if parts == 0 {
            return Err(Error::invalid(op, "no part is named").on(format_args!("ifindex {link}")));
        }
        self.order(op, link, upkeep::number(ETHTOOL_RESET, parts), upkeep::read_number)
    }

    fn registers(&self, link: IfIndex) -> Result<Registers> {
        let op = "read registers";
        let len = self.driver_info(link)?.registers.filter(|len| *len > 0);
        let Some(len) = len else {
            let error = Error::unsupported(op).on(format_args!("ifindex {link}"));
            return Err(error.reason("its driver does not tell them"));
        };
        self.order(op, link, upkeep::registers(len), upkeep::read_registers)
    }

    fn eeprom(&self, link: IfIndex, offset: u32, length: Option<u32>) -> Result<Vec<u8>> {
        let op = "read the EEPROM";
        let object = format_args!("ifindex {link}");
        let size = self.driver_info(link)?.eeprom.filter(|size| *size > 0);
        let Some(size) = size else {
            return Err(Error::unsupported(op).on(object).reason("its driver does not tell it"));
        };
        let length = length.unwrap_or(size.saturating_sub(offset));
        if length == 0 || offset.checked_add(length).is_none_or(|end| end > size) {
            let reason = format!("it has {size} bytes");
            return Err(Error::invalid(op, reason).on(format_args!("ifindex {link} offset {offset}")));
        }
        self.order(op, link, upkeep::eeprom(offset, length), upkeep::read_eeprom)
    }

    fn eeprom_magic(&self, link: IfIndex) -> Result<u32> {
        self.order("read the EEPROM", link, upkeep::eeprom(0, 1), upkeep::read_magic)
    }

    fn write_eeprom(&self, link: IfIndex, change: &EepromChange) -> Result<()> {
        let op = "write the EEPROM";
        let object = format!("ifindex {link} offset {}", change.offset);
        let length = u32::try_from(change.bytes.len()).ok().filter(|length| *length > 0);
        let Some(length) = length else {
            return Err(Error::invalid(op, "expected bytes, fewer than 4 GiB").on(object));
        };
        self.order(op, link, upkeep::write_eeprom(change), |_| Ok(())).map_err(|error| error.on(&object))?;
        let now = self.eeprom(link, change.offset, Some(length))?;
        match now.iter().zip(&change.bytes).position(|(is, wanted)| is != wanted) {
            None if now.len() == change.bytes.len() => Ok(()),
            at => Err(Error::new(ErrorKind::Mismatch, op).on(object).reason(format!(
                "the driver took it, and the byte at {} is not as written",
                change.offset.saturating_add(at.unwrap_or(now.len()) as u32)
            ))),
        }
    }

    fn dump_state(&self, link: IfIndex) -> Result<DumpState> {
        let block = upkeep::dump_flag(ETHTOOL_GET_DUMP_FLAG, 0);
        self.order("ask for a driver's dump", link, block, upkeep::read_dump_state)
    }

    fn set_dump(&self, link: IfIndex, flag: u32) -> Result<()> {
        let op = "choose a driver's dump";
        self.order(op, link, upkeep::dump_flag(ETHTOOL_SET_DUMP, flag), |_| Ok(()))
            .map_err(|error| error.on(format_args!("ifindex {link} flag {flag}")))
    }

    fn driver_dump(&self, link: IfIndex) -> Result<DriverDump> {
        let op = "read a driver's dump";
        let state = self.dump_state(link)?;
        if state.length == 0 {
            let error = Error::new(ErrorKind::NotFound, op).on(format_args!("ifindex {link}"));
            return Err(error
                .reason("the driver has nothing to write down now")
                .hint("some drivers want to be told what: snicctl driver dump LINK --set FLAG"));
        }
        let mut dump = self.order(op, link, upkeep::dump(state.length), upkeep::read_dump)?;
        // The kernel leaves the number of the layout to the first question.
        dump.version = if dump.version == 0 { state.version } else { dump.version };
        Ok(dump)
    }

    fn tunables(&self, link: IfIndex) -> Result<Tunables> {
        let op = "read tunables";
        let mut told = Tunables::default();
        let mut refusal = None;
        for tunable in &upkeep::TUNABLES {
            match self.order(op, link, tunable.get(), |block| tunable.read(block, &mut told)) {
                Ok(()) => {}
                // Drivers refuse what they do not know in either way.
                Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Refused) => {
                    refusal = refusal.or(Some(error));
                }
                Err(error) => return Err(error),
            }
        }
        match refusal {
            Some(error) if told == Tunables::default() => Err(error.of_kind(ErrorKind::Unsupported)),
            _ => Ok(told),
        }
    }

    fn set_tunables(&self, link: IfIndex, change: &Tunables) -> Result<()> {
        let op = "change tunables";
        for tunable in &upkeep::TUNABLES {
            let Some(Value::Number(number)) = change.get(tunable.field) else { continue };
            let object = format_args!("ifindex {link} {}", tunable.field);
            let unwritable = |error: WireError| Error::invalid(op, error.to_string()).on(object);
            let block = tunable.set(u32::try_from(number).unwrap_or(u32::MAX)).map_err(unwritable)?;
            self.order(op, link, block, |_| Ok(())).map_err(|error| error.on(object))?;
        }
        Ok(())
    }

    fn queue_coalesce(&self, link: IfIndex, queue: u16) -> Result<Coalesce> {
        let op = "read interrupt coalescing";
        let object = format_args!("ifindex {link} queue {queue}");
        let block = upkeep::queue_coalesce(queue);
        let block = block.map_err(|error| Error::invalid(op, error.to_string()).on(object))?;
        self.order(op, link, block, upkeep::read_queue_coalesce).map_err(|error| error.on(object))
    }

    fn set_queue_coalesce(&self, link: IfIndex, queue: u16, change: &Coalesce) -> Result<()> {
        let op = "change interrupt coalescing";
        let object = format_args!("ifindex {link} queue {queue}");
        // The kernel takes all of it at once.
        let mut whole = self.queue_coalesce(link, queue)?;
        for (name, value) in change.fields() {
            whole.put(name, value);
        }
        let block = upkeep::set_queue_coalesce(queue, &whole);
        let block = block.map_err(|error| Error::invalid(op, error.to_string()).on(object))?;
        self.order(op, link, block, |_| Ok(())).map_err(|error| error.on(object))
    }
}
