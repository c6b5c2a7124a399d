"""The shape of the house, where an import contract cannot say it."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cop.sentences import SENTENCES

ROOT = Path(__file__).parents[2]
FLOORS = ("clusters", "messaging", "cop", "migrations")


def modules(*floors: str) -> Iterator[tuple[Path, ast.Module]]:
    for floor in floors or FLOORS:
        for path in sorted((ROOT / floor).rglob("*.py")):
            yield path.relative_to(ROOT), parsed(path)


@cache
def parsed(path: Path) -> ast.Module:
    """The module's tree, read once for all tests."""
    return ast.parse(path.read_text())


def test_the_import_contracts_are_kept():
    done = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_module_says_what_it_is_for():
    silent = [str(path) for path, tree in modules() if "versions" not in path.parts and not ast.get_docstring(tree)]
    assert silent == []


def test_pages_and_texts_reach_the_network_by_one_door():
    """Whatever is added to its room: import contract 9a says the same, and this that it has no exception."""
    others = [
        f"{path}: {name}"
        for path, tree in modules("cop")
        if path.parts[1] in ("web", "sms")
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [f"{node.module}.{alias.name}" for alias in node.names]
        )
        if name.startswith("cop.network") and not name.startswith("cop.network.disclosure")
    ]
    assert others == []


def test_nothing_is_imported_inside_a_function():
    inner = [
        f"{path}:{node.lineno}"
        for path, tree in modules()
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inner == [], "an import inside a function hides a circle or a cost; move it up"


def test_only_the_unit_of_work_commits():
    commits = [
        f"{path}:{node.lineno}"
        for path, tree in modules("clusters", "messaging", "cop")
        if path != Path("clusters/kernel/unit.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "commit"
    ]
    assert commits == [], "a commit elsewhere tears a unit of work in two"


def test_only_the_settings_read_the_environment():
    reads = [
        f"{path}:{node.lineno}"
        for path, tree in modules("clusters", "messaging")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
    ]
    assert reads == [], "below cop everything receives values"


def test_only_the_clock_asks_the_time():
    asks = [
        f"{path}:{node.lineno}"
        for path, tree in modules("clusters", "messaging", "cop")
        if path != Path("clusters/kernel/clock.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "utcnow", "today")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date", "dt")
    ]
    assert asks == [], "time comes from the clock that is handed in"


def public_functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


LOOK_AT_NO_PLACE = (("messaging", "consent"), ("messaging", "channels"), ("cop", "consent"))
"""Rooms that are asked about a number or a person whom the asker may see already."""


def test_every_read_takes_the_database_and_a_scope():
    """Reads that make a scope, build a predicate or look at no place's data are the exceptions, each by its name."""
    bare = []
    for path, tree in modules("clusters", "messaging", "cop"):
        if path.name != "queries.py" or path.parts[:2] in LOOK_AT_NO_PLACE:
            continue
        for function in public_functions(tree):
            names = [argument.arg for argument in function.args.args]
            if names[:1] != ["db"] or function.name.startswith("scope_of"):
                continue
            if names[:2] != ["db", "scope"]:
                bare.append(f"{path}:{function.name}{tuple(names)}")
    assert bare == [], "a read without a scope shows one district to another"


def test_pages_and_texts_never_see_everything():
    everywhere = [
        f"{path}:{node.lineno}"
        for path, tree in modules("cop")
        if path.parts[1] in ("web", "sms")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "everywhere"
    ]
    assert everywhere == [], "Scope.everywhere() is for reactions, jobs and the command line"


def test_every_relationship_is_raised_on_never_loaded_lazily():
    lazy = [
        f"{path}:{node.lineno}"
        for path, tree in modules("clusters", "messaging", "cop")
        if path.name == "models.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "relationship"
        if not any(word.arg == "lazy" for word in node.keywords)
    ]
    assert lazy == []


def raised_keys() -> dict[str, str]:
    """Every key of an error that has a sentence of its own, and where it is raised; NotFound shares one for all."""
    keys = {}
    for path, tree in modules("clusters", "messaging", "cop"):
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("NotAllowed", "Conflict", "Invalid")
                and node.args
            ):
                key = node.args[0]
                for constant in (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,):
                    if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                        keys[constant.value] = f"{path}:{node.lineno}"
    return keys


def test_every_error_has_its_sentence():
    without = {key: where for key, where in raised_keys().items() if key not in SENTENCES}
    assert without == {}, "an error without a sentence tells a person nothing"


def test_no_file_is_named_for_a_role():
    banned = re.compile(r"(service|utils?|helpers?|manager|common|misc)s?\.py$")
    assert [str(path) for path, _ in modules() if banned.search(path.name)] == []


def test_locks_carry_hashes_and_no_address():
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-fast.lock", "requirements-bench.lock"):
        text = (ROOT / name).read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
