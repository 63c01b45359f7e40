//! Changes of headers (`tcf_pedit_dump`).

use smartnic_core::flow::{Pedit, PeditCommand, PeditHeader};
use smartnic_netlink::codec::Encoder;
use smartnic_netlink::uapi::tc_pedit::*;

pub(super) fn write(e: &mut Encoder<'_>, pedit: &Pedit, common: [i32; 5]) {
    if pedit.extended {
        e.nest(TCA_PEDIT_KEYS_EX, |e| {
            for key in &pedit.keys {
                e.nest(TCA_PEDIT_KEY_EX, |e| {
                    e.u16(TCA_PEDIT_KEY_EX_HTYPE as u16, header(key.header));
                    e.u16(TCA_PEDIT_KEY_EX_CMD as u16, command(key.command));
                });
            }
        });
    }
    let mut structure: Vec<u8> = common.into_iter().flat_map(i32::to_ne_bytes).collect();
    // How many there are, the flags, and two bytes of nothing.
    structure.extend([pedit.keys.len() as u8, pedit.flags, 0, 0]);
    for key in &pedit.keys {
        structure.extend(key.mask.to_be_bytes());
        structure.extend(key.value.to_be_bytes());
        structure.extend(key.offset.to_ne_bytes());
        structure.extend([key.at, key.offmask, key.shift].into_iter().flat_map(u32::to_ne_bytes));
    }
    e.attr(if pedit.extended { TCA_PEDIT_PARMS_EX } else { TCA_PEDIT_PARMS }, &structure);
}

fn header(header: PeditHeader) -> u16 {
    match header {
        PeditHeader::Network => 0,
        PeditHeader::Eth => 1,
        PeditHeader::Ip4 => 2,
        PeditHeader::Ip6 => 3,
        PeditHeader::Tcp => 4,
        PeditHeader::Udp => 5,
        PeditHeader::Unknown(number) => number,
    }
}

fn command(command: PeditCommand) -> u16 {
    match command {
        PeditCommand::Set => 0,
        PeditCommand::Add => 1,
        PeditCommand::Unknown(number) => number,
    }
}
