//! Answers, and requests as far as they have the same parts.

use smartnic_core::dcb::{COUNT, DcbApp, DcbSelector, DcbState};

use super::DcbMsg;
use super::layout::{App, Buffer, Ets, Pfc};
use crate::codec::{Attr, Attrs, Message, WireError};
use crate::uapi::dcbnl::*;

/// Reads what a link tells.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode(message: &Message<'_>) -> Result<DcbState, WireError> {
    let (_, attrs) = DcbMsg::split(message.payload)?;
    let mut state = DcbState::default();
    for attr in Attrs::new(attrs) {
        let attr = attr?;
        match attr.kind() {
            // The answer to a change has one byte there.
            DCB_ATTR_IEEE if attr.payload.len() > 1 => {
                for part in attr.nested() {
                    take(&mut state, &part?)?;
                }
            }
            DCB_ATTR_DCBX => state.dcbx = Some(attr.u8()?),
            _ => {}
        }
    }
    Ok(state)
}

fn take(state: &mut DcbState, part: &Attr<'_>) -> Result<(), WireError> {
    match part.kind() {
        DCB_ATTR_IEEE_ETS => state.ets = Some(part.fixed::<Ets>()?.into()),
        DCB_ATTR_IEEE_PFC => state.pfc = Some(part.fixed::<Pfc>()?.into()),
        DCB_ATTR_IEEE_MAXRATE => state.max_rate = Some(part.fixed::<[u64; COUNT]>()?),
        DCB_ATTR_DCB_BUFFER => state.buffer = Some(part.fixed::<Buffer>()?.into()),
        DCB_ATTR_IEEE_APP_TABLE => state.apps = Some(table(part)?),
        DCB_ATTR_DCB_REWR_TABLE => state.rewrites = Some(table(part)?),
        DCB_ATTR_DCB_APP_TRUST_TABLE => {
            let selectors = part.nested().map(|entry| entry?.u8().map(DcbSelector::of));
            state.trust = Some(selectors.collect::<Result<_, _>>()?);
        }
        DCB_ATTR_IEEE_PEER_ETS => state.peer_ets = Some(part.fixed::<Ets>()?.into()),
        DCB_ATTR_IEEE_PEER_PFC => state.peer_pfc = Some(part.fixed::<Pfc>()?.into()),
        DCB_ATTR_IEEE_PEER_APP => state.peer_apps = Some(table(part)?),
        _ => {}
    }
    Ok(())
}

fn table(part: &Attr<'_>) -> Result<Vec<DcbApp>, WireError> {
    part.nested().map(|entry| Ok(entry?.fixed::<App>()?.into())).collect()
}

const EINVAL: i32 = 22;

/// The error number in the answer to a change, positive; 0 if it was made. The kernel answers such requests with
/// success, and hides in one byte what the driver said: a negative number's lowest byte. Who negotiates drivers refuse
/// with 1, which is told as EINVAL.
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn status(message: &Message<'_>) -> Result<i32, WireError> {
    let (_, attrs) = DcbMsg::split(message.payload)?;
    for attr in Attrs::new(attrs) {
        let attr = attr?;
        if matches!(attr.kind(), DCB_ATTR_IEEE | DCB_ATTR_DCBX) {
            let number = i32::from(attr.u8()?.cast_signed());
            return Ok(if number > 0 { EINVAL } else { -number });
        }
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use smartnic_core::dcb::{DcbBuffer, DcbChange, DcbEts, DcbPfc};

    use super::*;
    use crate::codec::Request;
    use crate::dcb::{Ask, What};

    fn change() -> DcbChange {
        let app = |selector, protocol, priority| DcbApp { selector, protocol, priority };
        DcbChange {
            ets: Some(DcbEts {
                willing: true,
                capacity: 8,
                priority_class: [0, 1, 2, 3, 4, 5, 6, 7],
                ..DcbEts::default()
            }),
            pfc: Some(DcbPfc {
                enabled: 8,
                delay: 500,
                requests: [1, 2, 3, 4, 5, 6, 7, 8],
                ..DcbPfc::default()
            }),
            max_rate: Some([1, 0, 0, 0, 0, 0, 0, u64::MAX]),
            buffer: Some(DcbBuffer { priority_buffer: [0, 0, 0, 1, 0, 0, 0, 0], size: [9; 8], total: 72 }),
            apps: vec![app(DcbSelector::Dscp, 26, 3), app(DcbSelector::Pcp, 9, 1)],
            rewrites: vec![app(DcbSelector::Dscp, 26, 3)],
            trust: Some(vec![DcbSelector::Dscp, DcbSelector::Pcp]),
        }
    }

    #[test]
    fn a_change_reads_as_it_was_written() {
        let (mut bytes, change) = (Vec::new(), change());
        Ask { link: "eth0", what: What::Change(&change) }.write(&mut bytes, 1, 0).unwrap();
        let read = decode(&Message::decode(&bytes).unwrap()).unwrap();
        let want = DcbState {
            ets: change.ets,
            pfc: change.pfc,
            max_rate: change.max_rate,
            buffer: change.buffer,
            apps: Some(change.apps.clone()),
            rewrites: Some(change.rewrites.clone()),
            trust: change.trust.clone(),
            ..DcbState::default()
        };
        assert_eq!(read, want);
        for cut in 16..bytes.len() {
            // Never a panic; a piece may end between two attributes.
            let part = Message { payload: &bytes[16..cut], ..Message::decode(&bytes).unwrap() };
            let _ = decode(&part);
        }
    }

    #[test]
    fn a_refusal_is_the_byte_of_a_negative_number() {
        for (byte, errno) in [(0, 0), (161, 95), (234, 22), (254, 2), (1, 22)] {
            let mut bytes = Vec::new();
            Ask { link: "eth0", what: What::SetDcbx(byte) }.write(&mut bytes, 1, 0).unwrap();
            assert_eq!(status(&Message::decode(&bytes).unwrap()), Ok(errno));
        }
    }
}
