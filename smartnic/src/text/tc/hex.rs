//! Bytes in hexadecimal digits as tc reads and shows them (`hex2mem`, `hexstring_n2a`).

use std::fmt::Write;

/// Bytes of two digits each. Like tc, it does not look at a last digit without a partner.
pub(super) fn read(text: &str) -> Option<Vec<u8>> {
    let digit = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    text.as_bytes().chunks_exact(2).map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
}

/// Two digits for each byte.
pub(super) fn written(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_read_in_pairs() {
        assert_eq!(read("00aF1"), Some(vec![0, 0xaf]));
        assert_eq!(read("z"), Some(vec![]));
        assert_eq!(read("0g"), None);
        assert_eq!(read("+1"), None);
        assert_eq!(written(&[0, 0xaf]), "00af");
    }
}
