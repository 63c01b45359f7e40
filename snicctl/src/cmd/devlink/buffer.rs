//! `devlink sb`.

use smartnic::text::devlink::command::buffer::{Command, Which};
use smartnic::text::devlink::command::{Either, Stop, Words, buffer};
use smartnic::text::devlink::show;

use super::face::Face;

pub(super) fn run(words: &mut Words<'_>, face: &mut Face<'_>) -> Result<(), Stop> {
    match buffer::read(words)? {
        Command::Show(which) => {
            let read = face.ask(|host| host.devlink().buffers(which.device()));
            let read = meant(&which, read, |buffer| which.has_buffer(buffer.index));
            face.section("sb", read, show::buffer)
        }
        Command::Pools(which) => {
            let read = face.ask(|host| host.devlink().buffer_pools(which.device()));
            let read = meant(&which, read, |pool| which.has_buffer(pool.buffer) && which.has_pool(pool.pool));
            face.section("pool", read, show::buffer_pool)
        }
        Command::SetPool { device, buffer, pool, size, thresholds } => {
            face.change(|host| host.devlink().set_buffer_pool(&device, buffer, pool, size, thresholds))
        }
        Command::PortPools(which) => {
            let read = face.ask(|host| host.devlink().port_pools(which.device()));
            let read = meant(&which, read, |pool| {
                which.has_port(&pool.port) && which.has_buffer(pool.buffer) && which.has_pool(pool.pool)
            });
            face.section("port_pool", read, show::port_pool)
        }
        Command::SetPortPool { port, buffer, pool, threshold } => {
            face.change(|host| host.devlink().set_port_pool(&port, buffer, pool, threshold))
        }
        Command::Bindings(which) => {
            let read = face.ask(|host| host.devlink().tc_bindings(which.device()));
            let read = meant(&which, read, |binding| {
                let tc = &binding.tc;
                which.has_port(&tc.port) && which.has_buffer(tc.buffer) && which.has_tc(tc.tc, tc.kind)
            });
            face.section("tc_bind", read, show::tc_binding)
        }
        Command::Bind { tc, pool, threshold } => {
            face.change(|host| host.devlink().bind_tc(&tc, pool, threshold))
        }
        Command::Occupancy(of, buffer) => occupancy(of, buffer, face),
        Command::Snapshot(device, buffer) => {
            face.change(|host| host.devlink().snapshot_occupancy(&device, buffer))
        }
        Command::ClearMax(device, buffer) => {
            face.change(|host| host.devlink().clear_max_occupancy(&device, buffer))
        }
    }
}

/// Those that are meant. If it is one, it must be there.
fn meant<T>(
    which: &Which,
    read: Result<Vec<T>, Stop>,
    is_meant: impl Fn(&T) -> bool,
) -> Result<Vec<T>, Stop> {
    let mut rows = read?;
    let any = !rows.is_empty();
    rows.retain(is_meant);
    match (which.is_one() && rows.is_empty(), any) {
        (false, _) => Ok(rows),
        // What the kernel says of one that is not there, and where there is no buffer at all.
        (true, true) => Err(Stop::fault("kernel answers: Invalid argument")),
        (true, false) => Err(Stop::fault("kernel answers: No such device")),
    }
}

fn occupancy(of: Either, buffer: u32, face: &mut Face<'_>) -> Result<(), Stop> {
    let which = Which { of: Some(of), buffer: Some(buffer), ..Which::default() };
    let mut pools = face.ask(|host| host.devlink().port_pools(which.device()))?;
    pools.retain(|pool| pool.buffer == buffer && which.has_port(&pool.port));
    let mut bindings = face.ask(|host| host.devlink().tc_bindings(which.device()))?;
    bindings.retain(|binding| binding.tc.buffer == buffer && which.has_port(&binding.tc.port));
    face.section("occupancy", Ok(show::occupancies(&pools, &bindings)), show::occupancy)
}
