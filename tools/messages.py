"""Keep the Russian translations complete.

    python tools/messages.py [app ...]           collect messages into locale/<app>/ru/LC_MESSAGES/django.po
    python tools/messages.py --check [app ...]   only tell what is missing; fails when anything is

Messages are collected by Django's makemessages (xgettext) from an app's package and its templates; files directly in
templates/ belong to core. Translations already made are kept, one made for the same message in another app is taken
over, one that no source needs any more goes. The catalogues name no lines and no dates, so that they merge easily.
"""

import argparse
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "ru"
SHARED_APP = "core"
PROJECT = "clinic"
SOURCES = {".py", ".html", ".txt"}
NOT_TRANSLATED = {"migrations", "__pycache__", "tests"}
HEADER = r"""msgid ""
msgstr ""
"Project-Id-Version: zubr\n"
"Language: ru\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);\n"

"""
_PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*[\d.*]*[a-zA-Z]|%[sd]|\{(\w*)[^{}]*\}")

Key = tuple[str, str]  # message (its singular) and context


class ToolMissingError(Exception):
    """A program this needs is not installed."""


@dataclass(frozen=True)
class Problem:
    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


def app_names(root: Path) -> list[str]:
    """Packages of the first level with an apps.py or a module.py, and the project itself."""
    found = {path.parent.name for name in ("apps.py", "module.py") for path in root.glob(f"*/{name}")}
    if (root / PROJECT / "__init__.py").exists():
        found.add(PROJECT)
    return sorted(found)


def collect(root: Path) -> dict[str, list[Message]]:
    """Messages by app, in the order of their first place; each knows all its places in that app."""
    apps = app_names(root)
    with tempfile.TemporaryDirectory(prefix="messages-") as folder:
        # Copies, because makemessages writes its preprocessed templates beside the sources.
        _copy_sources(root, Path(folder), apps)
        template = _extract(Path(folder))
    messages: dict[str, list[Message]] = defaultdict(list)
    for message in template:
        if not message.id:
            continue
        by_app: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for path, line in message.locations:
            by_app[_owner(path, apps)].append((path, line))
        for app, places in by_app.items():
            copy = message.clone()
            copy.locations = sorted(places)
            messages[app].append(copy)
    return {app: sorted(found, key=lambda message: message.locations[0]) for app, found in messages.items()}


def _copy_sources(root: Path, target: Path, apps: Iterable[str]) -> None:
    (target / "locale").mkdir()
    for top in [*apps, "templates"]:
        for source in (root / top).rglob("*"):
            relative = source.relative_to(root)
            if source.suffix in SOURCES and source.is_file() and not NOT_TRANSLATED & set(relative.parts):
                copy = target / relative
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, copy)


def _extract(folder: Path) -> Catalog:
    """Run makemessages over a folder without settings; with --all and no language yet it leaves only its template."""
    if shutil.which("xgettext") is None:
        raise ToolMissingError("xgettext is missing: install it with apt-get install gettext")
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "django", "makemessages", "--all", "--keep-pot", "--no-wrap", "--verbosity", "0"]
    subprocess.run(command, cwd=folder, env=environment, check=True)
    template = folder / "locale" / "django.pot"
    if not template.exists():
        return Catalog()
    # xgettext leaves blanks to fill in, which Babel does not read.
    text = template.read_text(encoding="utf-8").replace(
        "nplurals=INTEGER; plural=EXPRESSION;", "nplurals=2; plural=(n != 1);"
    )
    return read_po(io.StringIO(text))


def _owner(path: str, apps: Iterable[str]) -> str:
    top, _, rest = path.removeprefix("./").partition("/")
    if top == "templates":
        top = rest.partition("/")[0]
    return top if top in apps else SHARED_APP


def catalogue_path(root: Path, app: str) -> Path:
    return root / "locale" / app / LANGUAGE / "LC_MESSAGES" / "django.po"


def read_catalogue(root: Path, app: str) -> Catalog:
    """The app's translations; an app without a catalogue has none yet."""
    path = catalogue_path(root, app)
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def update(root: Path, apps: Iterable[str]) -> list[Path]:
    """Bring the catalogues of the apps in line with their sources; returns the files that changed."""
    collected = collect(root)
    catalogues = {app: read_catalogue(root, app) for app in app_names(root)}
    changed = []
    for app in apps:
        fresh = Catalog(locale=LANGUAGE, fuzzy=False)
        for message in collected.get(app, []):
            known = [catalogues[app], *(catalogue for name, catalogue in catalogues.items() if name != app)]
            fresh[message.id] = _translated(message, known)
        if _write(catalogue_path(root, app), fresh):
            changed.append(catalogue_path(root, app))
    return changed


