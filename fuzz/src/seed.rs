//! Fills `corpus/TARGET/` for every target: from the golden bytes, and from what earlier runs found.
//!
//! `found/TARGET.hex` holds, one input a line, inputs that reached code no golden message reaches.
//! `seed --keep` writes the corpora back there, without what the golden bytes give by themselves.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const TARGETS: [&str; 8] = [
    "attribute_path",
    "devlink",
    "ethtool_features",
    "genl",
    "messages",
    "rtnl_link",
    "tc_filter",
    "tc_qdisc",
];

fn main() -> io::Result<()> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let keep = env::args().nth(1).is_some_and(|word| word == "--keep");
    let golden = golden(&home.join("../smartnic-netlink/testdata"))?;
    for target in TARGETS {
        let corpus = home.join("corpus").join(target);
        let found = home.join("found").join(format!("{target}.hex"));
        fs::create_dir_all(&corpus)?;
        let inputs: BTreeSet<Vec<u8>> = golden
            .iter()
            .filter(|(stem, _)| concerns(target, stem))
            .map(|(_, bytes)| shape(target, bytes))
            .collect();
        if keep {
            let mut lines: Vec<String> = Vec::new();
            for file in files(&corpus)? {
                let bytes = fs::read(file)?;
                if !inputs.contains(&bytes) {
                    lines.push(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
                }
            }
            lines.sort();
            fs::write(found, lines.join("\n") + "\n")?;
            continue;
        }
        let earlier = fs::read_to_string(found).unwrap_or_default();
        let earlier = earlier.lines().map(hex).filter(|bytes| !bytes.is_empty());
        for (number, bytes) in inputs.iter().cloned().chain(earlier).enumerate() {
            fs::write(corpus.join(format!("seed-{number:04}")), bytes)?;
        }
    }
    Ok(())
}

/// Whether a capture is of use to a target; the grammar's own targets take all.
fn concerns(target: &str, stem: &str) -> bool {
    let stem = stem.trim_start_matches("v6.12-");
    match target {
        "messages" | "attribute_path" => true,
        "rtnl_link" => stem.starts_with("rtnl-link"),
        "tc_filter" => stem.starts_with("tc-filter"),
        "tc_qdisc" => stem.starts_with("tc-qdisc"),
        "ethtool_features" => stem.starts_with("ethtool"),
        family => stem.starts_with(family),
    }
}

/// The form in which a target takes a datagram.
fn shape(target: &str, datagram: &[u8]) -> Vec<u8> {
    let offset: &[u8] = if target == "attribute_path" { &[52, 0] } else { &[] };
    [offset, datagram].concat()
}

/// The names and datagrams of all captures.
fn golden(testdata: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut all = Vec::new();
    for path in files(testdata)?.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "hex"))
    {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path)?;
        all.extend(text.split("\n\n").map(|datagram| (stem.clone(), hex(datagram))));
    }
    Ok(all)
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<io::Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}

/// Reads pairs of hexadecimal digits and skips everything else.
fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks(2).filter_map(pair).collect()
}
