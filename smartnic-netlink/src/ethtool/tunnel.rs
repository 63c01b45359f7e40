//! UDP ports of tunnels that a device knows (`ETHTOOL_MSG_TUNNEL_INFO_GET`).

use smartnic_core::ethtool::{TunnelKind, TunnelPort, TunnelTable};
use smartnic_core::types::IfIndex;

use super::{bitset, inner, names, start};
use crate::codec::{Attr, Attrs, Encoder, Flags, GenlHeader, Message, Names, Request, WireError};
use crate::uapi::ethtool_netlink::*;

static NAMES: Names = names!(ETHTOOL_A_TUNNEL_INFO_NAMES, ETHTOOL_A_TUNNEL_INFO_HEADER);

/// Asks for the tables of a link.
#[derive(Clone, Copy, Debug)]
pub struct Get {
    /// The family's message type.
    pub family: u16,
    /// The link.
    pub link: IfIndex,
}

impl Request for Get {
    fn kind(&self) -> u16 {
        self.family
    }

    fn flags(&self) -> Flags {
        Flags::empty()
    }

    fn names(&self) -> &'static Names {
        &NAMES
    }

    fn encode(&self, e: &mut Encoder<'_>) -> Result<(), WireError> {
        start(e, ETHTOOL_MSG_TUNNEL_INFO_GET, ETHTOOL_A_TUNNEL_INFO_HEADER, self.link, 0);
        Ok(())
    }
}

/// Reads the answer to [`Get`].
///
/// # Errors
/// A [`WireError`] if the message is malformed.
pub fn decode(message: &Message<'_>) -> Result<Vec<TunnelTable>, WireError> {
    let (_, attrs) = GenlHeader::split(message.payload)?;
    let mut tables = Vec::new();
    let Some(ports) = Attrs::new(attrs).find(ETHTOOL_A_TUNNEL_INFO_UDP_PORTS)? else { return Ok(tables) };
    for attr in ports.nested() {
        let attr = attr?;
        if attr.kind() == ETHTOOL_A_TUNNEL_UDP_TABLE {
            tables.push(table(&attr)?);
        }
    }
    Ok(tables)
}

fn table(table: &Attr<'_>) -> Result<TunnelTable, WireError> {
    let mut told = TunnelTable { size: 0, kinds: Vec::new(), ports: Vec::new() };
    for attr in table.nested() {
        let attr = attr?;
        match attr.kind() {
            ETHTOOL_A_TUNNEL_UDP_TABLE_SIZE => told.size = attr.u32()?,
            ETHTOOL_A_TUNNEL_UDP_TABLE_TYPES => told.kinds = bitset::read(&attr, None)?.on,
            ETHTOOL_A_TUNNEL_UDP_TABLE_ENTRY => {
                let port = inner(&attr, ETHTOOL_A_TUNNEL_UDP_ENTRY_PORT, "ETHTOOL_A_TUNNEL_UDP_ENTRY_PORT")?;
                let kind = inner(&attr, ETHTOOL_A_TUNNEL_UDP_ENTRY_TYPE, "ETHTOOL_A_TUNNEL_UDP_ENTRY_TYPE")?;
                let kind = TunnelKind::from_number(kind.u32()?);
                told.ports.push(TunnelPort { port: port.u16_be()?, kind });
            }
            _ => {}
        }
    }
    Ok(told)
}

#[cfg(test)]
mod tests {
    use smartnic_core::ethtool::Bits;

    use super::super::record::nested;
    use super::*;

    #[test]
    fn tables_are_read_with_ports_in_the_order_of_the_wire() {
        let kinds = vec!["geneve".to_owned(), "vxlan-gpe".to_owned()];
        let mut bytes = Vec::new();
        let mut e = Encoder::message(&mut bytes, 20, Flags::empty(), 1, 1);
        start(&mut e, ETHTOOL_MSG_TUNNEL_INFO_GET_REPLY, ETHTOOL_A_TUNNEL_INFO_HEADER, IfIndex(7), 0);
        e.nest(nested(ETHTOOL_A_TUNNEL_INFO_UDP_PORTS), |e| {
            e.nest(nested(ETHTOOL_A_TUNNEL_UDP_TABLE), |e| {
                e.u32(ETHTOOL_A_TUNNEL_UDP_TABLE_SIZE, 4);
                let types = Bits { on: kinds.clone(), of: None };
                bitset::write(e, ETHTOOL_A_TUNNEL_UDP_TABLE_TYPES, &types);
                e.nest(nested(ETHTOOL_A_TUNNEL_UDP_TABLE_ENTRY), |e| {
                    e.attr(ETHTOOL_A_TUNNEL_UDP_ENTRY_PORT, &[0x17, 0xc1]);
                    e.u32(ETHTOOL_A_TUNNEL_UDP_ENTRY_TYPE, 1);
                });
            });
            e.nest(nested(ETHTOOL_A_TUNNEL_UDP_TABLE), |e| e.u32(ETHTOOL_A_TUNNEL_UDP_TABLE_SIZE, 1));
        });
        e.finish().unwrap();
        let ports = vec![TunnelPort { port: 6081, kind: TunnelKind::Geneve }];
        let wanted = vec![
            TunnelTable { size: 4, kinds, ports },
            TunnelTable { size: 1, kinds: Vec::new(), ports: Vec::new() },
        ];
        assert_eq!(decode(&Message::decode(&bytes).unwrap()), Ok(wanted));
    }
}
