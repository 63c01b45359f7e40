use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use super::{Mac, serde_as_text};
use crate::{Error, Result};

/// A value of which only the bits set in a mask count.
///
/// Printed as `tc` prints it: the value alone when every bit counts, `value/prefix` for an address with a
/// contiguous mask, else `value/mask`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Masked<T> {
    /// The value; bits outside the mask do not count, but are kept, as the kernel keeps and shows them.
    pub value: T,
    /// The bits that count.
    pub mask: T,
}

/// A type that can carry a bit mask.
pub trait MaskValue: Copy + Eq {
    /// Every bit set.
    const ONES: Self;
    /// Bitwise and.
    #[must_use]
    fn and(self, other: Self) -> Self;
    /// The length of a contiguous mask, counted from the highest bit; `None` if the mask has holes.
    fn prefix(self) -> Option<u8>;
    /// The contiguous mask of this length; `None` if it is longer than the type.
    fn from_prefix(length: u8) -> Option<Self>;
    /// Prints value and mask.
    ///
    /// # Errors
    /// Those of the formatter.
    fn print(value: Self, mask: Self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
    /// Reads a value or a mask; `mask` says which.
    ///
    /// # Errors
    /// `Parse` if the text is neither.
    fn read(text: &str, mask: bool) -> Result<Self>;
}

impl<T: MaskValue> Masked<T> {
    /// A value of which every bit counts.
    pub fn exact(value: T) -> Self {
        Self { value, mask: T::ONES }
    }

    /// A value under a mask.
    pub fn new(value: T, mask: T) -> Self {
        Self { value, mask }
    }

    /// An address and the length of its prefix; `None` if the prefix is longer than the address.
    pub fn prefix(value: T, length: u8) -> Option<Self> {
        T::from_prefix(length).map(|mask| Self::new(value, mask))
    }

    /// True if every bit counts.
    pub fn is_exact(&self) -> bool {
        self.mask == T::ONES
    }

    /// True if `value` agrees in every bit that counts.
    pub fn matches(&self, value: T) -> bool {
        value.and(self.mask) == self.value.and(self.mask)
    }
}

impl<T: MaskValue> From<T> for Masked<T> {
    fn from(value: T) -> Self {
        Self::exact(value)
    }
}

impl<T: MaskValue> fmt::Display for Masked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::print(self.value, self.mask, f)
    }
}

impl<T: MaskValue> FromStr for Masked<T> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.split_once('/') {
            None => Ok(Self::exact(T::read(text, false)?)),
            Some((value, mask)) => Ok(Self::new(T::read(value, false)?, T::read(mask, true)?)),
        }
    }
}

macro_rules! address {
    ($type:ty, $bits:ty, $length:literal, $what:literal) => {
        impl MaskValue for $type {
            const ONES: Self = Self::from_bits(<$bits>::MAX);
            fn and(self, other: Self) -> Self {
                Self::from_bits(self.to_bits() & other.to_bits())
            }
            fn prefix(self) -> Option<u8> {
                let bits = self.to_bits();
                (bits.leading_ones() + bits.trailing_zeros() == $length || bits == 0)
                    .then(|| bits.leading_ones() as u8)
            }
            fn from_prefix(length: u8) -> Option<Self> {
                let shift = (length <= $length).then(|| $length - u32::from(length))?;
                Some(Self::from_bits(<$bits>::MAX.checked_shl(shift).unwrap_or(0)))
            }
            fn print(value: Self, mask: Self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match mask.prefix() {
                    Some($length) => write!(f, "{value}"),
                    Some(length) => write!(f, "{value}/{length}"),
                    None => write!(f, "{value}/{mask}"),
                }
            }
            fn read(text: &str, mask: bool) -> Result<Self> {
                let prefix = mask.then(|| text.parse().ok().and_then(Self::from_prefix)).flatten();
                prefix
                    .or_else(|| text.parse().ok())
                    .ok_or_else(|| Error::parse("read an address", $what).on(text))
            }
        }
    };
}

address!(Ipv4Addr, u32, 32, "expected an IPv4 address, with a prefix such as /24 or a mask");
address!(Ipv6Addr, u128, 128, "expected an IPv6 address, with a prefix such as /64 or a mask");

