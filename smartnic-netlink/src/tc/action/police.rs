//! Limits of the rate (`struct tc_police`), whose parameters do not begin as those of all other actions do.

use smartnic_core::flow::{ActionKind, ActionState, Control, Police};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::{Gen, Options, control};
use crate::codec::{Attr, Attrs, Encoder, WireError};
use crate::uapi::pkt_cls::*;
use crate::uapi::pkt_sched::{TC_LINKLAYER_ATM, TC_LINKLAYER_ETHERNET, TC_LINKLAYER_MASK};

pub(super) const KIND: &str = "police";

/// `struct tc_police`.
#[derive(FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct Params {
    index: u32,
    /// What happens to packets that exceed the limit.
    action: i32,
    limit: u32,
    burst: u32,
    mtu: u32,
    rate: RateSpec,
    peakrate: RateSpec,
    refcnt: i32,
    bindcnt: i32,
    capab: u32,
}

/// `struct tc_ratespec`.
#[derive(Default, PartialEq, FromBytes, IntoBytes, Immutable, KnownLayout)]
#[repr(C)]
struct RateSpec {
    cell_log: u8,
    linklayer: u8,
    overhead: u16,
    cell_align: i16,
    mpu: u16,
    rate: u32,
}

impl RateSpec {
    /// Nothing but zeroes if there is no rate.
    fn of(police: &Police, rate: u64, cell_log: Option<u8>) -> Self {
        if rate == 0 {
            return Self::default();
        }
        Self {
            cell_log: cell_log.unwrap_or_else(|| Police::usual_cell_log(police.mtu)),
            linklayer: link_layer(police),
            overhead: police.overhead,
            cell_align: -1,
            mpu: police.mpu,
            rate: u32::try_from(rate).unwrap_or(u32::MAX),
        }
    }

    /// Writes the table of the ticks that packets take, by size in cells. Kernels do not compute with it any more
    /// but want it.
    fn put_table(&self, encoder: &mut Encoder<'_>, attr: u16, rate: u64) {
        encoder.nest(attr, |encoder| {
            for cell in 1_u32..=256 {
                let size = cell.wrapping_shl(self.cell_log.into()).max(self.mpu.into());
                let size = if self.linklayer == LAYER_ATM { in_atm_cells(size) } else { size };
                encoder.fixed(&Police::ticks(rate, size.into()));
            }
        });
    }
}

const LAYER_ATM: u8 = TC_LINKLAYER_ATM as u8;

fn link_layer(police: &Police) -> u8 {
    if police.link_layer == 0 { TC_LINKLAYER_ETHERNET as u8 } else { police.link_layer }
}

/// The size of a packet in ATM cells, which carry 48 of their 53 bytes.
fn in_atm_cells(size: u32) -> u32 {
    size.div_ceil(48).wrapping_mul(53)
}

pub(super) fn encode(encoder: &mut Encoder<'_>, police: &Police, common: Gen) {
    let rate = RateSpec::of(police, police.rate, police.cell_log);
    let peakrate = RateSpec::of(police, police.peak_rate, police.peak_cell_log);
    let params = Params {
        index: common.index,
        action: common.action,
        limit: 0,
        burst: police.burst,
        mtu: police.mtu,
        rate,
        peakrate,
        refcnt: 0,
        bindcnt: 0,
        capab: 0,
    };
    encoder.attr_fixed(TCA_POLICE_TBF, &params);
    let tables = [
        (&params.rate, police.rate, TCA_POLICE_RATE, TCA_POLICE_RATE64),
        (&params.peakrate, police.peak_rate, TCA_POLICE_PEAKRATE, TCA_POLICE_PEAKRATE64),
    ];
    for (spec, rate, table, rate64) in tables {
        if rate == 0 {
            continue;
        }
        spec.put_table(encoder, table, rate);
        if rate > u64::from(u32::MAX) {
            encoder.u64(rate64, rate);
        }
    }
    if let Some(rate) = police.average_rate {
        encoder.u32(TCA_POLICE_AVRATE, rate);
    }
    if let Some(result) = police.conform.map(control::number).filter(|result| *result != TC_ACT_OK) {
        encoder.attr_fixed(TCA_POLICE_RESULT, &result);
    }
    if let Some(rate) = police.packet_rate {
        encoder.u64(TCA_POLICE_PKTRATE64, rate);
    }
    if let Some(burst) = police.packet_burst {
        encoder.u64(TCA_POLICE_PKTBURST64, burst);
    }
}

