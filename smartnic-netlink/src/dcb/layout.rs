//! The kernel's structures, and what they say.

use smartnic_core::dcb::{COUNT, DcbApp, DcbBuffer, DcbEts, DcbPfc, DcbSelector};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// `struct ieee_ets`.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub(super) struct Ets {
    willing: u8,
    capacity: u8,
    cbs: u8,
    tx: [u8; COUNT],
    rx: [u8; COUNT],
    tsa: [u8; COUNT],
    prio_tc: [u8; COUNT],
    reco_bw: [u8; COUNT],
    reco_tsa: [u8; COUNT],
    reco_prio_tc: [u8; COUNT],
}

impl From<Ets> for DcbEts {
    fn from(ets: Ets) -> Self {
        Self {
            willing: ets.willing != 0,
            capacity: ets.capacity,
            cbs: ets.cbs != 0,
            tx_bandwidth: ets.tx,
            rx_bandwidth: ets.rx,
            selection: ets.tsa,
            priority_class: ets.prio_tc,
            advised_bandwidth: ets.reco_bw,
            advised_selection: ets.reco_tsa,
            advised_priority_class: ets.reco_prio_tc,
        }
    }
}

impl From<&DcbEts> for Ets {
    fn from(ets: &DcbEts) -> Self {
        Self {
            willing: ets.willing.into(),
            capacity: ets.capacity,
            cbs: ets.cbs.into(),
            tx: ets.tx_bandwidth,
            rx: ets.rx_bandwidth,
            tsa: ets.selection,
            prio_tc: ets.priority_class,
            reco_bw: ets.advised_bandwidth,
            reco_tsa: ets.advised_selection,
            reco_prio_tc: ets.advised_priority_class,
        }
    }
}

/// `struct ieee_pfc`.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub(super) struct Pfc {
    capacity: u8,
    enabled: u8,
    mbc: u8,
    pad: u8,
    delay: u16,
    pad2: u16,
    requests: [u64; COUNT],
    indications: [u64; COUNT],
}

impl From<Pfc> for DcbPfc {
    fn from(pfc: Pfc) -> Self {
        Self {
            capacity: pfc.capacity,
            enabled: pfc.enabled,
            macsec_bypass: pfc.mbc != 0,
            delay: pfc.delay,
            requests: pfc.requests,
            indications: pfc.indications,
        }
    }
}

impl From<&DcbPfc> for Pfc {
    fn from(pfc: &DcbPfc) -> Self {
        Self {
            capacity: pfc.capacity,
            enabled: pfc.enabled,
            mbc: pfc.macsec_bypass.into(),
            pad: 0,
            delay: pfc.delay,
            pad2: 0,
            requests: pfc.requests,
            indications: pfc.indications,
        }
    }
}

/// `struct dcbnl_buffer`.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub(super) struct Buffer {
    prio: [u8; COUNT],
    size: [u32; COUNT],
    total: u32,
}

impl From<Buffer> for DcbBuffer {
    fn from(buffer: Buffer) -> Self {
        Self { priority_buffer: buffer.prio, size: buffer.size, total: buffer.total }
    }
}

impl From<&DcbBuffer> for Buffer {
    fn from(buffer: &DcbBuffer) -> Self {
        Self { prio: buffer.priority_buffer, size: buffer.size, total: buffer.total }
    }
}

/// `struct dcb_app`.
#[derive(Clone, Copy, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
pub(super) struct App {
    selector: u8,
    priority: u8,
    protocol: u16,
}

impl From<App> for DcbApp {
    fn from(app: App) -> Self {
        Self { selector: DcbSelector::of(app.selector), protocol: app.protocol, priority: app.priority }
    }
}

impl From<&DcbApp> for App {
    fn from(app: &DcbApp) -> Self {
        Self { selector: app.selector.number(), priority: app.priority, protocol: app.protocol }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uapi::dcbnl::*;

    #[test]
    fn structures_and_selectors_are_the_kernels() {
        let ours = [size_of::<Ets>(), size_of::<Pfc>(), size_of::<Buffer>(), size_of::<App>()];
        let theirs = [SIZEOF_IEEE_ETS, SIZEOF_IEEE_PFC, SIZEOF_DCBNL_BUFFER, SIZEOF_DCB_APP];
        assert_eq!(ours, theirs);
        let selectors = [
            (DcbSelector::Ethertype, IEEE_8021QAZ_APP_SEL_ETHERTYPE),
            (DcbSelector::Stream, IEEE_8021QAZ_APP_SEL_STREAM),
            (DcbSelector::Datagram, IEEE_8021QAZ_APP_SEL_DGRAM),
            (DcbSelector::Port, IEEE_8021QAZ_APP_SEL_ANY),
            (DcbSelector::Dscp, IEEE_8021QAZ_APP_SEL_DSCP),
            (DcbSelector::Pcp, DCB_APP_SEL_PCP),
        ];
        for (selector, number) in selectors {
            assert_eq!((selector.number(), DcbSelector::of(number)), (number, selector));
        }
    }
}