impl MaskValue for Mac {
    const ONES: Self = Self::BROADCAST;
    fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] & other.0[at]))
    }
    fn prefix(self) -> Option<u8> {
        let bits =
            u64::from_be_bytes([self.0[0], self.0[1], self.0[2], self.0[3], self.0[4], self.0[5], 0, 0]);
        (bits.leading_ones() + bits.trailing_zeros() == 64 || bits == 0).then(|| bits.leading_ones() as u8)
    }
    fn from_prefix(length: u8) -> Option<Self> {
        let bits = u64::MAX.checked_shl(64 - u32::from(length).min(64)).unwrap_or(0);
        (length <= 48).then(|| Self(std::array::from_fn(|at| bits.to_be_bytes()[at])))
    }
    fn print(value: Self, mask: Self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match mask == Self::ONES {
            true => write!(f, "{value}"),
            false => write!(f, "{value}/{mask}"),
        }
    }
    fn read(text: &str, mask: bool) -> Result<Self> {
        let prefix = mask.then(|| text.parse().ok().and_then(Self::from_prefix)).flatten();
        prefix.map_or_else(|| text.parse(), Ok)
    }
}

macro_rules! integer {
    ($type:ty) => {
        impl MaskValue for $type {
            const ONES: Self = <$type>::MAX;
            fn and(self, other: Self) -> Self {
                self & other
            }
            fn prefix(self) -> Option<u8> {
                (self.leading_ones() + self.trailing_zeros() == <$type>::BITS || self == 0)
                    .then(|| self.leading_ones() as u8)
            }
            fn from_prefix(length: u8) -> Option<Self> {
                let length = u32::from(length);
                (length <= <$type>::BITS)
                    .then(|| <$type>::MAX.checked_shl(<$type>::BITS - length).unwrap_or(0))
            }
            fn print(value: Self, mask: Self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match mask == Self::ONES {
                    true => write!(f, "{value}"),
                    false => write!(f, "{value:#x}/{mask:#x}"),
                }
            }
            fn read(text: &str, _mask: bool) -> Result<Self> {
                let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
                let number = match hex {
                    Some(digits) if digits.bytes().all(|digit| digit.is_ascii_hexdigit()) => {
                        <$type>::from_str_radix(digits, 16).ok()
                    }
                    Some(_) => None,
                    None if text.starts_with('+') => None,
                    None => text.parse().ok(),
                };
                number.ok_or_else(|| {
                    let reason =
                        format!("expected a number from 0 to {} (0x… for hexadecimal)", <$type>::MAX);
                    Error::parse("read a number", reason).on(text)
                })
            }
        }
    };
}

integer!(u8);
integer!(u16);
integer!(u32);

serde_as_text!(Masked<Ipv4Addr>);
serde_as_text!(Masked<Ipv6Addr>);
serde_as_text!(Masked<Mac>);
serde_as_text!(Masked<u16>);
serde_as_text!(Masked<u32>);
serde_as_text!(Masked<u8>);

#[cfg(test)]
mod tests {
    use super::*;

    fn round<T: MaskValue + fmt::Debug>(text: &str) -> String {
        let read: Masked<T> = text.parse().unwrap();
        assert_eq!(read.to_string().parse::<Masked<T>>().unwrap(), read);
        read.to_string()
    }

    #[test]
    fn prints_as_tc_prints() {
        assert_eq!(round::<Ipv4Addr>("10.1.2.3"), "10.1.2.3");
        assert_eq!(round::<Ipv4Addr>("10.1.2.3/8"), "10.1.2.3/8");
        assert_eq!(round::<Ipv4Addr>("10.1.2.3/255.255.0.0"), "10.1.2.3/16");
        assert_eq!(round::<Ipv4Addr>("10.1.2.3/255.0.255.0"), "10.1.2.3/255.0.255.0");
        assert_eq!(round::<Ipv4Addr>("0.0.0.0/0"), "0.0.0.0/0");
        assert_eq!(round::<Ipv6Addr>("2001:db8::1/32"), "2001:db8::1/32");
        assert_eq!(round::<Mac>("01:02:03:04:05:06/24"), "01:02:03:04:05:06/ff:ff:ff:00:00:00");
        assert_eq!(round::<u8>("0x12/0x0f"), "0x12/0xf");
        assert_eq!(round::<u16>("80"), "80");
    }

    #[test]
    fn bad_masks_are_refused() {
        assert!("10.0.0.0/33".parse::<Masked<Ipv4Addr>>().is_err());
        assert!("10.0.0.0/".parse::<Masked<Ipv4Addr>>().is_err());
        assert!("::1/129".parse::<Masked<Ipv6Addr>>().is_err());
        assert!("256".parse::<Masked<u8>>().is_err() && "0xzz".parse::<Masked<u8>>().is_err());
    }

    #[test]
    fn prefixes_of_every_length() {
        for length in 0..=32 {
            assert_eq!(Ipv4Addr::from_prefix(length).unwrap().prefix(), Some(length));
        }
        for length in 0..=128 {
            assert_eq!(Ipv6Addr::from_prefix(length).unwrap().prefix(), Some(length));
        }
        for length in 0..=48 {
            assert_eq!(Mac::from_prefix(length).unwrap().prefix(), Some(length));
        }
        assert_eq!(Mac::from_prefix(49), None);
    }
}