/// Nothing if the two rates are not counted in the same way.
pub(super) fn decode(options: Attrs<'_>) -> Result<Option<Options>, WireError> {
    let mut params = None;
    let (mut rate, mut peak_rate) = (None, None);
    let mut police = Police::default();
    for attr in options {
        let attr = attr?;
        match attr.kind() {
            TCA_POLICE_TBF => params = Some(attr.fixed::<Params>()?),
            // The tables follow from the rest.
            TCA_POLICE_RATE | TCA_POLICE_PEAKRATE => {}
            TCA_POLICE_RATE64 => rate = Some(attr.u64()?),
            TCA_POLICE_PEAKRATE64 => peak_rate = Some(attr.u64()?),
            TCA_POLICE_AVRATE => police.average_rate = Some(attr.u32()?),
            TCA_POLICE_RESULT => {
                police.conform = Some(attr.i32()?).filter(|result| *result != TC_ACT_OK).map(control::read);
            }
            TCA_POLICE_PKTRATE64 => police.packet_rate = Some(attr.u64()?),
            TCA_POLICE_PKTBURST64 => police.packet_burst = Some(attr.u64()?),
            TCA_POLICE_TM | TCA_POLICE_PAD => {}
            _ => return Ok(None),
        }
    }
    let Some(params) = params else { return Ok(None) };
    let Params { rate: spec, peakrate: peak, .. } = &params;
    let unlike = |a: &RateSpec, b: &RateSpec| {
        (a.overhead, a.mpu, a.linklayer) != (b.overhead, b.mpu, b.linklayer) && b.rate != 0
    };
    if unlike(spec, peak) {
        return Ok(None);
    }
    // A kernel tells no cells, but always a size; a request may ask for cells of a byte.
    let tells_cells = |spec: &RateSpec| spec.cell_log != 0 || (params.mtu == 0 && spec.rate != 0);
    let asked = |spec: &RateSpec| {
        Some(spec.cell_log).filter(|log| tells_cells(spec) && *log != Police::usual_cell_log(params.mtu))
    };
    let police = Police {
        rate: rate.unwrap_or(spec.rate.into()),
        burst: params.burst,
        mtu: params.mtu,
        peak_rate: peak_rate.unwrap_or(peak.rate.into()),
        overhead: spec.overhead,
        mpu: spec.mpu,
        link_layer: spec.linklayer & TC_LINKLAYER_MASK as u8,
        cell_log: asked(spec),
        peak_cell_log: asked(peak),
        ..police
    };
    Ok(Some(Options { kind: ActionKind::Police(police), control: control::read(params.action) }))
}

/// Reads number and use counts.
pub(super) fn read_state(attr: &Attr<'_>, state: &mut ActionState) -> Result<(), WireError> {
    let params = attr.fixed::<Params>()?;
    state.index = params.index;
    state.refs = params.refcnt.unsigned_abs();
    state.binds = params.bindcnt.unsigned_abs();
    Ok(())
}

/// Takes number and use counts out of parameters that are kept as they came, and reads the control.
pub(super) fn take_state(attr: &Attr<'_>, bytes: &mut Vec<u8>) -> Result<Control, WireError> {
    let params = attr.fixed::<Params>()?;
    let control = control::read(params.action);
    let own = Params { index: 0, refcnt: 0, bindcnt: 0, ..params };
    bytes.splice(..size_of::<Params>(), own.as_bytes().iter().copied());
    Ok(control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_have_the_kernels_size() {
        assert_eq!(size_of::<Params>(), SIZEOF_TC_POLICE);
    }

    #[test]
    fn atm_cells_carry_their_part() {
        assert_eq!([0, 1, 48, 49, 96].map(in_atm_cells), [0, 53, 53, 106, 106]);
    }
}
