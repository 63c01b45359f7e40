//! ethtool's topics by direct calls and in netlink bytes: the same random changes are taken or refused alike, leave the
//! same machine, and are read alike.

use conformance::random::Random;
use smartnic::ethtool::{
    Bits, Channels, Coalesce, Fec, LinkModes, Messages, ModulePower, Pause, PrivateFlags, Record, Rings,
    TimestampConfig, Value, WakeOnLan,
};
use smartnic::{Host, Result};
use smartnic_core::types::IfIndex;
use smartnic_sim::FaultPlan;

use crate::faces::{direct, links_and_none, machine, netlink};

const SEEDS: u64 = 6;
const OPERATIONS: usize = 200;

/// Fields with their values.
type Fields = Vec<(&'static str, Value)>;

/// Fields with texts that they are to become.
type Words = [(&'static str, String)];

/// One topic: what it tells, and a random change of it.
struct Topic {
    name: &'static str,
    read: fn(&Host, IfIndex) -> Result<Fields>,
    change: fn(&Host, IfIndex, &Words) -> Result<()>,
    /// Fields with texts to choose from.
    fields: &'static [(&'static str, &'static [&'static str])],
}

macro_rules! topic {
    ($name:literal, $record:ident, $get:ident, $set:ident, $fields:expr) => {
        Topic {
            name: $name,
            read: |host, link| Ok(host.ethtool()?.$get(link)?.fields()),
            change: |host, link, words| {
                let mut change = $record::default();
                for (name, text) in words {
                    change.read(name, text)?;
                }
                host.ethtool()?.$set(link, &change)
            },
            fields: $fields,
        }
    };
}

const NUMBERS: &[&str] = &["0", "1", "7", "16", "17", "512", "8192", "8193", "4294967295"];
const SWITCH: &[&str] = &["on", "off"];

const TOPICS: &[Topic] = &[
    topic!(
        "rings",
        Rings,
        rings,
        set_rings,
        &[
            ("rx", NUMBERS),
            ("tx", NUMBERS),
            ("rx-max", NUMBERS),
            ("rx-mini", NUMBERS),
            ("tx-push", SWITCH),
            ("tcp-data-split", &["unknown", "unknown-3"]),
            ("rx-buf-len", NUMBERS),
        ]
    ),
    topic!(
        "channels",
        Channels,
        channels,
        set_channels,
        &[("combined", NUMBERS), ("rx", NUMBERS), ("other", NUMBERS)]
    ),
    topic!(
        "coalesce",
        Coalesce,
        coalesce,
        set_coalesce,
        &[
            ("rx-usecs", NUMBERS),
            ("adaptive-rx", SWITCH),
            ("tx-frames", NUMBERS),
            ("pkt-rate-low", NUMBERS),
            ("cqe-mode-rx", SWITCH),
        ]
    ),
    topic!("pause", Pause, pause, set_pause, &[("rx", SWITCH), ("tx", SWITCH), ("autonegotiate", SWITCH)]),
    topic!(
        "fec",
        Fec,
        fec,
        set_fec,
        &[
            ("config", &["RS", "BASER", "RS,BASER", "", "None", "colour", "+BASER", "-RS", "+colour"]),
            ("auto", SWITCH),
        ]
    ),
    topic!(
        "modes",
        LinkModes,
        link_modes,
        set_link_modes,
        &[
            ("speed", &["25000", "50000", "100000", "40000", "0"]),
            ("auto-negotiation", SWITCH),
            (
                "modes",
                &[
                    "+25000baseCR/Full",
                    "-50000baseCR2/Full",
                    "+10baseT/Half",
                    "Autoneg,100000baseCR4/Full",
                    "+colour"
                ]
            ),
            ("lanes", &["4", "9"]),
        ]
    ),
    topic!(
        "wol",
        WakeOnLan,
        wake_on_lan,
        set_wake_on_lan,
        &[("wake-on", &["magic", "", "+magic", "-magic", "phy", "colour"])]
    ),
    topic!(
        "private",
        PrivateFlags,
        private_flags,
        set_private_flags,
        &[(
            "flags",
            &[
                "+rx_cqe_compress",
                "-skb_tx_mpwqe",
                "+fw-lldp-agent",
                "-fw-lldp-agent",
                "+disable-fw-lldp",
                "-legacy-rx",
                "+colour"
            ],
        )]
    ),
    topic!(
        "messages",
        Messages,
        messages,
        set_messages,
        &[("message-level", &["link", "+drv,-link", "", "+colour"])]
    ),
    topic!(
        "timestamps",
        TimestampConfig,
        timestamp_config,
        set_timestamp_config,
        &[("tx-type", &["on", "off", "colour"]), ("rx-filter", &["none", "all"]),]
    ),
    topic!(
        "module",
        ModulePower,
        module_power,
        set_module_power,
        &[("power-mode-policy", &["high", "auto", "unknown-7"])]
    ),
];

