//! The steps of a scenario on the command line: the commands as a person types them with `-o json`, and what they print in
//! the common shape. A machine's state is a file, so each step is a process of its own.

use std::process::Output;

use serde_json::{Value, json};

/// What each step gives. `run` starts snicctl with these words on the host of this address.
pub(crate) fn answers(
    steps: &[Vec<String>],
    address: impl Fn(&str) -> String,
    mut run: impl FnMut(&str, &[&str]) -> Output,
) -> Vec<Value> {
    let mut host = String::new();
    let each = steps.iter().map(|words| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if let ["host", uri] = words[..] {
            host = address(uri);
        }
        step(&words, &mut |line| {
            let output = run(&host, line);
            // A command that found something to tell of exits with a number too, but says nothing of a failure.
            match output.status.success() || output.stderr.is_empty() {
                true => Ok(serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)),
                false => Err(failure(&output.stderr)),
            }
        })
        .unwrap_or_else(|failed| failed)
    });
    each.collect()
}

fn failure(printed: &[u8]) -> Value {
    let told: Value = serde_json::from_slice(printed)
        .unwrap_or_else(|_| panic!("no error in JSON: {}", String::from_utf8_lossy(printed)));
    json!({"error": {
        "code": told["code"], "op": told["op"], "object": told["object"], "reason": told["reason"],
    }})
}

type Ask<'a> = dyn FnMut(&[&str]) -> Result<Value, Value> + 'a;

fn step(words: &[&str], ask: &mut Ask<'_>) -> Result<Value, Value> {
    let mut done = |line: &[&str]| ask(line).map(|_| json!("done"));
    match *words {
        // Commands open a host each on its own; this one asks for nothing else.
        ["host", _] => done(&["device", "list"]),
        ["set-eswitch", device, mode, vfs] => done(&["eswitch", "set", device, "--mode", mode, "--vfs", vfs]),
        ["set-vf", device, vf, ref pairs @ ..] => {
            let mut line = vec!["vf", "set", device, vf];
            for pair in pairs {
                let (key, value) = pair.split_once('=').expect("KEY=VALUE");
                let options =
                    [("mac", "--mac"), ("vlan", "--vlan"), ("max", "--max-rate"), ("trust", "--trust")];
                let option = options.iter().find(|(name, _)| *name == key).expect("a known key").1;
                line.extend([option, value]);
            }
            done(&line)
        }
        ["add-sf", device, number, mac] => done(&["sf", "add", device, number, "--mac", mac]),
        ["del-sf", device, number] => done(&["sf", "del", device, number]),
        ["send", link, packet, count] => {
            let mut line = vec!["sim", "send", "--dev", link, "--count", count];
            line.extend(packet.split(' '));
            done(&line)
        }
        ["set-param", device, name, mode, value] => {
            done(&["param", "set", device, name, value, "--mode", mode])
        }
        ["hold", place, name] => done(&["health", "set", place, name, "--auto-recover", "false"]),
        ["break", place, name, what] => done(&["sim", "break", place, name, "--error", what]),
        ["recover", place, name] => done(&["health", "recover", place, name]),
        ["pause", link, priority] => {
            let wanted: Vec<String> = (0..8)
                .map(|at| format!("{at}:{}", if at.to_string() == priority { "on" } else { "off" }))
                .collect();
            let mut line = vec!["dcb", "pfc", "set", "dev", link, "prio-pfc"];
            line.extend(wanted.iter().map(String::as_str));
            done(&line)
        }
        ["apply-roce", link, profile] => done(&["roce", "apply", link, &file(profile)]),
        _ => tell(words, ask),
    }
}

/// A profile as a file, as commands take it.
fn file(profile: &str) -> String {
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("scenario-profile.yaml");
    std::fs::write(&file, profile).unwrap();
    file.display().to_string()
}

