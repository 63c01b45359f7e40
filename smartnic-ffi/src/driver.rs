//! `snic_driver_*`, `snic_module_*`, `snic_cable_*`, `snic_udp_port_*`: upkeep of a device through its link, what is plugged
//! into it, and the cable behind it.

use std::ffi::{CString, c_char, c_void};
use std::time::Duration;

use smartnic::Result;
use smartnic::ethtool::module::{Module, Part};
use smartnic::ethtool::{CablePair, CableReach, ModuleFlash, RESETS};
use smartnic::settings::cable_places;

use crate::argument::{optional_number, options, place, prefixed, put_bytes, text};
use crate::entry::{done, misuse};
use crate::error::{c_text, snic_error, snic_status};
use crate::handle;
use crate::host::snic_host;
use crate::inventory::{json_text, snic_text};
use crate::list::{self, List, iterator, listed};
use crate::setting::number;

/// What a device found in one of its tests of itself.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_test_result {
    /// The size of this structure in the library.
    pub size: usize,
    /// The test, as the driver names it.
    pub name: *const c_char,
    /// 0 if all is well, else the driver's number for what is wrong.
    pub value: u64,
}

/// Lets the device of a link test itself: with `offline` not 0 everything, for which the link goes down; else what can be
/// tried while it works. `*passed`, unless NULL, becomes 1, or 0 if something is wrong. `*iter` is the caller's; freed with
/// `snic_test_result_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_driver_test(
    host: *const snic_host,
    link: *const c_char,
    offline: i32,
    iter: *mut *mut snic_test_result_iter,
    passed: *mut i32,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let link = text(link, "link")?;
        let told = host.ethtool()?.test_link(number(host, link)?, offline != 0);
        let told = told.map_err(|error| error.on(link))?;
        if !passed.is_null() {
            *place(passed, "passed")? = told.passed.into();
        }
        Ok(List::of(&told.results, |result, texts| snic_test_result {
            size: size_of::<snic_test_result>(),
            name: texts.keep(&result.name),
            value: result.value,
        }))
    })
}

iterator!(snic_test_result_iter of snic_test_result, snic_test_result_next, snic_test_result_iter_free:
    "What tests found, one after the other.");

/// Lets the lamp of a link's port blink for so many seconds, and waits for its end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_driver_identify(
    host: *const snic_host,
    link: *const c_char,
    seconds: u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let link = text(link, "link")?;
        let host = &handle::get(host)?.host;
        let index = number(host, link)?;
        host.ethtool()?.identify(index, Duration::from_secs(seconds.into())).map_err(|error| error.on(link))
    })
}

/// Resets parts of a link's device: "mgmt", "irq", "dma", "filter", "offload", "mac", "phy", "ram", "ap", each also as
/// "NAME-shared"; "dedicated", "all"; several with commas between them. `*left`, unless NULL, becomes the bits
/// (`ETH_RESET_*`) of those that the driver did not reset.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_driver_reset(
    host: *const snic_host,
    link: *const c_char,
    parts: *const c_char,
    left: *mut u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let link = text(link, "link")?;
        let mut bits = 0;
        for part in text(parts, "parts")?.split(',') {
            let known = RESETS.iter().find(|(name, _)| *name == part);
            bits |= known
                .ok_or_else(|| misuse("parts", format!("nothing that is called {part} can be reset")))?
                .1;
        }
        let host = &handle::get(host)?.host;
        let kept = host.ethtool()?.reset(number(host, link)?, bits).map_err(|error| error.on(link))?;
        if !left.is_null() {
            *place(left, "left")? = kept & bits;
        }
        Ok(())
    })
}

/// Reads the registers of a link's device, in the driver's own layout, into the caller's buffer of `capacity` bytes.
/// `*needed` becomes the number of bytes; if they do not fit, nothing is written and NO_SPACE is returned. `*version`, unless
/// NULL, becomes the driver's number for the layout.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_driver_registers(
    host: *const snic_host,
    link: *const c_char,
    buffer: *mut u8,
    capacity: usize,
    needed: *mut usize,
    version: *mut u32,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let link = text(link, "link")?;
        let host = &handle::get(host)?.host;
        let told = host.ethtool()?.registers(number(host, link)?).map_err(|error| error.on(link))?;
        if !version.is_null() {
            *place(version, "version")? = told.version;
        }
        put_bytes("read registers", &told.bytes, buffer, capacity, needed)
    })
}

