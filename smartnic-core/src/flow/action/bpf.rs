use serde::{Deserialize, Serialize};

/// A BPF program that decides (`bpf`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Bpf {
    /// Where a program is pinned, such as `/sys/fs/bpf/prog`; it is opened when the action is made, and not read back.
    pub pinned: Option<String>,
    /// The pinned program as an open file of this process (`TCA_ACT_BPF_FD`); whoever sends the action opens it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fd: Option<i32>,
    /// The program's name (`TCA_ACT_BPF_NAME`).
    pub name: Option<String>,
    /// The program's number in the kernel (`TCA_ACT_BPF_ID`); only read.
    pub id: Option<u32>,
    /// The program's fingerprint (`TCA_ACT_BPF_TAG`); only read.
    pub tag: Option<[u8; 8]>,
    /// A classic program instead: code, jump true, jump false, operand of each instruction (`TCA_ACT_BPF_OPS`).
    pub ops: Vec<(u16, u8, u8, u32)>,
}

impl Bpf {
    /// The name under which a pinned program is kept, as tc gives it: the last part of the path.
    #[must_use]
    pub fn pinned_name(path: &str) -> String {
        let last = path.rsplit('/').next().unwrap_or(path);
        format!("{last}:[*fsobj]")
    }

    /// A program is known by its name: where it was pinned and its number in the kernel are not settings.
    pub(super) fn make_canonical(&mut self) {
        if let Some(path) = self.pinned.take() {
            self.name = Some(Self::pinned_name(&path));
        }
        (self.fd, self.id, self.tag) = (None, None, None);
    }
}
