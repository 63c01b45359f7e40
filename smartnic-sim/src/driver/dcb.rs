//! What drivers have of data centre bridging (`dcbnl_rtnl_ops`), and what they refuse.

use smartnic_core::dcb::{DcbApp, DcbBuffer, DcbChange, DcbEts, DcbPfc, DcbSelector, DcbState, MAX_DSCP};
use smartnic_core::ethtool::PrivateFlags;

use crate::errno::Errno;

/// `DCB_CAP_DCBX_HOST`, `DCB_CAP_DCBX_LLD_MANAGED`: who negotiates.
const HOST: u8 = 0x01;
const FIRMWARE: u8 = 0x02;
/// `DCB_CAP_DCBX_VER_CEE`, `DCB_CAP_DCBX_VER_IEEE`: by which version.
const CEE: u8 = 0x04;
const IEEE: u8 = 0x08;
const HOST_IEEE: u8 = HOST | IEEE;
const FIRMWARE_IEEE: u8 = FIRMWARE | IEEE;
/// `IEEE_8021QAZ_TSA_ETS`.
const SHARED: u8 = 2;
/// The UDP port of RoCE v2.
const ROCE_PORT: u16 = 4791;
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
    /// What becomes of entries.
    entries: Entries,
    /// The private flag by which firmware negotiates, and its value while it does.
    agent: Option<(&'static str, bool)>,
    dcbx: Option<u8>,
    /// Whether the driver hands on what its firmware heard of the neighbour.
    hears: bool,
}

/// What drivers make of entries of the application table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entries {
    /// All are taken.
    All,
    /// By DSCP only; a new entry takes the place of one for the same DSCP (`mlx5e_dcbnl_ieee_setapp`).
    Dscp,
    /// By DSCP only, one for each; the first and the last change the whole port (`ice_dcbnl_setapp`,
    /// `ice_dcbnl_delapp`).
    PortDscp,
}

/// The rules of a driver; none if it has nothing of this.
pub(crate) fn rules(driver: &str) -> Option<DcbRules> {
    let usual = DcbRules {
        ets: true,
        pfc: true,
        max_rate: false,
        buffer: false,
        entries: Entries::All,
        agent: None,
        dcbx: Some(HOST_IEEE),
        hears: false,
    };
    match driver {
        "mlx5_core" => Some(DcbRules { max_rate: true, buffer: true, entries: Entries::Dscp, ..usual }),
        "ice" => Some(DcbRules { entries: Entries::PortDscp, agent: Some(("fw-lldp-agent", true)), ..usual }),
        "i40e" => Some(DcbRules { agent: Some(("disable-fw-lldp", false)), ..usual }),
        // Of the simulated drivers it alone has `ieee_peer_getets` and its like (`qede_dcbnl_ops`).
        "qede" => Some(DcbRules { hears: true, ..usual }),
        "bnxt_en" | "hns3" => Some(usual),
        _ => None,
    }
}

impl DcbRules {
    /// Whether firmware negotiates with these private flags.
    pub(crate) fn is_firmwares(&self, flags: Option<&PrivateFlags>) -> bool {
        let bits = flags.and_then(|flags| flags.flags.as_ref());
        self.agent.is_some_and(|(flag, on)| bits.is_some_and(|bits| bits.has(flag) == on))
    }

    /// Whether firmware may begin to negotiate: not while the port goes by DSCP (`ice_set_priv_flags`).
    pub(crate) fn may_give(&self, state: &DcbState) -> bool {
        self.entries != Entries::PortDscp || !goes_by_dscp(state)
    }

    /// What a link of the driver tells after boot, and when firmware has begun or ceased to negotiate.
    pub(crate) fn first(&self, firmware: bool) -> DcbState {
        let mut priority_class = [0; 8];
        priority_class.iter_mut().zip(0..).for_each(|(class, priority)| *class = priority);
        let buffer = DcbBuffer {
            size: [BUFFER_FIRST, 0, 0, 0, 0, 0, 0, 0],
            total: BUFFER_TOTAL,
            ..DcbBuffer::default()
        };
        let neighbour = self.hears.then(neighbour).unwrap_or_default();
        DcbState {
            ets: self.ets.then(|| match self.agent {
                Some(_) => software_default(),
                None => DcbEts { capacity: 8, priority_class, ..DcbEts::default() },
            }),
            pfc: self.pfc.then(|| DcbPfc { capacity: 8, ..DcbPfc::default() }),
            max_rate: self.max_rate.then_some([0; 8]),
            buffer: self.buffer.then_some(buffer),
            apps: Some(Vec::new()),
            rewrites: Some(Vec::new()),
            dcbx: if firmware { Some(FIRMWARE_IEEE) } else { self.dcbx },
            ..neighbour
        }
    }

