//! The path to the attribute at an offset: two bytes of offset, then the request.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smartnic_netlink::codec::Names;
use smartnic_netlink::{devlink, rtnl, tc};

fuzz_target!(|input: &[u8]| {
    let Some(([low, high], request)) = input.split_first_chunk() else { return };
    let offset = u32::from(u16::from_le_bytes([*low, *high]));
    for Names { fixed_len, set } in [&tc::NAMES, &rtnl::link::NAMES, &devlink::NAMES] {
        for missing in [None, Some(offset)] {
            let _ = smartnic_netlink::codec::attribute_path(request, *fixed_len, set, Some(offset), missing);
        }
    }
});
