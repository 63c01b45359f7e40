//! What this crate writes, against what iproute2 wrote for the same request.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::Deserialize;
use serde_json::{Value, json};
use smartnic_core::backend::{FlowScope, Hook};
use smartnic_core::device::{
    EncapMode, EswitchChange, EswitchMode, FunctionState, InlineMode, NewPort, ParamMode, ParamType,
    ParamValue, PortFlavour, PortFunctionChange, PortType, RegionId, RegionRead, ReloadAction, ReloadLimit,
    ReporterChange, ReporterId, ResourceScope, TrapAction, TrapGroupChange, TrapPolicerChange, VfChange,
};
use smartnic_core::flow::{Attach, Rule, RuleId};
use smartnic_core::types::{
    DevlinkHandle, HwAddr, IfIndex, PortHandle, PortIndex, SfNumber, UnknownAttr, VfId,
};
use smartnic_netlink::codec::{Attrs, Flags, Message, Request, WireError};
use smartnic_netlink::rtnl::link::{self, Which};
use smartnic_netlink::tc::{filter, qdisc};
use smartnic_netlink::uapi::rtnetlink::RTM_NEWTFILTER;
use smartnic_netlink::{devlink, ethtool, genl};

use crate::capture::{self, Capture};
use crate::dcb_ask::DcbAsk;
use crate::devlink_ask::DevlinkAsk;
use crate::ethtool_ask::EthtoolAsk;
use crate::rdma_ask::RdmaAsk;
use crate::tc_ask::TcAsk;

/// The form of `NAME.request.json`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    /// An [`Ask`], a [`DevlinkAsk`], an [`EthtoolAsk`], an [`RdmaAsk`], a [`DcbAsk`] or a [`TcAsk`].
    request: Value,
    /// What differs from the tool's bytes, and why: `nlmsg_flags`, `header`, or the number of an attribute.
    #[serde(default)]
    differences: BTreeMap<String, String>,
}

