//! Shared buffers: the kernel's checks (`net/devlink/sb.c`), then mlxsw's (`spectrum_buffers.c`).

use smartnic_core::device::{
    BufferPool, Occupancy, PoolKind, PortPool, PortTc, SharedBuffer, TcBinding, ThresholdKind,
};

use super::Instance;
use crate::driver::{BufferSpec, DYNAMIC_THRESHOLDS, PoolSize, PoolSpec, TcSpec};
use crate::errno::Errno;
use crate::model::switch::{BindingKey, PortPoolKey, SwitchState, held, hold};
use crate::model::{DevlinkPort, Machine};
use crate::note::Note;

/// What mlxsw adds to a dynamic threshold before it is told (`MLXSW_SP_SB_THRESHOLD_TO_ALPHA_OFFSET`).
const DYNAMIC_OFFSET: u32 = 2;
/// The port towards the processor.
const CPU_PORT: u32 = 0;

/// The buffer of one instance, with its state.
struct Buffer<'a> {
    spec: &'static BufferSpec,
    state: &'a SwitchState,
    seed: u64,
}

impl Buffer<'_> {
    fn cells(&self, bytes: u32) -> u32 {
        bytes.div_ceil(self.spec.cell)
    }

    fn spec(&self, pool: u16) -> Result<&'static PoolSpec, Errno> {
        self.spec.pools.get(usize::from(pool)).ok_or(Errno::EINVAL)
    }

    /// What thresholds in a pool mean, and its size in cells (`mlxsw_sp_sb_prs_init`).
    fn pool(&self, pool: u16, spec: &PoolSpec) -> (ThresholdKind, u32) {
        let first = || match spec.size {
            PoolSize::Bytes(bytes) => self.cells(bytes),
            PoolSize::Whole => self.cells(self.spec.size),
            PoolSize::Rest => {
                let same = self.spec.pools.iter().filter(|other| other.kind == spec.kind);
                let taken = same.map(|other| match other.size {
                    PoolSize::Bytes(bytes) => self.cells(bytes),
                    PoolSize::Rest | PoolSize::Whole => 0,
                });
                (self.spec.size / self.spec.cell).saturating_sub(taken.sum())
            }
        };
        self.state.pools.get(&pool).copied().unwrap_or_else(|| (spec.thresholds, first()))
    }

    /// A threshold as it is told (`mlxsw_sp_sb_threshold_out`).
    fn told(&self, pool: u16, held: u32) -> u32 {
        match self.spec(pool).map(|spec| self.pool(pool, spec).0) {
            Ok(ThresholdKind::Dynamic) => held.saturating_add(DYNAMIC_OFFSET),
            _ => held.saturating_mul(self.spec.cell),
        }
    }

    /// A threshold as it is held (`mlxsw_sp_sb_threshold_in`).
    fn held(&self, pool: u16, threshold: u32, note: &mut Note) -> Result<u32, Errno> {
        let spec = self.spec(pool)?;
        if self.pool(pool, spec).0 != ThresholdKind::Dynamic {
            return Ok(self.cells(threshold));
        }
        let value = threshold.checked_sub(DYNAMIC_OFFSET).filter(|value| DYNAMIC_THRESHOLDS.contains(value));
        value.ok_or_else(|| refuse(note, "Invalid dynamic threshold value"))
    }

    /// How full a place was: what comes and goes in it is made from the seed.
    fn occupancy(&self, place: u64, empty: bool) -> Occupancy {
        let SwitchState { snapshots, marks_since, .. } = *self.state;
        if empty || snapshots == 0 {
            return Occupancy { current: 0, max: 0 };
        }
        let start = (self.seed ^ place.wrapping_mul(0x9e37_79b9)) % 8;
        let level = |number: u32| (1 + (start + 5 * u64::from(number)) % 8) as u32 * 2 * self.spec.cell;
        // Eight snapshots on, the levels begin anew.
        let first = marks_since.max(snapshots.saturating_sub(8)) + 1;
        let max = (first.min(snapshots)..=snapshots).map(level).max().unwrap_or(0);
        Occupancy { current: level(snapshots), max }
    }

    fn tcs(&self, port: u32, kind: PoolKind) -> &'static [TcSpec] {
        match (kind, port) {
            (PoolKind::Ingress, _) => self.spec.ingress,
            (_, CPU_PORT) => self.spec.cpu_egress,
            _ => self.spec.egress,
        }
    }

    fn port_pool(&self, port: &DevlinkPort, pool: u16, spec: &PoolSpec) -> PortPool {
        let key = PortPoolKey { port: port.index, pool };
        let first = match (port.index, spec.kind) {
            // The port towards the processor takes nothing in.
            (CPU_PORT, PoolKind::Ingress) => 0,
            (CPU_PORT, _) => spec.cpu,
            _ => spec.port,
        };
        let threshold = self.told(pool, held(&self.state.port_pools, &key).unwrap_or(first));
        let empty = self.pool(pool, spec).1 == 0 || (port.index, spec.kind) == (CPU_PORT, PoolKind::Ingress);
        let place = u64::from(port.index) << 16 | u64::from(pool);
        let occupancy = Some(self.occupancy(place, empty));
        PortPool { port: port.device.port(port.index), buffer: 0, pool, threshold, occupancy }
    }

    fn binding(&self, port: &DevlinkPort, kind: PoolKind, tc: u16, spec: TcSpec) -> TcBinding {
        let egress = kind == PoolKind::Egress;
        let cpu_in = port.index == CPU_PORT && !egress;
        let first = match (cpu_in, spec.most) {
            (true, _) => (0, 0),
            (_, Some(most)) => (spec.pool, most),
            (_, None) => (spec.pool, self.cells(self.spec.size)),
        };
        let key = BindingKey { port: port.index, egress, tc };
        let (pool, most) = held(&self.state.bindings, &key).unwrap_or(first);
        let place = 1 << 48 | u64::from(port.index) << 16 | u64::from(egress) << 8 | u64::from(tc);
        TcBinding {
            tc: PortTc { port: port.device.port(port.index), buffer: 0, tc, kind },
            pool,
            threshold: self.told(pool, most),
            occupancy: Some(self.occupancy(place, cpu_in || tc > 1)),
        }
    }
}

