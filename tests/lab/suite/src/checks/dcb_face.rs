//! `snicctl dcb` in place of `dcb`: the same lines by both, each on a NIC of its own that stands beside the other's.

use crate::check::{Done, Outcome, Why, expect_eq};
use crate::lab::{Lab, run, sh, sh_json};

/// What only reads. `D` is the link.
const READS: &[&str] = &[
    "ets show dev D",
    "pfc show dev D",
    "buffer show dev D",
    "maxrate show dev D",
    "dcbx show dev D",
    "apptrust show dev D",
    "app show dev D",
    "rewr show dev D",
    "e s d D",
    "ets show dev D willing",
    "ets show dev D tc-bw prio-tc cbs",
    "ets show dev D reco-tc-bw reco-tc-tsa reco-prio-tc pg-bw tc-tsa",
    "pfc show dev D prio-pfc delay",
    "pfc show dev D indications requests",
    "buffer show dev D total-size",
    "app show dev D dscp-prio",
    "app show dev D ethtype-prio default-prio",
    "rewr show dev D prio-dscp",
];

/// What changes something, in this order; the last words leave something of each kind to be read.
const CHANGES: &[&str] = &[
    "pfc set dev D prio-pfc all:off 3:on",
    "pfc set dev D prio-pfc 3:on 4:on delay 0x1000 macsec-bypass on",
    "ets set dev D willing on",
    "ets set dev D tc-tsa all:strict 1:cbs 7:vendor tc-bw all:0",
    "ets set dev D tc-tsa 0:ets 3:ets tc-bw 0:40 3:60",
    "ets set dev D prio-tc 0:1 1:0 all:2",
    "ets set dev D pg-bw all:12 reco-tc-bw 0:100 reco-tc-tsa all:ets reco-prio-tc 5:5",
    "buffer set dev D buffer-size all:1000 0:12345",
    "buffer set dev D buffer-size 3:64K prio-buffer 3:3",
    "maxrate set dev D tc-maxrate all:100Mbit 1:1GBps 2:1Gibit 4:12345678 5:1500Kbit 6:1Tbit",
    "maxrate set dev D tc-maxrate 0:1MiBps 7:999kbit",
    "dcbx set dev D host ieee static",
    "apptrust set dev D order ethtype stream-port dgram-port port dscp pcp",
    "apptrust set dev D order dscp pcp",
    "app add dev D dscp-prio AF31:3 CS6:6 46:5 0:0",
    "app add dev D dscp-prio 26:4",
    "app add dev D ethtype-prio 0x8906:3 2048:1 default-prio 3 4",
    "app add dev D stream-port-prio 3260:4 dgram-port-prio 4791:3 port-prio 4420:2",
    "app add dev D pcp-prio 3nd:3 1de:1",
    "app replace dev D dscp-prio 26:5",
    "app del dev D dscp-prio EF:5",
    "app flush dev D ethtype-prio",
    "app replace dev D dscp-prio 1:1 1:2",
    "rewr add dev D prio-dscp 3:AF31 4:34",
    "rewr add dev D prio-pcp 3:3nd 4:4de",
    "rewr replace dev D prio-dscp 3:30",
    "rewr del dev D prio-dscp 4:AF41",
];

