use std::fmt::Write;

use smartnic_core::device::{
    BufferPool, Occupancy, PoolKind, PortPool, SharedBuffer, TcBinding, ThresholdKind,
};
use smartnic_core::types::PortHandle;

use super::Show;

/// Shows a shared buffer, as `devlink sb show` does.
pub fn buffer(buffer: &SharedBuffer, show: &mut Show<'_>) {
    show.open_handle_entry(&buffer.device);
    show.value("sb", buffer.index, format_args!("sb {}", buffer.index));
    show.any("size", buffer.size, format_args!(" size {}", buffer.size));
    let counts = [
        ("ing_pools", buffer.ingress_pools),
        ("eg_pools", buffer.egress_pools),
        ("ing_tcs", buffer.ingress_tcs),
        ("eg_tcs", buffer.egress_tcs),
    ];
    for (name, count) in counts {
        show.any(name, count, format_args!(" {name} {count}"));
    }
    show.close_handle();
}

/// Shows a pool, as `devlink sb pool show` does.
pub fn buffer_pool(pool: &BufferPool, show: &mut Show<'_>) {
    show.open_handle_entry(&pool.device);
    show.value("sb", pool.buffer, format_args!("sb {}", pool.buffer));
    show.any("pool", pool.pool, format_args!(" pool {}", pool.pool));
    let kind = kind_name(pool.kind);
    show.any("type", kind, format_args!(" type {kind}"));
    show.any("size", pool.size, format_args!(" size {}", pool.size));
    let thresholds = match pool.threshold_kind {
        ThresholdKind::Static => "static",
        ThresholdKind::Dynamic => "dynamic",
        ThresholdKind::Unknown(_) => "<unknown type>",
    };
    show.any("thtype", thresholds, format_args!(" thtype {thresholds}"));
    if let Some(size) = pool.cell_size {
        show.any("cell_size", size, format_args!(" cell size {size}"));
    }
    show.close_handle();
}

/// Shows how much of a pool a port may use, as `devlink sb port pool show` does.
pub fn port_pool(pool: &PortPool, show: &mut Show<'_>) {
    let name = show.port_name(&pool.port, true);
    show.open_handle_entry(&name);
    show.value("sb", pool.buffer, format_args!("sb {}", pool.buffer));
    show.any("pool", pool.pool, format_args!(" pool {}", pool.pool));
    show.any("threshold", pool.threshold, format_args!(" threshold {}", pool.threshold));
    show.close_handle();
}

/// Shows which pool a traffic class uses, as `devlink sb tc bind show` does.
pub fn tc_binding(binding: &TcBinding, show: &mut Show<'_>) {
    let tc = &binding.tc;
    let name = show.port_name(&tc.port, true);
    show.open_handle_entry(&name);
    show.value("sb", tc.buffer, format_args!("sb {}", tc.buffer));
    show.any("tc", tc.tc, format_args!(" tc {}", tc.tc));
    let kind = kind_name(tc.kind);
    show.any("type", kind, format_args!(" type {kind}"));
    show.any("pool", binding.pool, format_args!(" pool {}", binding.pool));
    show.any("threshold", binding.threshold, format_args!(" threshold {}", binding.threshold));
    show.close_handle();
}

/// How full the parts of a buffer are that belong to one port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortOccupancy {
    /// The port.
    pub port: PortHandle,
    /// Pools by number.
    pub pools: Vec<(u16, Occupancy)>,
    /// Traffic classes of packets that come in, each with the pool that it uses.
    pub ingress: Vec<(u16, u16, Occupancy)>,
    /// Traffic classes of packets that go out.
    pub egress: Vec<(u16, u16, Occupancy)>,
}

/// Gathers what pools and traffic classes tell of how full they were, port by port.
#[must_use]
pub fn occupancies(pools: &[PortPool], bindings: &[TcBinding]) -> Vec<PortOccupancy> {
    let mut ports: Vec<PortOccupancy> = Vec::new();
    fn of<'a>(ports: &'a mut Vec<PortOccupancy>, port: &PortHandle) -> Option<&'a mut PortOccupancy> {
        let at = ports.iter().position(|known| known.port == *port).unwrap_or_else(|| {
            let (pools, ingress, egress) = Default::default();
            ports.push(PortOccupancy { port: port.clone(), pools, ingress, egress });
            ports.len() - 1
        });
        ports.get_mut(at)
    }
    for pool in pools {
        if let (Some(port), Some(occupancy)) = (of(&mut ports, &pool.port), pool.occupancy) {
            port.pools.push((pool.pool, occupancy));
        }
    }
    for binding in bindings {
        if let (Some(port), Some(occupancy)) = (of(&mut ports, &binding.tc.port), binding.occupancy) {
            let item = (binding.tc.tc, binding.pool, occupancy);
            match binding.tc.kind {
                PoolKind::Ingress => port.ingress.push(item),
                PoolKind::Egress => port.egress.push(item),
                PoolKind::Unknown(_) => {}
            }
        }
    }
    ports
}

/// Shows how full the parts of a port are, as `devlink sb occupancy show` does.
pub fn occupancy(port: &PortOccupancy, show: &mut Show<'_>) {
    let name = show.port_name(&port.port, true);
    show.open_handle(&name, true);
    if show.style.json {
        let pools = port.pools.iter().map(|(pool, occupancy)| (*pool, None, *occupancy));
        json("pool", pools, show);
        for (name, items) in [("itc", &port.ingress), ("etc", &port.egress)] {
            json(name, items.iter().map(|(tc, pool, occupancy)| (*tc, Some(*pool), *occupancy)), show);
        }
    } else {
        show.put(format_args!("\n"));
        let pools = port.pools.iter().map(|(pool, occupancy)| (format!("{pool:2}:"), *occupancy));
        show.put(format_args!("{}", lines("pool", pools)));
        for (name, items) in [("itc", &port.ingress), ("etc", &port.egress)] {
            let items = items.iter().map(|(tc, pool, occupancy)| (format!("{tc:2}({pool}):"), *occupancy));
            show.put(format_args!("{}", lines(name, items)));
        }
    }
    show.close_handle();
}

fn json(name: &str, items: impl Iterator<Item = (u16, Option<u16>, Occupancy)>, show: &mut Show<'_>) {
    show.open_in_json(name);
    for (number, pool, occupancy) in items {
        show.open_in_json(&number.to_string());
        if let Some(pool) = pool {
            show.json("bound_pool", pool);
        }
        show.json("current", occupancy.current);
        show.json("max", occupancy.max);
        show.close_in_json();
    }
    show.close_in_json();
}

/// Four to a line, in columns.
fn lines(name: &str, items: impl Iterator<Item = (String, Occupancy)>) -> String {
    let mut text = format!("{:<7}", format!("  {name}:"));
    let mut count = 0;
    for (label, Occupancy { current, max }) in items {
        if count != 0 && count % 4 == 0 {
            text.push_str(&format!("{:<7}", " "));
        }
        // Writing to a string cannot fail.
        let _ = write!(text, "{label:<7}{:<21}", format!("{current:>10}/{max}"));
        count += 1;
        if count % 4 == 0 {
            text.push('\n');
        }
    }
    if count % 4 != 0 {
        text.push('\n');
    }
    text
}

fn kind_name(kind: PoolKind) -> &'static str {
    match kind {
        PoolKind::Ingress => "ingress",
        PoolKind::Egress => "egress",
        PoolKind::Unknown(_) => "<unknown type>",
    }
}
