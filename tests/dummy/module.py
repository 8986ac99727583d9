"""A module that plugs into every joint there is; tests register it for one test only."""

from core.actor import Scope
from core.modules import (
    AppointmentMark,
    DashboardTile,
    Directory,
    Document,
    LiveStamp,
    LogKind,
    Module,
    NavItem,
    NumberSeries,
    Panel,
    PatientFact,
    PatientTab,
    Permission,
    Report,
    SettingsPane,
    TimedTask,
)
from core.options import Kind, Option
from tests.dummy.joints import SomethingHappened, before_something, duty, question

VIEW = "dummy.view_thing"

module = Module(
    code="dummy",
    title="Dummy",
    package="tests.dummy",
    permissions=[
        Permission(VIEW, "See things", "Things.", defaults={"director": Scope.ALL, "administrator": Scope.ALL})
    ],
    options=[Option("dummy.days", "Dummy days", "How many.", Kind.WHOLE, default=3, page="rules", order=500, most=9)],
    directories=[Directory("dummies", "Dummies", "Dummy", "nowhere", "organization.Specialty", VIEW, 500)],
    number_series=[
        NumberSeries("dummy", "Dummies", "tests.dummy.joints.series", form="dummy.days", digits="dummy.days", order=500)
    ],
    nav=[
        NavItem(
            "Dummy things",
            route="dummy:thing_list",
            icon="puzzle",
            permission=VIEW,
            order=500,
            counter="tests.dummy.joints.counter",
        )
    ],
    patient_tabs=[PatientTab("dummy_tab", "Dummy tab", "dummy:patient_tab", VIEW, 500)],
    panels=[
        Panel("patient_overview", "tests.dummy.joints.panel", VIEW, 500),
        Panel("appointment", "tests.dummy.joints.panel", VIEW, 500),
        Panel("work_order", "tests.dummy.joints.panel", VIEW, 500),
    ],
    settings_panes=[SettingsPane("Dummy settings", "dummy:thing_list", "puzzle", VIEW, 500)],
    reports=[Report("dummy_report", "Dummy report", "dummy:thing_list", VIEW, 500)],
    documents=[Document("dummy_document", "Dummy document", "dummy:patient_tab", VIEW, "patient", 500)],
    tiles=[DashboardTile("dummy_tile", "tests.dummy.joints.tile", VIEW, 1, 500)],
    patient_facts=[PatientFact("dummy_fact", "Dummy fact", "tests.dummy.joints.patient_fact", VIEW, 500)],
    appointment_marks=[AppointmentMark("dummy_mark", "tests.dummy.joints.appointment_mark", VIEW, 500)],
    timed_tasks=[TimedTask("tests.dummy.tick", every_seconds=60)],
    live_stamps=[LiveStamp("dummy", "tests.dummy.joints.stamp", VIEW)],
    log_kinds=[LogKind("dummy", "Dummy things", "tests.dummy.joints.LOG", 950)],
    listens={SomethingHappened: ["tests.dummy.joints.receive", "tests.dummy.joints.receive_quickly"]},
    vetoes={before_something: "tests.dummy.joints.refuse"},
    ports={question: "tests.dummy.joints.answer", duty: "tests.dummy.joints.answer_duty"},
)
