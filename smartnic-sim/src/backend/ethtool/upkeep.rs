//! Upkeep of a device straight on the model.

use std::time::Duration;

use smartnic_core::backend::{EthtoolDriver, EthtoolUpkeep};
use smartnic_core::ethtool::{
    Coalesce, Counter, DriverDump, DumpState, EepromChange, Record, Registers, SelfTest, Tunables, Value,
};
use smartnic_core::types::IfIndex;
use smartnic_core::{Error, ErrorKind, Result};
use smartnic_netlink::uapi::ethtool::*;

use super::super::SimHost;
use super::told;
use crate::errno::Errno;
use crate::kernel::upkeep::{self, Written};

/// Tunables of drivers: the field, its number, and the largest that there is room for. No driver here has those of PHYs.
const TUNABLES: [(&str, u32, u32); 4] = [
    ("rx-copybreak", ETHTOOL_RX_COPYBREAK, u32::MAX),
    ("tx-copybreak", ETHTOOL_TX_COPYBREAK, u32::MAX),
    ("tx-buf-size", ETHTOOL_TX_COPYBREAK_BUF_SIZE, u32::MAX),
    ("pfc-prevention-tout", ETHTOOL_PFC_PREVENTION_TOUT, u16::MAX as u32),
];
const PHY_TUNABLES: [(&str, u32); 3] = [
    ("phy-downshift", u8::MAX as u32),
    ("phy-fast-link-down", u8::MAX as u32),
    ("phy-energy-detect-power-down", u16::MAX as u32),
];

impl EthtoolUpkeep for SimHost {
    fn test_link(&self, link: IfIndex, offline: bool) -> Result<SelfTest> {
        self.read("test a device", link, |machine| {
            let found = upkeep::test(machine, link, offline)?;
            let tests = upkeep::rules(machine, link).map_or(&[][..], |rules| rules.tests);
            let results = tests.iter().zip(&found);
            let results = results
                .map(|((name, _), wrong)| Counter { name: (*name).to_owned(), value: u64::from(*wrong) });
            Ok(SelfTest { passed: !found.contains(&true), results: results.collect() })
        })
    }

    fn identify(&self, link: IfIndex, how_long: Duration) -> Result<()> {
        let op = "let a port blink";
        if !(1..=u64::from(u32::MAX)).contains(&how_long.as_secs()) {
            return Err(Error::invalid(op, "expected a second at least").on(format_args!("ifindex {link}")));
        }
        self.read(op, link, |machine| upkeep::identify(machine, link))
    }

    fn reset(&self, link: IfIndex, parts: u32) -> Result<u32> {
        let op = "reset a device";
        if parts == 0 {
            return Err(Error::invalid(op, "no part is named").on(format_args!("ifindex {link}")));
        }
        self.order(op, link, |machine| upkeep::reset(machine, link, parts))
    }

    fn registers(&self, link: IfIndex) -> Result<Registers> {
        // What is no NIC's link has no driver that could be asked.
        self.driver_info(link)?;
        self.read("read registers", link, |machine| upkeep::registers(machine, link, u32::MAX))
    }

    fn eeprom(&self, link: IfIndex, offset: u32, length: Option<u32>) -> Result<Vec<u8>> {
        let op = "read the EEPROM";
        let size = self.driver_info(link)?.eeprom.filter(|size| *size > 0);
        let size = size.ok_or_else(|| told(op, Errno::EOPNOTSUPP, link))?;
        let length = length.unwrap_or(size.saturating_sub(offset));
        if length == 0 || offset.checked_add(length).is_none_or(|end| end > size) {
            let reason = format!("it has {size} bytes");
            return Err(Error::invalid(op, reason).on(format_args!("ifindex {link} offset {offset}")));
        }
        self.read(op, link, |machine| upkeep::eeprom(machine, link, offset, length).map(|(_, bytes)| bytes))
    }

    fn eeprom_magic(&self, link: IfIndex) -> Result<u32> {
        self.read("read the EEPROM", link, |machine| {
            upkeep::eeprom(machine, link, 0, 1).map(|(magic, _)| magic)
        })
    }

    fn write_eeprom(&self, link: IfIndex, change: &EepromChange) -> Result<()> {
        let op = "write the EEPROM";
        let len = u32::try_from(change.bytes.len()).ok().filter(|length| *length > 0);
        let Some(len) = len else {
            let error = Error::invalid(op, "expected bytes, fewer than 4 GiB");
            return Err(error.on(format_args!("ifindex {link} offset {}", change.offset)));
        };
        let written = Written { magic: change.magic, offset: change.offset, len };
        self.order(op, link, |machine| upkeep::write_eeprom(machine, link, &written, || Ok(&change.bytes)))
    }

