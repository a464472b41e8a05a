"""The house's order: which way imports run, and how long files are."""

import ast
import graphlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("pledge_portal", "pledges", "dialogues", "news")
# What each may import of our own, from the top of the house to its ground.
MAY_IMPORT = {
    "news": ("news", "dialogues", "pledges", "pledge_portal"),
    "dialogues": ("dialogues", "pledges", "pledge_portal"),
    "pledges": ("pledges", "pledge_portal"),
    "pledge_portal.pages": ("pledge_portal.pages", "pledge_portal.database"),
    "pledge_portal.accounts": (
        "pledge_portal.accounts",
        "pledge_portal.pages",
        "pledge_portal.database",
    ),
    "pledge_portal.history": (
        "pledge_portal.history",
        "pledge_portal.accounts",
        "pledge_portal.pages",
        "pledge_portal.database",
    ),
    "pledge_portal.operations": (
        "pledge_portal.operations",
        "pledge_portal.queue",
        "pledge_portal.database",
    ),
    "pledge_portal.queue": (
        "pledge_portal.queue",
        "pledge_portal.accounts",
        "pledge_portal.pages",
        "pledge_portal.database",
    ),
    "pledge_portal.database": ("pledge_portal.database",),
    "pledge_portal.version": (),
}
# Whose page a template is, by its folder; those of no folder are of all pages.
TEMPLATES = {
    "news": "news",
    "dialogues": "comments dialogues private_links",
    "pledges": "charts consultations decisions erasing field follow_up open_data pdf pictures"
    " pledges records signing statistics surveys workspace/start.html writing",
    "pledge_portal.accounts": "account accounts mfa usersessions workspace",
    "pledge_portal.history": "history",
    "pledge_portal.pages": "components pages",
    "pledge_portal.queue": "queue",
}
# A subject is a folder, or a module beside them. What each may import of the subjects of its own
# app, from the ground up: what it needs today, and not a subject more.
SUBJECTS = {
    "pledges": {
        "targets": "",
        "models": "targets",
        "decided": "",
        "converters": "models",
        "adoptable": "models",
        "lifecycle": "adoptable models",
        "progress": "lifecycle models targets",
        "tracking": "models",
        "translation": "models",
        "templatetags": "",
        "charts": "",
        "presentation": "lifecycle models progress targets",
        "exchange": "models targets",
        "documents": "adoptable decided exchange lifecycle models presentation",
        "closings": "lifecycle models presentation progress targets",
        "actions": "charts closings exchange lifecycle models presentation progress targets",
        "follow_ups": "actions charts closings documents lifecycle models presentation progress"
        " targets",
        "writing": "adoptable decided documents lifecycle models presentation progress targets",
        "decisions": "actions decided documents exchange lifecycle models presentation progress"
        " signing targets writing",
        "annexes": "documents exchange models signing writing",
        "pledge_import": "annexes documents exchange models presentation progress writing",
        "contacts": "models presentation",
        "pictures": "contacts documents exchange models presentation",
        "link_pictures": "documents follow_ups lifecycle models presentation progress",
        "comparing": "actions models presentation targets",
        "consultation": "actions comparing lifecycle models presentation writing",
        "signing": "documents exchange models",
        "records": "lifecycle models writing",
        "erasing": "decided models records",
        "statistics.analysis": "",
        "surveys": "charts exchange models presentation statistics.analysis targets",
        "statistics": "actions charts documents exchange lifecycle models presentation"
        " statistics.analysis surveys",
        "sheets": "documents follow_ups lifecycle models presentation",
        "public": "actions charts comparing consultation converters documents follow_ups lifecycle"
        " link_pictures models pictures presentation sheets statistics",
        "open_data": "actions consultation converters follow_ups lifecycle models presentation"
        " progress targets",
        "workspace": "actions annexes consultation contacts decisions documents erasing follow_ups"
        " lifecycle models pictures pledge_import presentation progress records signing statistics"
        " surveys writing",
        "retention": "models records signing",
        "jobs": "documents follow_ups link_pictures open_data records retention sheets signing"
        " statistics surveys",
        "municipality_list": "models statistics",
        "demonstration": "actions closings consultation documents exchange follow_ups models"
        " municipality_list pictures statistics surveys writing",
        "management": "annexes decided decisions demonstration documents exchange follow_ups"
        " lifecycle models municipality_list presentation progress records retention statistics"
        " surveys",
        "admin": "actions documents lifecycle models",
        "apps": "contacts open_data public records statistics",
    },
    "news": {
        "apps": "records slots",
        "event_facts": "models",
        "event_texts": "event_facts models",
        "events": "models",
        "forms": "event_texts models rules",
        "guards": "",
        "jobs": "events",
        "lookup": "models",
        "management": "events",
        "models": "guards",
        "presentation": "event_texts models",
        "public_views": "lookup models presentation",
        "records": "models",
        "rules": "models",
        "slots": "lookup models presentation",
        "tracking": "models",
        "translation": "models",
        "urls": "public_views views",
        "views": "forms lookup models presentation rules",
    },
    "dialogues": {
        "models": "",
        "tips": "",
        "converters": "",
        "tracking": "models",
        "translation": "models",
        "cautious_forms": "tips",
        "language_field": "models",
        "reception": "models",
        "waiting_times": "models",
        "lookup": "models",
        "presentation": "models tips",
        "analysis": "lookup models presentation",
        "corrections": "models",
        "thread": "analysis corrections language_field models presentation",
        "comments": "cautious_forms converters models reception tips waiting_times",
        "moderation": "comments language_field models tips",
        "page_reports": "cautious_forms models waiting_times",
        "retention": "comments models reception thread",
        "calendar": "corrections lookup models presentation thread",
        "answers": "cautious_forms lookup models presentation reception retention thread",
        "private_links": "answers cautious_forms comments presentation reception thread"
        " waiting_times",
        "records": "models thread",
        "open_data": "comments models presentation",
        "templatetags": "converters",
        "slots": "models moderation presentation retention thread",
        "demonstration": "answers calendar models moderation thread",
        "jobs": "comments",
        "management": "comments demonstration retention",
        "urls": "analysis answers calendar comments corrections moderation page_reports"
        " private_links retention thread",
        "apps": "comments records retention slots",
    },
}
_IS_VIEWS = re.compile(r"[._]views$")
_IS_URLS = re.compile(r"(^|\.)urls(\.|$)")
# The house's front doors bring all together.
FRONT_DOORS = {"pledge_portal.urls", "pledge_portal.settings", "pledge_portal.wsgi"}


