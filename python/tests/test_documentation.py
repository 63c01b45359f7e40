"""Every example in the documentation of the package runs."""

import doctest
import importlib
import pkgutil
from typing import List

import pytest

import smartnic

MODULES = ["smartnic", *(one.name for one in pkgutil.walk_packages(smartnic.__path__, "smartnic."))]


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_modules(name: str) -> None:
    results = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert results.failed == 0


def test_examples_of_the_extension_module() -> None:
    finder = doctest.DocTestFinder()
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    ran: List[str] = []
    for cls in (smartnic.Rule, smartnic.Rules):
        for test in finder.find(cls, cls.__name__, globs=dict(vars(smartnic))):
            ran += [test.name] if test.examples else []
            runner.run(test)
    assert runner.summarize(verbose=False).failed == 0
    assert {"Rule", "Rules"} <= set(ran)


def test_everything_that_is_exported_is_documented() -> None:
    undocumented = [name for name in smartnic.__all__ if not getattr(smartnic, name).__doc__]
    undocumented += [
        f"Host.{name}"
        for name in dir(smartnic.Host)
        if not name.startswith("_") and not getattr(smartnic.Host, name).__doc__
    ]
    assert undocumented == []
