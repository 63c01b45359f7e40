//! The initial file system in the kernel's `newc` cpio format: the first program the guest runs.

/// An archive being written. Entries must follow the directory they are in.
pub(super) struct Archive {
    bytes: Vec<u8>,
    inode: u32,
}

const DIRECTORY: u32 = 0o040_755;
const PROGRAM: u32 = 0o100_755;
const LINK: u32 = 0o120_777;

impl Archive {
    pub(super) fn new() -> Self {
        Self { bytes: Vec::new(), inode: 0 }
    }

    pub(super) fn directory(&mut self, path: &str) {
        self.entry(path, DIRECTORY, &[]);
    }

    pub(super) fn program(&mut self, path: &str, contents: &[u8]) {
        self.entry(path, PROGRAM, contents);
    }

    pub(super) fn link(&mut self, path: &str, target: &str) {
        self.entry(path, LINK, target.as_bytes());
    }

    /// Ends the archive.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.inode = 0;
        self.entry("TRAILER!!!", 0, &[]);
        self.bytes
    }

    fn entry(&mut self, path: &str, mode: u32, contents: &[u8]) {
        self.inode += 1;
        // inode, mode, uid, gid, links, mtime, size, device (2), special device (2), name length, checksum
        let fields = [
            self.inode,
            mode,
            0,
            0,
            1,
            0,
            u32::try_from(contents.len()).unwrap_or(u32::MAX),
            0,
            0,
            0,
            0,
            u32::try_from(path.len() + 1).unwrap_or(u32::MAX),
            0,
        ];
        self.bytes.extend_from_slice(b"070701");
        for field in fields {
            self.bytes.extend_from_slice(format!("{field:08x}").as_bytes());
        }
        self.bytes.extend_from_slice(path.as_bytes());
        self.bytes.push(0);
        self.align();
        self.bytes.extend_from_slice(contents);
        self.align();
    }

    fn align(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_aligned_and_carry_their_sizes() {
        let mut archive = Archive::new();
        archive.program("init", b"hello");
        let bytes = archive.finish();
        let head = "070701".to_owned()
            + "00000001"
            + "000081ed"
            + &"00000000".repeat(2)
            + "00000001"
            + "00000000"
            + "00000005"
            + &"00000000".repeat(4)
            + "00000005"
            + "00000000";
        assert_eq!(&bytes[..110], head.as_bytes());
        assert_eq!(&bytes[110..116], b"init\0\0");
        assert_eq!(&bytes[116..124], b"hello\0\0\0");
        assert_eq!(&bytes[124..130], b"070701");
        assert_eq!(&bytes[124 + 110..], b"TRAILER!!!\0\0\0\0");
    }
}