/// A request in words.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case", tag = "op")]
enum Ask {
    /// Bytes with a fault that this crate does not write; only the answer is of interest.
    Raw {
        fault: String,
    },
    Family {
        name: String,
    },
    Devices,
    Device {
        device: DevlinkHandle,
    },
    Ports {
        device: Option<DevlinkHandle>,
    },
    Port {
        port: PortHandle,
    },
    Eswitch {
        device: DevlinkHandle,
    },
    EswitchSet {
        device: DevlinkHandle,
        mode: Option<EswitchMode>,
        inline_mode: Option<InlineMode>,
        encap_mode: Option<EncapMode>,
    },
    Infos,
    Info {
        device: DevlinkHandle,
    },
    Params {
        device: Option<DevlinkHandle>,
    },
    Param {
        device: DevlinkHandle,
        name: String,
    },
    ParamSetU32 {
        device: DevlinkHandle,
        name: String,
        mode: ParamMode,
        value: u32,
    },
    ParamSetBool {
        device: DevlinkHandle,
        name: String,
        mode: ParamMode,
        value: bool,
    },
    ParamReset {
        device: DevlinkHandle,
        name: String,
        mode: ParamMode,
        kind: ParamType,
    },
    PortParams,
    PortParam {
        port: PortHandle,
        name: String,
    },
    PortSetType {
        port: PortHandle,
        kind: PortType,
    },
    PortSplit {
        port: PortHandle,
        count: u32,
    },
    PortUnsplit {
        port: PortHandle,
    },
    PortNew {
        device: DevlinkHandle,
        flavour: PortFlavour,
        pf: u16,
        sf: SfNumber,
        controller: Option<u32>,
        index: Option<PortIndex>,
    },
    PortDel {
        port: PortHandle,
    },
    FunctionSet {
        port: PortHandle,
        hw_addr: Option<HwAddr>,
        state: Option<FunctionState>,
        roce: Option<bool>,
        migratable: Option<bool>,
        ipsec_crypto: Option<bool>,
        ipsec_packet: Option<bool>,
        max_io_eqs: Option<u32>,
    },
    Resources {
        device: DevlinkHandle,
    },
    PortResources {
        port: PortHandle,
    },
    AllResources {
        #[serde(default)]
        ports: bool,
    },
    ResourceSet {
        device: DevlinkHandle,
        id: u64,
        size: u64,
    },
    Reload {
        device: DevlinkHandle,
        action: Option<ReloadAction>,
        limit: Option<ReloadLimit>,
    },
    NotifyFilter {
        device: DevlinkHandle,
        port: PortIndex,
    },
    Reporters,
    Reporter {
        reporter: ReporterId,
    },
    ReporterSet {
        reporter: ReporterId,
        change: ReporterChange,
    },
    Diagnose {
        reporter: ReporterId,
    },
    HealthDump {
        reporter: ReporterId,
    },
    ReporterTest {
        reporter: ReporterId,
    },
    Regions,
    Region {
        region: RegionId,
    },
    SnapshotNew {
        region: RegionId,
        snapshot: Option<u32>,
    },
    SnapshotDel {
        region: RegionId,
        snapshot: u32,
    },
    RegionRead {
        region: RegionId,
        snapshot: Option<u32>,
        range: Option<(u64, u64)>,
    },
    Traps,
    Trap {
        device: DevlinkHandle,
        name: String,
    },
    TrapSet {
        device: DevlinkHandle,
        name: String,
        action: Option<TrapAction>,
    },
    TrapGroups,
    TrapGroup {
        device: DevlinkHandle,
        name: String,
    },
    TrapGroupSet {
        device: DevlinkHandle,
        name: String,
        change: TrapGroupChange,
    },
    TrapPolicers,
    TrapPolicer {
        device: DevlinkHandle,
        id: u32,
    },
    TrapPolicerSet {
        device: DevlinkHandle,
        id: u32,
        change: TrapPolicerChange,
    },
    Links,
    Link {
        name: String,
    },
    LinkUp {
        link: IfIndex,
        up: bool,
    },
    VfSet {
        link: IfIndex,
        vf: VfId,
        change: VfChange,
    },
    Features {
        link: IfIndex,
    },
    FeatureSet {
        link: IfIndex,
        feature: String,
        on: bool,
    },
    HookAdd {
        hook: Hook,
    },
    HookDelete {
        hook: Hook,
    },
    Qdiscs {
        link: Option<IfIndex>,
    },
    FilterAdd {
        rule: Box<Rule>,
    },
    FilterReplace {
        rule: Box<Rule>,
    },
    Filter {
        id: RuleId,
    },
    FilterDelete {
        id: RuleId,
    },
    FilterFlush {
        attach: Attach,
        chain: Option<u32>,
    },
    Filters {
        attach: Attach,
        chain: Option<u32>,
    },
}

