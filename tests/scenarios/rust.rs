//! The steps of a scenario in Rust.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use smartnic::cycle::{DeviceState, Goal, Plan, plan};
use smartnic::dcb::DcbChange;
use smartnic::device::{
    FunctionOpstate, FunctionState, HealthState, ParamMode, ParamValue, PortFunctionChange, PortName,
    ReporterChange, ReporterId, VfChange, VfSettings, VfVlan,
};
use smartnic::flow::{self, ApplyOptions, Attach, RuleSet, Verdict};
use smartnic::roce::{self, Profile, RoceState};
use smartnic::types::{DevlinkHandle, DevlinkPlace, EtherType, SfNumber, VfId};
use smartnic::{Error, Host, Result, eswitch, rdma, sf};

/// What each step gives.
pub(crate) fn answers(steps: &[Vec<String>]) -> Vec<Value> {
    let mut host = None;
    let each = steps.iter().map(|words| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        step(&mut host, &words).unwrap_or_else(|error| told(&error))
    });
    each.collect()
}

fn told(error: &Error) -> Value {
    json!({"error": {
        "code": error.kind().code(), "op": error.op(), "object": error.object(), "reason": error.why(),
    }})
}

fn done(outcome: Result<()>) -> Result<Value> {
    outcome.map(|()| json!("done"))
}

fn run(host: &Host, plan: Plan) -> Result<Value> {
    done(plan.run(host, &mut |_| ()))
}

