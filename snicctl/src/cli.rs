//! The command line: one variant per noun. Help, completions and man pages follow from it.

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cmd::{
    adapter, bond, bridge, buffer, cable, capability, coalesce, completions, dcb, device, devlink, driver,
    eswitch, features, flash, flow, health, link, man, module, ntuple, param, phy, port, rate, rdma, region,
    representor, resource, rss, selftest, settings, sim, stats, tc, topology, trap, tunnel, udp_port, vdpa,
    vf,
};
use crate::print::{ColorWhen, Format};

/// See, prepare and offload to SmartNICs.
///
/// Works on this machine (--host linux:), in one of its network namespaces (--host linux:netns=blue), or on a
/// simulated NIC (--host sim:bluefield3?state=nic.json): the commands are the same.
#[derive(Debug, Parser)]
#[command(
    name = "snicctl",
    version,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = AFTER,
    after_long_help = AFTER_LONG
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) noun: Noun,
}

const AFTER: &str = "\
Examples:
  snicctl device list
  snicctl eswitch set pci/0000:03:00.0 --mode switchdev --vfs 4
  snicctl flow apply rules.tc
  snicctl flow explain rules.tc
  snicctl --host 'sim:bluefield3?state=nic.json' device list";

const AFTER_LONG: &str = "\
Examples:
  snicctl device list
  snicctl eswitch set pci/0000:03:00.0 --mode switchdev --vfs 4
  snicctl flow apply rules.tc
  snicctl flow explain rules.tc
  snicctl --host 'sim:bluefield3?state=nic.json' device list

Exit codes:
  0    all was done
  1    flow apply --keep-going: some rules could not be applied, the others are there
  2    the command line is wrong
  3    invalid input              12  malformed message
  4    text cannot be read        13  interrupted
  5    not found                  14  overrun
  6    already exists             15  timed out
  7    permission denied          16  device gone
  8    not supported              17  I/O error
  9    busy                       18  roll-back failed
  10   no space                   19  read-back differs
  11   refused                    20  locked by another process
  141  the reader of the output went away (a closed pipe)";

/// Where the help lists the options of [`Globals`].
const EVERYWHERE: &str = "Options of every command";