@cache
def modules() -> tuple[tuple[str, Path], ...]:
    return tuple(_modules())


def _modules() -> Iterator[tuple[str, Path]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                parts = path.relative_to(ROOT).with_suffix("").parts
                yield ".".join(part for part in parts if part != "__init__"), path


def imports(module: str, path: Path) -> Iterator[str]:
    """Yield what a module imports of our own, relative names made whole."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in PACKAGES)


def module_of(name: str) -> str:
    """Return the module that a name is imported from, or that it is."""
    known = {module for module, _ in modules()}
    return name if name in known else name.rpartition(".")[0]


def room_of(module: str) -> str:
    return max((room for room in MAY_IMPORT if f"{module}.".startswith(f"{room}.")), key=len)


def within(name: str, room: str) -> bool:
    return f"{name}.".startswith(f"{room}.")


@pytest.mark.parametrize(("module", "path"), list(modules()), ids=lambda value: str(value)[-60:])
def test_imports_follow_the_arrows(module: str, path: Path) -> None:
    if module in FRONT_DOORS or module == "pledge_portal":
        return
    allowed = MAY_IMPORT[room_of(module)]
    strays = [
        name for name in imports(module, path) if not any(within(name, room) for room in allowed)
    ]
    assert not strays


def subject_of(name: str) -> tuple[str, str] | None:
    """Return the app and the subject that a module's name lies in, if any."""
    app, _, rest = name.partition(".")
    if app not in SUBJECTS or not rest:
        return None
    subjects = SUBJECTS[app]
    known = [subject for subject in subjects if within(rest, subject)]
    return app, max(known, key=len, default=rest.partition(".")[0])


def test_imports_of_subjects_are_those_of_the_table() -> None:
    arrows: dict[str, dict[str, set[str]]] = {
        app: {subject: set() for subject in subjects} for app, subjects in SUBJECTS.items()
    }
    for module, path in modules():
        if (subject := subject_of(module)) is None:
            continue
        for name in imports(module, path):
            needed = subject_of(name)
            if needed is not None and needed[0] == subject[0] and needed != subject:
                arrows[subject[0]].setdefault(subject[1], set()).add(needed[1])
    table = {
        app: {subject: set(needs.split()) for subject, needs in subjects.items()}
        for app, subjects in SUBJECTS.items()
    }
    assert arrows == table


@pytest.mark.parametrize("app", SUBJECTS)
def test_no_subject_is_needed_by_what_it_needs(app: str) -> None:
    graph = {subject: needs.split() for subject, needs in SUBJECTS[app].items()}
    graphlib.TopologicalSorter(graph).prepare()


def owner_of_template(name: str) -> str:
    """Return the package whose page a template is, by the longest name known."""
    owners = {part: owner for owner, parts in TEMPLATES.items() for part in parts.split()}
    return owners.get(name) or owners.get(name.partition("/")[0], "pledge_portal.pages")


def owners_of_tags() -> dict[str, str]:
    """Return the package that each of our own tag libraries lies in."""
    libraries = [module for module, _path in modules() if ".templatetags." in module]
    return {library.rpartition(".")[2]: room_of(library) for library in libraries}


_LOADED = re.compile(r"{% load ([^%]*?)%}")
_TAKEN_IN = re.compile(r"""{% (?:include|extends) ["']([^"']+)["']""")


def test_templates_follow_the_arrows() -> None:
    tags = owners_of_tags()
    strays = []
    for path in sorted((ROOT / "templates").rglob("*.*")):
        name = path.relative_to(ROOT / "templates").as_posix()
        text = path.read_text(encoding="utf-8")
        libraries = [library for names in _LOADED.findall(text) for library in names.split()]
        needed = [
            *[(library, tags[library]) for library in libraries if library in tags],
            *[(template, owner_of_template(template)) for template in _TAKEN_IN.findall(text)],
        ]
        allowed = MAY_IMPORT[owner_of_template(name)]
        strays += [
            (name, what)
            for what, owner in needed
            if not any(within(owner, room) for room in allowed)
        ]
    assert strays == []


def test_nothing_but_addresses_imports_views() -> None:
    strays = [
        (module, name)
        for module, path in modules()
        for name in imports(module, path)
        if _IS_VIEWS.search(module_of(name))
        and not _IS_VIEWS.search(module)
        and not _IS_URLS.search(module)
    ]
    assert not strays


def test_models_know_no_request_and_templates_are_not_asked_for_by_rules() -> None:
    rules = ("pledges.models", "pledges.lifecycle", "pledges.targets", "pledges.exchange")
    for module, path in modules():
        if module.startswith(rules):
            text = path.read_text(encoding="utf-8")
            assert "HttpRequest" not in text, module
            assert "render(" not in text, module
            assert "localdate(" not in text, f"{module}: time is a parameter"


def test_no_file_has_outgrown_its_room() -> None:
    lengths = {
        module: len(path.read_text(encoding="utf-8").splitlines()) for module, path in modules()
    }
    assert {module: n for module, n in lengths.items() if n > 450} == {}


MAX_FIRST_LINE_LENGTH = 72
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def first_lines(path: Path) -> Iterator[str]:
    """Yield the first line of each docstring in a file, private ones too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, _DOCUMENTED) and (docstring := ast.get_docstring(node)):
            yield docstring.splitlines()[0]


def test_a_docstring_is_told_in_its_first_line() -> None:
    long = {}
    for folder in (*PACKAGES, "tests", "tools", "demo"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "migrations" in path.parts:
                continue
            too_long = [line for line in first_lines(path) if len(line) > MAX_FIRST_LINE_LENGTH]
            if too_long:
                long[name] = too_long
    assert long == {}


def test_log_lines_name_an_event_and_put_nothing_into_it() -> None:
    """Details go in `extra`: pledge_portal.operations.logs writes fields."""
    levels = {"debug", "info", "warning", "error", "exception", "critical"}
    strays = []
    for module, path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in levels
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id.endswith(("logger", "_access"))
            ):
                match node.args:
                    case [ast.Constant(value=str(event))] if re.fullmatch(r"[a-z_.]+", event):
                        continue
                strays.append(f"{module}:{node.lineno}")
    assert strays == []
