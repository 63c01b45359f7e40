//! Numbers that look random.

use smartnic_core::types::{MaskValue, Masked};

/// A small generator of numbers (SplitMix64): the same seed gives the same rules for ever.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.bits() % u64::from(end)).unwrap()
    }

    pub(crate) fn small<T: TryFrom<u32, Error: std::fmt::Debug>>(&mut self, end: u32) -> T {
        T::try_from(self.below(end)).unwrap()
    }

    pub(crate) fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(3) == 0).then(|| make(self))
    }

    pub(crate) fn masked<T: MaskValue>(&mut self, make: impl Fn(&mut Self) -> T) -> Masked<T> {
        let (value, mask) = (make(self), make(self));
        if self.below(2) == 0 { Masked::exact(value) } else { Masked::new(value, mask) }
    }
}