fn tell(words: &[&str], ask: &mut Ask<'_>) -> Result<Value, Value> {
    let rows = |all: &Value, row: &dyn Fn(&Value) -> Value| -> Value {
        all.as_array().expect("a list").iter().map(row).collect()
    };
    match *words {
        ["device", device] => {
            let told = ask(&["device", "show", device])?;
            let (info, nic) = (&told["info"][device], &told["nic"][device]);
            Ok(json!([{
                "handle": device, "driver": info["driver"], "adapter": nic["adapter"],
                "mode": told["dev"][device]["mode"], "uplink": nic["uplink"], "vfs": nic["vfs"],
                "max_vfs": nic["total_vfs"],
            }]))
        }
        ["ports", device] => {
            let told = ask(&["port", "list", device])?;
            let row = |(handle, port): (&String, &Value)| json!({"handle": handle, "flavour": port["flavour"], "netdev": port["netdev"]});
            Ok(told["port"].as_object().unwrap().iter().map(row).collect())
        }
        ["plan-eswitch", device, mode, vfs] => {
            let told = ask(&["eswitch", "set", device, "--mode", mode, "--vfs", vfs, "--dry-run"])?;
            let lines = |all: &Value| -> Vec<String> { serde_json::from_value(all.clone()).unwrap() };
            Ok(rows(
                &told["steps"],
                &|step| json!({"text": step["text"], "commands": lines(&step["commands"]).join("\n")}),
            ))
        }
        ["representors", device] => Ok(rows(&ask(&["representor", "list", device])?, &|one| {
            let vf = one["name"].as_str().and_then(|name| name.rsplit_once("vf")?.1.parse::<u32>().ok());
            json!({
                "name": one["name"], "netdev": one["netdev"], "port": one["port"], "vf": vf,
                "function": one["function"],
            })
        })),
        ["vfs", device] => Ok(rows(&ask(&["vf", "list", device])?, &|one| {
            let vlan = one["vlan_list"][0]["vlan"].as_u64().unwrap_or(0);
            json!({
                "vf": one["vf"], "device": one["device"], "driver": one["driver"], "mac": one["address"],
                "vlan": vlan, "max_rate": one["rate"]["max_tx"], "trust": one["trust"],
                "spoof_check": one["spoofchk"], "link_state": one["link_state"],
            })
        })),
        ["sfs", device] => Ok(rows(&ask(&["sf", "list", device])?, &|one| {
            json!({
                "number": one["sf"], "hw_addr": one["hw_addr"], "active": one["state"] == "active",
                "attached": one["opstate"] == "attached", "port": one["port"],
                "representor": one["representor"], "netdev": one["netdev"], "rdma": one["rdma"][0],
            })
        })),
        ["apply", file] => Ok(rows(&ask(&["flow", "apply", file])?["rules"], &judged)),
        ["remove", file] => Ok(rows(&ask(&["flow", "del", "--file", file])?["rules"], &judged)),
        ["explain", file] => Ok(rows(&ask(&["flow", "explain", file])?, &judged)),
        ["rules"] => Ok(rows(&ask(&["flow", "list"])?, &|one| {
            let options = &one["options"];
            json!({
                "link": one["dev"], "chain": one["chain"], "prio": one["pref"], "handle": options["handle"],
                "in_hardware": options["in_hw_count"].as_u64().unwrap_or(0),
                "packets": options["actions"][0]["stats"]["packets"],
            })
        })),
        ["params", device, name] => {
            let told = ask(&["param", "show", device, name])?;
            let param = &told["param"][device][0];
            Ok(rows(&param["values"], &|one| {
                let value = one["value"].as_str().map_or_else(|| one["value"].to_string(), str::to_owned);
                json!({
                    "name": param["name"], "mode": one["cmode"], "value": value,
                    "generic": param["type"] == "generic",
                })
            }))
        }
        ["health", place] => Ok(rows(&ask(&["health", "list", place])?, &|one| {
            json!({
                "name": one["reporter"], "healthy": one["state"] == "healthy", "errors": one["errors"],
                "recoveries": one["recoveries"],
            })
        })),
        ["rdma"] => Ok(rows(&ask(&["rdma", "dev", "show"])?, &|one| {
            json!({
                "name": one["ifname"], "protocol": one["protocol"], "firmware": one["fw"],
                "node_guid": one["node_guid"].as_str().map(bytes),
            })
        })),
        ["gids", device] => Ok(rows(&ask(&["rdma", "gid", "list", device])?, &|one| {
            json!({
                "device": one["device"], "port": one["port"], "index": one["index"], "gid": one["gid"],
                "kind": kind(&one["kind"]), "netdev": one["netdev"],
            })
        })),
        ["dcb", link] => {
            let pfc = ask(&["dcb", "-j", "pfc", "show", "dev", link])?;
            let ets = ask(&["dcb", "-j", "ets", "show", "dev", link])?;
            let paused: Vec<u8> =
                pfc["prio_pfc"].as_array().unwrap().iter().map(|on| u8::from(on == true)).collect();
            Ok(json!([{"paused": paused, "bandwidth": ets["tc_bw"], "classes": ets["prio_tc"]}]))
        }
        ["check-roce", link, profile] => {
            let told = ask(&["roce", "check", link, "--profile", &file(profile)])?;
            Ok(rows(&told, &|one| json!({"topic": one["topic"], "what": one["what"], "fix": one["fix"]})))
        }
        _ => panic!("no such step: {words:?}"),
    }
}

/// A GUID as rdma writes it, in fours, byte by byte.
fn bytes(guid: &str) -> String {
    guid.split(':').flat_map(|four| [&four[..2], &four[2..]]).collect::<Vec<_>>().join(":")
}

/// What snicctl calls a kind of GID in JSON, as it is called elsewhere.
fn kind(word: &Value) -> &str {
    match word.as_str() {
        Some("roce_v1") => "RoCE v1",
        Some("roce_v2") => "RoCE v2",
        other => panic!("no kind of these scenarios: {other:?}"),
    }
}

/// A rule in a report, whose verdict stands in it, or in an explanation, which has it as an object of its own.
fn judged(one: &Value) -> Value {
    let (verdict, reasons) = match &one["verdict"] {
        Value::Object(verdict) => (json!(verdict["verdict"]), verdict.get("reasons")),
        Value::Null => (json!("absent"), None),
        name => (name.clone(), one.get("reasons")),
    };
    let reasons = reasons.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let expected = &one["prediction"]["expect"];
    let in_hardware = verdict == "in_hardware";
    let surprise = (expected == "hardware" && !in_hardware) || (expected == "software" && in_hardware);
    json!({
        "prio": one["rule"]["prio"], "change": one["change"], "verdict": verdict, "expected": expected,
        "surprise": one.get("surprise").cloned().unwrap_or(json!(surprise)),
        "reasons": reasons.iter().map(|reason| &reason["text"]).collect::<Vec<_>>(),
    })
}
