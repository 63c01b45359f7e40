use std::collections::HashMap;

use super::*;
use crate::ErrorKind;

/// A module's memory, by address, page, bank and half; what is not there cannot be read.
#[derive(Default)]
struct Chip(HashMap<(u8, u8, u8, u8), [u8; HALF]>);

impl Chip {
    fn put(&mut self, i2c: u8, page: u8, at: usize, bytes: &[u8]) -> &mut Self {
        self.put_banked(i2c, (page, 0), at, bytes)
    }

    fn put_banked(&mut self, i2c: u8, (page, bank): (u8, u8), at: usize, bytes: &[u8]) -> &mut Self {
        let half = self.0.entry((i2c, page, bank, if at < HALF { 0 } else { 128 })).or_insert([0; HALF]);
        half[at % HALF..at % HALF + bytes.len()].copy_from_slice(bytes);
        self
    }

    fn read(&self) -> Result<Module> {
        Module::read(&mut |part| {
            let half = self.0.get(&(part.i2c, part.page, part.bank, part.offset));
            half.map(|half| half.to_vec()).ok_or_else(|| Error::unsupported("read a page"))
        })
    }
}

fn limits_of(high_alarm: i64, low_alarm: i64, high_warning: i64, low_warning: i64) -> Option<Limits> {
    Some(Limits { high_alarm, low_alarm, high_warning, low_warning })
}

#[test]
fn an_optical_qsfp28_tells_temperature_power_and_current_with_limits() {
    let mut chip = Chip::default();
    chip.put(0x50, 0, 0, &[0x11]).put(0x50, 0, 6, &[0x80]).put(0x50, 0, 9, &[0x01, 0x40]);
    chip.put(0x50, 0, 22, &[0x20, 0x80]).put(0x50, 0, 26, &[0x80, 0xe8]);
    chip.put(0x50, 0, 34, &[0x27, 0x10]).put(0x50, 0, 42, &[0x0e, 0xa6]).put(0x50, 0, 50, &[0x22, 0x60]);
    chip.put(0x50, 0, 148, b"Maker           ").put(0x50, 0, 165, &[0, 2, 0xc9]);
    chip.put(0x50, 0, 168, b"PN-100G-SR4     ").put(0x50, 0, 196, b"SN1234").put(0x50, 0, 212, b"240102");
    chip.put(0x50, 0, 220, &[0x0c]).put(0x50, 0, 130, &[0x0c]);
    chip.put(0x50, 3, 128, &[0x4b, 0, 0xfb, 0, 0x46, 0, 0, 0]);
    chip.put(0x50, 3, 176, &[0x36, 0x10, 0x01, 0, 0x30, 0, 0x02, 0]);
    let module = chip.read().unwrap();
    assert_eq!((module.map, module.kind.as_str(), module.connector), (Map::Sff8636, "QSFP28", 0x0c));
    assert_eq!((module.vendor.as_str(), module.serial_number.as_str()), ("Maker", "SN1234"));
    let temperature = Reading { now: 32_500, limits: limits_of(75_000, -5_000, 70_000, 0) };
    assert_eq!(module.temperature, Some(temperature));
    assert_eq!(module.voltage.unwrap().now, 3_300_000);
    let lane = module.lanes[0];
    assert_eq!(
        lane.rx_power.unwrap(),
        Reading { now: 1_000_000, limits: limits_of(1_384_000, 25_600, 1_228_800, 51_200) }
    );
    assert_eq!((lane.bias.unwrap().now, lane.tx_power.unwrap().now), (7_500, 880_000));
    let raised = ["temperature high alarm", "lane 2 rx-power low warning", "lane 3 rx-power low alarm"];
    assert_eq!(module.alarms, raised);
}

#[test]
fn a_copper_cable_measures_nothing() {
    let mut chip = Chip::default();
    chip.put(0x50, 0, 0, &[0x11, 0, 4]).put(0x50, 0, 148, b"Maker");
    let module = chip.read().unwrap();
    assert_eq!((module.temperature, module.lanes.len()), (None, 0));
}

