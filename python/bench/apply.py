#!/usr/bin/env python3
"""How long rules take from Python, beside the command line: whole processes, in turns, the same work.

usage: apply.py SNICCTL [COUNT [ROUNDS]]       SNICCTL is the program, built in release mode as the wheel must be

Each process begins with its own copy of a simulated machine in switchdev mode, applies the same rules, and saves the
machine. What Python does: read the command line's file; an array of numpy; one Rule object for each.
"""

import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List

NIC = "pci/0000:03:00.0"

FILE = "import sys, smartnic\nhost = smartnic.Host(sys.argv[1])\nreport = host.apply(smartnic.read_rules(sys.argv[2]))\n"
ARRAY = """
import sys, numpy, smartnic
count = int(sys.argv[3])
table = numpy.zeros(count, dtype=[("handle", "u4"), ("dst_ip", "u4")])
table["handle"] = numpy.arange(1, count + 1)
table["dst_ip"] = (10 << 24) + numpy.arange(count)
rules = smartnic.Rules.from_array(table, dev="pf0vf0", prio=1, protocol="ip", actions="drop")
host = smartnic.Host(sys.argv[1])
report = host.apply(rules)
"""
OBJECTS = """
import sys, smartnic
from smartnic import Rule
count = int(sys.argv[3])
host = smartnic.Host(sys.argv[1])
report = host.apply(
    Rule(dev="pf0vf0", prio=1, protocol="ip", handle=n + 1, dst_ip=f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", actions="drop")
    for n in range(count)
)
"""
CHECK = "assert len(report) == int(sys.argv[3]) == report.count_of('added'), report\n"


def main(snicctl: str, count: str = "100000", rounds: str = "3") -> None:
    with tempfile.TemporaryDirectory() as folder:
        start, rules = Path(folder) / "start.json", Path(folder) / "rules.tc"
        uri = f"sim:bluefield3?capacity={2 * int(count)}&state="
        subprocess.run(
            [snicctl, "--host", f"{uri}{start}", "eswitch", "set", NIC, "--mode", "switchdev", "--vfs", "1"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        line = "filter add dev pf0vf0 ingress protocol ip pref 1 handle {} flower dst_ip 10.{}.{}.{} action drop\n"
        rules.write_text("".join(line.format(n + 1, n >> 16, n >> 8 & 255, n & 255) for n in range(int(count))))

        def python(code: str) -> List[str]:
            return [sys.executable, "-c", code + CHECK]

        ways: Dict[str, List[str]] = {
            "snicctl flow apply": [],
            "python, file": python(FILE),
            "python, array": python(ARRAY),
            "python, objects": python(OBJECTS),
        }
        times: Dict[str, List[float]] = {name: [] for name in ways}
        for _ in range(int(rounds)):
            for name, command in ways.items():
                own = Path(folder) / "own.json"
                shutil.copy(start, own)
                words = (
                    [*command, f"{uri}{own}", str(rules), count]
                    if command
                    else [snicctl, "--host", f"{uri}{own}", "flow", "apply", str(rules)]
                )
                # Processor time: other programs on the machine do not count.
                before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
                subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                times[name].append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
                print(f"{name}: {times[name][-1]:.2f} s of processor time, {time.monotonic() - begun:.2f} s", flush=True)
        base = statistics.median(times["snicctl flow apply"])
        for name, taken in times.items():
            print(f"{name}: median {statistics.median(taken):.2f} s, {statistics.median(taken) / base:.2f} times snicctl's")


if __name__ == "__main__":
    main(*sys.argv[1:])