    fn dump_state(&self, link: IfIndex) -> Result<DumpState> {
        self.read("ask for a driver's dump", link, |machine| upkeep::dump_state(machine, link))
    }

    fn set_dump(&self, link: IfIndex, flag: u32) -> Result<()> {
        self.order("choose a driver's dump", link, |machine| upkeep::set_dump(machine, link, flag))
    }

    fn driver_dump(&self, link: IfIndex) -> Result<DriverDump> {
        let op = "read a driver's dump";
        let state = self.dump_state(link)?;
        if state.length == 0 {
            let error = Error::new(ErrorKind::NotFound, op).on(format_args!("ifindex {link}"));
            return Err(error.reason("the driver has nothing to write down now"));
        }
        let mut machine = self.machine.lock();
        upkeep::dump(&mut machine, link, state.length).map_err(|errno| told(op, errno, link))
    }

    fn tunables(&self, link: IfIndex) -> Result<Tunables> {
        let op = "read tunables";
        let mut found = Tunables::default();
        for (field, id, _) in TUNABLES {
            match self.read(op, link, |machine| upkeep::tunable(machine, link, id)) {
                Ok(number) => {
                    found.put(field, Value::Number(number.into()));
                }
                Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::Refused) => {}
                Err(error) => return Err(error),
            }
        }
        match found == Tunables::default() {
            true => Err(told(op, Errno::EOPNOTSUPP, link)),
            false => Ok(found),
        }
    }

    fn set_tunables(&self, link: IfIndex, change: &Tunables) -> Result<()> {
        let op = "change tunables";
        let fit = |field: &str, most: u32| match change.get(field) {
            Some(Value::Number(number)) => {
                match u32::try_from(number).ok().filter(|number| *number <= most) {
                    Some(number) => Ok(Some(number)),
                    None => Err(Error::invalid(op, "the number is too large")
                        .on(format_args!("ifindex {link} {field}"))),
                }
            }
            _ => Ok(None),
        };
        for (field, id, most) in TUNABLES {
            if let Some(number) = fit(field, most)? {
                self.order(op, link, |machine| upkeep::set_tunable(machine, link, id, number))?;
            }
        }
        for (field, most) in PHY_TUNABLES {
            if fit(field, most)?.is_some() {
                self.order::<()>(op, link, |machine| {
                    machine.netdev(link)?;
                    Err(Errno::EOPNOTSUPP)
                })?;
            }
        }
        Ok(())
    }

    fn queue_coalesce(&self, link: IfIndex, queue: u16) -> Result<Coalesce> {
        let op = "read interrupt coalescing";
        if u32::from(queue) >= MAX_NUM_QUEUE {
            return Err(no_such_queue(op, link, queue));
        }
        let now = self.read(op, link, |machine| upkeep::queue(machine, link, queue.into()))?;
        // The kernel's struct has a number for every field.
        let mut whole = now.clone();
        for field in upkeep::numbers().filter(|field| now.get(field).is_none()) {
            whole.put(field, Value::Number(0));
        }
        Ok(whole)
    }

    fn set_queue_coalesce(&self, link: IfIndex, queue: u16, change: &Coalesce) -> Result<()> {
        let op = "change interrupt coalescing";
        let mut whole = self.queue_coalesce(link, queue)?;
        let unfit = || {
            let error = Error::invalid(op, "the field cannot be changed for one queue");
            error.on(format_args!("ifindex {link} queue {queue}"))
        };
        for (field, value) in change.fields() {
            if !upkeep::numbers().any(|known| known == field) {
                return Err(unfit());
            }
            whole.put(field, value);
        }
        let number = |field| match whole.get(field) {
            Some(Value::Number(number)) => u32::try_from(number).map_err(|_| unfit()),
            Some(Value::Switch(on)) => Ok(u32::from(on)),
            _ => Ok(0),
        };
        let numbers = upkeep::numbers().map(number).collect::<Result<Vec<u32>>>()?;
        self.order(op, link, |machine| {
            upkeep::set_queue(machine, link, queue.into(), |at| numbers.get(at).copied().ok_or(Errno::EFAULT))
        })
    }
}

fn no_such_queue(op: &'static str, link: IfIndex, queue: u16) -> Error {
    Error::invalid(op, "there are not so many queues").on(format_args!("ifindex {link} queue {queue}"))
}
