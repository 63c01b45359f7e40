use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::flow::TunnelOpts;

/// The outer header that a packet is sent with (`tunnel_key set`, `TCA_TUNNEL_KEY_ACT_SET`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TunnelSet {
    /// The outer source address (`TCA_TUNNEL_KEY_ENC_IPV4_SRC`, `_IPV6_SRC`).
    pub src_ip: Option<IpAddr>,
    /// The outer destination address (`TCA_TUNNEL_KEY_ENC_IPV4_DST`, `_IPV6_DST`); of the source's family.
    pub dst_ip: Option<IpAddr>,
    /// The tunnel's key, such as a VNI (`TCA_TUNNEL_KEY_ENC_KEY_ID`).
    pub key_id: Option<u32>,
    /// The outer UDP destination port (`TCA_TUNNEL_KEY_ENC_DST_PORT`).
    pub dst_port: Option<u16>,
    /// The outer type of service (`TCA_TUNNEL_KEY_ENC_TOS`).
    pub tos: Option<u8>,
    /// The outer time to live (`TCA_TUNNEL_KEY_ENC_TTL`).
    pub ttl: Option<u8>,
    /// Whether the outer checksum is left out (`TCA_TUNNEL_KEY_NO_CSUM`); `None` leaves it to the kernel: it is not.
    pub no_csum: Option<bool>,
    /// Whether the outer packet must not be fragmented (`TCA_TUNNEL_KEY_NO_FRAG`).
    pub no_frag: bool,
    /// The tunnel's own options (`TCA_TUNNEL_KEY_ENC_OPTS`).
    pub opts: Option<TunnelOpts>,
}

impl TunnelSet {
    /// The kernel tells no port, type of service or time to live of 0.
    pub(super) fn make_canonical(&mut self) {
        self.no_csum.get_or_insert(false);
        self.dst_port = self.dst_port.filter(|port| *port != 0);
        self.tos = self.tos.filter(|tos| *tos != 0);
        self.ttl = self.ttl.filter(|ttl| *ttl != 0);
        self.opts = self.opts.as_ref().map(TunnelOpts::as_kept);
    }
}