impl Ask {
    /// Writes the request as this crate does. The number of a generic family is the capture's.
    fn write(&self, family: u16, seq: u32) -> Result<Vec<u8>, WireError> {
        let mut buf = Vec::new();
        let mut put = |request: &dyn Request| request.write(&mut buf, seq, 0).map(|_| ());
        match self {
            Self::Raw { fault } => panic!("not to be written: {fault}"),
            Self::Family { name } => put(&genl::GetFamily { name }),
            Self::Devices => put(&devlink::dev::Dump { family }),
            Self::Device { device } => put(&devlink::dev::Get { family, device }),
            Self::Ports { device } => put(&devlink::port::Dump { family, device: device.as_ref() }),
            Self::Port { port } => put(&devlink::port::Get { family, port }),
            Self::Eswitch { device } => put(&devlink::eswitch::Get { family, device }),
            Self::EswitchSet { device, mode, inline_mode, encap_mode } => {
                let change =
                    EswitchChange { mode: *mode, inline_mode: *inline_mode, encap_mode: *encap_mode };
                put(&devlink::eswitch::Set { family, device, change: &change })
            }
            Self::Infos => put(&devlink::info::Dump { family }),
            Self::Info { device } => put(&devlink::info::Get { family, device }),
            Self::Params { device } => put(&devlink::param::Dump { family, device: device.as_ref() }),
            Self::Param { device, name } => put(&devlink::param::Get { family, device, name }),
            Self::ParamSetU32 { device, name, mode, value } => {
                let value = ParamValue::U32(*value);
                put(&devlink::param::Set { family, device, name, mode: *mode, value: &value })
            }
            Self::ParamSetBool { device, name, mode, value } => {
                let value = ParamValue::Bool(*value);
                put(&devlink::param::Set { family, device, name, mode: *mode, value: &value })
            }
            Self::ParamReset { device, name, mode, kind } => {
                put(&devlink::param::Reset { family, device, name, mode: *mode, kind: *kind })
            }
            Self::PortParams => put(&devlink::param::PortDump { family }),
            Self::PortParam { port, name } => put(&devlink::param::PortGet { family, port, name }),
            Self::PortSetType { port, kind } => put(&devlink::port::SetType { family, port, kind: *kind }),
            Self::PortSplit { port, count } => put(&devlink::port::Split { family, port, count: *count }),
            Self::PortUnsplit { port } => put(&devlink::port::Unsplit { family, port }),
            Self::PortNew { device, flavour, pf, sf, controller, index } => {
                let port = NewPort {
                    device: device.clone(),
                    index: *index,
                    flavour: *flavour,
                    pf: *pf,
                    sf: Some(*sf),
                    controller: *controller,
                };
                put(&devlink::port::New { family, port: &port })
            }
            Self::PortDel { port } => put(&devlink::port::Del { family, port }),
            Self::FunctionSet {
                port,
                hw_addr,
                state,
                roce,
                migratable,
                ipsec_crypto,
                ipsec_packet,
                max_io_eqs,
            } => {
                let change = PortFunctionChange {
                    hw_addr: *hw_addr,
                    state: *state,
                    roce: *roce,
                    migratable: *migratable,
                    ipsec_crypto: *ipsec_crypto,
                    ipsec_packet: *ipsec_packet,
                    max_io_eqs: *max_io_eqs,
                };
                put(&devlink::port::SetFunction { family, port, change: &change })
            }
            Self::Resources { device } => put(&devlink::resource::Get { family, device }),
            Self::PortResources { port } => put(&devlink::resource::PortGet { family, port }),
            Self::AllResources { ports } => {
                let scope = ports.then_some(ResourceScope::Port);
                put(&devlink::resource::Dump { family, device: None, scope })
            }
            Self::ResourceSet { device, id, size } => {
                put(&devlink::resource::Set { family, device, id: *id, size: *size })
            }
            Self::Reload { device, action, limit } => {
                let (action, limit) = (*action, *limit);
                put(&devlink::reload::Reload { family, device, action, limit, netns: None })
            }
            Self::NotifyFilter { device, port } => {
                let (device, port) = (Some(device), Some(*port));
                put(&devlink::notice::SetFilter { family, device, port })
            }
            Self::Reporters => put(&devlink::health::Dump { family, place: None }),
            Self::Reporter { reporter } => put(&devlink::health::Get { family, reporter }),
            Self::ReporterSet { reporter, change } => put(&devlink::health::Set { family, reporter, change }),
            Self::Diagnose { reporter } => put(&devlink::health::Diagnose { family, reporter }),
            Self::HealthDump { reporter } => put(&devlink::health::DumpGet { family, reporter }),
            Self::ReporterTest { reporter } => put(&devlink::health::Test { family, reporter }),
            Self::Regions => put(&devlink::region::Dump { family, device: None }),
            Self::Region { region } => put(&devlink::region::Get { family, region }),
            Self::SnapshotNew { region, snapshot } => {
                put(&devlink::region::New { family, region, snapshot: *snapshot })
            }
            Self::SnapshotDel { region, snapshot } => {
                put(&devlink::region::Del { family, region, snapshot: *snapshot })
            }
            Self::RegionRead { region, snapshot, range } => {
                let read = RegionRead { snapshot: *snapshot, range: *range };
                put(&devlink::region::Read { family, region, read: &read })
            }
            Self::Traps => put(&devlink::trap::Dump { family, device: None }),
            Self::Trap { device, name } => put(&devlink::trap::Get { family, device, name }),
            Self::TrapSet { device, name, action } => {
                put(&devlink::trap::Set { family, device, name, action: *action })
            }
            Self::TrapGroups => put(&devlink::trap::GroupDump { family, device: None }),
            Self::TrapGroup { device, name } => put(&devlink::trap::GroupGet { family, device, name }),
            Self::TrapGroupSet { device, name, change } => {
                put(&devlink::trap::GroupSet { family, device, name, change })
            }
            Self::TrapPolicers => put(&devlink::trap::PolicerDump { family, device: None }),
            Self::TrapPolicer { device, id } => put(&devlink::trap::PolicerGet { family, device, id: *id }),
            Self::TrapPolicerSet { device, id, change } => {
                put(&devlink::trap::PolicerSet { family, device, id: *id, change })
            }
            Self::Links => put(&link::Dump),
            Self::Link { name } => put(&link::Get(Which::Name(name))),
            Self::LinkUp { link, up } => put(&link::SetUp { link: *link, up: *up }),
            Self::VfSet { link, vf, change } => {
                put(&smartnic_netlink::rtnl::vf::Set { link: *link, vf: *vf, change })
            }
            Self::Features { link } => put(&ethtool::features::Get { family, link: *link }),
            Self::FeatureSet { link, feature, on } => {
                put(&ethtool::features::Set { family, link: *link, feature, on: *on })
            }
            Self::HookAdd { hook } => put(&qdisc::Add(hook)),
            Self::HookDelete { hook } => put(&qdisc::Delete(hook)),
            Self::Qdiscs { link } => put(&qdisc::Dump { link: *link }),
            Self::FilterAdd { rule } => put(&filter::Add(rule)),
            Self::FilterReplace { rule } => put(&filter::Replace(rule)),
            Self::Filter { id } => put(&filter::Get(id)),
            Self::FilterDelete { id } => put(&filter::Delete(id)),
            Self::FilterFlush { attach, chain } => {
                put(&filter::Flush(&FlowScope { attach: attach.clone(), chain: *chain }))
            }
            Self::Filters { attach, chain } => {
                put(&filter::Dump(&FlowScope { attach: attach.clone(), chain: *chain }))
            }
        }?;
        Ok(buf)
    }
}

