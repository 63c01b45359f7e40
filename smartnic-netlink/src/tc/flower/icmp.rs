//! Keys of ICMP and ICMPv6: type and code. The two protocols have attributes of their own.

use smartnic_core::flow::{IpProto, Match};

use super::{Pair, put_u8, take};
use crate::codec::{Attr, Encoder, WireError};
use crate::uapi::pkt_cls::*;

const V4_TYPE: [u16; 2] = [TCA_FLOWER_KEY_ICMPV4_TYPE, TCA_FLOWER_KEY_ICMPV4_TYPE_MASK];
const V4_CODE: [u16; 2] = [TCA_FLOWER_KEY_ICMPV4_CODE, TCA_FLOWER_KEY_ICMPV4_CODE_MASK];
const V6_TYPE: [u16; 2] = [TCA_FLOWER_KEY_ICMPV6_TYPE, TCA_FLOWER_KEY_ICMPV6_TYPE_MASK];
const V6_CODE: [u16; 2] = [TCA_FLOWER_KEY_ICMPV6_CODE, TCA_FLOWER_KEY_ICMPV6_CODE_MASK];

pub(super) fn encode(encoder: &mut Encoder<'_>, key: &Match) -> Result<(), WireError> {
    if key.icmp_type.is_none() && key.icmp_code.is_none() {
        return Ok(());
    }
    let (kind, code) = match key.ip_proto {
        Some(IpProto::ICMP) => (V4_TYPE, V4_CODE),
        Some(IpProto::ICMPV6) => (V6_TYPE, V6_CODE),
        _ => {
            let why = "the rule's protocol is neither icmp nor icmpv6";
            return Err(WireError::Unwritable { what: "TCA_FLOWER_KEY_ICMPV4_TYPE", why });
        }
    };
    put_u8(encoder, kind, key.icmp_type);
    put_u8(encoder, code, key.icmp_code);
    Ok(())
}

#[derive(Default)]
pub(super) struct Parts {
    kind: Pair<u8>,
    code: Pair<u8>,
}

impl Parts {
    pub(super) fn take(&mut self, attr: &Attr<'_>) -> Result<bool, WireError> {
        Ok(take(attr, V4_TYPE, &mut self.kind, Attr::u8)?
            || take(attr, V6_TYPE, &mut self.kind, Attr::u8)?
            || take(attr, V4_CODE, &mut self.code, Attr::u8)?
            || take(attr, V6_CODE, &mut self.code, Attr::u8)?)
    }

    pub(super) fn finish(self, key: &mut Match) {
        key.icmp_type = self.kind.masked();
        key.icmp_code = self.code.masked();
    }
}
