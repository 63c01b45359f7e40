//! What drivers write down of their devices (`ETHTOOL_SET_DUMP`, `ETHTOOL_GET_DUMP_FLAG`, `ETHTOOL_GET_DUMP_DATA`). How long a
//! dump is where firmware tells, and what is in it, is ours.

use crate::errno::Errno;

/// A driver's way with dumps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DumpRule {
    /// `nfp_app_set_dump`; all but the first dump need a file with what is to be dumped, which is not there.
    Nfp,
    /// `bnxt_set_dump`; this firmware keeps no crash dump in the host's memory.
    Bnxt,
    /// `qede_set_dump`; the first number is an order, those behind it are its arguments, and a dump that was read is over.
    Qede,
    /// `set_dump` of `cxgb4_ethtool.c`; bits.
    Cxgb4,
}

/// What would be written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DumpTold {
    /// The number of the layout; none is the firmware's version.
    pub(crate) version: Option<u32>,
    pub(crate) flag: u32,
    pub(crate) len: u32,
}

const BNXT_LIVE_WITH_CACHE: u32 = 3;
const BNXT_CRASH: u32 = 1;

const QEDE_NVM: u32 = 1;
const QEDE_GRC: u32 = 2;
const QEDE_MAX: u32 = 3;
const QEDE_ARGS: usize = 4;
/// `QEDE_DUMP_NVM_ARG_COUNT`
const QEDE_NVM_ARGS: usize = 2;

/// `struct cudbg_hdr`, and 72 of `struct cudbg_entity_hdr`.
const CUDBG_HEAD: u32 = 60 + 72 * 52;
const CXGB4_FLASH: u32 = 1 << 2;

impl DumpRule {
    /// Takes a number that was given; `given` has those that count until now.
    pub(crate) fn take(self, given: &mut Vec<u32>, flag: u32) -> Result<(), Errno> {
        match self {
            Self::Nfp if flag != 0 => return Err(Errno::EOPNOTSUPP),
            Self::Bnxt if flag > BNXT_LIVE_WITH_CACHE => return Err(Errno::EINVAL),
            Self::Bnxt if flag == BNXT_CRASH => return Err(Errno::EOPNOTSUPP),
            Self::Qede => return take_qede(given, flag),
            _ => {}
        }
        // What every driver begins with needs no note, but for cxgb4: only a number that was given has a length.
        *given = if flag == 0 && self != Self::Cxgb4 { Vec::new() } else { vec![flag] };
        Ok(())
    }

    /// What would be written down now.
    pub(crate) fn told(self, given: &[u32]) -> Result<DumpTold, Errno> {
        let flag = given.first().copied().unwrap_or(0);
        Ok(match self {
            Self::Nfp => DumpTold { version: Some(1), flag, len: 512 },
            Self::Bnxt => DumpTold { version: None, flag, len: if flag == 2 { 256 } else { 1024 } },
            Self::Qede if matches!(flag, QEDE_NVM | QEDE_GRC) => {
                DumpTold { version: Some(1), flag, len: if flag == QEDE_GRC { 2048 } else { 64 } }
            }
            Self::Qede => return Err(Errno::EINVAL),
            Self::Cxgb4 if given.is_empty() => DumpTold { version: None, flag, len: 0 },
            Self::Cxgb4 => {
                let parts = [(1, 1024), (1 << 1, 512), (CXGB4_FLASH, 4096)];
                let chosen = parts.iter().filter(|(bit, _)| flag & bit != 0).map(|(_, len)| len);
                DumpTold { version: None, flag, len: CUDBG_HEAD + chosen.sum::<u32>() }
            }
        })
    }

    /// What is left of the numbers once the dump is read, and whether it can be.
    pub(crate) fn read(self, given: &mut Vec<u32>) -> Result<(), Errno> {
        match self {
            Self::Qede => {
                let given = std::mem::take(given);
                let whole = given.first() != Some(&QEDE_NVM) || given.len() == 1 + QEDE_NVM_ARGS;
                if whole { Ok(()) } else { Err(Errno::EINVAL) }
            }
            Self::Cxgb4 if given.first() == Some(&0) => Err(Errno::ENOENT),
            _ => Ok(()),
        }
    }
}

fn take_qede(given: &mut Vec<u32>, flag: u32) -> Result<(), Errno> {
    match given.first() {
        None if flag > QEDE_MAX => return Err(Errno::EINVAL),
        // Nothing was ordered: `QEDE_DUMP_CMD_NONE`.
        None if flag == 0 => {}
        None => given.push(flag),
        Some(_) if given.len() == 1 + QEDE_ARGS => return Err(Errno::EINVAL),
        Some(&QEDE_NVM) => given.push(flag),
        // What a GRC dump leaves out is firmware's; the highest order has no arguments.
        Some(_) => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn qede_wants_an_order_and_its_arguments_and_forgets_them() {
        let mut given = Vec::new();
        assert_eq!(DumpRule::Qede.told(&given), Err(Errno::EINVAL));
        assert_eq!(DumpRule::Qede.take(&mut given, 4), Err(Errno::EINVAL));
        DumpRule::Qede.take(&mut given, QEDE_NVM).unwrap();
        assert_eq!(DumpRule::Qede.read(&mut given.clone()), Err(Errno::EINVAL));
        DumpRule::Qede.take(&mut given, 7).unwrap();
        DumpRule::Qede.take(&mut given, 0).unwrap();
        assert_eq!(DumpRule::Qede.told(&given), Ok(DumpTold { version: Some(1), flag: QEDE_NVM, len: 64 }));
        DumpRule::Qede.read(&mut given).unwrap();
        assert!(given.is_empty());
    }

    #[test]
    fn bits_of_cxgb4_add_up() {
        let mut given = Vec::new();
        assert_eq!(DumpRule::Cxgb4.told(&given).map(|told| told.len), Ok(0));
        DumpRule::Cxgb4.take(&mut given, 3).unwrap();
        assert_eq!(DumpRule::Cxgb4.told(&given).map(|told| told.len), Ok(CUDBG_HEAD + 1536));
        DumpRule::Cxgb4.take(&mut given, 0).unwrap();
        assert_eq!(DumpRule::Cxgb4.told(&given).map(|told| told.len), Ok(CUDBG_HEAD));
        assert_eq!(DumpRule::Cxgb4.read(&mut given), Err(Errno::ENOENT));
    }

    #[test]
    fn bnxt_takes_what_its_firmware_has() {
        let mut given = Vec::new();
        assert_eq!(DumpRule::Bnxt.take(&mut given, 1), Err(Errno::EOPNOTSUPP));
        assert_eq!(DumpRule::Bnxt.take(&mut given, 4), Err(Errno::EINVAL));
        DumpRule::Bnxt.take(&mut given, 2).unwrap();
        assert_eq!(DumpRule::Bnxt.told(&given).map(|told| told.flag), Ok(2));
    }
}
