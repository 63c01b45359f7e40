//! `snicctl vdpa`: virtio devices carried by a NIC.

use clap::Subcommand;
use serde::Serialize;
use serde_json::{Map, Value, json};
use smartnic::types::Mac;
use smartnic::vdpa::{MgmtDevice, MgmtHandle, NewVdpa, VdpaConfig, VdpaDevice, VdpaStats, VirtioKind};

use crate::print::{Align, Cell, Format, Pairs, Table};
use crate::session::{Ending, Outcome, Session};

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// List the devices that virtio devices can be made on
    #[command(after_help = "Examples:\n  snicctl vdpa mgmtdev\n  snicctl -o json vdpa mgmtdev")]
    Mgmtdev,
    /// List virtio devices
    #[command(alias = "ls", after_help = "Examples:\n  snicctl vdpa list")]
    List,
    /// Make a virtio device
    #[command(
        after_help = "Examples:\n  snicctl vdpa add vdpa0 --mgmtdev pci/0000:03:00.2 --mac 02:00:00:00:00:01 --max-vqp 4"
    )]
    Add {
        /// Its name
        name: String,
        /// The device that it is made on
        #[arg(long, value_name = "DEVICE")]
        mgmtdev: MgmtHandle,
        /// Its address
        #[arg(long)]
        mac: Option<Mac>,
        /// Its largest payload
        #[arg(long)]
        mtu: Option<u16>,
        /// How many pairs of queues it has
        #[arg(long, value_name = "N")]
        max_vqp: Option<u16>,
    },
    /// Remove a virtio device
    #[command(alias = "delete", after_help = "Examples:\n  snicctl vdpa del vdpa0")]
    Del {
        /// Its name
        name: String,
    },
    /// Give a virtio device that no driver uses another address
    #[command(after_help = "Examples:\n  snicctl vdpa set vdpa0 --mac 02:00:00:00:00:02")]
    Set {
        /// Its name
        name: String,
        /// The address
        #[arg(long)]
        mac: Mac,
    },
    /// Show the settings of virtio devices
    #[command(after_help = "Examples:\n  snicctl vdpa config\n  snicctl vdpa config vdpa0")]
    Config {
        /// Only this one
        name: Option<String>,
    },
    /// Show what a queue counted
    #[command(after_help = "Examples:\n  snicctl vdpa stats vdpa0 0")]
    Stats {
        /// The device
        name: String,
        /// The queue, from 0
        queue: u32,
    },
}

pub(crate) fn run(verb: &Verb, session: &mut Session) -> Outcome {
    session.no_tc()?;
    match verb {
        Verb::Mgmtdev => {
            let devices = session.host()?.vdpa()?.management_devices()?;
            let named = devices.iter().map(|device| (device.handle.to_string(), mgmt_object(device)));
            show("mgmtdev", named.collect(), session, "no vDPA management devices", &mgmt_table(&devices))
        }
        Verb::List => {
            let devices = session.host()?.vdpa()?.vdpa_devices()?;
            let named = devices.iter().map(|device| (device.name.clone(), device_object(device)));
            show("dev", named.collect(), session, "no vDPA devices", &device_table(&devices))
        }
        Verb::Config { name } => {
            let configs = session.host()?.vdpa()?.vdpa_configs(name.as_deref())?;
            let named = configs.iter().map(|config| (config.name.clone(), config_object(config)));
            show("config", named.collect(), session, "no vDPA devices", &config_table(&configs))
        }
        Verb::Stats { name, queue } => {
            let stats = session.host()?.vdpa()?.vdpa_stats(name, *queue)?;
            let named = vec![(stats.name.clone(), stats_object(&stats))];
            show("vstats", Pairs(named), session, "", &stats_table(&stats))
        }
        Verb::Add { name, mgmtdev, mac, mtu, max_vqp } => {
            let device = NewVdpa {
                name: name.clone(),
                mgmt: mgmtdev.clone(),
                mac: *mac,
                mtu: *mtu,
                max_vq_pairs: *max_vqp,
                features: None,
            };
            session.host_to_change()?.vdpa()?.add_vdpa(&device)?;
            Ok(Ending::Done)
        }
        Verb::Del { name } => {
            session.host_to_change()?.vdpa()?.remove_vdpa(name)?;
            Ok(Ending::Done)
        }
        Verb::Set { name, mac } => {
            session.host_to_change()?.vdpa()?.set_vdpa_mac(name, *mac)?;
            Ok(Ending::Done)
        }
    }
}