#[test]
fn an_sfp_with_and_without_calibration_of_its_own() {
    let mut chip = Chip::default();
    chip.put(0x50, 0, 0, &[0x03, 4, 7]).put(0x50, 0, 20, b"Maker").put(0x50, 0, 92, &[0x68]);
    chip.put(0x51, 0, 0, &[0x5a, 0, 0xd8, 0, 0x55, 0, 0xdd, 0]);
    chip.put(0x51, 0, 96, &[0xff, 0x80, 0x80, 0xe8, 0x0e, 0xa6, 0x27, 0x10, 0x13, 0x88]);
    chip.put(0x51, 0, 112, &[0x40, 0x80]).put(0x51, 0, 116, &[0x02, 0]);
    let module = chip.read().unwrap();
    assert_eq!(module.map, Map::Sff8472);
    let temperature = Reading { now: -500, limits: limits_of(90_000, -40_000, 85_000, -35_000) };
    assert_eq!(module.temperature, Some(temperature));
    let lane = module.lanes[0];
    assert_eq!(
        (lane.bias.unwrap().now, lane.tx_power.unwrap().now, lane.rx_power.unwrap().now),
        (7_500, 1_000_000, 500_000)
    );
    let raised = ["temperature low alarm", "lane 1 rx-power high alarm", "lane 1 tx-power high warning"];
    assert_eq!(module.alarms, raised);

    // Twice the voltage less ten, and half of the received power.
    chip.put(0x50, 0, 92, &[0x58]).put(0x51, 0, 88, &[2, 0, 0xff, 0xf6]).put(0x51, 0, 84, &[1, 0, 0, 0]);
    chip.put(0x51, 0, 68, &0.5_f32.to_be_bytes());
    let module = chip.read().unwrap();
    assert_eq!(module.voltage.unwrap().now, (33_000 * 2 - 10) * 100);
    assert_eq!(module.lanes[0].rx_power.unwrap().now, 250_000);
}

#[test]
fn a_cmis_module_tells_eight_lanes_and_scales_the_current() {
    let mut chip = Chip::default();
    chip.put(0x50, 0, 0, &[0x18, 0x40, 0]).put(0x50, 0, 9, &[0x21]).put(0x50, 0, 14, &[0x2d, 0]);
    chip.put(0x50, 0, 16, &[0x80, 0xe8]).put(0x50, 0, 129, b"Maker").put(0x50, 0, 148, b"PN-400G");
    chip.put(0x50, 1, 159, &[0x03, 0x0f]);
    chip.put(0x50, 2, 128, &[0x4b, 0, 0xfb, 0, 0x46, 0, 0, 0]);
    chip.put(0x50, 0x11, 154, &[0x27, 0x10]).put(0x50, 0x11, 172, &[0x0e, 0xa6]);
    chip.put(0x50, 0x11, 140, &[0x80]).put(0x50, 0x11, 151, &[0x01]);
    let module = chip.read().unwrap();
    assert_eq!(
        (module.map, module.kind.as_str(), module.part_number.as_str()),
        (Map::Cmis, "QSFP-DD", "PN-400G")
    );
    let temperature = Reading { now: 45_000, limits: limits_of(75_000, -5_000, 70_000, 0) };
    assert_eq!((module.temperature, module.lanes.len()), (Some(temperature), 8));
    assert_eq!(module.lanes[0].tx_power.unwrap().now, 1_000_000);
    assert_eq!(module.lanes[1].bias.unwrap().now, 15_000, "the unit is 4 microamperes");
    let raised = [
        "temperature high alarm",
        "voltage low alarm",
        "lane 8 tx-power low alarm",
        "lane 1 rx-power high warning",
    ];
    assert_eq!(module.alarms, raised);

    // A second bank that is told of and cannot be read is left out; one that can has the lanes from the ninth on.
    chip.put(0x50, 1, 142, &[0x01]);
    assert_eq!(chip.read().unwrap().lanes.len(), 8);
    chip.put_banked(0x50, (0x11, 1), 156, &[0x13, 0x88]).put_banked(0x50, (0x11, 1), 139, &[0x04]);
    let module = chip.read().unwrap();
    assert_eq!(module.lanes.len(), 16);
    assert_eq!(module.lanes[9].tx_power.unwrap().now, 500_000);
    assert_eq!(module.lanes[1].bias.unwrap().now, 15_000);
    assert!(module.alarms.iter().any(|alarm| alarm == "lane 11 tx-power high alarm"), "{:?}", module.alarms);
    // Four banks may be told of.
    chip.put(0x50, 1, 142, &[0x02]);
    for bank in [2, 3] {
        chip.put_banked(0x50, (0x11, bank), 154, &[0, 1]);
    }
    assert_eq!(chip.read().unwrap().lanes.len(), 32);
}

#[test]
fn what_is_no_module_is_an_error_and_never_a_panic() {
    let mut chip = Chip::default();
    chip.put(0x50, 0, 0, &[0x77]);
    assert_eq!(chip.read().unwrap_err().kind(), ErrorKind::Unsupported);
    let short = Module::read(&mut |_| Ok(vec![0x11; 100])).unwrap_err();
    assert_eq!(short.kind(), ErrorKind::Protocol);

    // Any bytes at all: xorshift, so that a failure can be repeated.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..4000 {
        let mut byte = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        };
        let kinds = [0x03, 0x11, 0x18, 0x0d, 0x1e];
        let _ = Module::read(&mut |part| {
            let mut bytes: Vec<u8> = (0..HALF).map(|_| byte()).collect();
            if part.page == 0 && part.offset == 0 && part.i2c == 0x50 {
                bytes[0] = kinds[round % kinds.len()];
            }
            Ok(bytes)
        });
    }
}
