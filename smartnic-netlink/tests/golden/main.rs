//! Golden bytes: what iproute2 and real kernels said to each other, against what this crate writes and reads.
//!
//! The tests walk over `testdata/` by themselves. `NAME.request.hex` is what a tool sent; the request that
//! `NAME.request.json` describes must give the same bytes, up to the differences listed there with their reasons.
//! `NAME.reply.hex` is what the kernel answered; reading it must give the values in `NAME.reply.json`.
//! `NAME.*.toml` says where the bytes come from. `SNIC_BLESS=1` writes the values of replies anew, for review.

mod agreement;
mod capture;
mod dcb_ask;
mod devlink_ask;
mod devlink_operations;
mod ethtool_answers;
mod ethtool_ask;
mod ethtool_operations;
mod hostile;
mod rdma_ask;
mod replies;
mod requests;
mod tc_ask;

use std::collections::BTreeSet;

use capture::Capture;

#[test]
fn every_capture_says_where_it_comes_from() {
    let captures = capture::all();
    assert!(captures.len() > 100, "testdata is not where it should be");
    for Capture { stem, about, .. } in captures {
        for key in ["command", "tool", "kernel", "date", "direction", "exit"] {
            assert!(about.contains_key(key), "{stem}.toml lacks {key}");
        }
    }
}

/// Every capture has a description, and every description a capture.
#[test]
fn every_capture_is_tested() {
    let [described, captured] = ["json", "hex"].map(|kind| BTreeSet::from_iter(capture::stems(kind)));
    let lone: Vec<_> = described.symmetric_difference(&captured).collect();
    assert!(lone.is_empty(), "without .hex or without .json: {lone:?}");
}