def _translated(message: Message, catalogues: Iterable[Catalog]) -> Message:
    """The message with the first translation that fits it; its own catalogue comes first."""
    result = message.clone()
    result.locations = []
    for number, catalogue in enumerate(catalogues):
        known = catalogue.get(message.id, message.context)
        if known is None or known.pluralizable != message.pluralizable or not _is_complete(known):
            continue
        if known.fuzzy and number:
            continue
        result.string = known.string
        result.user_comments = known.user_comments
        result.flags |= known.flags & {"fuzzy"}
        return result
    result.string = ("", "", "") if message.pluralizable else ""
    return result


def _write(path: Path, catalogue: Catalog) -> bool:
    if not len(catalogue) and not path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with fresh.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, catalogue, width=0, no_location=True, omit_header=True)
    is_same = path.exists() and path.read_bytes() == fresh.read_bytes()
    fresh.replace(path)
    return not is_same


def check(root: Path, apps: Iterable[str]) -> list[Problem]:
    """What keeps the translations from being complete: places and reasons, in the order of the sources."""
    collected = collect(root)
    catalogues = {app: read_catalogue(root, app) for app in app_names(root)}
    problems = [
        problem for app in apps for problem in _app_problems(root, app, collected.get(app, []), catalogues[app])
    ]
    return [*problems, *_contradictions(root, catalogues)]


def _app_problems(root: Path, app: str, messages: list[Message], catalogue: Catalog) -> Iterator[Problem]:
    path = catalogue_path(root, app).relative_to(root)
    for message in messages:
        place = ":".join(map(str, message.locations[0]))
        shown = f'"{_key(message)[0]}"'
        known = catalogue.get(message.id, message.context)
        if any(letter.isalpha() and not letter.isascii() for letter in "".join(_forms(message.id))):
            yield Problem(place, f"a message is in English: {shown}")
        if known is None or known.pluralizable != message.pluralizable or not _is_complete(known):
            yield Problem(place, f"no translation in {path} of {shown}")
        elif known.fuzzy:
            yield Problem(place, f"fuzzy translation in {path} of {shown}")
        elif wrong := _wrong_placeholders(known):
            yield Problem(place, f"{wrong} differs in the translation in {path} of {shown}")
    needed = {_key(message) for message in messages}
    for known in catalogue:
        if known.id and _key(known) not in needed:
            yield Problem(f"{path}:{known.lineno}", f'no source has this message any more: "{_key(known)[0]}"')
    for obsolete in catalogue.obsolete.values():
        yield Problem(str(path), f'obsolete: "{_key(obsolete)[0]}"')


def _contradictions(root: Path, catalogues: dict[str, Catalog]) -> Iterator[Problem]:
    """Django joins all catalogues into one, where only one translation of a message survives."""
    first: dict[Key, tuple[str, Message]] = {}
    for app, catalogue in catalogues.items():
        for message in catalogue:
            if not message.id or not _is_complete(message):
                continue
            other_app, other = first.setdefault(_key(message), (app, message))
            if _forms(other.string) != _forms(message.string):
                place = f"{catalogue_path(root, app).relative_to(root)}:{message.lineno}"
                words = f'"{_key(message)[0]}" is «{_forms(message.string)[0]}» here, «{_forms(other.string)[0]}» in'
                yield Problem(place, f"{words} {other_app}: give one of them a context (pgettext)")


def _key(message: Message) -> Key:
    return _forms(message.id)[0], message.context or ""


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def _is_complete(message: Message) -> bool:
    forms = _forms(message.string)
    return bool(forms) and all(forms) and (not message.pluralizable or len(forms) == 3)


def _wrong_placeholders(message: Message) -> str:
    """Names of placeholders that are not the same on both sides; a plural form may leave one out («one file»)."""
    wanted = _placeholders(_forms(message.id))
    wrong: set[str] = set()
    for form in _forms(message.string):
        given = _placeholders([form])
        wrong |= given - wanted if message.pluralizable else given ^ wanted
    return ", ".join(sorted(wrong))


def _placeholders(forms: Iterable[str]) -> set[str]:
    return {match[0] for form in forms for match in _PLACEHOLDER.finditer(form.replace("%%", ""))}


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description="Collect messages for translation, or check that all are translated.")
    parser.add_argument("apps", nargs="*", help="apps to look at; all when none is named")
    parser.add_argument("--check", action="store_true", help="write nothing, fail when anything is missing")
    options = parser.parse_args(arguments)
    known = app_names(root)
    unknown = sorted(set(options.apps) - set(known))
    if unknown:
        parser.error(f"no such app: {', '.join(unknown)}; there are {', '.join(known)}")
    apps = options.apps or known
    try:
        if not options.check:
            for path in update(root, apps):
                print(path.relative_to(root))
            return 0
        problems = check(root, apps)
    except ToolMissingError as error:
        print(error, file=sys.stderr)
        return 2
    for problem in problems:
        print(problem)
    print(f"{len(problems)} messages to mend: make messages, then translate" if problems else "translations complete")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
