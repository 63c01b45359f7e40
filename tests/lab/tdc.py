"""The kernel's own cases for tc's actions and filters, by iproute2's tc and by `snicctl tc` in its place.

`cargo xtask lab tdc` runs this in the guest: tdc.py TESTS-DIR PROGRAMS-DIR FILE...
TESTS-DIR is the kernel's tc-testing. Each case runs in a network namespace of its own, once by each program. The exit
code is 1 if a case went otherwise with ours than with tc.
"""

import ctypes
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

CLONE_NEWNET = 0x40000000
TIMEOUT = 60
# What the cases call these, made anew for each of them.
LINKS = {"DEV0": "v0p0", "DEV1": "v0p1", "DEV2": "v0p0", "DUMMY": "dummy1", "IFB": "ifbtdc0", "ETH": "eth0", "NS": "tcut"}
# What a case may need that is not here.
NEEDS = {"scapyPlugin": "sends packets with scapy", "buildebpfPlugin": "compiles BPF", "batch.py": "adds a million filters",
         "u32 match u32 0 0 $(": "is about u32"}
# How `snicctl tc` refuses classifiers and qdiscs that are none of its own.
FOREIGN = "use tc for this"


def main():
    tests, programs, *files = sys.argv[1:]
    os.chdir(tests)
    work = tempfile.mkdtemp()
    # A copy, so that the program may be built anew meanwhile.
    shutil.copy(os.path.join(programs, "snicctl"), work)
    ours = os.path.join(work, "tc")
    with open(ours, "w") as script:
        script.write(f'#!/bin/sh\nexec {work}/snicctl tc "$@"\n')
    os.chmod(ours, 0o755)
    tc = shutil.which("tc")
    log = open(os.path.join(os.environ.get("LAB_OUT", work), "tdc.log"), "w")
    total = {"cases": 0, "tc": 0, "ours": 0, "skipped": 0}
    worse = []
    for name in files:
        with open(os.path.join("tc-tests", name)) as file:
            cases = json.load(file)
        counts = dict.fromkeys(total, 0)
        for case in cases:
            why = missing(case)
            if why:
                counts["skipped"] += 1
                print(f"{case['id']} {case['name']}: skipped: it {why}", file=log)
                continue
            counts["cases"] += 1
            by_ours = apart(case, ours, [ours, tc])
            if FOREIGN in by_ours.get("said", ""):
                counts["cases"] -= 1
                counts["skipped"] += 1
                print(f"{case['id']} {case['name']}: skipped: it is about what snicctl leaves to tc", file=log)
                continue
            by_tc = apart(case, tc, [tc])
            counts["tc"] += not by_tc["fault"]
            counts["ours"] += not by_ours["fault"]
            same = bool(by_tc["fault"]) == bool(by_ours["fault"])
            if not same or by_tc["code"] != by_ours["code"]:
                worse.append(case["id"])
                print(f"{name} {case['id']} {case['name']}\n    {case['cmdUnderTest']}")
                print(f"    by tc:   {by_tc['fault'] or 'passed'}, exit code {by_tc['code']}")
                print(f"    by ours: {by_ours['fault'] or 'passed'}, exit code {by_ours['code']}", flush=True)
            print(json.dumps({"case": case["id"], "name": case["name"], "tc": by_tc, "ours": by_ours}), file=log, flush=True)
        print(f"{name}: {said(counts)}", flush=True)
        for key, count in counts.items():
            total[key] += count
    print(f"tdc: {said(total)}, {len(worse)} otherwise than with tc")
    sys.exit(1 if worse or not total["cases"] else 0)


def said(counts):
    return "{cases} cases, {tc} passed by tc, {ours} by snicctl tc, {skipped} skipped".format(**counts)


def missing(case):
    """Why the case cannot run here, or nothing."""
    text = json.dumps(case)
    return next((why for what, why in NEEDS.items() if what in text), None)


def apart(case, program, verifiers):
    """Runs a case in a child of its own, in a new network namespace."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "unshare")
            result = run(case, program, verifiers)
        except Exception as error:  # a fault of this script or of the machine, told as one
            result = {"fault": f"could not be run: {error!r}", "code": None}
        os.write(writer, json.dumps(result).encode()[:60000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        result = told.read()
    os.waitpid(child, 0)
    return json.loads(result)


def run(case, program, verifiers):
    names = dict(LINKS, TC=program, IP=shutil.which("ip"), BATCH_FILE=tempfile.mktemp(), EBPFDIR="./", ETHTOOL="ethtool")
    shell("ip link add v0p0 type veth peer name v0p1; ip link add dummy1 type dummy; "
          "for link in lo v0p0 v0p1 dummy1; do ip link set $link up; done")
    for step in case["setup"]:
        command, *good = [step] if isinstance(step, str) else step
        code, out = call(command, names)
        if FOREIGN in out:
            code, out = call(command, dict(names, TC=verifiers[-1]))
        if code not in (good or [0]):
            return {"fault": f"setup: {command}: exit code {code}: {out}", "code": None}
    expected = int(case["expExitCode"])
    code, out = call(case["cmdUnderTest"], names)
    result = {"fault": None, "code": code, "said": out[:2000]}
    if code != expected:
        result["fault"] = f"exit code {code}, expected {expected}: {out.strip()[:300]}"
    # What changes something shows it but once.
    for verifier in verifiers[:1] if " del " in case["verifyCmd"] else verifiers:
        told, shown = call(case["verifyCmd"], dict(names, TC=verifier))
        result["shown by ours" if verifier != verifiers[-1] else "shown by tc"] = shown[:4000]
        if "matchJSON" in case:
            fault = json_fault(case["matchJSON"], shown)
        else:
            count = len(re.findall(case["matchPattern"], shown, re.M | re.DOTALL))
            wanted = int(case["matchCount"])
            fault = None if count == wanted else f"{verifier} shows it {count} times, expected {wanted}: {shown[:600]}"
        result["fault"] = result["fault"] or fault
    for step in case["teardown"]:
        call(step if isinstance(step, str) else step[0], dict(names, TC=verifiers[-1]))
    return result


def json_fault(wanted, shown):
    try:
        got = json.loads(shown)
    except ValueError:
        return f"no JSON: {shown[:300]}"
    return None if holds(wanted, got) else f"{wanted} is not in {shown[:600]}"


def holds(wanted, got):
    """Whether all that is wanted is there, as tdc compares."""
    if isinstance(wanted, dict):
        return isinstance(got, dict) and all(key in got and holds(value, got[key]) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(got, list) and len(wanted) <= len(got) and all(map(holds, wanted, got))
    return wanted == got


def call(command, names):
    for name, value in names.items():
        command = command.replace("$" + name, value)
    return shell(command)


def shell(command):
    try:
        done = subprocess.run(command, shell=True, executable="/bin/bash", stdin=subprocess.DEVNULL, timeout=TIMEOUT,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
    except subprocess.TimeoutExpired:
        return 124, "timed out"
    return done.returncode, done.stdout


main()