#[test]
fn both_faces_take_and_refuse_the_same() {
    let (mut done, mut refused) = (0, 0);
    for profile in ["bluefield3", "e810", "x710", "thor2", "i350"] {
        for seed in 0..SEEDS {
            let (one, two) = (machine(profile, seed), machine(profile, seed));
            let (calls, bytes) = (direct(&one, &FaultPlan::new()), netlink(&two, &FaultPlan::new()));
            let links = links_and_none(&calls);
            let mut random = Random::new(seed);
            for number in 0..OPERATIONS {
                let link = *random.pick(&links).unwrap();
                if random.once_in(10) {
                    let wishes = vec![(
                        ["hw-tc-offload", "rx-gro", "vlan-challenged", "colour"][random.below(4)].to_owned(),
                        random.once_in(2),
                    )];
                    let run = |host: &Host| host.ethtool()?.set_features(link, &wishes);
                    let at = format!("{profile}, seed {seed}, operation {number}: {wishes:?} on {link}");
                    assert_eq!(kind(&run(&calls)), kind(&run(&bytes)), "{at}");
                    let read =
                        |host: &Host| host.ethtool().unwrap().features(link).map_err(|error| error.kind());
                    assert_eq!(read(&calls), read(&bytes), "{at}");
                }
                let topic = random.pick(TOPICS).unwrap();
                let mut words = Vec::new();
                for (name, texts) in topic.fields {
                    if random.once_in(topic.fields.len()) {
                        words.push((*name, (*random.pick(texts).unwrap()).to_owned()));
                    }
                }
                let at =
                    format!("{profile}, seed {seed}, operation {number}: {} {words:?} on {link}", topic.name);
                let (left, right) =
                    ((topic.change)(&calls, link, &words), (topic.change)(&bytes, link, &words));
                assert_eq!(kind(&left), kind(&right), "{at}: {left:?} {right:?}");
                if left.is_ok() {
                    done += 1
                } else {
                    refused += 1
                }
                assert!(one.snapshot() == two.snapshot(), "{at}: the machines differ");
                let read = |host: &Host| (topic.read)(host, link).map_err(|error| error.kind());
                assert_eq!(read(&calls), read(&bytes), "{at}");
            }
            for link in &links {
                let told = |host: &Host| {
                    let ethtool = host.ethtool().unwrap();
                    let info = ethtool.link_info(*link).map_err(|error| error.kind());
                    let stamps = ethtool.timestamping(*link).map_err(|error| error.kind());
                    (info, ethtool.link_state(*link).map_err(|error| error.kind()), stamps)
                };
                assert_eq!(told(&calls), told(&bytes), "{profile}, seed {seed}, {link}");
            }
        }
    }
    assert!(done > 500 && refused > 500, "{done} done, {refused} refused");
}

fn kind(result: &Result<()>) -> Option<smartnic::ErrorKind> {
    result.as_ref().err().map(smartnic::Error::kind)
}

/// What a set is asked to become is what it becomes, on either face.
#[test]
fn sets_are_told_in_the_kernels_order() {
    for face in [direct, netlink] {
        let host = face(&machine("bluefield3", 7), &FaultPlan::new());
        let link = host.inventory().unwrap().nics[0].links[0].ifindex;
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let change = Fec { modes: Some(Bits { on: own(&["BASER", "RS"]), of: None }), ..Fec::default() };
        host.ethtool().unwrap().set_fec(link, &change).unwrap();
        let modes = host.ethtool().unwrap().fec(link).unwrap().modes.unwrap();
        assert_eq!(modes.on, own(&["RS", "BASER"]));
    }
}
