"""The translations tool, over a small project of its own."""

import shutil
from pathlib import Path

import pytest

from tools.messages import ToolMissingError, catalogue_path, check, main, update

SOURCES = {
    "manage.py": "",
    "clinic/__init__.py": "",
    "core/apps.py": "",
    "core/words.py": (
        "from django.utils.translation import gettext_lazy as _, ngettext, pgettext\n"
        'SAVE = _("Save")\n'
        "def files(n):\n"
        '    return ngettext("%(n)s file", "%(n)s files", n) % {"n": n}\n'
        'ORDER = pgettext("laboratory", "Order")\n'
    ),
    "core/migrations/0001_initial.py": "from django.utils.translation import gettext_lazy as _\nA = _('Old')\n",
    "lab/module.py": 'from django.utils.translation import gettext as _\nTITLE = _("Laboratory")\nSAVE = _("Save")\n',
    "templates/404.html": "{% load i18n %}{% translate 'Not found' %}",
    "templates/lab/orders.html": (
        "{% load i18n %}\n<p>{% blocktranslate with name=patient.name %}For {{ name }}{% endblocktranslate %}</p>\n"
    ),
}
TRANSLATIONS = {
    "Save": "Сохранить",
    "Order": "Наряд",
    "Not found": "Не найдено",
    "Laboratory": "Лаборатория",
    "For %(name)s": "Для: %(name)s",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in SOURCES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.fixture
def translated(project: Path) -> Path:
    update(project, ["core", "lab"])
    for app in ("core", "lab"):
        path = catalogue_path(project, app)
        text = path.read_text()
        for message, translation in TRANSLATIONS.items():
            text = text.replace(f'msgid "{message}"\nmsgstr ""', f'msgid "{message}"\nmsgstr "{translation}"')
        for number, form in enumerate(("файл", "файла", "файлов")):
            text = text.replace(f'msgstr[{number}] ""', f'msgstr[{number}] "%(n)s {form}"')
        path.write_text(text)
    return project


def problems(root: Path, *apps: str) -> list[str]:
    return [str(problem) for problem in check(root, apps or ("clinic", "core", "lab"))]


def change(root: Path, name: str, before: str, after: str) -> None:
    path = root / name
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def test_an_untranslated_project_is_reported_by_place_and_message(project):
    assert problems(project) == [
        'core/words.py:2: no translation in locale/core/ru/LC_MESSAGES/django.po of "Save"',
        'core/words.py:4: no translation in locale/core/ru/LC_MESSAGES/django.po of "%(n)s file"',
        'core/words.py:5: no translation in locale/core/ru/LC_MESSAGES/django.po of "Order"',
        'templates/404.html:1: no translation in locale/core/ru/LC_MESSAGES/django.po of "Not found"',
        'lab/module.py:2: no translation in locale/lab/ru/LC_MESSAGES/django.po of "Laboratory"',
        'lab/module.py:3: no translation in locale/lab/ru/LC_MESSAGES/django.po of "Save"',
        'templates/lab/orders.html:2: no translation in locale/lab/ru/LC_MESSAGES/django.po of "For %(name)s"',
    ]
    assert not (project / "locale").exists()


def test_a_translated_project_has_no_problems(translated):
    assert problems(translated) == []


def test_collecting_again_changes_nothing_and_leaves_the_sources_alone(translated):
    before = {path: path.read_bytes() for path in translated.rglob("*") if path.is_file()}

    assert update(translated, ["clinic", "core", "lab"]) == []
    assert {path: path.read_bytes() for path in translated.rglob("*") if path.is_file()} == before


def test_catalogues_name_no_lines_and_no_dates(translated):
    text = catalogue_path(translated, "core").read_text()

    assert "#:" not in text
    assert "Date" not in text
    assert "words.py" not in text


def test_messages_stay_in_the_order_of_their_files(translated):
    text = catalogue_path(translated, "lab").read_text()

    assert [line for line in text.splitlines() if line.startswith("msgid")] == [
        *['msgid ""', 'msgid "Laboratory"', 'msgid "Save"', 'msgid "For %(name)s"']
    ]


def test_a_new_message_takes_over_its_translation_from_another_app(translated):
    change(translated, "lab/module.py", '_("Laboratory")', '_("Not found")')

    update(translated, ["lab"])

    assert problems(translated) == []
    assert 'msgid "Not found"\nmsgstr "Не найдено"' in catalogue_path(translated, "lab").read_text()


def test_only_the_apps_named_are_rewritten(translated):
    change(translated, "core/words.py", '"Save"', '"Keep"')
    before = catalogue_path(translated, "core").read_bytes()

    assert update(translated, ["lab"]) == []
    assert catalogue_path(translated, "core").read_bytes() == before


def test_a_message_no_source_has_any_more_is_reported_and_then_dropped(translated):
    change(translated, "core/words.py", 'SAVE = _("Save")', "SAVE = 1")

    assert [problem.split(": ", 1)[1] for problem in problems(translated)] == [
        'no source has this message any more: "Save"'
    ]
    update(translated, ["core"])
    assert problems(translated) == []
    assert "Сохранить" not in catalogue_path(translated, "core").read_text()


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ('msgid "Save"', '#, fuzzy\nmsgid "Save"', "fuzzy translation"),
        ('msgstr "Сохранить"', 'msgstr ""', "no translation"),
        ('msgstr[2] "%(n)s файлов"', 'msgstr[2] ""', "no translation"),
        ('msgstr[2] "%(n)s файлов"', 'msgstr[2] "%(m)s файлов"', "%(m)s differs"),
        ('msgid "Order"', 'msgid "Orders"', "no translation"),
        ('msgstr "Наряд"\n', 'msgstr "Наряд"\n\n#~ msgid "Gone"\n#~ msgstr "Нет"\n', 'obsolete: "Gone"'),
    ],
)
def test_whatever_keeps_a_catalogue_from_being_complete_is_reported(translated, before, after, reason):
    change(translated, "locale/core/ru/LC_MESSAGES/django.po", before, after)

    assert any(reason in problem for problem in problems(translated, "core"))


