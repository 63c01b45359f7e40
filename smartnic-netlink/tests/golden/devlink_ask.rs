//! Requests of devlink's later objects in words: rates, firmware, selftests, shared buffers, pipelines, line cards.

use serde::Deserialize;
use smartnic_core::device::{
    FlashOverwrite, FlashUpdate, NewParent, PoolKind, PortTc, RATE_TCS, RateChange, RateName, RateParent,
    ReporterId, Selftest, ThresholdKind,
};
use smartnic_core::types::{DevlinkHandle, PortHandle};
use smartnic_netlink::codec::{Request, WireError};
use smartnic_netlink::devlink::{buffer, flash, health, linecard, pipeline, rate, selftest};

/// A request in words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case", tag = "op")]
pub(crate) enum DevlinkAsk {
    Rates,
    Rate {
        name: RateName,
    },
    RateAdd {
        name: RateName,
        change: RateWords,
    },
    RateSet {
        name: RateName,
        change: RateWords,
    },
    RateDel {
        name: RateName,
    },
    Flash {
        device: DevlinkHandle,
        file: String,
        component: Option<String>,
        #[serde(default)]
        overwrite: FlashOverwrite,
    },
    SelftestDump,
    Selftests {
        device: DevlinkHandle,
    },
    SelftestRun {
        device: DevlinkHandle,
        tests: Vec<Selftest>,
    },
    Recover {
        reporter: ReporterId,
    },
    HealthDumpClear {
        reporter: ReporterId,
    },
    Buffers,
    BufferPools,
    PortPools,
    TcBindings,
    BufferPoolSet {
        device: DevlinkHandle,
        buffer: u32,
        pool: u16,
        size: u32,
        thresholds: ThresholdKind,
    },
    PortPoolSet {
        port: PortHandle,
        buffer: u32,
        pool: u16,
        threshold: u32,
    },
    TcBindingSet {
        port: PortHandle,
        buffer: u32,
        tc: u16,
        kind: PoolKind,
        pool: u16,
        threshold: u32,
    },
    OccupancySnapshot {
        device: DevlinkHandle,
        buffer: u32,
    },
    OccupancyClear {
        device: DevlinkHandle,
        buffer: u32,
    },
    PipelineHeaders {
        device: DevlinkHandle,
    },
    PipelineCounters {
        device: DevlinkHandle,
        table: String,
        on: bool,
    },
    LineCards,
    LineCard {
        device: DevlinkHandle,
        index: u32,
    },
    LineCardSet {
        device: DevlinkHandle,
        index: u32,
        kind: String,
    },
}

/// What changes of a rate.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateWords {
    tx_share: Option<u64>,
    tx_max: Option<u64>,
    tx_priority: Option<u32>,
    tx_weight: Option<u32>,
    tc_bw: Option<[u32; RATE_TCS]>,
    /// Empty for none.
    parent: Option<String>,
}

impl RateWords {
    fn change(&self) -> RateChange {
        let parent = self.parent.as_ref().map(|node| match node.as_str() {
            "" => NewParent::None,
            node => NewParent::Node(RateParent { node: node.to_owned(), device: None }),
        });
        let Self { tx_share, tx_max, tx_priority, tx_weight, tc_bw, .. } = *self;
        RateChange { tx_share, tx_max, tx_priority, tx_weight, tc_bw, parent }
    }
}

impl DevlinkAsk {
    /// Writes the request as this crate does.
    pub(crate) fn write(&self, family: u16, seq: u32) -> Result<Vec<u8>, WireError> {
        let mut buf = Vec::new();
        let mut put = |request: &dyn Request| request.write(&mut buf, seq, 0).map(|_| ());
        match self {
            Self::Rates => put(&rate::Dump { family, device: None }),
            Self::Rate { name } => put(&rate::Get { family, name }),
            Self::RateAdd { name, change } => put(&rate::New { family, name, settings: &change.change() }),
            Self::RateSet { name, change } => put(&rate::Set { family, name, change: &change.change() }),
            Self::RateDel { name } => put(&rate::Del { family, name }),
            Self::Flash { device, file, component, overwrite } => {
                let (file, component) = (file.clone(), component.clone());
                let update = FlashUpdate { file, component, overwrite: *overwrite };
                put(&flash::Update { family, device, update: &update })
            }
            Self::SelftestDump => put(&selftest::Dump { family }),
            Self::Selftests { device } => put(&selftest::Get { family, device }),
            Self::SelftestRun { device, tests } => put(&selftest::Run { family, device, tests }),
            Self::Recover { reporter } => put(&health::Recover { family, reporter }),
            Self::HealthDumpClear { reporter } => put(&health::DumpClear { family, reporter }),
            Self::Buffers => put(&buffer::Dump { family, device: None }),
            Self::BufferPools => put(&buffer::DumpPools { family, device: None }),
            Self::PortPools => put(&buffer::DumpPortPools { family, device: None }),
            Self::TcBindings => put(&buffer::DumpBindings { family, device: None }),
            &Self::BufferPoolSet { ref device, buffer, pool, size, thresholds } => {
                put(&buffer::SetPool { family, device, buffer, pool, size, thresholds })
            }
            &Self::PortPoolSet { ref port, buffer, pool, threshold } => {
                put(&buffer::SetPortPool { family, port, buffer, pool, threshold })
            }
            &Self::TcBindingSet { ref port, buffer, tc, kind, pool, threshold } => {
                let tc = PortTc { port: port.clone(), buffer, tc, kind };
                put(&buffer::SetBinding { family, tc: &tc, pool, threshold })
            }
            &Self::OccupancySnapshot { ref device, buffer } => {
                put(&buffer::Snapshot { family, device, buffer })
            }
            &Self::OccupancyClear { ref device, buffer } => put(&buffer::ClearMax { family, device, buffer }),
            Self::PipelineHeaders { device } => put(&pipeline::Headers { family, device }),
            Self::PipelineCounters { device, table, on } => {
                put(&pipeline::SetCounters { family, device, table, on: *on })
            }
            Self::LineCards => put(&linecard::Dump { family, device: None }),
            Self::LineCard { device, index } => put(&linecard::Get { family, device, index: *index }),
            Self::LineCardSet { device, index, kind } => {
                put(&linecard::Set { family, device, index: *index, kind })
            }
        }?;
        Ok(buf)
    }
}
