//! Random operations on a host, the same for the same seed and state: sensible ones and nonsense.

use conformance::random::Random;
use conformance::{Bench, Rig, catalogue};
use smartnic_core::backend::{FlowOp, FlowScope, Hook, HookKind, Host, Outcome};
use smartnic_core::device::{EncapMode, EswitchChange, EswitchMode, InlineMode, ParamMode, ParamValue};
use smartnic_core::flow::{Attach, FlowEntry, Netdev, Rule, RuleId, Side, Skip};
use smartnic_core::types::{DevlinkHandle, IfIndex};
use smartnic_core::{Error, ErrorKind};

/// One change of a host.
#[derive(Debug)]
pub(crate) enum Operation {
    NumVfs(u32),
    Autoprobe(bool),
    Eswitch(EswitchChange),
    Up(IfIndex, bool),
    TcOffload(IfIndex, bool),
    Unbind(DevlinkHandle),
    Bind(DevlinkHandle, String),
    Param(String, ParamMode, ParamValue),
    AddHook(Hook),
    RemoveHook(Hook),
    Rules(Vec<Change>),
}

/// One change of a rule.
#[derive(Debug)]
pub(crate) enum Change {
    Add(Rule),
    Replace(Rule),
    Delete(RuleId),
}

const BLOCKS: [u32; 2] = [5, 6];

impl Operation {
    /// The next operation for a host in its present state.
    pub(crate) fn next(random: &mut Random, bench: &Bench<'_>) -> conformance::Result<Self> {
        let rig = Rig::find(bench)?;
        let mut links: Vec<IfIndex> = rig.links().map(|link| link.ifindex).collect();
        let own = *random.pick(&links).unwrap_or(&IfIndex(1));
        if random.once_in(10) {
            links.push(IfIndex(999_999));
        }
        let link = *random.pick(&links).unwrap_or(&IfIndex(1));
        let functions = bench.host.switchdev().sriov(bench.device())?.functions;
        let function = random.pick(&functions).map(|function| function.device.clone());
        let function = function.unwrap_or_else(|| DevlinkHandle::new("pci", "ffff:ff:1f.7"));
        Ok(match random.below(20) {
            0 | 1 => Self::NumVfs([0, 1, 3, 4, 1000][random.below(5)]),
            2 | 3 => Self::Eswitch(eswitch(random)),
            4 => Self::Up(own, random.once_in(2)),
            5 => Self::TcOffload(own, !random.once_in(3)),
            6 => Self::Autoprobe(random.once_in(2)),
            7 => Self::Unbind(function),
            8 => Self::Bind(function, vf_driver(bench).into()),
            9 => param(random, bench)?,
            10..=12 => Self::AddHook(hook(random, link)),
            13 => Self::RemoveHook(hook(random, link)),
            _ => Self::Rules(changes(random, bench, &rig, &links)?),
        })
    }

    /// Carries it out and tells what came of it, in words that are the same on every face.
    pub(crate) fn run(&self, host: &dyn Host, device: &DevlinkHandle) -> Vec<String> {
        let (devlink, switchdev, flow) = (host.devlink(), host.switchdev(), host.flow());
        let said = match self {
            Self::NumVfs(num) => told(switchdev.set_num_vfs(device, *num)),
            Self::Autoprobe(on) => told(switchdev.set_autoprobe(device, *on)),
            Self::Eswitch(change) => told(devlink.set_eswitch(device, change)),
            Self::Up(link, up) => told(switchdev.set_link_up(*link, *up)),
            Self::TcOffload(link, on) => told(switchdev.set_tc_offload(*link, *on)),
            Self::Unbind(function) => told(switchdev.unbind(function)),
            Self::Bind(function, driver) => told(switchdev.bind(function, driver)),
            Self::Param(name, mode, value) => told(devlink.set_param(device, name, *mode, value)),
            Self::AddHook(hook) => told(flow.add_hook(hook)),
            Self::RemoveHook(hook) => told(flow.remove_hook(hook)),
            Self::Rules(changes) => {
                let ops: Vec<FlowOp<'_>> = changes.iter().map(Change::op).collect();
                return match flow.submit(&ops, false) {
                    Ok(outcomes) => outcomes.into_iter().map(outcome).collect(),
                    Err(error) => vec![refusal(&error)],
                };
            }
        };
        vec![said]
    }
}

impl Change {
    fn op(&self) -> FlowOp<'_> {
        match self {
            Self::Add(rule) => FlowOp::Add(rule),
            Self::Replace(rule) => FlowOp::Replace(rule),
            Self::Delete(id) => FlowOp::Delete(id),
        }
    }
}

fn told<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    result.map_or_else(|error| refusal(&error), |value| format!("{value:?}"))
}

fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Done(note) => format!("done, {note:?}"),
        Outcome::Failed(error) => refusal(&error),
        Outcome::NotTried => "not tried".into(),
    }
}

