//! Programs that decide (`struct tc_act_bpf`).

use smartnic_core::flow::{ActionKind, Bpf};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Gen, Options, control};
use crate::codec::{Attr, Attrs, Encoder, WireError};
use crate::uapi::tc_bpf::*;

pub(super) const KIND: &str = "bpf";

/// The most instructions of a program (`BPF_MAXINSNS`).
const MAX_OPS: usize = 4096;

/// `struct sock_filter`: an instruction of a classic program.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Op {
    code: u16,
    jt: u8,
    jf: u8,
    k: u32,
}

pub(super) fn encode(encoder: &mut Encoder<'_>, bpf: &Bpf, common: Gen) -> Result<(), WireError> {
    let refuse = |why| Err(WireError::Unwritable { what: "TCA_ACT_BPF_FD", why });
    match bpf {
        Bpf { fd: Some(fd), .. } => {
            encoder.attr_fixed(TCA_ACT_BPF_FD, fd);
            let name = bpf.pinned.as_deref().map(Bpf::pinned_name);
            if let Some(name) = name.as_deref().or(bpf.name.as_deref()) {
                encoder.text(TCA_ACT_BPF_NAME, name);
            }
        }
        Bpf { pinned: Some(_), .. } => {
            return refuse("the program is given by its path; it must be opened first");
        }
        Bpf { ops, .. } if ops.is_empty() => return refuse("there is no program"),
        Bpf { ops, .. } if ops.len() > MAX_OPS => {
            return refuse("the program has more than 4096 instructions");
        }
        Bpf { ops, .. } => {
            let len = u16::try_from(ops.len()).unwrap_or(u16::MAX);
            encoder.u16(TCA_ACT_BPF_OPS_LEN, len);
            encoder.nest(TCA_ACT_BPF_OPS, |encoder| {
                for &(code, jt, jf, k) in ops {
                    encoder.fixed(&Op { code, jt, jf, k });
                }
            });
        }
    }
    encoder.attr_fixed(TCA_ACT_BPF_PARMS, &common);
    Ok(())
}

/// Nothing if the parts do not fit together.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let (mut params, mut len) = (None, None);
    let mut bpf = Bpf::default();
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_ACT_BPF_PARMS => params = Some(attr.fixed::<Gen>()?),
            TCA_ACT_BPF_OPS_LEN => len = Some(attr.u16()?),
            TCA_ACT_BPF_OPS => match read_ops(&attr) {
                Some(ops) => bpf.ops = ops,
                None => return Ok(None),
            },
            TCA_ACT_BPF_FD => bpf.fd = Some(attr.i32()?),
            TCA_ACT_BPF_NAME => bpf.name = Some(attr.text_lossy().into_owned()),
            TCA_ACT_BPF_ID => bpf.id = Some(attr.u32()?),
            TCA_ACT_BPF_TAG => bpf.tag = Some(attr.array()?),
            TCA_ACT_BPF_TM | TCA_ACT_BPF_PAD => {}
            _ => return Ok(None),
        }
    }
    let Some(common) = params else { return Ok(None) };
    if len.is_some_and(|len| usize::from(len) != bpf.ops.len()) {
        return Ok(None);
    }
    Ok(Some(Options { kind: ActionKind::Bpf(bpf), control: control::read(common.action) }))
}

fn read_ops(attr: &Attr<'_>) -> Option<Vec<(u16, u8, u8, u32)>> {
    let ops = attr.payload.chunks(size_of::<Op>()).map(|bytes| Op::read_from_bytes(bytes).ok());
    ops.map(|op| op.map(|op| (op.code, op.jt, op.jf, op.k))).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn structures_have_the_kernels_sizes() {
        assert_eq!(size_of::<super::Gen>(), super::SIZEOF_TC_ACT_BPF);
        assert_eq!(size_of::<super::Op>(), 8);
    }
}