/// Writes the words of a captured filter, chain or shared action, as this crate reads them, for somebody to read through.
fn bless(capture: &Capture) -> Value {
    let (_, message) = capture::request(capture);
    let path = capture::folder().join(format!("{}.json", capture.stem));
    if let Some(ask) = TcAsk::of(&message) {
        let words = json!({ "request": ask });
        fs::write(path, serde_json::to_string_pretty(&words).unwrap() + "\n").unwrap();
        return words;
    }
    assert_eq!(message.header.kind, RTM_NEWTFILTER, "{}: write its .json by hand", capture.stem);
    let rule = filter::decode(&message).unwrap().flow().expect("a rule").rule;
    let op = if message.header.flags.contains(Flags::EXCL) { "filter_add" } else { "filter_replace" };
    let words = json!({ "request": { "op": op, "rule": rule } });
    fs::write(path, serde_json::to_string_pretty(&words).unwrap() + "\n").unwrap();
    words
}

#[test]
fn requests_are_written_as_iproute2_writes_them() {
    let blessing = std::env::var_os("SNIC_BLESS").is_some();
    let mut wrong = Vec::new();
    for capture in capture::all().iter_mut().filter(|capture| capture.stem.ends_with(".request")) {
        if blessing && capture.expected.is_null() {
            capture.expected = bless(capture);
        }
        let stem = &capture.stem;
        let description: Description = serde_json::from_value(capture.expected.clone())
            .unwrap_or_else(|error| panic!("{stem}.json: {error}"));
        let (golden, message) = capture::request(capture);
        let Some(ours) = write(description.request, message.header.kind, message.header.seq)
            .unwrap_or_else(|error| panic!("{stem}.json: {error}"))
        else {
            continue;
        };
        let listed: BTreeSet<_> = description.differences.keys().cloned().collect();
        let found = differences(&ours, golden, capture::fixed_len(stem));
        // Without listed differences every byte counts, the order of attributes included.
        if found != listed || listed.is_empty() && ours != golden {
            let command = &capture.about["command"];
            wrong.push(format!(
                "{stem}: {command}\nours   {}\ntheirs {}\n{found:?}",
                hex(&ours),
                hex(golden)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The request as this crate writes it; none where it does not write such a thing.
fn write(request: Value, family: u16, seq: u32) -> Result<Option<Vec<u8>>, serde_json::Error> {
    if let Ok(ask) = serde_json::from_value::<DevlinkAsk>(request.clone()) {
        return Ok(Some(ask.write(family, seq).unwrap()));
    }
    if let Ok(ask) = serde_json::from_value::<EthtoolAsk>(request.clone()) {
        return Ok(Some(ask.write(family, seq).unwrap()));
    }
    if let Ok(ask) = serde_json::from_value::<RdmaAsk>(request.clone()) {
        return Ok(Some(ask.write(seq).unwrap()));
    }
    if let Ok(ask) = serde_json::from_value::<DcbAsk>(request.clone()) {
        return Ok(Some(ask.write(seq).unwrap()));
    }
    if let Ok(ask) = serde_json::from_value::<TcAsk>(request.clone()) {
        return Ok(Some(ask.write(seq).unwrap()));
    }
    let ask: Ask = serde_json::from_value(request)?;
    Ok((!matches!(ask, Ask::Raw { .. })).then(|| ask.write(family, seq).unwrap()))
}

/// The parts in which two messages differ, behind a family's header of `fixed` bytes.
fn differences(ours: &[u8], theirs: &[u8], fixed: usize) -> BTreeSet<String> {
    let [ours, theirs] = [ours, theirs].map(|bytes| parts(&Message::decode(bytes).unwrap(), fixed));
    let keys = ours.keys().chain(theirs.keys());
    keys.filter(|key| ours.get(*key) != theirs.get(*key)).cloned().collect()
}

/// A message in parts: flags, the family's header, and each attribute with its place in the order.
fn parts(message: &Message<'_>, fixed: usize) -> BTreeMap<String, Vec<u8>> {
    let (header, attrs) = message.payload.split_at(fixed.min(message.payload.len()));
    let mut parts = BTreeMap::from([
        ("nlmsg_flags".to_owned(), Flags::bits(&message.header.flags).to_ne_bytes().to_vec()),
        ("nlmsg_type".to_owned(), message.header.kind.to_ne_bytes().to_vec()),
        ("header".to_owned(), header.to_vec()),
    ]);
    for attr in Attrs::new(attrs) {
        let UnknownAttr { kind, bytes } = attr.unwrap().to_unknown();
        // Said twice is not said once.
        parts.entry((kind & 0x3fff).to_string()).or_default().extend(bytes);
    }
    parts
}

fn hex(bytes: &[u8]) -> String {
    let words: Vec<String> =
        bytes.chunks(4).map(|word| word.iter().map(|byte| format!("{byte:02x}")).collect()).collect();
    words.join(" ")
}
