//! rdma's words, with their abbreviations (the first word of a table that begins so), messages and exit codes.
//!
//! rdma ends with code 0 where it does not know a word; so does this.

mod device;
mod resource;
mod statistic;
mod system;
mod words;

use smartnic_core::rdma::{
    Binding, DeviceChange, MrPoolChange, NewLink, NewSubDevice, QpMode, ResourceKind, SystemChange,
};

use super::filter::{At, Filter};
use super::usage;
use words::Words;

/// Why a command line leads to nothing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// What to say.
    pub message: String,
    /// The exit code.
    pub code: u8,
    /// Whether it is what was asked for, and goes to standard output.
    pub is_help: bool,
    /// Whether a table was begun, which in JSON must be ended.
    pub in_table: bool,
}

impl Stop {
    /// Something is wrong (exit code 1).
    pub fn fault(message: impl Into<String>) -> Self {
        Self { message: message.into(), code: 1, is_help: false, in_table: false }
    }

    /// A word is unknown (exit code 0, as with rdma).
    fn unknown(what: &str, word: &str) -> Self {
        Self { code: 0, ..Self::fault(format!("Unknown {what} '{word}'.")) }
    }

    fn help(usage: &str) -> Self {
        Self { message: usage.to_owned(), code: 0, is_help: true, in_table: false }
    }

    /// There is no such device.
    #[must_use]
    pub fn no_device(name: &str) -> Self {
        Self { in_table: true, ..Self::fault(format!("Wrong device name - {name}")) }
    }

    /// There is no such port.
    #[must_use]
    pub fn no_port() -> Self {
        Self { in_table: true, ..Self::fault("Wrong device name") }
    }
}

/// What reading words leads to.
pub type Read<T> = Result<T, Stop>;

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `dev show`
    Devices(Option<String>),
    /// `dev add`
    AddDevice(NewSubDevice),
    /// `dev delete`
    RemoveDevice(String),
    /// `dev set`
    SetDevice(String, DeviceChange),
    /// `link show`
    Links(Option<At>),
    /// `link add`
    AddLink(NewLink),
    /// `link delete`
    RemoveLink(String),
    /// `resource show`
    Summary(Option<String>),
    /// `resource show KIND`
    Resources(ResourceKind, Filter),
    /// `resource show frmr_pools`
    MrPools(Filter),
    /// `resource set frmr_pools`
    SetMrPools(String, MrPoolChange),
    /// `system show`
    System,
    /// `system set`
    SetSystem(SystemChange),
    /// `statistic show`
    Counters(Option<At>),
    /// `statistic qp show`
    BoundCounters(Filter),
    /// `statistic mr show`
    MrCounters(Filter),
    /// `statistic qp mode`
    QpModes(Option<At>),
    /// `statistic qp set`; without a port, of all its ports
    SetQpMode(At, QpMode, Option<bool>),
    /// `statistic qp bind`
    Bind(At, u32, Option<u32>),
    /// `statistic qp unbind`
    Unbind(At, Binding),
    /// `statistic mode`: the optional counters that are on, or with true all that there are
    Optional(Option<At>, bool),
    /// `statistic set`: these on and all others off
    SetOptional(At, Vec<String>),
    /// `monitor`
    Monitor,
}

/// Reads a line.
///
/// # Errors
/// A [`Stop`] that says what rdma would say.
pub fn read(words: &[String]) -> Read<Command> {
    let mut words = Words(words);
    let objects = ["help", "dev", "link", "resource", "system", "statistic", "monitor"];
    match words.choose("object", &objects)? {
        "dev" => device::dev(&mut words),
        "link" => device::link(&mut words),
        "resource" => resource::resource(&mut words),
        "system" => system::system(&mut words),
        "statistic" => statistic::statistic(&mut words),
        "monitor" => match words.choose("mon command", &["", "help"])? {
            "help" => Err(Stop::help(usage::MONITOR)),
            _ => Ok(Command::Monitor),
        },
        _ => Err(Stop::help(usage::RDMA)),
    }
}

#[cfg(test)]
mod tests {
    use smartnic_core::rdma::{AutoMode, NetnsMode, PoolKey};

    use super::*;

