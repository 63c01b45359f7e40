//! The commands: one file per noun.

pub(crate) mod adapter;
mod advice;
pub(crate) mod bond;
pub(crate) mod bridge;
pub(crate) mod buffer;
pub(crate) mod cable;
pub(crate) mod capability;
pub(crate) mod coalesce;
pub(crate) mod completions;
pub(crate) mod cycle;
pub(crate) mod dcb;
pub(crate) mod device;
pub(crate) mod devlink;
pub(crate) mod driver;
pub(crate) mod eswitch;
pub(crate) mod fabric;
pub(crate) mod features;
pub(crate) mod flash;
pub(crate) mod flow;
pub(crate) mod health;
pub(crate) mod iproute2;
pub(crate) mod link;
pub(crate) mod man;
pub(crate) mod module;
pub(crate) mod ntuple;
pub(crate) mod param;
pub(crate) mod phy;
pub(crate) mod port;
pub(crate) mod rate;
pub(crate) mod rdma;
pub(crate) mod recover;
pub(crate) mod region;
pub(crate) mod representor;
pub(crate) mod resource;
pub(crate) mod roce;
pub(crate) mod rss;
pub(crate) mod saved;
pub(crate) mod selftest;
pub(crate) mod settings;
pub(crate) mod sf;
pub(crate) mod sim;
pub(crate) mod stats;
pub(crate) mod tc;
pub(crate) mod topology;
pub(crate) mod trap;
pub(crate) mod tunnel;
pub(crate) mod udp_port;
pub(crate) mod vdpa;
pub(crate) mod vf;
mod watching;

use smartnic::inventory::Nic;
use smartnic::types::DevlinkHandle;
use smartnic::{Error, Host};

use crate::cli::Noun;
use crate::print::Format;
use crate::session::{Outcome, Session};

/// Runs one command.
pub(crate) fn run(noun: &Noun, session: &mut Session) -> Outcome {
    if session.format() == Format::Dot && !matches!(noun, Noun::Topology(_)) {
        let error = Error::invalid("print as dot", "only the topology can be drawn as a graph");
        return Err(error.hint("use -o table, -o json or -o yaml").into());
    }
    match noun {
        Noun::Device(verb) => device::run(verb, session),
        Noun::Eswitch(verb) => eswitch::run(verb, session),
        Noun::Port(verb) => port::run(verb, session),
        Noun::Param(verb) => param::run(verb, session),
        Noun::Resource(verb) => resource::run(verb, session),
        Noun::Vf(verb) => vf::run(verb, session),
        Noun::Sf(verb) => sf::run(verb, session),
        Noun::Roce(verb) => roce::run(verb, session),
        Noun::Fabric(verb) => fabric::run(verb, session),
        Noun::Recover(args) => recover::run(args, session),
        Noun::Representor(verb) => representor::run(verb, session),
        Noun::Health(verb) => health::run(verb, session),
        Noun::Region(verb) => region::run(verb, session),
        Noun::Trap(verb) => trap::run(verb, session),
        Noun::Flow(verb) => flow::run(verb, session),
        Noun::Rate(verb) => rate::run(verb, session),
        Noun::Buffer(verb) => buffer::run(verb, session),
        Noun::Flash(args) => flash::run(args, session),
        Noun::Selftest(verb) => selftest::run(verb, session),
        // Their words are those of other tools and were taken before; here come only those that could not be told
        // from others.
        Noun::Tc(_) => Err(Error::invalid("run tc", "`tc` must be the first word behind the options").into()),
        Noun::Devlink(_) => {
            Err(Error::invalid("run devlink", "`devlink` must be the first word behind the options").into())
        }
        Noun::Rdma(args) => rdma::run_own(args, session),
        Noun::Dcb(_) => {
            Err(Error::invalid("run dcb", "`dcb` must be the first word behind the options").into())
        }
        Noun::Bridge(verb) => bridge::run(verb, session),
        Noun::Bond(verb) => bond::run(verb, session),
        Noun::Tunnel(verb) => tunnel::run(verb, session),
        Noun::Vdpa(verb) => vdpa::run(verb, session),
        Noun::Topology(args) => topology::run(args, session),
        Noun::Adapter(verb) => adapter::run(verb, session),
        Noun::Capability(args) => capability::run(args, session),
        Noun::Features(verb) => features::run(verb, session),
        Noun::Ring(verb) => settings::ring(verb, session),
        Noun::Channel(verb) => settings::channel(verb, session),
        Noun::Coalesce(verb) => coalesce::run(verb, session),
        Noun::Pause(verb) => settings::pause(verb, session),
        Noun::Fec(verb) => settings::fec(verb, session),
        Noun::Link(verb) => link::run(verb, session),
        Noun::Ntuple(verb) => ntuple::run(verb, session),
        Noun::UdpPort(verb) => udp_port::run(verb, session),
        Noun::Phy(verb) => phy::run(verb, session),
        Noun::Cable(verb) => cable::run(verb, session),
        Noun::Eee(verb) => settings::eee(verb, session),
        Noun::Wol(verb) => settings::wol(verb, session),
        Noun::Module(verb) => module::run(verb, session),
        Noun::Private(verb) => settings::private(verb, session),
        Noun::Messages(verb) => settings::messages(verb, session),
        Noun::Timestamp(verb) => settings::timestamp(verb, session),
        Noun::Plca(verb) => settings::plca(verb, session),
        Noun::Mm(verb) => settings::mm(verb, session),
        Noun::Pse(verb) => settings::pse(verb, session),
        Noun::Rss(verb) => rss::run(verb, session),
        Noun::Stats(verb) => stats::run(verb, session),
        Noun::Driver(verb) => driver::run(verb, session),
        Noun::Tunable(verb) => settings::tunable(verb, session),
        Noun::Sim(verb) => sim::run(verb, session),
        Noun::Completions(args) => completions::run(args, session),
        Noun::Man(args) => man::run(args, session),
    }
}

/// The device that is named, or every device of the host.
fn nics(host: &Host, handle: Option<&DevlinkHandle>) -> Result<Vec<Nic>, Error> {
    match handle {
        Some(handle) => Ok(vec![host.nic(handle)?]),
        None => Ok(host.inventory()?.nics),
    }
}
