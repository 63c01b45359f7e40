//! `snicctl rdma ping`, `lat`, `bw` and `serve` over rxe: with itself, and between two network namespaces.

use serde_json::Value;

use super::verbs_whole::{ELSEWHERE, rxe};
use crate::check::{Done, During, Outcome, Why, expect, expect_eq};
use crate::lab::{Lab, end, run, sh, sh_json, until};

pub(crate) fn with_itself(lab: &Lab) -> Outcome {
    let Some(_rxe) = rxe(lab)? else { return Ok(Done::Skipped(ELSEWHERE.to_owned())) };
    for (test, transport, operation, size) in [
        ("lat", "rc", "send", 64),
        ("bw", "rc", "write", 9000),
        ("lat", "rc", "read", 70_000),
        ("lat", "rc", "fetch-add", 8),
        ("bw", "rc", "compare-swap", 8),
        ("bw", "uc", "send", 5000),
        ("lat", "uc", "write", 64),
        ("lat", "ud", "send", 1024),
    ] {
        let line =
            format!("rdma {test} --loopback --on rxe7 -c {transport} --op {operation} --size {size} -n 100");
        let words: Vec<&str> = line.split(' ').collect();
        let reports = lab.snicctl_json(&words)?;
        holds(&reports, test, 100).during(&line)?;
        let said = &reports[0];
        let told = (&said["operation"], &said["transport"], &said["size"], &said["place"]);
        let wanted = (&operation.into(), &transport.into(), &size.into(), &"rxe7/1".into());
        expect_eq(&told, &wanted, &line)?;
    }
    let refused = lab.try_snicctl(&["rdma", "lat", "--loopback", "-c", "ud", "--op", "read"])?;
    refused.refused(3, &["read cannot be done over ud"])?;
    let refused = lab.try_snicctl(&["rdma", "lat", "--loopback", "--on", "rxe9"])?;
    refused.refused(5, &["no such RDMA device"])?;
    Ok(Done::Passed)
}

/// One report with figures that can be: none lost, the median between the least and the most.
fn holds(reports: &Value, test: &str, count: u64) -> Result<(), Why> {
    expect_eq(&reports.as_array().map(Vec::len), &Some(1), "reports")?;
    let report = &reports[0];
    let told = (&report["test"], &report["iterations"], &report["lost"]);
    expect_eq(&told, &(&test.into(), &count.into(), &0.into()), "what was measured")?;
    let good = if test == "bw" {
        let of = &report["bandwidth"];
        of["bytes_per_second"].as_f64() > Some(0.0) && of["messages_per_second"].as_f64() > Some(0.0)
    } else {
        let of = |name: &str| report["latency"][name].as_f64();
        of("min") > Some(0.0)
            && of("min") <= of("median")
            && of("median") <= of("p99")
            && of("p99") <= of("max")
    };
    expect(good, || format!("these figures cannot be: {report}"))
}

/// A program that has all kinds of objects and moves data is killed: the kernel takes back what it had.
pub(crate) fn killed(lab: &Lab) -> Outcome {
    let Some(_rxe) = rxe(lab)? else { return Ok(Done::Skipped(ELSEWHERE.to_owned())) };
    let counted = || sh("rdma -j resource show rxe7");
    let before = counted()?;
    let mut program = lab.start(&["rdma", "bw", "--loopback", "--on", "rxe7", "-n", "1000000000"])?;
    // Each side is a thread, and the kernel says the number of the thread that made an object, not that of the program.
    let both = || {
        let shown = sh_json("rdma -j resource show qp link rxe7/1 type RC")?;
        let sending = |qp: &&Value| qp["comm"] == "snicctl" && qp["state"] == "RTS";
        Ok(shown.as_array().into_iter().flatten().filter(sending).count() == 2)
    };
    let seen = until("both queue pairs are shown", both);
    program.kill()?;
    let (_, said) = end(program)?;
    seen.during(format_args!("it said {said:?}"))?;
    until("nothing is left", || Ok(counted()? == before))?;
    Ok(Done::Passed)
}

/// The second end of the veth pair in a namespace of its own, with rxe there; taken away again whatever came.
pub(crate) struct Other;

impl Other {
    /// Nothing if this kernel has rxe in one namespace only.
    pub(crate) fn new() -> Result<Option<Self>, Why> {
        let other = Self;
        sh("ip netns add vb")?;
        sh("ip link set rxe-b netns vb")?;
        sh("ip -n vb addr add 10.77.0.2/24 dev rxe-b")?;
        sh("ip -n vb link set rxe-b up")?;
        let made = run(&[
            "ip", "netns", "exec", "vb", "rdma", "link", "add", "rxe8", "type", "rxe", "netdev", "rxe-b",
        ])?;
        Ok((made.code == 0).then_some(other))
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        // The device goes with its link. Where `rdma link delete` takes it away before, kernel 7.3 lets go of the namespace's
        // socket once more when the namespace goes: it complains ("refcount_t: underflow"), or falls over.
        let _ = sh("ip netns del vb");
        let _ = until("rxe8 is gone", || Ok(sh("rdma link show rxe8/1").is_err()));
    }
}

pub(crate) fn between_namespaces(lab: &Lab) -> Outcome {
    let Some(_rxe) = rxe(lab)? else { return Ok(Done::Skipped(ELSEWHERE.to_owned())) };
    let Some(_other) = Other::new()? else {
        return Ok(Done::Skipped("this kernel's rxe is in one namespace only".to_owned()));
    };
    let server = lab.start(&["rdma", "serve", "--on", "rxe7", "--listen", "10.77.0.1"])?;
    let mut server = Some(server);
    let outcome = measured_by(lab);
    if let Some(mut server) = server.take() {
        server.kill()?;
        let (_, said) = end(server)?;
        outcome.during(format_args!("the server said {said:?}"))?;
    }
    Ok(Done::Passed)
}

fn measured_by(lab: &Lab) -> Result<(), Why> {
    until("the server to listen", || Ok(sh("ss -Hltn sport = 18515")?.contains("18515")))?;
    let there = ["ip", "netns", "exec", "vb"];
    let client = |line: &str| lab.try_snicctl_by(&there, &line.split(' ').collect::<Vec<_>>());
    let pinged = client("rdma ping 10.77.0.1 --on rxe8 --count 3 --interval 20")?.good()?;
    let lines: Vec<&str> = pinged.lines().collect();
    expect(lines.len() == 4 && lines[2].contains("seq=3"), || format!("three pings: {pinged}"))?;
    expect(lines[3].contains("3 of 3 answered over rxe8/1 (rc)"), || format!("three pings: {pinged}"))?;
    for (test, operation) in [("lat", "write"), ("bw", "send")] {
        let line = format!("rdma {test} 10.77.0.1 --on rxe8 --op {operation} --size 4096 -n 200 -o json");
        holds(&client(&line)?.json()?, test, 200).during(&line)?;
    }
    Ok(())
}