fn step(opened: &mut Option<Host>, words: &[&str]) -> Result<Value> {
    if let ["host", uri] = words {
        *opened = Some(Host::open(uri)?);
        return Ok(json!("done"));
    }
    let host = opened.as_ref().expect("a scenario opens a host first");
    let devlink = host.devlink();
    let reporter =
        |place: &str, name: &str| Ok::<_, Error>(ReporterId::new(place.parse::<DevlinkPlace>()?, name));
    match *words {
        ["device", device] => device_row(host, &device.parse()?),
        ["ports", device] => {
            let row = |port: smartnic::device::Port| json!({"handle": text(&port.handle), "flavour": text(port.flavour), "netdev": port.netdev});
            Ok(devlink.ports(Some(&device.parse()?))?.into_iter().map(row).collect())
        }
        ["plan-eswitch", device, mode, vfs] => {
            let plan = eswitch::plan(host, &device.parse()?, &eswitch::target(mode, vfs.parse().ok())?)?;
            let row = |step| json!({"text": text(step), "commands": plan.commands(step).join("\n")});
            Ok(plan.steps.iter().map(row).collect())
        }
        ["set-eswitch", device, mode, vfs] => {
            run(host, eswitch::plan(host, &device.parse()?, &eswitch::target(mode, vfs.parse().ok())?)?)
        }
        ["representors", device] => {
            let nic = host.nic(&device.parse()?)?;
            let row = |one: smartnic::inventory::Representor| {
                let vf = if let PortName::Vf { vf, .. } = one.name { Some(vf.0) } else { None };
                let port = one.port.as_ref().map(|port| &port.handle).or(one.link.devlink_port.as_ref());
                json!({
                    "name": text(one.name), "netdev": one.link.name, "port": port.map(text), "vf": vf,
                    "function": one.function.as_ref().map(text),
                })
            };
            Ok(nic.representors().into_iter().map(row).collect())
        }
        ["vfs", device] => {
            let state = DeviceState::read(host, &device.parse()?)?;
            Ok((0..state.num_vfs()).map(|vf| vf_row(&state, VfId(vf))).collect())
        }
        ["set-vf", device, vf, ref pairs @ ..] => {
            let changes = pairs.iter().map(|pair| vf_change(pair)).collect::<Result<_>>()?;
            run(host, plan(host, &device.parse()?, Goal::Vf { vf: VfId(number(vf)), changes })?)
        }
        ["sfs", device] => Ok(sf::list(host, &device.parse()?)?.iter().map(sf_row).collect()),
        ["add-sf", device, sf, mac] => {
            let function = PortFunctionChange { hw_addr: Some(mac.parse()?), ..Default::default() };
            let spec = sf::Spec { number: Some(SfNumber(number(sf))), pf: None, function, inactive: false };
            run(host, sf::plan_create(host, &device.parse()?, &spec)?)
        }
        ["del-sf", device, sf] => {
            let device: DevlinkHandle = device.parse()?;
            let goal = sf::goal_of(host, &device, SfNumber(number(sf)), |sf| Goal::SfDelete { sf })?;
            run(host, plan(host, &device, goal)?)
        }
        [what @ ("apply" | "remove"), file] => {
            let rules = RuleSet::read(Path::new(file))?;
            let report = match what {
                "apply" => flow::apply(host, &rules, &ApplyOptions::default())?,
                _ => flow::remove(host, &rules, &ApplyOptions::default())?,
            };
            let row = |one: &flow::RuleReport| json!({"change": one.change, "surprise": one.is_surprise()});
            let rows = report
                .rules
                .iter()
                .map(|one| judged(row(one), one.rule.prio, Some(&one.verdict), json!(one.prediction.expect)));
            Ok(rows.collect())
        }
        ["explain", file] => {
            let explained = flow::explain(host, &RuleSet::read(Path::new(file))?, false)?;
            let rows = explained.iter().map(|one| {
                let row = json!({"surprise": one.is_surprise()});
                judged(row, one.line.rule.prio, one.verdict.as_ref(), json!(one.prediction.expect))
            });
            Ok(rows.collect())
        }
        ["send", link, packet, count] => {
            let packet = smartnic::text::packet(packet)?;
            let from = host.names()?.index(link)?;
            host.datapath()?.send(from, &packet, count.parse().unwrap())?;
            Ok(json!("done"))
        }
        ["rules"] => rules(host),
        ["params", device, name] => {
            let param = devlink.param(&device.parse()?, name)?;
            let row = |value: &smartnic::device::ParamSetting| {
                json!({
                    "name": param.name, "mode": text(value.mode), "value": text(&value.value),
                    "generic": param.generic,
                })
            };
            Ok(param.values.iter().map(row).collect())
        }
        ["set-param", device, name, mode, value] => {
            let (device, mode): (DevlinkHandle, ParamMode) = (device.parse()?, mode.parse()?);
            let kind = devlink.param(&device, name)?.kind;
            let value = ParamValue::read(kind, value).expect("scenarios have values of the right kind");
            done(devlink.set_param(&device, name, mode, &value))
        }
        ["health", place] => {
            let row = |one: smartnic::device::Reporter| {
                json!({
                    "name": one.id.name, "healthy": one.state == HealthState::Healthy, "errors": one.errors,
                    "recoveries": one.recoveries,
                })
            };
            Ok(devlink.reporters(Some(&place.parse()?))?.into_iter().map(row).collect())
        }
        ["hold", place, name] => {
            let change = ReporterChange { auto_recover: Some(false), ..Default::default() };
            done(devlink.set_reporter(&reporter(place, name)?, &change))
        }
        ["break", place, name, what] => {
            host.datapath()?.report_error(&reporter(place, name)?, what, Duration::from_secs(1))?;
            Ok(json!("done"))
        }
        ["recover", place, name] => done(devlink.recover(&reporter(place, name)?)),
        ["rdma"] => {
            let row = |one: rdma::Device| {
                json!({
                    "name": one.name, "protocol": one.protocol.as_ref().map(text), "firmware": one.firmware,
                    "node_guid": one.node_guid.map(text),
                })
            };
            Ok(host.rdma()?.rdma_devices()?.into_iter().map(row).collect())
        }
        ["gids", device] => {
            let row = |one: rdma::GidEntry| {
                json!({
                    "device": one.device, "port": one.port, "index": one.index, "gid": text(one.gid),
                    "kind": one.kind.map(text), "netdev": one.netdev,
                })
            };
            Ok(rdma::gids(host, Some(device), None)?.into_iter().map(row).collect())
        }
        ["dcb", link] => {
            let state = host.dcb()?.dcb(link)?;
            let (pfc, ets) = (state.pfc.expect("a link with PFC"), state.ets.expect("a link with ETS"));
            let paused: Vec<u8> = (0..8).map(|at| pfc.enabled >> at & 1).collect();
            Ok(json!([{"paused": paused, "bandwidth": ets.tx_bandwidth, "classes": ets.priority_class}]))
        }
        ["pause", link, priority] => {
            let mut pfc = host.dcb()?.dcb(link)?.pfc.expect("a link with PFC");
            pfc.enabled = 1 << number(priority);
            done(host.dcb()?.set_dcb(link, &DcbChange { pfc: Some(pfc), ..DcbChange::default() }))
        }
        ["check-roce", link, profile] => {
            let found = roce::check(&RoceState::read(host, link)?, Some(&Profile::read(profile)?));
            let row = |one: roce::Finding| json!({"topic": one.topic, "what": one.what, "fix": one.fix});
            Ok(found.into_iter().map(row).collect())
        }
        ["apply-roce", link, profile] => run(host, roce::plan(host, link, &Profile::read(profile)?)?),
        _ => panic!("no such step: {words:?}"),
    }
}

