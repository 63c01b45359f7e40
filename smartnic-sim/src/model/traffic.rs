use serde::{Deserialize, Serialize};

/// The lengths that frames are counted by. Ours: each driver has its own.
pub(crate) const SIZES: [(u32, u32); 8] =
    [(0, 64), (65, 127), (128, 255), (256, 511), (512, 1023), (1024, 1518), (1519, 4095), (4096, 9216)];

/// What an uplink counted of the packets that the wire brought. What goes out is not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Traffic {
    pub(crate) packets: u64,
    pub(crate) bytes: u64,
    /// Packets by [`SIZES`].
    pub(crate) sizes: [u64; SIZES.len()],
}

impl Traffic {
    /// Counts packets of one length.
    pub(crate) fn count(&mut self, packets: u64, length: u32) {
        self.packets = self.packets.saturating_add(packets);
        self.bytes = self.bytes.saturating_add(packets.saturating_mul(u64::from(length)));
        let fits = |(low, high): &(u32, u32)| (*low..=*high).contains(&length);
        if let Some(at) = SIZES.iter().position(fits) {
            self.sizes[at] = self.sizes[at].saturating_add(packets);
        }
    }
}