    fn line(text: &str) -> Read<Command> {
        read(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn words_are_cut_short_as_rdma_takes_them() {
        let at = |port| Some(At { device: "rxe0".into(), port });
        assert_eq!(line("d s rxe0").unwrap(), Command::Devices(Some("rxe0".into())));
        assert_eq!(line("l").unwrap(), Command::Links(None));
        assert_eq!(line("link show rxe0/1").unwrap(), Command::Links(at(Some(1))));
        assert_eq!(line("res").unwrap(), Command::Summary(None));
        assert_eq!(line("stat show link rxe0").unwrap(), Command::Counters(at(None)));
        assert_eq!(
            line("sys set netns exclusive").unwrap(),
            Command::SetSystem(SystemChange::Netns(NetnsMode::Exclusive))
        );
        let auto = QpMode::Auto(AutoMode { by_type: true, by_pid: true });
        assert_eq!(
            line("stat qp set link rxe0/1 auto pid,type on").unwrap(),
            Command::SetQpMode(At { device: "rxe0".into(), port: Some(1) }, auto, Some(false))
        );
        assert!(matches!(line("mon").unwrap(), Command::Monitor));
        let key = PoolKey { dma_blocks: 0x800, ..PoolKey::default() };
        let change = MrPoolChange::Pinned(key, 250);
        let read = line("res set frmr dev mlx5_0 pinned 0:800:0:0 250").unwrap();
        assert_eq!(read, Command::SetMrPools("mlx5_0".into(), change));
        let read = line("res set frmr_pools dev mlx5_0 aging 10").unwrap();
        assert_eq!(read, Command::SetMrPools("mlx5_0".into(), MrPoolChange::Aging(10)));
        assert!(matches!(line("res show frmr_pools dev mlx5_0 pinned 1-9").unwrap(), Command::MrPools(_)));
    }

    #[test]
    fn what_is_wrong_is_said_as_rdma_says_it() {
        for (text, message, code) in [
            ("bogus", "Unknown object 'bogus'.", 0),
            ("dev bogus", "Unknown dev command 'bogus'.", 0),
            ("link show rxe0", "Wrong device name", 1),
            ("link add x type rxe netdev", "Please provide a net device name.", 1),
            ("res show qp dev rxe0", "Unsupported filter option: dev", 1),
            ("res set bogus", "Unknown resource set command 'bogus'.", 0),
            ("res set frmr_pools", "Please provide device name.", 1),
            ("res set frmr_pools dev rxe0 bogus", "Unknown resource set frmr_pools command 'bogus'.", 0),
            ("res set frmr_pools dev rxe0 aging", "Please provide aging period value.", 1),
            ("res set frmr_pools dev rxe0 aging x", "Invalid aging period value: x", 1),
            ("res set frmr_pools dev rxe0 aging 0", "Setting the aging period to zero is not supported.", 1),
            ("res set frmr_pools dev rxe0 pinned", "Please provide pool key and pinned value.", 1),
            ("res set frmr_pools dev rxe0 pinned z 1", "Invalid pool key: z", 1),
            ("res set frmr_pools dev rxe0 pinned 1:2 1", "Invalid pool key: 1:2, expected 4 fields", 1),
            (
                "res set frmr_pools dev rxe0 pinned 1:2:3:4 1",
                "Pool key field at index 3 value out of range",
                1,
            ),
            ("res set frmr_pools dev rxe0 pinned 0:1:0:0", "Please provide pinned value.", 1),
            ("res set frmr_pools dev rxe0 pinned 0:1:0:0 -1", "Invalid pinned value: -1", 1),
            ("res show qp link", "No filter data was supplied to filter option link", 1),
            ("system set netns foo", "valid options are: { shared | exclusive }", 1),
            ("stat qp set link rxe0/1 auto foo on", "Unknown auto mode 'foo'.", 1),
        ] {
            let stop = line(text).unwrap_err();
            assert_eq!((stop.message.as_str(), stop.code), (message, code), "{text}");
        }
        for help in ["dev set rxe0", "res set", "res set frmr_pools dev rxe0"] {
            assert!(line(help).unwrap_err().is_help, "{help}");
        }
    }
}
