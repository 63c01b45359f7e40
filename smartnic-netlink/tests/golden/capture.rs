//! The files in `testdata/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use smartnic_netlink::codec::Message;

/// One direction of one captured exchange.
pub(crate) struct Capture {
    /// The files' common name, such as `tc-filter-add-ipv4.request`.
    pub(crate) stem: String,
    /// The datagrams in order.
    pub(crate) datagrams: Vec<Vec<u8>>,
    /// What the `.toml` says.
    pub(crate) about: BTreeMap<String, Value>,
    /// What the `.json` says; null if there is none.
    pub(crate) expected: Value,
}

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// The common names of all files with this extension.
pub(crate) fn stems(extension: &str) -> Vec<String> {
    let files = fs::read_dir(folder()).unwrap().map(|file| file.unwrap().path());
    let wanted = files.filter(|path| path.extension().is_some_and(|this| this == extension));
    wanted.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

pub(crate) fn all() -> Vec<Capture> {
    let mut stems = stems("hex");
    stems.sort();
    stems.into_iter().map(read).collect()
}

pub(crate) fn read(stem: String) -> Capture {
    let text = |extension: &str| {
        let path = folder().join(format!("{stem}.{extension}"));
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))
    };
    let about = text("toml").unwrap().lines().map(line).collect();
    let datagrams = text("hex").unwrap().split("\n\n").map(bytes).collect();
    let expected = text("json").map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
    Capture { stem, datagrams, about, expected }
}

/// The lines are `key = "text"` or `key = number`, whose right sides JSON reads as TOML does.
fn line(line: &str) -> (String, Value) {
    let (key, value) = line.split_once(" = ").expect("lines of the form key = value");
    (key.to_owned(), serde_json::from_str(value).expect("a text or a number"))
}

fn bytes(hex: &str) -> Vec<u8> {
    hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

/// The only message of the only datagram.
pub(crate) fn request(capture: &Capture) -> (&[u8], Message<'_>) {
    let [datagram] = &capture.datagrams[..] else { panic!("{}: not one datagram", capture.stem) };
    (datagram, Message::decode(datagram).unwrap())
}

/// Length of the family's own header; the families go by the names of the captures.
pub(crate) fn fixed_len(stem: &str) -> usize {
    match stem.trim_start_matches("v6.12-").split('-').next() {
        Some("tc") if stem.contains("tc-actions") => 4,
        Some("tc") => 20,
        Some("rtnl") => 16,
        Some("rdma") => 0,
        _ => 4,
    }
}