fn text(value: impl ToString) -> String {
    value.to_string()
}

fn number(word: &str) -> u32 {
    word.parse().expect("scenarios have numbers where they belong")
}

fn device_row(host: &Host, device: &DevlinkHandle) -> Result<Value> {
    let nic = host.nic(device)?;
    Ok(json!([{
        "handle": text(nic.handle()), "driver": nic.driver(), "adapter": nic.adapter.facts().name,
        "mode": nic.mode().map(text), "uplink": nic.uplink().map(|link| &link.name),
        "vfs": nic.sriov.as_ref().map(|sriov| sriov.num), "max_vfs": nic.sriov.as_ref().map(|sriov| sriov.total),
    }]))
}

fn vf_row(state: &DeviceState, vf: VfId) -> Value {
    let function = state.function(vf);
    let told = state.vfs.iter().find(|settings| settings.vf == vf).cloned();
    let told = told.unwrap_or_else(|| VfSettings::new(vf));
    json!({
        "vf": vf.0, "device": function.map(|one| text(&one.device)),
        "driver": function.and_then(|one| one.driver.clone()), "mac": told.mac.map(text),
        "vlan": told.vlan.map_or(0, |vlan| vlan.id), "max_rate": told.max_tx_rate, "trust": told.trust,
        "spoof_check": told.spoof_check, "link_state": told.link_state.map(text),
    })
}

fn vf_change(pair: &str) -> Result<VfChange> {
    let (key, value) = pair.split_once('=').expect("KEY=VALUE");
    Ok(match key {
        "mac" => VfChange::Mac(value.parse()?),
        "vlan" => VfChange::Vlan(VfVlan { id: number(value) as u16, qos: 0, protocol: EtherType::VLAN }),
        "max" => VfChange::Rate { min: 0, max: number(value) },
        _ => VfChange::Trust(value == "on"),
    })
}

fn sf_row(one: &sf::SubFunction) -> Value {
    json!({
        "number": one.id.number.0, "hw_addr": one.hw_addr.as_ref().map(text),
        "active": one.state == Some(FunctionState::Active),
        "attached": one.opstate == Some(FunctionOpstate::Attached), "port": text(&one.port),
        "representor": one.representor, "netdev": one.netdev, "rdma": one.rdma.first(),
    })
}

fn judged(mut row: Value, prio: u16, verdict: Option<&Verdict>, expected: Value) -> Value {
    let name = match verdict {
        None => "absent",
        Some(Verdict::InHardware { .. }) => "in_hardware",
        Some(Verdict::SoftwareOnly { .. }) => "software_only",
        Some(Verdict::Refused { .. }) => "refused",
    };
    let reasons = verdict.map_or(&[][..], Verdict::reasons).iter().map(|reason| &reason.text);
    row["reasons"] = json!(reasons.collect::<Vec<_>>());
    (row["prio"], row["verdict"], row["expected"]) = (json!(prio), json!(name), expected);
    row
}

fn rules(host: &Host) -> Result<Value> {
    let names = host.names()?;
    let mut rows = Vec::new();
    flow::visit(host, None, None, &mut |entry| {
        let link = match &entry.rule.attach {
            Attach::Dev { dev, .. } => dev.index().ok().and_then(|index| names.known(index).map(text)),
            Attach::Block(_) => None,
        };
        rows.push(json!({
            "link": link, "chain": entry.rule.chain, "prio": entry.rule.prio, "handle": entry.rule.handle,
            "in_hardware": entry.in_hw_count, "packets": entry.stats.packets,
        }));
        Ok(())
    })?;
    Ok(rows.into())
}
