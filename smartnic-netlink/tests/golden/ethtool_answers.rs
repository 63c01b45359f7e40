//! Answers that no driver of the lab gives, byte by byte: laid out by the kernel's own description of the family
//! (`Documentation/netlink/specs/ethtool.yaml`: the number and width of each attribute) and its fill functions
//! (`net/ethtool/eee.c`, `plca.c`, `mm.c`, `pse-pd.c`, `module.c`, `mse.c`, `phy.c`), and not by this crate's encoder.

use smartnic_netlink::codec::Message;
use smartnic_netlink::ethtool::{TOPICS, record};

/// A generic header and a link's, which nothing here looks at: link 7.
const HEADER: &str = "00 01 00 00  0c 00 01 80  08 00 01 00  07 00 00 00";

/// What is read of a topic's answer, field by field in the order of the bytes.
fn read(topic: &str, attrs: &str) -> Vec<String> {
    let hex = format!("{HEADER} {attrs}");
    let payload: Vec<u8> = hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
    let mut bytes = (16 + payload.len() as u32).to_ne_bytes().to_vec();
    bytes.extend([23, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    bytes.extend(payload);
    let layout = TOPICS.iter().find(|(name, _)| *name == topic).unwrap().1;
    let mut all = Vec::new();
    let message = Message::decode(&bytes).unwrap();
    record::fields(&message, layout, &mut |name, value| all.push(format!("{name}: {value}"))).unwrap();
    all
}

#[test]
fn energy_efficient_ethernet() {
    let read = read(
        "eee",
        "\
         54 00 02 80  08 00 02 00  7d 00 00 00  48 00 03 80  20 00 01 80  08 00 01 00  03 00 00 00 \
         12 00 02 00  31 30 30 62  61 73 65 54  2f 46 75 6c  6c 00 00 00  24 00 01 80  08 00 01 00 \
         05 00 00 00  13 00 02 00  31 30 30 30  62 61 73 65  54 2f 46 75  6c 6c 00 00  04 00 03 00 \
         34 00 03 80  04 00 01 00  08 00 02 00  7d 00 00 00  24 00 03 80  20 00 01 80  08 00 01 00 \
         05 00 00 00  13 00 02 00  31 30 30 30  62 61 73 65  54 2f 46 75  6c 6c 00 00 \
         05 00 04 00  01 00 00 00  05 00 05 00  01 00 00 00  05 00 06 00  00 00 00 00 \
         08 00 07 00  11 00 00 00",
    );
    assert_eq!(
        read,
        [
            "modes: 1000baseT/Full",
            "peer-modes: 1000baseT/Full",
            "active: on",
            "enabled: on",
            "tx-lpi-enabled: off",
            "tx-lpi-timer: 17",
        ]
    );
}

#[test]
fn turns_on_a_shared_cable() {
    let read = read(
        "plca",
        "\
         06 00 02 00  10 0a 00 00  05 00 03 00  01 00 00 00  05 00 04 00  01 00 00 00 \
         08 00 05 00  08 00 00 00  08 00 06 00  03 00 00 00 \
         08 00 07 00  20 00 00 00  08 00 08 00  01 00 00 00 \
         08 00 09 00  80 00 00 00",
    );
    assert_eq!(
        read,
        [
            "version: 2576",
            "enabled: on",
            "status: on",
            "node-count: 8",
            "node-id: 3",
            "to-timer: 32",
            "burst-count: 1",
            "burst-timer: 128",
        ]
    );
}

#[test]
fn frames_that_give_way() {
    let read = read(
        "mm",
        "\
         05 00 02 00  01 00 00 00  05 00 03 00  01 00 00 00  05 00 04 00  00 00 00 00 \
         08 00 05 00  7c 00 00 00  08 00 06 00  3c 00 00 00 \
         05 00 07 00  01 00 00 00  05 00 08 00  03 00 00 00 \
         08 00 09 00  0a 00 00 00  08 00 0a 00  80 00 00 00 \
         4c 00 0b 80  0c 00 02 00  01 00 00 00  00 00 00 00  0c 00 03 00  02 00 00 00  00 00 00 00 \
         0c 00 04 00  03 00 00 00  00 00 00 00  0c 00 05 00  04 00 00 00  00 00 00 00  0c 00 06 00 \
         05 00 00 00  00 00 00 00  0c 00 07 00  06 00 00 00  00 00 00 00",
    );
    assert_eq!(
        read,
        [
            "pmac-enabled: on",
            "tx-enabled: on",
            "tx-active: off",
            "tx-min-frag-size: 124",
            "rx-min-frag-size: 60",
            "verify-enabled: on",
            "verify-status: 3",
            "verify-time: 10",
            "max-verify-time: 128",
            "statistics.MACMergeFrameAssErrorCount: 1",
            "statistics.MACMergeFrameSmdErrorCount: 2",
            "statistics.MACMergeFrameAssOkCount: 3",
            "statistics.MACMergeFragCountRx: 4",
            "statistics.MACMergeFragCountTx: 5",
            "statistics.MACMergeHoldCount: 6",
        ]
    );
}

#[test]
fn power_over_four_pairs() {
    let read = read(
        "pse",
        "\
         08 00 05 00  03 00 00 00  08 00 06 00  03 00 00 00 \
         08 00 07 00  04 00 00 00  08 00 08 00  04 00 00 00 \
         08 00 09 00  00 14 00 00  08 00 0a 00  01 00 00 00 \
         08 00 0b 00  02 00 00 00  08 00 0c 00  28 3c 00 00 \
         14 00 0d 80  08 00 01 00  d0 07 00 00  08 00 02 00  28 3c 00 00 \
         14 00 0d 80  08 00 01 00  30 75 00 00  08 00 02 00  60 ea 00 00 \
         08 00 0e 00  01 00 00 00  08 00 0f 00  03 00 00 00 \
         08 00 10 00  02 00 00 00",
    );
    assert_eq!(
        read,
        [
            "c33-pse-admin-state: 3",
            "c33-pse-admin-control: 3",
            "c33-pse-power-detection-status: 4",
            "c33-pse-power-class: 4",
            "c33-pse-actual-power: 5120",
            "c33-pse-extended-state: 1",
            "c33-pse-extended-substate: 2",
            "c33-pse-available-power-limit: 15400",
            "pse-power-domain-id: 1",
            "pse-priority-max: 3",
            "pse-priority: 2",
            "c33-pse-power-limit-ranges: 2000-15400 30000-60000",
        ]
    );
}

#[test]
fn power_over_two_wires() {
    let read = read(
        "pse",
        "\
         08 00 02 00  03 00 00 00  08 00 03 00  02 00 00 00  08 00 04 00  04 00 00 00",
    );
    assert_eq!(
        read,
        ["podl-pse-admin-state: 3", "podl-pse-admin-control: 2", "podl-pse-power-detection-status: 4",]
    );
}

#[test]
fn power_of_a_module() {
    let read = read(
        "module",
        "\
         05 00 02 00  02 00 00 00  05 00 03 00  01 00 00 00",
    );
    assert_eq!(read, ["power-mode-policy: 2", "power-mode: 1",]);
}

#[test]
fn how_good_a_signal_is() {
    let read = read(
        "mse",
        "\
         28 00 02 80  08 00 01 00  e8 03 00 00  08 00 02 00  d0 07 00 00  0c 00 03 00  00 f2 05 2a \
         01 00 00 00  08 00 04 00  40 00 00 00 \
         1c 00 03 80  08 00 01 00  0a 00 00 00  08 00 02 00  14 00 00 00  08 00 03 00  1e 00 00 00 \
         0c 00 07 80  08 00 01 00  28 00 00 00 \
         0c 00 08 80  08 00 01 00  32 00 00 00",
    );
    assert_eq!(
        read,
        [
            "capabilities.max-average-mse: 1000",
            "capabilities.max-peak-mse: 2000",
            "capabilities.refresh-rate-ps: 5000000000",
            "capabilities.num-symbols: 64",
            "channel-a.average-mse: 10",
            "channel-a.peak-mse: 20",
            "channel-a.worst-peak-mse: 30",
            "worst-channel.average-mse: 40",
            "link.average-mse: 50",
        ]
    );
}

#[test]
fn a_phy() {
    let read = read(
        "phy",
        "\
         08 00 02 00  01 00 00 00  0c 00 03 00  6d 61 72 76  65 6c 6c 00 \
         0f 00 04 00  66 69 78 65  64 2d 30 3a  30 31 00 00  08 00 05 00  01 00 00 00 \
         08 00 06 00  02 00 00 00  0a 00 07 00  73 66 70 2d  31 00 00 00 \
         0a 00 08 00  73 66 70 2d  32 00 00 00",
    );
    assert_eq!(
        read,
        [
            "phy_index: 1",
            "drvname: marvell",
            "name: fixed-0:01",
            "upstream_type: 1",
            "upstream_index: 2",
            "upstream_sfp_name: sfp-1",
            "downstream_sfp_name: sfp-2",
        ]
    );
}
