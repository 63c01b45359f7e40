//! The module in an uplink's cage: 100 gigabits per second over four fibres, laid out by SFF-8636. Maker, numbers and readings
//! are ours. In the second port the third lane receives too little light.

/// Half a page of its memory.
pub(crate) fn half(pf: usize, page: u8, upper: bool) -> [u8; 128] {
    let mut half = [0; 128];
    let mut put = |at: usize, bytes: &[u8]| {
        let at = at % 128;
        half[at..at + bytes.len()].copy_from_slice(bytes);
    };
    match (page, upper) {
        (0, false) => {
            put(0, &[0x11, 0x08]);
            put(22, &[0x26, 0x40]);
            put(26, &33_000_u16.to_be_bytes());
            let weak = pf == 1;
            for lane in 0..4 {
                let power = if weak && lane == 2 { 180_u16 } else { 8400 + 150 * lane as u16 };
                put(34 + 2 * lane, &power.to_be_bytes());
                put(42 + 2 * lane, &(3750 + 10 * lane as u16).to_be_bytes());
                put(50 + 2 * lane, &(9100 + 50 * lane as u16).to_be_bytes());
            }
            if weak {
                put(10, &[0b0101_0000]);
            }
        }
        (0, true) => {
            put(128, &[0x11]);
            put(130, &[0x0c]);
            put(148, b"SIMULATED       ");
            put(168, b"SIM-100G-SR4    ");
            put(184, b"A1");
            put(196, format!("SIM{:013}", pf + 1).as_bytes());
            put(212, b"240601  ");
            put(220, &[0x0c]);
        }
        (3, true) => {
            put(128, &[0x4b, 0, 0xfb, 0, 0x46, 0, 0, 0]);
            put(144, &[0x8d, 0xcc, 0x74, 0x04, 0x87, 0x5a, 0x7a, 0x76]);
            put(176, &[0x87, 0x71, 0x01, 0xd2, 0x6b, 0xb3, 0x02, 0x4c]);
            put(184, &[0x13, 0x88, 0x05, 0xdc, 0x11, 0x94, 0x07, 0xd0]);
            put(192, &[0x87, 0x71, 0x02, 0x0d, 0x6b, 0xb3, 0x03, 0x42]);
        }
        _ => {}
    }
    half
}