/// Reads the EEPROM of a link's device from a byte on, `length` bytes or with 0 all, into the caller's buffer, as
/// `snic_driver_registers` does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_driver_eeprom(
    host: *const snic_host,
    link: *const c_char,
    offset: u32,
    length: u32,
    buffer: *mut u8,
    capacity: usize,
    needed: *mut usize,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let link = text(link, "link")?;
        let host = &handle::get(host)?.host;
        let length = (length != 0).then_some(length);
        let bytes = host.ethtool()?.eeprom(number(host, link)?, offset, length);
        put_bytes("read the EEPROM", &bytes.map_err(|error| error.on(link))?, buffer, capacity, needed)
    })
}

/// What is plugged into a link's port, who made it, and what it measures, as JSON; readings are in nanowatts, microvolts,
/// microamperes and thousandths of a degree. `*text` is the caller's; freed with `snic_text_free`.
///
/// Fails with UNSUPPORTED if nothing that tells is plugged in.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_module_json(
    host: *const snic_host,
    link: *const c_char,
    text: *mut *mut snic_text,
    error: *mut *mut snic_error,
) -> snic_status {
    json_text(host, text, error, |host| {
        let link = crate::argument::text(link, "link")?;
        let (index, ethtool) = (number(host, link)?, host.ethtool()?);
        Module::read(&mut |part| ethtool.module_memory(index, part)).map_err(|error| error.on(link))
    })
}

/// Reads memory of a plugged-in module: `length` bytes of half a page, from `offset` on (128 and above is the upper half), at
/// the address `i2c` of the bus (0x50, or 0x51 for the second of an SFP), into the caller's buffer of at least so many bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_module_memory(
    host: *const snic_host,
    link: *const c_char,
    i2c: u8,
    page: u8,
    bank: u8,
    offset: u8,
    length: u8,
    buffer: *mut u8,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let link = text(link, "link")?;
        let host = &handle::get(host)?.host;
        let part = Part { i2c, page, bank, offset, length };
        let bytes =
            host.ethtool()?.module_memory(number(host, link)?, part).map_err(|error| error.on(link))?;
        put_bytes("read a module", &bytes, buffer, length.into(), &mut 0)
    })
}

/// Called as firmware is written, with words that live during the call; bytes written and bytes in all, 0 where that is
/// not told; and the caller's pointer. It must not unwind (throw).
pub type snic_flash_progress =
    Option<unsafe extern "C" fn(words: *const c_char, done: u64, total: u64, user: *mut c_void)>;

/// Hands progress on to a caller who wants it.
pub(crate) fn tell(progress: snic_flash_progress, user: *mut c_void, words: &str, done: u64, total: u64) {
    if let Some(progress) = progress {
        let words: CString = c_text(words);
        // SAFETY: the caller gave a function of this type, and what it points to.
        unsafe { progress(words.as_ptr(), done, total, user) };
    }
}

/// Writes new firmware into a plugged-in module, and returns when that is over. The kernel looks for the file below
/// /lib/firmware. `password` is -1 for none. `progress` may be NULL.
///
/// Fails with REFUSED if it was begun and failed, with the kernel's words; UNSUPPORTED before kernel 6.11.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_module_flash(
    host: *const snic_host,
    link: *const c_char,
    file: *const c_char,
    password: i64,
    progress: snic_flash_progress,
    user: *mut c_void,
    error: *mut *mut snic_error,
) -> snic_status {
    done(error, || {
        let (link, file) = (text(link, "link")?, text(file, "file")?);
        let password = optional_number(password, "password", "a number of 32 bits")?;
        let host = &handle::get(host)?.host;
        let mut hear = |how: &ModuleFlash| {
            let status = how.status.map(|status| status.to_string()).unwrap_or_default();
            let words = how.message.as_ref().unwrap_or(&status);
            tell(progress, user, words, how.done.unwrap_or(0), how.total.unwrap_or(0));
        };
        let flashed = host.ethtool()?.flash_module(number(host, link)?, file, password, &mut hear);
        flashed.map_err(|error| error.on(format_args!("{link} file {file}")))
    })
}

/// Something that a test of a cable found.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_cable_finding {
    /// The size of this structure in the library.
    pub size: usize,
    /// The pair of wires: "A" to "D"; NULL where it is about none.
    pub pair: *const c_char,
    /// What was found: "OK", "open", "short within the pair", …; "fault", "reflection", "pulse".
    pub found: *const c_char,
    /// How far away it is, in centimetres; -1 where that is not told.
    pub centimetres: i64,
    /// Of reflections and pulses: millivolts; else 0.
    pub millivolts: i32,
}