def test_a_placeholder_lost_in_translation_is_reported(translated):
    change(translated, "locale/lab/ru/LC_MESSAGES/django.po", "Для: %(name)s", "Для пациента")

    assert len(problems(translated)) == 1
    assert "%(name)s differs" in problems(translated)[0]


def test_a_plural_form_may_leave_the_number_out(translated):
    change(translated, "locale/core/ru/LC_MESSAGES/django.po", 'msgstr[0] "%(n)s файл"', 'msgstr[0] "один файл"')

    assert problems(translated) == []


def test_messages_are_english(translated):
    change(translated, "lab/module.py", '"Laboratory"', '"Лаборатория"')

    assert 'lab/module.py:2: a message is in English: "Лаборатория"' in problems(translated)


def test_one_message_has_one_translation_in_all_apps(translated):
    change(translated, "locale/lab/ru/LC_MESSAGES/django.po", "Сохранить", "Записать")

    found = problems(translated)

    assert len(found) == 1
    assert "«Записать» here, «Сохранить» in core" in found[0]


def test_the_command_fails_while_anything_is_missing(project, translated, capsys):
    assert main(["--check"], project) == 0
    change(project, "core/words.py", '"Save"', '"Keep"')
    assert main(["--check", "lab"], project) == 0
    assert main(["--check"], project) == 1
    assert "core/words.py:2" in capsys.readouterr().out
    assert main(["core"], project) == 0
    assert capsys.readouterr().out == "locale/core/ru/LC_MESSAGES/django.po\n"


def test_the_command_refuses_an_unknown_app(project, capsys):
    with pytest.raises(SystemExit):
        main(["nowhere"], project)

    assert "no such app: nowhere" in capsys.readouterr().err


def test_a_missing_xgettext_is_said_plainly(project, monkeypatch, capsys):
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(ToolMissingError):
        check(project, ["core"])
    assert main(["--check"], project) == 2
    assert "apt-get install gettext" in capsys.readouterr().err
