"""The scripts in examples/, the notebook, and every example of the guide run as they stand."""

import ast
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What five of them print alone, and what the others print as all languages do.
EXPECTED = Path(__file__).parent / "expected"
SHARED = ROOT / "tests" / "examples" / "expected"
SCRIPTS = sorted(path.stem for path in (ROOT / "examples").glob("*.py"))


def run(stem: str, *args: str) -> str:
    script = ROOT / "examples" / f"{stem}.py"
    done = subprocess.run([sys.executable, str(script), *args], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("stem", SCRIPTS)
def test_a_script_says_what_it_is_expected_to(stem: str) -> None:
    own = EXPECTED / f"{stem}.txt"
    expected = (own if own.exists() else SHARED / f"{stem.replace('_', '-')}.txt").read_text()
    said = run(stem)
    if stem == "watch_events":
        # Two listeners: what each hears has an order, between them there is none.
        assert sorted(said.splitlines()) == sorted(expected.splitlines())
    else:
        assert said == expected


def test_the_scripts_run_on_another_nic_too() -> None:
    for stem in ("list_devices", "switchdev", "apply_rules"):
        assert run(stem, "sim:e810")


def test_the_notebook_runs() -> None:
    notebook = json.loads((ROOT / "examples" / "tour.ipynb").read_text())
    names: Dict[str, Any] = {}
    shown = []
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "tour.ipynb", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "tour.ipynb", "eval"), names)
            if value is not None:
                shown.append(value._repr_html_())
    assert len(shown) == 7 and all("<td>" in table for table in shown)
    assert "<td>400</td>" in shown[4], "packets were counted"


def test_every_example_of_the_guide_runs(capsys: pytest.CaptureFixture[str]) -> None:
    guide = (ROOT / "docs" / "python.md").read_text()
    pytest.importorskip("numpy")
    blocks = re.findall(r"^```python\n(.*?)^```", guide, re.M | re.S)
    assert len(blocks) >= 9
    names: Dict[str, Any] = {}
    for number, block in enumerate(blocks, 1):
        exec(compile(block, f"docs/python.md, example {number}", "exec"), names)
    said = capsys.readouterr().out
    assert "added in hardware" in said and "<Report: 1000 added; 1000 in hardware>" in said
    for name in re.findall(r"`(\w+)`", guide.split("| to do | call |")[1].split("\n\n")[0]):
        assert callable(getattr(names["smartnic"].Host, name)), name


SCENARIOS = ROOT / "tests" / "scenarios"


@pytest.mark.parametrize("name", sorted(path.stem for path in SCENARIOS.glob("*.scenario")))
def test_a_scenario_gives_what_it_gives_in_rust(name: str, tmp_path: Path) -> None:
    lines = (SCENARIOS / f"{name}.scenario").read_text().splitlines()
    steps = [shlex.split(line) for line in lines if line and not line.startswith("#")]
    written = tmp_path / "steps.txt"
    written.write_text("".join("\t".join(words) + "\n" for words in steps))
    driver = [sys.executable, str(SCENARIOS / "driver.py"), str(written)]
    done = subprocess.run(driver, capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    given = [_told(json.loads(line)) for line in done.stdout.splitlines()]
    expected = json.loads((SCENARIOS / "expected" / f"{name}.json").read_text())
    assert given == [one["gives"] for one in expected]


def _told(value: Any) -> Any:
    """An answer without what is not told: fields that are null."""
    if isinstance(value, list):
        return [_told(one) for one in value]
    if isinstance(value, dict):
        return {name: _told(one) for name, one in value.items() if one is not None}
    return value
