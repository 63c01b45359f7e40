//! Every check, in the order in which they run.

mod adversity;
mod atomic;
mod bridge;
mod bridge_made;
mod bulk;
mod corpus;
mod counters;
mod dcb_face;
mod devlink_face;
mod devlink_upkeep;
mod eswitch;
mod ethtool;
mod ethtool_counts;
mod ethtool_json;
mod ethtool_link;
mod ethtool_tunnels;
mod ethtool_upkeep;
mod fabric;
mod gone;
mod igb;
mod inventory;
mod kernel;
mod killed;
mod labnic;
mod labnic_refusals;
mod lines;
mod link_watch;
mod netns;
mod ntuple;
mod offload;
mod pinned;
mod predictions;
mod privilege;
mod rdma;
mod refusals;
mod roce;
mod rocker;
mod saved;
mod siw;
mod tc_face;
mod tunnel;
mod vdpa;
mod verbs;
mod verbs_awaited;
mod verbs_connections;
mod verbs_data;
mod verbs_interop;
mod verbs_iwarp;
mod verbs_measure;
mod verbs_pyverbs;
mod verbs_whole;
mod watch;

use crate::check::Check;
pub(crate) use verbs_whole::{MEET, meet};

macro_rules! checks {
    ($($name:literal => $run:path,)*) => {
        /// The table of checks.
        pub(crate) const ALL: &[Check] = &[$(Check { name: $name, run: $run },)*];
    };
}

