use serde::{Deserialize, Serialize};

/// A BPF program that decides (`bpf`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Bpf {
    /// Where a program is pinned, such as `/sys/fs/bpf/prog`; it is opened when the action is made, and not read back.
    pub pinned: Option<String>,
    /// The program's name (`TCA_ACT_BPF_NAME`).
    pub name: Option<String>,
    /// The program's number in the kernel (`TCA_ACT_BPF_ID`); only read.
    pub id: Option<u32>,
    /// The program's fingerprint (`TCA_ACT_BPF_TAG`); only read.
    pub tag: Option<[u8; 8]>,
    /// A classic program instead: code, jump true, jump false, operand of each instruction (`TCA_ACT_BPF_OPS`).
    pub ops: Vec<(u16, u8, u8, u32)>,
}
