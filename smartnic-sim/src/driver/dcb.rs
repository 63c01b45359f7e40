//! What drivers have of data centre bridging (`dcbnl_rtnl_ops`), and what they refuse.

use smartnic_core::dcb::{DcbApp, DcbBuffer, DcbEts, DcbPfc, DcbSelector, DcbState, MAX_DSCP};

use crate::errno::Errno;

/// The host itself negotiates, by the IEEE's version (`DCB_CAP_DCBX_HOST | DCB_CAP_DCBX_VER_IEEE`).
const HOST_IEEE: u8 = 0x01 | 0x08;
/// Firmware negotiates (`DCB_CAP_DCBX_LLD_MANAGED | DCB_CAP_DCBX_VER_IEEE`).
const FIRMWARE_IEEE: u8 = 0x02 | 0x08;
/// `DCB_CAP_DCBX_LLD_MANAGED`.
const FIRMWARE: u8 = 0x02;
/// `IEEE_8021QAZ_TSA_ETS`.
const SHARED: u8 = 2;
/// Bytes of the receive buffers together, and of the one that is used from the start. Ours.
const BUFFER_TOTAL: u32 = 262_016;
const BUFFER_FIRST: u32 = 130_944;

/// Which of the operations a driver has.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DcbRules {
    ets: bool,
    pfc: bool,
    max_rate: bool,
    buffer: bool,
    /// Only entries by DSCP are taken, and each DSCP has one priority (`mlx5e_dcbnl_ieee_setapp`).
    only_dscp: bool,
    dcbx: Option<u8>,
}

/// The rules of a driver; none if it has nothing of this.
pub(crate) fn rules(driver: &str) -> Option<DcbRules> {
    let usual = DcbRules {
        ets: true,
        pfc: true,
        max_rate: false,
        buffer: false,
        only_dscp: false,
        dcbx: Some(HOST_IEEE),
    };
    match driver {
        "mlx5_core" => Some(DcbRules { max_rate: true, buffer: true, only_dscp: true, ..usual }),
        // Firmware starts as the one who negotiates.
        "ice" | "i40e" => Some(DcbRules { dcbx: Some(FIRMWARE_IEEE), ..usual }),
        "bnxt_en" | "qede" | "hns3" => Some(usual),
        _ => None,
    }
}

impl DcbRules {
    /// What a link of the driver tells after boot.
    pub(crate) fn first(&self) -> DcbState {
        let mut priority_class = [0; 8];
        priority_class.iter_mut().zip(0..).for_each(|(class, priority)| *class = priority);
        let buffer = DcbBuffer {
            size: [BUFFER_FIRST, 0, 0, 0, 0, 0, 0, 0],
            total: BUFFER_TOTAL,
            ..DcbBuffer::default()
        };
        DcbState {
            ets: self.ets.then(|| DcbEts { capacity: 8, priority_class, ..DcbEts::default() }),
            pfc: self.pfc.then(|| DcbPfc { capacity: 8, ..DcbPfc::default() }),
            max_rate: self.max_rate.then_some([0; 8]),
            buffer: self.buffer.then_some(buffer),
            apps: Some(Vec::new()),
            rewrites: Some(Vec::new()),
            dcbx: self.dcbx,
            ..DcbState::default()
        }
    }

    /// Refuses changes while firmware negotiates (`ice_dcbnl_setets` and its like).
    pub(crate) fn writable(&self, state: &DcbState) -> Result<(), Errno> {
        match state.dcbx.is_some_and(|bits| bits & FIRMWARE != 0) {
            true => Err(Errno::EINVAL),
            false => Ok(()),
        }
    }

    /// Looks at shares of the wire: those of sharing classes are the whole, and classes exist
    /// (`mlx5e_dbcnl_validate_ets`).
    pub(crate) fn check_ets(ets: &DcbEts) -> Result<(), Errno> {
        let shares = ets.selection.iter().zip(ets.tx_bandwidth).filter(|(how, _)| **how == SHARED);
        let shares: Vec<u32> = shares.map(|(_, share)| u32::from(share)).collect();
        let whole = shares.is_empty() || matches!(shares.iter().sum(), 0 | 100);
        match whole && ets.priority_class.iter().all(|class| *class < 8) {
            true => Ok(()),
            false => Err(Errno::EINVAL),
        }
    }

    /// Looks at receive buffers: they fit together, and priorities go to some that have room.
    pub(crate) fn check_buffer(now: &DcbBuffer, new: &DcbBuffer) -> Result<(), Errno> {
        let sum: u64 = new.size.iter().map(|size| u64::from(*size)).sum();
        let has_room = |buffer: &u8| new.size.get(usize::from(*buffer)).is_some_and(|size| *size > 0);
        match sum <= u64::from(now.total) && new.priority_buffer.iter().all(has_room) {
            true => Ok(()),
            false => Err(Errno::EINVAL),
        }
    }

    /// Takes an entry of the application table.
    pub(crate) fn add_app(&self, apps: &mut Vec<DcbApp>, app: DcbApp) -> Result<(), Errno> {
        if self.only_dscp && (app.selector != DcbSelector::Dscp || app.protocol > MAX_DSCP) {
            return Err(Errno::EOPNOTSUPP);
        }
        if apps.contains(&app) {
            return Err(Errno::EEXIST);
        }
        if self.only_dscp {
            apps.retain(|held| held.protocol != app.protocol);
        }
        apps.push(app);
        Ok(())
    }
}
