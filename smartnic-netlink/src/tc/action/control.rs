//! What happens to a packet after an action: the number in its parameters (`TC_ACT_*`).

use smartnic_core::flow::Control;

use crate::uapi::pkt_cls::*;

/// The kernel's number.
pub(super) fn number(control: Control) -> i32 {
    match control {
        Control::Pass => TC_ACT_OK,
        Control::Reclassify => TC_ACT_RECLASSIFY,
        Control::Drop => TC_ACT_SHOT,
        Control::Pipe => TC_ACT_PIPE,
        Control::Stolen => TC_ACT_STOLEN,
        Control::Continue => TC_ACT_UNSPEC,
        Control::Trap => TC_ACT_TRAP,
        Control::Goto(chain) => TC_ACT_GOTO_CHAIN | (chain.cast_signed() & TC_ACT_EXT_VAL_MASK),
        Control::Jump(count) => TC_ACT_JUMP | (count.cast_signed() & TC_ACT_EXT_VAL_MASK),
        Control::Unknown(number) => number,
    }
}

/// What the kernel's number stands for.
pub(super) fn read(number: i32) -> Control {
    match number {
        TC_ACT_OK => Control::Pass,
        TC_ACT_RECLASSIFY => Control::Reclassify,
        TC_ACT_SHOT => Control::Drop,
        TC_ACT_PIPE => Control::Pipe,
        TC_ACT_STOLEN => Control::Stolen,
        TC_ACT_UNSPEC => Control::Continue,
        TC_ACT_TRAP => Control::Trap,
        number if number & !TC_ACT_EXT_VAL_MASK == TC_ACT_GOTO_CHAIN => {
            Control::Goto((number & TC_ACT_EXT_VAL_MASK).unsigned_abs())
        }
        number if number & !TC_ACT_EXT_VAL_MASK == TC_ACT_JUMP => {
            Control::Jump((number & TC_ACT_EXT_VAL_MASK).unsigned_abs())
        }
        number => Control::Unknown(number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_reads_back() {
        let jump = TC_ACT_JUMP | 2;
        for wire in (-3..16).chain([TC_ACT_GOTO_CHAIN, TC_ACT_GOTO_CHAIN | 0xfff_ffff, jump, i32::MIN]) {
            assert_eq!(number(read(wire)), wire);
        }
        assert_eq!(read(TC_ACT_GOTO_CHAIN | 5), Control::Goto(5));
        assert_eq!(read(jump), Control::Jump(2));
    }
}
