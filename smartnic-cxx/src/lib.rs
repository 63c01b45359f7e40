//! The SDK as a [`cxx`] bridge, for programs in which Rust and C++ are linked together statically: values are values on both
//! sides, without handles to free and without the C library between them.
//!
//! It has what such programs do most: hosts, devices, the eswitch with VFs in plans, rules applied, removed, listed and explained.
//! `smartnic.hpp` over the C library has everything (docs/c.md), and a stable binary interface, which this has not.
//!
//! A failure is an exception (`rust::Error`), whose `what()` is all that is known in words; `failure()` has it in parts.

mod failed;
mod flows;
mod host;
mod plan;

use failed::failure;
use flows::{Rules, parse_rules, read_rules};
use host::{Host, open_host};
use plan::Plan;

/// What C++ sees. The header is `smartnic-cxx/src/lib.rs.h`, its namespace `smartnic`.
// The macro makes `pub` of what is not.
#[allow(unreachable_pub)]
#[cxx::bridge(namespace = "smartnic")]
mod bridge {
    /// A devlink device: a NIC or a port of one.
    pub(crate) struct Device {
        /// Its devlink handle, such as "pci/0000:03:00.0".
        pub(crate) handle: String,
        /// Its driver.
        pub(crate) driver: String,
        /// The adapter that speaks for the driver.
        pub(crate) adapter: String,
        /// The eswitch's mode; empty where there is none.
        pub(crate) mode: String,
        /// The link that goes out; empty where there is none.
        pub(crate) uplink: String,
        /// How many VFs there are.
        pub(crate) vfs: u32,
        /// How many VFs there can be; 0 where that is not told.
        pub(crate) max_vfs: u32,
    }

    /// The end of the switch that stands for a function.
    pub(crate) struct Representor {
        /// Its name on the switch, such as "pf0vf1".
        pub(crate) name: String,
        /// Its link.
        pub(crate) netdev: String,
        /// The device of the function; empty if it is not on this host.
        pub(crate) function: String,
    }

    /// One step of a plan.
    pub(crate) struct Step {
        /// What is done, in words.
        pub(crate) text: String,
        /// What a person would type for it; lines that begin with # are waits.
        pub(crate) commands: Vec<String>,
    }

    /// Where a rule is.
    #[derive(Debug)]
    pub(crate) enum Verdict {
        /// It is not there.
        Absent,
        /// The NIC carries it out.
        InHardware,
        /// The CPU alone carries it out.
        SoftwareOnly,
        /// It was refused.
        Refused,
    }

    /// Why a rule is not in hardware.
    pub(crate) struct Reason {
        /// Who says so.
        pub(crate) who: String,
        /// What is said.
        pub(crate) text: String,
        /// What would help; empty if that is not known.
        pub(crate) hint: String,
    }

    /// What became of a rule, or what is known of it.
    pub(crate) struct Judged {
        /// The rule as a line of tc.
        pub(crate) rule: String,
        /// The line it stands on in its file; 0 if it came from elsewhere.
        pub(crate) line: usize,
        /// "added", "replaced", "kept", "removed", "failed"; empty where nothing was to be done.
        pub(crate) change: String,
        /// Where it is.
        pub(crate) verdict: Verdict,
        /// Whether the adapter expected something else.
        pub(crate) surprise: bool,
        /// Why it is not in hardware.
        pub(crate) reasons: Vec<Reason>,
    }

    /// A rule that is on a host.
    pub(crate) struct Flow {
        /// The link that it stands on; empty on a shared block.
        pub(crate) link: String,
        /// Its chain.
        pub(crate) chain: u32,
        /// Its priority.
        pub(crate) prio: u16,
        /// Its number.
        pub(crate) handle: u32,
        /// In how many devices it is.
        pub(crate) in_hardware: u32,
        /// Packets that met it.
        pub(crate) packets: u64,
        /// Their bytes.
        pub(crate) bytes: u64,
        /// The rule as a line of tc.
        pub(crate) rule: String,
    }

    /// A failure in parts.
    pub(crate) struct Failure {
        /// The number of its kind, which never changes: the exit code of snicctl.
        pub(crate) code: u8,
        /// What was attempted.
        pub(crate) op: String,
        /// What it was attempted on.
        pub(crate) object: String,
        /// Why it failed.
        pub(crate) reason: String,
        /// The words of the kernel or the driver; empty if it said none.
        pub(crate) kernel: String,
        /// What to do next; empty if that is not known.
        pub(crate) hint: String,
    }

    extern "Rust" {
        /// The last failure that was thrown in this thread; its code is 0 if there was none.
        fn failure() -> Failure;
    }

    extern "Rust" {
        type Host;
        /// Opens a host by its address, such as "linux:" or "sim:bluefield3".
        fn open_host(uri: &str) -> Result<Box<Host>>;
        /// Its address.
        fn uri(&self) -> &str;
        /// Writes a simulated machine down, if its address names a file.
        fn save(&self) -> Result<()>;
        /// The devices.
        fn devices(&self) -> Result<Vec<Device>>;
        /// The representors of a device.
        fn representors(&self, device: &str) -> Result<Vec<Representor>>;
        /// Plans the steps to a mode ("switchdev", "legacy") and a number of VFs (-1 keeps them). Changes nothing.
        fn plan_eswitch(&self, device: &str, mode: &str, vfs: i64) -> Result<Box<Plan>>;
        /// Brings rules onto the host, all or nothing.
        fn apply(&self, rules: &Rules) -> Result<Vec<Judged>>;
        /// Takes rules off again.
        fn remove(&self, rules: &Rules) -> Result<Vec<Judged>>;
        /// Where rules are or would be, and why. Changes nothing.
        fn explain(&self, rules: &Rules) -> Result<Vec<Judged>>;
        /// The rules that are there.
        fn flows(&self) -> Result<Vec<Flow>>;
    }

    extern "Rust" {
        type Plan;
        /// The steps; none if all is as wanted.
        fn steps(&self) -> Vec<Step>;
        /// Carries them out; if one fails, those before it are taken back.
        fn run(&self, host: &Host) -> Result<()>;
    }

    extern "Rust" {
        type Rules;
        /// Reads rules from lines of tc or a YAML document.
        fn parse_rules(text: &str) -> Result<Box<Rules>>;
        /// Reads rules from a file.
        fn read_rules(path: &str) -> Result<Box<Rules>>;
        /// How many there are.
        fn size(&self) -> usize;
        /// The rules as lines of tc.
        fn to_tc(&self) -> Result<String>;
    }
}