    /// `dcbnl_ieee_set`: what a driver lacks of the settings is passed over, and what came before a failure stays.
    pub(crate) fn set(
        &self,
        state: &mut DcbState,
        change: &DcbChange,
        log: &mut Vec<String>,
    ) -> Result<(), Errno> {
        self.writable(state)?;
        if let Some(ets) = change.ets {
            self.set_ets(state, ets)?;
        }
        if let (Some(now), Some(new)) = (&mut state.max_rate, change.max_rate) {
            *now = new;
        }
        if let (Some(now), Some(new)) = (&mut state.buffer, change.buffer) {
            Self::check_buffer(now, &new)?;
            *now = DcbBuffer { total: now.total, ..new };
        }
        if let (Some(now), Some(new)) = (&mut state.pfc, change.pfc) {
            let DcbPfc { enabled, macsec_bypass, delay, .. } = new;
            *now = DcbPfc { enabled, macsec_bypass, delay, ..*now };
        }
        change.apps.iter().try_for_each(|app| self.add_app(state, *app, log))?;
        let held = state.rewrites.get_or_insert_default();
        for app in &change.rewrites {
            if held.contains(app) {
                return Err(Errno::EEXIST);
            }
            held.push(*app);
        }
        // None of the simulated drivers has `dcbnl_setapptrust`.
        if change.trust.is_some() { Err(Errno::EOPNOTSUPP) } else { Ok(()) }
    }

    /// `dcbnl_ieee_del`.
    pub(crate) fn remove(
        &self,
        state: &mut DcbState,
        entries: &DcbChange,
        log: &mut Vec<String>,
    ) -> Result<(), Errno> {
        self.writable(state)?;
        entries.apps.iter().try_for_each(|app| self.remove_app(state, *app, log))?;
        let held = state.rewrites.get_or_insert_default();
        for app in &entries.rewrites {
            let at = held.iter().position(|held| held == app).ok_or(Errno::ENOENT)?;
            held.remove(at);
        }
        Ok(())
    }

    /// Refuses changes while firmware negotiates (`ice_dcbnl_setets` and its like).
    fn writable(&self, state: &DcbState) -> Result<(), Errno> {
        match state.dcbx.is_some_and(|bits| bits & FIRMWARE != 0) {
            true => Err(Errno::EINVAL),
            false => Ok(()),
        }
    }

    /// Says who negotiates. What drivers with an agent refuse is `ice_dcbnl_setdcbx`'s, `i40e_dcbnl_setdcbx`'s.
    pub(crate) fn set_dcbx(&self, state: &mut DcbState, bits: u8) -> Result<(), Errno> {
        self.writable(state)?;
        if self.agent.is_some() {
            let versions = bits & (IEEE | CEE);
            let refused = bits & FIRMWARE != 0 || versions == IEEE | CEE || bits & HOST == 0;
            let same = self.entries == Entries::PortDscp && (state.dcbx == Some(bits) || goes_by_dscp(state));
            if refused || same {
                return Err(Errno::EINVAL);
            }
        }
        state.dcbx = Some(bits);
        Ok(())
    }

    /// Takes shares of the wire. While a port of ice goes by DSCP, priorities keep their classes (`ice_dcbnl_setets`).
    fn set_ets(&self, state: &mut DcbState, new: DcbEts) -> Result<(), Errno> {
        let fixed = self.entries == Entries::PortDscp && goes_by_dscp(state);
        let Some(now) = &mut state.ets else { return Ok(()) };
        Self::check_ets(&new)?;
        let priority_class = if fixed { now.priority_class } else { new.priority_class };
        *now = DcbEts { capacity: now.capacity, cbs: now.cbs, priority_class, ..new };
        Ok(())
    }

    /// Looks at shares of the wire: those of sharing classes are the whole, and classes exist
    /// (`mlx5e_dbcnl_validate_ets`).
    fn check_ets(ets: &DcbEts) -> Result<(), Errno> {
        let shares = ets.selection.iter().zip(ets.tx_bandwidth).filter(|(how, _)| **how == SHARED);
        let shares: Vec<u32> = shares.map(|(_, share)| u32::from(share)).collect();
        let whole = shares.is_empty() || matches!(shares.iter().sum(), 0 | 100);
        match whole && ets.priority_class.iter().all(|class| *class < 8) {
            true => Ok(()),
            false => Err(Errno::EINVAL),
        }
    }