/// Prints a table, or in the shape of `vdpa -j` an object with one member that holds the devices by name.
fn show(
    head: &'static str,
    named: Pairs<String, Value>,
    session: &mut Session,
    none: &str,
    table: &Table,
) -> Outcome {
    #[derive(Serialize)]
    #[serde(transparent)]
    struct Whole(Pairs<&'static str, Pairs<String, Value>>);
    if session.format() != Format::Table {
        session.data(&Whole(Pairs(vec![(head, named)])))?;
    } else if named.0.is_empty() {
        session.say(none)?;
    } else {
        session.table(table)?;
    }
    Ok(Ending::Done)
}

fn object(pairs: Vec<(&str, Option<Value>)>) -> Value {
    let there = pairs.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(there.collect::<Map<String, Value>>())
}

fn class(kind: VirtioKind) -> String {
    match kind {
        VirtioKind::Unknown(_) => "< unknown class >".to_owned(),
        kind => kind.to_string(),
    }
}

fn mgmt_object(device: &MgmtDevice) -> Value {
    let net = device.kinds.contains(&VirtioKind::Net).then_some(VirtioKind::Net);
    object(vec![
        ("supported_classes", Some(json!(device.kinds.iter().map(|kind| class(*kind)).collect::<Vec<_>>()))),
        ("max_supported_vqs", device.max_vqs.map(Value::from)),
        ("dev_features", device.features.map(|features| json!(features.names(net)))),
    ])
}

fn mgmt_table(devices: &[MgmtDevice]) -> Table {
    let mut table = Table::new(&[
        ("DEVICE", Align::Left),
        ("KINDS", Align::Left),
        ("QUEUES", Align::Right),
        ("FEATURES", Align::Left),
    ]);
    for device in devices {
        let net = device.kinds.contains(&VirtioKind::Net).then_some(VirtioKind::Net);
        table.row(vec![
            Cell::new(&device.handle),
            Cell::new(device.kinds.iter().map(|kind| class(*kind)).collect::<Vec<_>>().join(" ")),
            Cell::option(device.max_vqs),
            Cell::option(device.features.map(|features| features.names(net).join(" "))),
        ]);
    }
    table
}

fn device_object(device: &VdpaDevice) -> Value {
    object(vec![
        ("type", Some(json!(class(device.kind)))),
        ("mgmtdev", Some(json!(device.mgmt))),
        ("vendor_id", device.vendor_id.map(Value::from)),
        ("max_vqs", device.max_vqs.map(Value::from)),
        ("max_vq_size", device.max_vq_size.map(Value::from)),
    ])
}

fn device_table(devices: &[VdpaDevice]) -> Table {
    let mut table = Table::new(&[
        ("NAME", Align::Left),
        ("KIND", Align::Left),
        ("MGMTDEV", Align::Left),
        ("QUEUES", Align::Right),
        ("QUEUE SIZE", Align::Right),
    ]);
    for device in devices {
        table.row(vec![
            Cell::new(&device.name),
            Cell::new(class(device.kind)),
            Cell::new(&device.mgmt),
            Cell::option(device.max_vqs),
            Cell::option(device.max_vq_size),
        ]);
    }
    table
}

/// `VIRTIO_NET_S_LINK_UP`.
const LINK_UP: u16 = 1;
/// `VIRTIO_NET_S_ANNOUNCE`.
const ANNOUNCE: u16 = 2;

fn config_object(config: &VdpaConfig) -> Value {
    let status = config.status;
    object(vec![
        ("mac", config.mac.map(|mac| json!(mac))),
        // The blanks at the ends of these two names are in what `vdpa` prints.
        ("link ", status.map(|status| json!(if status & LINK_UP != 0 { "up" } else { "down" }))),
        ("link_announce ", status.map(|status| json!(status & ANNOUNCE != 0))),
        ("max_vq_pairs", config.max_vq_pairs.map(Value::from)),
        ("mtu", config.mtu.map(Value::from)),
        ("negotiated_features", config.negotiated.map(|features| json!(features.names(Some(config.kind))))),
    ])
}

fn config_table(configs: &[VdpaConfig]) -> Table {
    let mut table = Table::new(&[
        ("NAME", Align::Left),
        ("MAC", Align::Left),
        ("LINK", Align::Left),
        ("PAIRS", Align::Right),
        ("MTU", Align::Right),
        ("NEGOTIATED", Align::Left),
    ]);
    for config in configs {
        table.row(vec![
            Cell::new(&config.name),
            Cell::option(config.mac),
            Cell::option(config.status.map(|status| if status & LINK_UP != 0 { "up" } else { "down" })),
            Cell::option(config.max_vq_pairs),
            Cell::option(config.mtu),
            Cell::option(config.negotiated.map(|features| features.names(Some(config.kind)).join(" "))),
        ]);
    }
    table
}

fn stats_object(stats: &VdpaStats) -> Value {
    let counters = stats.counters.iter().map(|(name, value)| (&**name, Some(json!(value))));
    object([("queue_type", Some(json!(stats.queue_kind)))].into_iter().chain(counters).collect())
}

fn stats_table(stats: &VdpaStats) -> Table {
    let mut table = Table::new(&[("QUEUE", Align::Right), ("COUNTER", Align::Left), ("VALUE", Align::Right)]);
    for (name, value) in &stats.counters {
        table.row(vec![
            Cell::new(format!("{} ({})", stats.queue, stats.queue_kind)),
            Cell::new(name),
            Cell::new(value),
        ]);
    }
    table
}