/// Options that every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Globals {
    /// The host to work on: linux:, linux:netns=NAME, linux:sysfs=DIR, or sim:PROFILE?seed=N&state=FILE
    #[arg(long, global = true, help_heading = EVERYWHERE, env = "SNICCTL_HOST", default_value = "linux:", value_name = "URI")]
    pub(crate) host: String,

    /// How to print; tc is there where rules are printed, dot for the topology
    #[arg(short, long, global = true, help_heading = EVERYWHERE, value_enum, default_value_t = Format::Table, value_name = "FORMAT")]
    pub(crate) output: Format,

    /// When to use colour; auto: on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, help_heading = EVERYWHERE, value_enum, default_value_t = ColorWhen::Auto, value_name = "WHEN")]
    pub(crate) color: ColorWhen,

    /// How long to wait for another process that changes the same host, before giving up with exit code 20
    #[arg(long, global = true, help_heading = EVERYWHERE, default_value_t = 10, value_name = "SECONDS")]
    pub(crate) lock_wait: u64,

    /// Print no progress and no summaries
    #[arg(short, long, global = true, help_heading = EVERYWHERE)]
    pub(crate) quiet: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Noun {
    /// NICs: what is there
    #[command(subcommand)]
    Device(device::Verb),
    /// The embedded switch: legacy or switchdev
    #[command(subcommand)]
    Eswitch(eswitch::Verb),
    /// Ports of devices, and the functions behind them
    #[command(subcommand)]
    Port(port::Verb),
    /// Parameters of devices
    #[command(subcommand)]
    Param(param::Verb),
    /// What a device has only so much of
    #[command(subcommand)]
    Resource(resource::Verb),
    /// Virtual functions
    #[command(subcommand)]
    Vf(vf::Verb),
    /// The ends of the switch that stand for functions
    #[command(subcommand)]
    Representor(representor::Verb),
    /// Health of devices and ports: errors, dumps, recovery
    #[command(subcommand)]
    Health(health::Verb),
    /// Regions of a device's memory, and snapshots of them
    #[command(subcommand)]
    Region(region::Verb),
    /// Packets that a device gives to the processor: traps, groups, policers
    #[command(subcommand)]
    Trap(trap::Verb),
    /// Flow rules: in, out, where they ended up, and why
    #[command(subcommand)]
    Flow(flow::Verb),
    /// How much ports and groups of them may send
    #[command(subcommand)]
    Rate(rate::Verb),
    /// Shared buffers of switches
    #[command(subcommand)]
    Buffer(buffer::Verb),
    Flash(flash::Args),
    /// Tests that devices run on themselves
    #[command(subcommand)]
    Selftest(selftest::Verb),
    Tc(tc::Args),
    Devlink(devlink::Args),
    Rdma(rdma::Args),
    Dcb(dcb::Args),
    Topology(topology::Args),
    /// What is known of drivers: features, parameters, counters, cautions, with their sources
    #[command(subcommand)]
    Adapter(adapter::Verb),
    Capability(capability::Args),
    /// RoCE on links from end to end: what is there, what does not fit together, one profile for all of it
    #[command(subcommand)]
    Roce(crate::cmd::roce::Verb),
    /// What links are ready for: RoCE v2, InfiniBand, Ultra Ethernet
    #[command(subcommand)]
    Fabric(crate::cmd::fabric::Verb),
    /// Sub-functions
    #[command(subcommand)]
    Sf(crate::cmd::sf::Verb),
    Recover(crate::cmd::recover::RecoverArgs),
    /// Bridges: addresses, VLANs, groups, ports, and what the NIC forwards itself
    #[command(subcommand)]
    Bridge(bridge::Verb),
    /// Bonds of uplinks, and whether the NIC itself sends over their ports
    #[command(subcommand)]
    Bond(bond::Verb),
    /// Tunnel devices: where rules send what gets an outer header, and where those stand that take it off
    #[command(subcommand)]
    Tunnel(tunnel::Verb),
    /// vDPA: virtio devices carried by a NIC
    #[command(subcommand)]
    Vdpa(vdpa::Verb),
    /// Speed, modes, port and state of links
    #[command(subcommand)]
    Link(link::Verb),
    /// Features of links: what is on, asked for, fixed
    #[command(subcommand)]
    Features(features::Verb),
    /// Rings of descriptors
    #[command(subcommand)]
    Ring(settings::Ring),
    /// Channels: queues with their interrupts
    #[command(subcommand)]
    Channel(settings::Channel),
    /// How interrupts are held back
    #[command(subcommand)]
    Coalesce(coalesce::Verb),
    /// Pause frames
    #[command(subcommand)]
    Pause(settings::PauseVerb),
    /// Forward error correction
    #[command(subcommand)]
    Fec(settings::FecVerb),
    /// Energy-efficient Ethernet
    #[command(subcommand)]
    Eee(settings::EeeVerb),
    /// Wake-on-LAN
    #[command(subcommand)]
    Wol(settings::Wol),
    /// Plugged-in modules
    #[command(subcommand)]
    Module(module::Verb),
    /// Rules by which NICs choose the queue of received packets (n-tuple filters)
    #[command(subcommand)]
    Ntuple(ntuple::Verb),
    /// UDP ports by which devices know tunnels
    #[command(subcommand)]
    UdpPort(udp_port::Verb),
    /// PHYs of links, and what they receive
    #[command(subcommand)]
    Phy(phy::Verb),
    /// Cables that PHYs test
    #[command(subcommand)]
    Cable(cable::Verb),
    /// Flags that only one driver has
    #[command(subcommand)]
    Private(settings::Private),
    /// What drivers write into the kernel's log
    #[command(subcommand)]
    Messages(settings::MessagesVerb),
    /// Time stamps and clocks of links
    #[command(subcommand)]
    Timestamp(settings::Timestamp),
    /// Turns on a shared cable (PLCA)
    #[command(subcommand)]
    Plca(settings::PlcaVerb),
    /// Frame pre-emption (MAC Merge)
    #[command(subcommand)]
    Mm(settings::Mm),
    /// Power over Ethernet that this side gives
    #[command(subcommand)]
    Pse(settings::Pse),
    /// How received packets are spread over queues
    #[command(subcommand)]
    Rss(rss::Verb),
    /// What links, their drivers and their PHYs count
    #[command(subcommand)]
    Stats(stats::Verb),
    /// Which driver serves a link, and what it has besides
    #[command(subcommand)]
    Driver(driver::Verb),
    /// What can be tuned of devices and their PHYs
    #[command(subcommand)]
    Tunable(settings::Tunable),
    /// Simulated hosts: profiles and packets
    #[command(subcommand)]
    Sim(sim::Verb),
    /// Print completions for a shell
    Completions(completions::Args),
    /// Write man pages
    Man(man::Args),
}

/// One side of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SideArg {
    /// What comes in from the link; on a representor, what its function sends
    Ingress,
    /// What goes out through the link
    Egress,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use smartnic::ErrorKind;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_exit_codes_in_the_help_are_those_of_the_error_kinds() {
        let words: Vec<&str> = AFTER_LONG.split_whitespace().collect();
        for kind in ErrorKind::ALL {
            let code = kind.code().to_string();
            let first = kind.text().split(' ').next().unwrap_or_default();
            let said = words.windows(3).any(|words| words[0] == code && words[1..].contains(&first));
            assert!(said, "{kind:?} with code {code} is missing");
        }
    }
}