/// How a cable is tested.
#[derive(Debug, Clone, Copy, Default)]
#[repr(C)]
pub struct snic_cable_options {
    /// `sizeof(snic_cable_options)`.
    pub size: usize,
    /// How long is waited for what is found, in milliseconds; 0 stands for 60,000.
    pub timeout_ms: u64,
    /// Not 0: raw reflections are measured (TDR), within the limits that follow.
    pub reflections: i32,
    /// The nearest place, in centimetres; 0 leaves it to the PHY.
    pub first: u32,
    /// The farthest place, in centimetres; 0 leaves it to the PHY.
    pub last: u32,
    /// From one place to the next, in centimetres; 0 leaves it to the PHY.
    pub step: u32,
    /// 1 to 4: this pair alone; 0: all.
    pub pair: u32,
}
prefixed!(snic_cable_options up to pair: u32);

impl snic_cable_options {
    fn reach(&self) -> Result<Option<CableReach>> {
        if self.reflections == 0 {
            return Ok(None);
        }
        let given = |centimetres: u32| (centimetres != 0).then_some(centimetres);
        let pair = match self.pair {
            0 => None,
            pair => {
                let found = CablePair::ALL.get(pair as usize - 1).copied();
                Some(found.ok_or_else(|| misuse("snic_cable_options.pair", "it must be 0 to 4"))?)
            }
        };
        let (first, last, step) = (given(self.first), given(self.last), given(self.step));
        Ok(Some(CableReach { first, last, step, pair }))
    }
}

/// Tests the cable of a link; the link goes down for that time. `options` may be NULL. `*iter` is the caller's; freed with
/// `snic_cable_finding_iter_free`.
///
/// Fails with UNSUPPORTED if the PHY cannot, TIMEOUT if nothing was found in time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_cable_test(
    host: *const snic_host,
    link: *const c_char,
    options: *const snic_cable_options,
    iter: *mut *mut snic_cable_finding_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let link = text(link, "link")?;
        let given = self::options(options)?;
        let most = Duration::from_millis(if given.timeout_ms == 0 { 60_000 } else { given.timeout_ms });
        let told = host.ethtool()?.test_cable(number(host, link)?, given.reach()?.as_ref(), most);
        let told = told.map_err(|error| error.on(link))?;
        Ok(List::of(&cable_places(&told.findings), |found, texts| snic_cable_finding {
            size: size_of::<snic_cable_finding>(),
            pair: texts.keep_any(found.pair),
            found: texts.keep(&found.found),
            centimetres: list::number(found.centimetres),
            millivolts: found.millivolts.unwrap_or(0).into(),
        }))
    })
}

iterator!(snic_cable_finding_iter of snic_cable_finding, snic_cable_finding_next, snic_cable_finding_iter_free:
    "What a test of a cable found, one thing after the other.");

/// A UDP port by which a device knows a tunnel.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub struct snic_udp_port {
    /// The size of this structure in the library.
    pub size: usize,
    /// The table that it stands in, from 0.
    pub table: u32,
    /// How many ports that table can hold.
    pub places: u32,
    /// The kinds of tunnels that the table can hold, with spaces between them; "" if what is in it never changes.
    pub kinds: *const c_char,
    /// The port; 0 for a table that is empty.
    pub port: u16,
    /// The kind of the tunnel, such as "vxlan"; "" for a table that is empty.
    pub kind: *const c_char,
}

/// Lists the UDP ports by which a link's device knows tunnels, table by table. `*iter` is the caller's; freed with
/// `snic_udp_port_iter_free`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn snic_udp_port_list(
    host: *const snic_host,
    link: *const c_char,
    iter: *mut *mut snic_udp_port_iter,
    error: *mut *mut snic_error,
) -> snic_status {
    listed(host, iter, error, |host| {
        let link = text(link, "link")?;
        let tables = host.ethtool()?.udp_ports(number(host, link)?).map_err(|error| error.on(link))?;
        let rows = (0_u32..).zip(&tables).flat_map(|(at, table)| {
            let ports: Vec<_> = match &table.ports[..] {
                [] => vec![None],
                ports => ports.iter().map(Some).collect(),
            };
            ports.into_iter().map(move |port| (at, table, port))
        });
        Ok(List::of(rows, |(at, table, port), texts| snic_udp_port {
            size: size_of::<snic_udp_port>(),
            table: at,
            places: table.size,
            kinds: texts.keep(table.kinds.join(" ")),
            port: port.map_or(0, |port| port.port),
            kind: texts.keep(port.map_or_else(String::new, |port| port.kind.to_string())),
        }))
    })
}

iterator!(snic_udp_port_iter of snic_udp_port, snic_udp_port_next, snic_udp_port_iter_free:
    "UDP ports of tunnels, one after the other.");