fn refuse(note: &mut Note, text: &'static str) -> Errno {
    note.say(format!("mlxsw_spectrum: {text}"));
    Errno::EINVAL
}

impl Machine {
    fn buffer(&self, instance: Instance) -> Option<Buffer<'_>> {
        let spec = &self.profile.driver.switch()?.buffer;
        let Instance::Pf(pf) = instance else { return None };
        Some(Buffer { spec, state: &self.pfs.get(pf)?.switch, seed: self.seed })
    }

    /// The buffer that a request names (`devlink_sb_get_from_attrs`).
    fn buffer_at(&self, instance: Instance, buffer: u32) -> Result<Buffer<'_>, Errno> {
        self.buffer(instance).filter(|_| buffer == 0).ok_or(Errno::ENODEV)
    }

    /// The shared buffers of an instance.
    pub(crate) fn buffers(&self, instance: Instance) -> Vec<SharedBuffer> {
        let all = self.buffer(instance).zip(self.handle_of(instance)).map(|(buffer, device)| {
            let pools = |kind| buffer.spec.pools.iter().filter(|pool| pool.kind == kind).count() as u16;
            SharedBuffer {
                device,
                index: 0,
                size: buffer.spec.size,
                ingress_pools: pools(PoolKind::Ingress),
                egress_pools: pools(PoolKind::Egress),
                ingress_tcs: buffer.spec.ingress.len() as u16,
                egress_tcs: buffer.spec.egress.len() as u16,
            }
        });
        all.into_iter().collect()
    }

    /// Their pools.
    pub(crate) fn buffer_pools(&self, instance: Instance) -> Vec<BufferPool> {
        let Some((buffer, device)) = self.buffer(instance).zip(self.handle_of(instance)) else {
            return Vec::new();
        };
        let pool = |(number, spec): (u16, &'static PoolSpec)| {
            let (threshold_kind, cells) = buffer.pool(number, spec);
            BufferPool {
                device: device.clone(),
                buffer: 0,
                pool: number,
                kind: spec.kind,
                size: cells * buffer.spec.cell,
                threshold_kind,
                cell_size: Some(buffer.spec.cell),
            }
        };
        (0..).zip(buffer.spec.pools).map(pool).collect()
    }

    /// How much of them ports may use.
    pub(crate) fn port_pools(&self, instance: Instance) -> Vec<PortPool> {
        let Some(buffer) = self.buffer(instance) else { return Vec::new() };
        let pools = || (0..).zip(buffer.spec.pools);
        let ports = self.devlink_ports(instance);
        let of = |port: &DevlinkPort| {
            pools().map(|(number, spec)| buffer.port_pool(port, number, spec)).collect::<Vec<_>>()
        };
        ports.iter().flat_map(of).collect()
    }

    /// Which of them traffic classes use.
    pub(crate) fn tc_bindings(&self, instance: Instance) -> Vec<TcBinding> {
        let Some(buffer) = self.buffer(instance) else { return Vec::new() };
        let mut all = Vec::new();
        for port in self.devlink_ports(instance) {
            for kind in [PoolKind::Ingress, PoolKind::Egress] {
                let tcs = (0..).zip(buffer.tcs(port.index, kind));
                all.extend(tcs.map(|(tc, spec)| buffer.binding(&port, kind, tc, *spec)));
            }
        }
        all
    }

    /// `mlxsw_sp_sb_pool_set`
    pub(crate) fn set_buffer_pool(
        &mut self,
        instance: Instance,
        (buffer, pool): (u32, u16),
        size: u32,
        thresholds: ThresholdKind,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let buffer = self.buffer_at(instance, buffer)?;
        let spec = buffer.spec(pool)?;
        if size > buffer.spec.size {
            return Err(refuse(note, "Exceeded shared buffer size"));
        }
        if spec.fixed_thresholds && thresholds != spec.thresholds {
            return Err(refuse(note, "Changing this pool's threshold type is forbidden"));
        }
        if spec.fixed_size {
            return Err(refuse(note, "Changing this pool's size is forbidden"));
        }
        let cells = buffer.cells(size);
        self.change_switch(instance, |state| {
            state.pools.insert(pool, (thresholds, cells));
        })
    }

    /// `mlxsw_sp_sb_port_pool_set`
    pub(crate) fn set_port_pool(
        &mut self,
        instance: Instance,
        port: u32,
        (buffer, pool): (u32, u16),
        threshold: u32,
        note: &mut Note,
    ) -> Result<(), Errno> {
        self.devlink_port_at(instance, port)?;
        let buffer = self.buffer_at(instance, buffer)?;
        buffer.spec(pool)?;
        if port == CPU_PORT {
            return Err(refuse(note, "Changing CPU port's threshold is forbidden"));
        }
        let value = buffer.held(pool, threshold, note)?;
        let key = PortPoolKey { port, pool };
        self.change_switch(instance, |state| hold(&mut state.port_pools, key, value))
    }

    /// `mlxsw_sp_sb_tc_pool_bind_set`
    pub(crate) fn bind_tc(
        &mut self,
        instance: Instance,
        tc: &PortTc,
        pool: u16,
        threshold: u32,
        note: &mut Note,
    ) -> Result<(), Errno> {
        let port = tc.port.index.0;
        self.devlink_port_at(instance, port)?;
        let buffer = self.buffer_at(instance, tc.buffer)?;
        let class = buffer.tcs(port, tc.kind).get(usize::from(tc.tc)).ok_or(Errno::EINVAL)?;
        let spec = buffer.spec(pool)?;
        if port == CPU_PORT {
            return Err(refuse(note, "Changing CPU port's binding is forbidden"));
        }
        if spec.kind != tc.kind {
            return Err(refuse(note, "Binding egress TC to ingress pool and vice versa is forbidden"));
        }
        if class.most.is_none() && pool != class.pool {
            return Err(refuse(note, "Binding this TC to a different pool is forbidden"));
        }
        if class.most.is_none() {
            return Err(refuse(note, "Changing this TC's threshold is forbidden"));
        }
        let value = buffer.held(pool, threshold, note)?;
        let key = BindingKey { port, egress: tc.kind == PoolKind::Egress, tc: tc.tc };
        self.change_switch(instance, |state| hold(&mut state.bindings, key, (pool, value)))
    }

    /// Notes how full a buffer is (`mlxsw_sp_sb_occ_snapshot`).
    pub(crate) fn snapshot_occupancy(&mut self, instance: Instance, buffer: u32) -> Result<(), Errno> {
        self.buffer_at(instance, buffer)?;
        self.change_switch(instance, |state| state.snapshots = state.snapshots.saturating_add(1))
    }

    /// Lets the marks of the most begin anew; what was noted stays until the next snapshot.
    pub(crate) fn clear_max_occupancy(&mut self, instance: Instance, buffer: u32) -> Result<(), Errno> {
        self.buffer_at(instance, buffer)?;
        self.change_switch(instance, |state| state.marks_since = state.snapshots)
    }

    /// Changes the state of an instance's switch.
    pub(super) fn change_switch(
        &mut self,
        instance: Instance,
        change: impl FnOnce(&mut SwitchState),
    ) -> Result<(), Errno> {
        let Instance::Pf(pf) = instance else { return Err(Errno::EOPNOTSUPP) };
        change(&mut self.pfs.get_mut(pf).ok_or(Errno::ENODEV)?.switch);
        Ok(())
    }
}
