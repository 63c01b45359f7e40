use super::record::{record, words};
use super::{Bits, FecBin};

words! {
    /// The error correction in use, by the number of its link mode (`ETHTOOL_LINK_MODE_FEC_*_BIT`).
    FecMode: u32 {
        /// None.
        None = 49, "None";
        /// Reed-Solomon, clause 91.
        Rs = 50, "RS";
        /// BASE-R, clause 74.
        BaseR = 51, "BASER";
        /// Low-latency Reed-Solomon.
        Llrs = 74, "LLRS";
    }
}

record! {
    /// Forward error correction (`ethtool --show-fec`, `ETHTOOL_MSG_FEC_GET`).
    Fec {
        /// What is configured: `None`, `RS`, `BASER`, `LLRS`.
        modes: Bits = "config";
        /// Whether the device chooses by itself.
        auto: bool = "auto";
        /// What is in use; not there while the link is down.
        active: FecMode = "active";
        /// Blocks that were corrected: in all, then by lane.
        corrected: Vec<u64> = "statistics.corrected_blocks";
        /// Blocks that could not be corrected: in all, then by lane.
        uncorrectable: Vec<u64> = "statistics.uncorrectable_blocks";
        /// Bits that were corrected: in all, then by lane.
        corrected_bits: Vec<u64> = "statistics.corrected_bits";
        /// Code words by how many errors were corrected in them (kernel 6.18 and later).
        histogram: Vec<FecBin> = "statistics.hist";
    }
}
