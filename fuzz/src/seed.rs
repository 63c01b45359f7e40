//! Fills a folder for every target: from the golden bytes, from the rule files of the repository, and from what earlier
//! runs found.
//!
//! - `seed` fills `corpus/`, `seed --into FOLDER` another folder.
//! - `seed --keep FOLDER TARGET` writes what is in `FOLDER/TARGET` and does not come from those files to
//!   `found/TARGET.hex`, one input a line: inputs that reach code which those do not reach by themselves. The shortest
//!   are kept.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use smartnic::text::{Format, RuleSet};

const TARGETS: [&str; 12] = [
    "attribute_path",
    "dcb",
    "devlink",
    "ethtool_features",
    "genl",
    "messages",
    "rtnl_link",
    "rules_yaml",
    "tc_filter",
    "tc_lines",
    "tc_monitor",
    "tc_qdisc",
];

/// How many bytes are kept for a target.
const KEPT: usize = 60_000;

fn main() -> io::Result<()> {
    let home = Path::new(env!("CARGO_MANIFEST_DIR"));
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [] => fill(home, &home.join("corpus")),
        ["--into", folder] => fill(home, Path::new(folder)),
        ["--keep", folder, target] => keep(home, &Path::new(folder).join(target), target),
        _ => Err(io::Error::other("usage: seed [--into FOLDER | --keep FOLDER TARGET]")),
    }
}

fn fill(home: &Path, folder: &Path) -> io::Result<()> {
    let sources = Sources::read(home)?;
    for target in TARGETS {
        let folder = folder.join(target);
        fs::create_dir_all(&folder)?;
        let earlier = fs::read_to_string(found(home, target)).unwrap_or_default();
        let earlier = earlier.lines().map(hex).filter(|bytes| !bytes.is_empty());
        for (number, bytes) in sources.inputs(target).into_iter().chain(earlier).enumerate() {
            fs::write(folder.join(format!("seed-{number:04}")), bytes)?;
        }
    }
    Ok(())
}

fn keep(home: &Path, folder: &Path, target: &str) -> io::Result<()> {
    let inputs = Sources::read(home)?.inputs(target);
    let mut kept: BTreeSet<(usize, Vec<u8>)> = BTreeSet::new();
    for file in files(folder)? {
        let bytes = fs::read(file)?;
        if !bytes.is_empty() && !inputs.contains(&bytes) {
            kept.insert((bytes.len(), bytes));
        }
    }
    let mut room = KEPT;
    let fits = |(length, _): &(usize, Vec<u8>)| {
        let left = room.checked_sub(*length);
        room = left.unwrap_or(0);
        left.is_some()
    };
    let line =
        |(_, bytes): (usize, Vec<u8>)| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut lines: Vec<String> = kept.into_iter().take_while(fits).map(line).collect();
    lines.sort();
    fs::write(found(home, target), lines.join("\n") + "\n")
}

/// Where the inputs are that were found for a target.
fn found(home: &Path, target: &str) -> PathBuf {
    home.join("found").join(target).with_extension("hex")
}

/// What inputs are made from.
struct Sources {
    golden: Vec<(String, Vec<u8>)>,
    texts: Vec<String>,
}

impl Sources {
    fn read(home: &Path) -> io::Result<Self> {
        let golden = golden(&home.join("../smartnic-netlink/testdata"))?;
        Ok(Self { golden, texts: texts(&home.join(".."))? })
    }

    /// The inputs that they give to a target.
    fn inputs(&self, target: &str) -> BTreeSet<Vec<u8>> {
        match target {
            "tc_lines" => lines(&self.texts),
            "rules_yaml" => documents(&self.texts),
            _ => {
                let own = self.golden.iter().filter(|(stem, _)| concerns(target, stem));
                own.map(|(_, bytes)| shape(target, bytes)).collect()
            }
        }
    }
}

/// The texts of all rule files.
fn texts(repository: &Path) -> io::Result<Vec<String>> {
    let mut texts = Vec::new();
    for folder in ["examples", "snicctl/tests/rules", "tests/lab/suite", "tests/lab/suite/lines"] {
        for path in files(&repository.join(folder))? {
            if path.extension().is_some_and(|ending| ["tc", "yaml"].iter().any(|known| ending == *known)) {
                texts.push(fs::read_to_string(path)?);
            }
        }
    }
    Ok(texts)
}

/// Each line of the files in tc syntax.
fn lines(texts: &[String]) -> BTreeSet<Vec<u8>> {
    let lines = texts.iter().flat_map(|text| text.lines());
    lines.filter(|line| line.starts_with("filter ")).map(|line| line.as_bytes().to_vec()).collect()
}

/// The documents in YAML, and each line in tc syntax as one.
fn documents(texts: &[String]) -> BTreeSet<Vec<u8>> {
    let whole = texts.iter().filter(|text| Format::by_content(text) == Format::Yaml).cloned();
    let lines = texts.iter().flat_map(|text| text.lines());
    let sets =
        lines.filter_map(|line| RuleSet::parse(line, Format::Tc).ok()).filter(|set| !set.rules.is_empty());
    whole.chain(sets.filter_map(|set| set.to_yaml().ok())).map(String::into_bytes).collect()
}

/// Whether a capture is of use to a target; the grammar's own targets take all.
fn concerns(target: &str, stem: &str) -> bool {
    let stem = stem.trim_start_matches("v6.12-");
    match target {
        "messages" | "attribute_path" => true,
        "dcb" => stem.starts_with("dcb-"),
        "rtnl_link" => stem.starts_with("rtnl-link"),
        "tc_filter" => stem.starts_with("tc-filter"),
        "tc_monitor" => stem.starts_with("tc-"),
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
