use std::fmt;

use serde::{Deserialize, Serialize};

/// What happens to a packet after an action (`TC_ACT_*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Control {
    /// It goes on to the stack (`TC_ACT_OK`).
    Pass,
    /// Classification starts again (`TC_ACT_RECLASSIFY`).
    Reclassify,
    /// It is dropped (`TC_ACT_SHOT`).
    Drop,
    /// The next action follows (`TC_ACT_PIPE`).
    Pipe,
    /// The action took it (`TC_ACT_STOLEN`): the end of a redirect.
    Stolen,
    /// The next rule follows (`TC_ACT_UNSPEC`).
    Continue,
    /// It goes to the CPU, past the rest of the hardware (`TC_ACT_TRAP`).
    Trap,
    /// It goes on in this chain (`TC_ACT_GOTO_CHAIN`).
    Goto(u32),
    /// The actions start over, but so many of them are passed over (`TC_ACT_JUMP`).
    Jump(u32),
    /// A number that this version of the SDK has no name for.
    Unknown(i32),
}

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass => f.write_str("pass"),
            Self::Reclassify => f.write_str("reclassify"),
            Self::Drop => f.write_str("drop"),
            Self::Pipe => f.write_str("pipe"),
            Self::Stolen => f.write_str("stolen"),
            Self::Continue => f.write_str("continue"),
            Self::Trap => f.write_str("trap"),
            Self::Goto(chain) => write!(f, "goto chain {chain}"),
            Self::Jump(count) => write!(f, "jump {count}"),
            Self::Unknown(number) => write!(f, "unknown-{number}"),
        }
    }
}