/// What is wrong in one way or another: the same exit code and first words.
const WRONG: &[&str] = &[
    "nothing",
    "app nothing dev D",
    "app show dev nope",
    "app add dev D dscp-prio",
    "app add dev D dscp-prio 64:1",
    "app add dev D dscp-prio 1:8",
    "app add dev D dscp-prio x:1",
    "app add dev D dscp-prio 1",
    "app add dev D default-prio x",
    "app add dev D ethtype-prio 5:1",
    "app add dev D port-prio 0:1",
    "app add dev D port-prio 65536:1",
    "app add dev D pcp-prio 9nd:1",
    "app add dev D pcp-prio 15:7",
    "app add dev D dscp-prio CS6:6",
    "app del dev D dscp-prio 9:1",
    "apptrust set dev D order dscp dscp",
    "apptrust set dev D order nothing",
    "buffer set dev D buffer-size 8:1",
    "buffer set dev D buffer-size 0:x",
    "buffer set dev D buffer-size all:1M",
    "buffer set dev D prio-buffer 0:8",
    "buffer show dev D nothing",
    "dcbx set dev D nothing",
    "dcbx show dev D ieee",
    "ets set dev D willing maybe",
    "ets set dev D tc-tsa 0:nothing",
    "ets set dev D tc-bw 0:101",
    "ets set dev D tc-tsa 0:ets tc-bw 0:50",
    "ets set dev D prio-tc 8:1",
    "ets set dev D prio-tc 1:8",
    "maxrate set dev D tc-maxrate 0:x",
    "maxrate set dev D tc-maxrate 8:1Gbit",
    "pfc set dev D prio-pfc 8:on",
    "pfc set dev D prio-pfc 1:maybe",
    "pfc set dev D delay 65536",
    "pfc set dev D macsec-bypass x",
    "rewr add dev D prio-dscp all:CS1",
    "rewr add dev D prio-dscp 1:64",
    "pfc show dev lo",
];

pub(crate) fn in_place_of_dcb(lab: &Lab) -> Outcome {
    if lab.kernel != "7.3" {
        return Ok(Done::Skipped("one kernel is enough for what is printed".to_owned()));
    }
    sh("modprobe labnic nics=2")?;
    let done = compare(lab);
    sh("modprobe -r labnic")?;
    done.map(|()| Done::Passed)
}

fn compare(lab: &Lab) -> Result<(), Why> {
    alike(lab, "", READS, true)?;
    for line in CHANGES {
        alike(lab, "", &[line], true)?;
        let object = line.split(' ').next().unwrap_or_default();
        alike(lab, "", &[&format!("{object} show dev D")], true)?;
    }
    alike(lab, "-j", READS, true)?;
    alike(lab, "-j -p", &["app show dev D", "ets show dev D"], true)?;
    alike(lab, "-s", &["pfc show dev D"], true)?;
    alike(lab, "-N", &["app show dev D", "rewr show dev D"], true)?;
    alike(lab, "-i", &["maxrate show dev D"], true)?;
    alike(lab, "", WRONG, false)?;
    for object in ["ets", "pfc", "buffer", "maxrate", "dcbx", "apptrust", "app", "rewr"] {
        let told = |link: &str| sh_json(&format!("dcb -j {object} show dev {link}"));
        expect_eq(&told("lab1")?, &told("lab0")?, &format!("{object} by dcb, on both"))?;
    }
    // Each side of the wire is the other's neighbour.
    sh("dcb pfc set dev lab0w prio-pfc 5:on")?;
    sh("dcb app add dev lab0w dscp-prio 34:5")?;
    let peer = lab.snicctl(&["dcb", "peer", "show", "dev", "lab0", "pfc", "app"])?;
    let own = sh("dcb pfc show dev lab0w")? + &sh("dcb app show dev lab0w")?;
    expect_eq(&peer, &own, "what the neighbour says of itself")
}

/// Each line by dcb on one link and by us on the other: the same output and exit code, and the same words of refusal;
/// of what is wrong the first line of them, since usages differ.
fn alike(lab: &Lab, form: &str, lines: &[&str], whole: bool) -> Result<(), Why> {
    for line in lines {
        let on = |link: &'static str| -> Vec<&str> {
            let words = form.split_whitespace().chain(line.split_whitespace());
            words.map(|word| if word == "D" { link } else { word }).collect()
        };
        let theirs = run(&[&["dcb"][..], &on("lab0")].concat())?;
        let ours = lab.try_snicctl(&[&["dcb"][..], &on("lab1")].concat())?;
        let what = format!("dcb {form} {line}");
        expect_eq(&ours.out, &theirs.out, &what)?;
        expect_eq(&ours.code, &theirs.code, &what)?;
        let said = |text: &str| {
            if whole { text.to_owned() } else { text.lines().next().unwrap_or_default().to_owned() }
        };
        expect_eq(&said(&ours.err), &said(&theirs.err), &what)?;
    }
    Ok(())
}