checks! {
    "inventory: what devlink and ip show, in legacy and in switchdev mode" => inventory::as_iproute2_shows,
    "bridge: what we make is what ip makes, and a watch hears of changes" => bridge_made::as_ip_makes,
    "bridge: what we do and show is what bridge shows, and all can be taken back" => bridge::as_bridge_shows,
    "bridge: a switch forwards what we lay down, and tells us what it learns" => rocker::forwards,
    "tunnel: the devices that we make are those that ip makes" => tunnel::as_ip_makes,
    "ethtool: what we show is what ethtool shows, before and after changes" => ethtool::as_ethtool_shows,
    "ethtool link: settings, counters and RSS are those that ethtool shows, on veth and igb" => ethtool_link::as_ethtool_shows,
    "ethtool tunnels: ports of tunnels are those that ethtool shows; PHYs and cables of none are refused" => ethtool_tunnels::as_ethtool_shows,
    "ethtool json: whatever ethtool tells in JSON we tell alike, on netdevsim, veth and igb" => ethtool_json::alike,
    "ntuple: a driver without rules that choose queues answers us as it answers ethtool" => ntuple::as_ethtool_answers,
    "ethtool upkeep: tests, registers and EEPROM are those that ethtool tells, on igb" => ethtool_upkeep::as_ethtool_tells,
    "link watch: what ethtool and ip change is told, and nothing else" => link_watch::tells_what_changed,
    "vdpa: what we show is what vdpa shows" => vdpa::as_vdpa_shows,
    "dcb face: by dcb and by snicctl dcb the same is shown, refused and made" => dcb_face::in_place_of_dcb,
    "roce: a profile is held against a link, applied, taken back, and finished by the next after a kill" => roce::whole,
    "fabric report: libfabric's providers are those of fi_info, the neighbour is what its own side says" => fabric::as_others_tell,
    "rdma: what we show and refuse is what rdma shows and refuses, and what we change it sees" => rdma::as_rdma_shows,
    "rdma: siw, made and removed by us, is what rdma makes and shows" => siw::as_rdma_makes,
    "verbs: devices, limits, ports and GIDs are those of ibv_devinfo" => verbs::as_ibv_devinfo_shows,
    "verbs: what pyverbs reads of a device is what we read, field by field" => verbs_pyverbs::field_by_field,
    "verbs: messages, writes, reads, atomics and datagrams arrive" => verbs_data::arrives,
    "verbs: what goes wrong is told, and what waits comes back" => verbs_data::fails,
    "verbs: queues that are shared, somebody who is woken, events" => verbs_data::shared_and_woken,
    "verbs: rdma shows our objects, and none is left" => verbs_data::shown_and_gone,
    "verbs: snicctl measures a device with itself" => verbs_measure::with_itself,
    "verbs: snicctl measures between two namespaces" => verbs_measure::between_namespaces,
    "verbs: completions, connections and events as futures over tokio" => verbs_awaited::over_tokio,
    "verbs: nothing is left of a program that was killed" => verbs_measure::killed,
    "verbs: interop with C over libibverbs, either leads" => verbs_interop::with_c,
    "verbs: interop with ibv_rc_pingpong, either listens" => verbs_interop::with_pingpong,
    "verbs: the conformance suite on rxe" => verbs_whole::suite,
    "verbs: every example on rxe" => verbs_whole::examples,
    "verbs: endpoints in two network namespaces" => verbs_whole::endpoints,
    "verbs: endpoints that meet by rdma_cm, and what rdma shows of it" => verbs_connections::between_namespaces,
    "verbs: connections by rdma_cm of hosts in two namespaces" => verbs_connections::of_hosts,
    "verbs: the checks of connections on rxe" => verbs_connections::suite,
    "verbs: connections by rdma_cm that come to nothing" => verbs_connections::in_vain,
    "verbs: the conformance suite on siw" => verbs_iwarp::suite,
    "verbs: endpoints over siw, whichever end speaks first" => verbs_iwarp::endpoints,
    "verbs: endpoints over siw in two network namespaces" => verbs_iwarp::between_namespaces,
    "eswitch: legacy, switchdev with 4 VFs, legacy through snicctl, and all is as before" => eswitch::through_snicctl,
    "eswitch: the same through the library" => eswitch::through_the_library,
    "eswitch: what is there already is left, what is impossible is refused" => eswitch::limits,
    "saved: a device is written down and brought back" => saved::there_and_back,
    "saved: bridges and bonds are written down and brought back" => saved::bridges,
    "rules: those that tc put there are read as tc reads them" => corpus::read,
    "rules: applied by snicctl they are what tc makes of them" => corpus::applied,
    "rules: a second run changes nothing" => corpus::applied_again,
    "rules: printed as tc lines, as YAML and read back they are the same" => corpus::printed_and_read_back,
    "rules: removed by file they are gone, and the places are as before" => corpus::removed,
    "rules: random ones are taken and read alike" => corpus::random,
    "lines: carried out by tc and by us they come to the same, and are shown alike" => lines::alike,
    "lines: what we print of them tc and we carry out again" => lines::printed,
    "rules: what only the wire can say is read as tc reads it" => corpus::only_on_the_wire,
    "rules: a pinned BPF program is run as tc has it run" => pinned::as_tc_does,
    "watch: others' changes are told as tc monitor tells them" => watch::as_tc_monitors,
    "rules: what tc and the kernel refuse is refused, and nothing is changed" => refusals::refused_alike,
    "rules: filters of others are shown and left alone" => refusals::foreign_rules,
    "rules: replaced in place, pruned on request" => atomic::replace_and_prune,
    "verdicts: 1,000 skip_sw rules" => offload::skip_sw,
    "verdicts: what the adapter predicts is what the kernel does" => offload::predictions,
    "verdicts: the driver's words are heard" => offload::words,
    "verdicts: a link without offload" => offload::plain_link,
    "predictions: held against what netdevsim did" => predictions::netdevsim,
    "predictions: held against what labnic did" => predictions::labnic,
    "devlink health, region, trap: as devlink answers them" => devlink_upkeep::alike,
    "devlink health: dumps are devlink's, whole" => devlink_upkeep::dumps,
    "health, region, trap: what we change devlink sees" => devlink_upkeep::changes,
    "devlink monitor: regions, traps and health as devlink tells them" => devlink_upkeep::monitors,
    "counters: packets and bytes as tc counts them" => counters::as_tc_counts,
    "all or nothing: a refused rule leaves everything as it was" => atomic::refused_in_the_middle,
    "all or nothing: what tc did meanwhile stays" => atomic::others_meanwhile,
    "killed: at random points, and the rules are exactly the old or the new" => killed::at_random,
    "at once: several that change rules wait for each other" => killed::at_once,
    "all or nothing: --keep-going leaves the others" => atomic::keep_going,
    "bulk: thousands of rules applied, applied again, removed" => bulk::thousands,
    "privilege: none" => privilege::none,
    "network namespace: a device inside" => adversity::namespace,
    "network namespace: a link that was moved is found there, followed, and comes back" => netns::moved,
    "a kernel without devlink" => adversity::no_devlink,
    "unknown device, link, block, namespace" => adversity::unknown,
    "busy and existing objects" => adversity::busy,
    "device removed while rules are applied" => gone::while_applying,
    "device removed while its mode is changed" => gone::while_changing_mode,
    "tc face: scripts come to the same by tc and by snicctl tc" => tc_face::in_place_of_tc,
    "tc face: batches, with and without -force" => tc_face::batches,
    "devlink face: what is read and what is wrong is told as devlink tells it" => devlink_face::reads_alike,
    "devlink face: changes by devlink and by snicctl devlink come to the same" => devlink_face::changes_alike,
    "devlink face: both monitors hear the same" => devlink_face::monitors_alike,
    "labnic: packets of a VF go where rules in hardware say, and are counted there" => labnic::packets,
    "labnic: a block on two ports is in both" => labnic::shared_block,
    "labnic: the mode stays while rules are in hardware, and a change that fails is taken back" => labnic::eswitch,
    "labnic: hw-tc-offload off" => labnic::feature,
    "labnic: what the adapter predicts is what the kernel does" => labnic::predictions,
    "labnic: a full table takes all or nothing" => labnic_refusals::capacity,
    "labnic: a rule that fails takes all with it, whatever the reason" => labnic_refusals::injected,
    "labnic: a rule that the kernel never answers for takes all with it" => labnic_refusals::silent,
    "labnic: some rules in hardware, the others with the driver's words" => labnic_refusals::partial,
    "labnic: unloaded with rules, a shared block and packets" => labnic::unloaded,
    "igb: VFs, what is laid down for them and their drivers, there and back" => igb::vfs,
    "igb: a change that is killed is taken back or finished by the next process" => igb::killed,
    "kernel log without faults" => kernel::log,
}