    /// Looks at receive buffers: they fit together, and priorities go to some that have room.
    fn check_buffer(now: &DcbBuffer, new: &DcbBuffer) -> Result<(), Errno> {
        let sum: u64 = new.size.iter().map(|size| u64::from(*size)).sum();
        let has_room = |buffer: &u8| new.size.get(usize::from(*buffer)).is_some_and(|size| *size > 0);
        match sum <= u64::from(now.total) && new.priority_buffer.iter().all(has_room) {
            true => Ok(()),
            false => Err(Errno::EINVAL),
        }
    }

    /// Takes an entry of the application table; what the driver says of it goes into the log.
    fn add_app(&self, state: &mut DcbState, app: DcbApp, log: &mut Vec<String>) -> Result<(), Errno> {
        if self.entries != Entries::All && (app.selector != DcbSelector::Dscp || app.protocol > MAX_DSCP) {
            return Err(Errno::EINVAL);
        }
        let first = !goes_by_dscp(state);
        let apps = state.apps.get_or_insert_default();
        if apps.contains(&app) {
            return Err(Errno::EEXIST);
        }
        match self.entries {
            Entries::All => {}
            Entries::Dscp => apps.retain(|held| held.protocol != app.protocol),
            Entries::PortDscp if apps.iter().any(|held| held.protocol == app.protocol) => {
                log.push(format!("DSCP value 0x{:04X} already user mapped", app.protocol));
                return Err(Errno::EINVAL);
            }
            Entries::PortDscp => {}
        }
        apps.push(app);
        if self.entries == Entries::PortDscp && first {
            log.push("Switched QoS to L3 DSCP mode".to_owned());
            if let Some(ets) = &mut state.ets {
                ets.willing = false;
                (ets.selection, ets.tx_bandwidth) = ([SHARED; 8], [100, 0, 0, 0, 0, 0, 0, 0]);
                ets.priority_class = std::array::from_fn(|at| at as u8);
            }
        }
        Ok(())
    }

    /// Removes an entry.
    fn remove_app(&self, state: &mut DcbState, app: DcbApp, log: &mut Vec<String>) -> Result<(), Errno> {
        let apps = state.apps.get_or_insert_default();
        let at = apps.iter().position(|held| *held == app).ok_or(Errno::ENOENT)?;
        apps.remove(at);
        if self.entries == Entries::PortDscp && !goes_by_dscp(state) {
            log.push("Switched QoS to L2 VLAN mode".to_owned());
            state.ets = state.ets.map(|_| software_default());
            state.pfc = state.pfc.map(|pfc| DcbPfc { enabled: 0, ..pfc });
        }
        Ok(())
    }
}

/// What the neighbour of every simulated wire says of itself: a switch that is set up for RoCE v2 at priority 3, and takes
/// nothing from others. Ours.
fn neighbour() -> DcbState {
    let mut priority_class = [0; 8];
    priority_class[3] = 3;
    let shares = [50, 0, 0, 50, 0, 0, 0, 0];
    let ets = DcbEts {
        capacity: 8,
        tx_bandwidth: shares,
        rx_bandwidth: shares,
        selection: [SHARED; 8],
        priority_class,
        ..DcbEts::default()
    };
    let roce = DcbApp { selector: DcbSelector::of(4), protocol: ROCE_PORT, priority: 3 };
    DcbState {
        peer_ets: Some(ets),
        peer_pfc: Some(DcbPfc { capacity: 8, enabled: 1 << 3, ..DcbPfc::default() }),
        peer_apps: Some(vec![roce]),
        ..DcbState::default()
    }
}

/// Whether there is an entry by DSCP.
fn goes_by_dscp(state: &DcbState) -> bool {
    state.apps.iter().flatten().any(|app| app.selector == DcbSelector::Dscp)
}

/// `ice_dcb_sw_dflt_cfg`, `i40e_dcb_sw_default_config`: one class has all of the wire. That firmware's own is the same is
/// ours.
fn software_default() -> DcbEts {
    let (bandwidth, selection) = ([100, 0, 0, 0, 0, 0, 0, 0], [SHARED, 0, 0, 0, 0, 0, 0, 0]);
    DcbEts {
        willing: true,
        capacity: 8,
        tx_bandwidth: bandwidth,
        rx_bandwidth: bandwidth,
        selection,
        advised_bandwidth: bandwidth,
        advised_selection: selection,
        ..DcbEts::default()
    }
}
