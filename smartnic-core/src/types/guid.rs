use std::fmt;
use std::str::FromStr;

use super::serde_as_text;
use crate::{Error, Result};

/// An InfiniBand GUID: eight bytes, printed `00:11:22:33:44:55:66:77`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Guid(
    /// The number, whose highest byte is printed first.
    pub u64,
);

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, rest @ ..] = self.0.to_be_bytes();
        write!(f, "{first:02x}")?;
        rest.iter().try_for_each(|byte| write!(f, ":{byte:02x}"))
    }
}

impl FromStr for Guid {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong =
            || Error::parse("read a GUID", "expected eight bytes such as 00:11:22:33:44:55:66:77").on(text);
        let mut bytes = [0; 8];
        let mut parts = text.split(':');
        for byte in &mut bytes {
            let digits = |part: &&str| {
                matches!(part.len(), 1 | 2) && part.bytes().all(|digit| digit.is_ascii_hexdigit())
            };
            let part = parts.next().filter(digits).ok_or_else(wrong)?;
            *byte = u8::from_str_radix(part, 16).map_err(|_| wrong())?;
        }
        if parts.next().is_some() { Err(wrong()) } else { Ok(Self(u64::from_be_bytes(bytes))) }
    }
}

serde_as_text!(Guid);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        let guid: Guid = "0:11:22:33:44:55:66:77".parse().unwrap();
        assert_eq!((guid.0, guid.to_string().as_str()), (0x0011_2233_4455_6677, "00:11:22:33:44:55:66:77"));
        for wrong in ["", "00:11:22:33:44:55:66", "00:11:22:33:44:55:66:77:88", "+1:1:1:1:1:1:1:1", "001122"]
        {
            assert!(wrong.parse::<Guid>().is_err(), "{wrong}");
        }
    }
}