/// What the kernel said: what its number stands for, and its text. The Linux backend knows the kind of some refusals
/// better than their numbers tell, and asks itself whether a file is there, so only that much is the same.
fn refusal(error: &Error) -> String {
    let text = error.extack().and_then(|extack| extack.message.clone());
    let kind = match error.errno().map_or(error.kind(), ErrorKind::from_errno) {
        // Where the kernel says yes and does nothing, the Linux backend sees it by reading back.
        ErrorKind::Mismatch => ErrorKind::Refused,
        kind => kind,
    };
    format!("refused, {kind:?}, {text:?}")
}

fn eswitch(random: &mut Random) -> EswitchChange {
    match random.below(8) {
        0 => EswitchChange { inline_mode: Some(InlineMode::Link), ..EswitchChange::default() },
        1 => EswitchChange { encap_mode: Some(EncapMode::None), ..EswitchChange::default() },
        2 => EswitchChange::mode(EswitchMode::SwitchdevInactive),
        3 | 4 => EswitchChange::mode(EswitchMode::Legacy),
        _ => EswitchChange::mode(EswitchMode::Switchdev),
    }
}

/// The driver that claims the NIC's VFs; to bind another, the Linux backend goes further than the bare request.
fn vf_driver(bench: &Bench<'_>) -> &'static str {
    match bench.subject.adapter.name() {
        "mlx5" => "mlx5_core",
        "ice" => "iavf",
        _ => "bnxt_en",
    }
}

fn param(random: &mut Random, bench: &Bench<'_>) -> conformance::Result<Operation> {
    let params = bench.host.devlink().params(bench.device())?;
    let Some(param) = random.pick(&params) else {
        return Ok(Operation::Param("no_such_parameter".into(), ParamMode::Runtime, ParamValue::Bool(true)));
    };
    let Some(setting) = random.pick(&param.values) else { return Ok(Operation::Autoprobe(true)) };
    let value = match &setting.value {
        ParamValue::Bool(value) => ParamValue::Bool(!value),
        ParamValue::U32(value) => ParamValue::U32(value ^ 1),
        ParamValue::Text(_) => ParamValue::Text(["smfs", "dmfs", "nonsense"][random.below(3)].into()),
        other => other.clone(),
    };
    Ok(Operation::Param(param.name.clone(), setting.mode, value))
}

fn hook(random: &mut Random, link: IfIndex) -> Hook {
    let block = |random: &mut Random| random.once_in(3).then(|| BLOCKS[random.below(2)]);
    let kind = if random.once_in(4) { HookKind::Ingress } else { HookKind::Clsact };
    let ingress_block = block(random);
    let egress_block = if kind == HookKind::Clsact { block(random) } else { None };
    Hook { link, kind, ingress_block, egress_block }
}

fn changes(
    random: &mut Random,
    bench: &Bench<'_>,
    rig: &Rig,
    links: &[IfIndex],
) -> conformance::Result<Vec<Change>> {
    let specimens = [catalogue::keys(rig), catalogue::actions(rig)].concat();
    let mut there: Vec<FlowEntry> = Vec::new();
    for hook in bench.host.flow().hooks(None)? {
        for place in conformance::state::places(&hook) {
            there.extend(bench.host.flow().entries(&FlowScope::at(place))?);
        }
    }
    let count = 1 + random.below(6);
    let mut changes = Vec::new();
    for _ in 0..count {
        let old = random.pick(&there);
        let specimen = specimens[random.below(specimens.len())].rule.clone();
        let new = rule(random, specimen, links);
        changes.push(match (random.below(10), old) {
            (0..=2, Some(old)) => Change::Delete(old.id()),
            // A rule's protocol is also its key's; other rules cannot be written in tc's language.
            (3, Some(old)) if old.rule.protocol == new.protocol => {
                let Rule { attach, chain, prio, handle, .. } = old.rule.clone();
                Change::Replace(Rule { attach, chain, prio, handle, ..new })
            }
            (4, _) => Change::Replace(new),
            (5, _) => {
                Change::Delete(new.prio(7).handle(3).id().unwrap_or_else(|| unreachable!("prio and handle")))
            }
            _ => Change::Add(new),
        });
    }
    Ok(changes)
}

/// The rule somewhere, perhaps with a handle.
fn rule(random: &mut Random, mut rule: Rule, links: &[IfIndex]) -> Rule {
    let dev: Netdev = (*random.pick(links).unwrap_or(&IfIndex(1))).into();
    rule.attach = match random.below(6) {
        0 => Attach::Block(BLOCKS[random.below(2)]),
        1 => Attach::Dev { dev, side: Side::Egress },
        _ => Attach::Dev { dev, side: Side::Ingress },
    };
    rule.prio = [0, 1, 10, 20][random.below(4)];
    rule.chain = [0, 0, 0, 3][random.below(4)];
    rule.handle = [None, None, Some(1), Some(2)][random.below(4)];
    rule.skip = [Skip::None, Skip::None, Skip::SkipSw, Skip::SkipHw][random.below(4)];
    rule
}
