"""Certificates: only when asked for and completed; strangers read valid or not known, nothing else; PDF or browser."""

from io import BytesIO
from types import SimpleNamespace

import pypdf
import pytest

from clusters.scope import Scope
from clusters.training import actions
from clusters.training.rules import Mark
from cop.web import paper
from cop.web.i18n import Language
from cop.web.templating import render_paper
from cop.web.views import certificate as views
from cop.web.views import paths
from tests import build
from tests.browsing import place_at

EVERYWHERE = Scope.everywhere()
LONG = "ہدایت اللہ خان محمد زئی درانی عبد الرحمن صاحب"


@pytest.fixture
def world(house, clock):
    with house.unit() as db:
        ours = build.cluster(db, 3, in_circle=place_at(db, "T/B1.C01."), name="Kakki", admin_path="KP.BANNU.")
        teachers = [build.teacher(db, school, f"Gul {n}") for n, school in enumerate(build.schools_of(db, ours), 1)]
        session = build.training_session(db, ours, invited=teachers)
    clock.at = session.ends_at
    with house.unit() as db:
        actions.take_attendance(db, EVERYWHERE, session.id, {2: Mark.AWAY}, "sms", others=Mark.HERE)
    return SimpleNamespace(session=session, teachers=teachers)


def test_a_certificate_is_written_for_who_asked_and_completed_and_checked_by_its_number(client_as, anybody, world):
    clerk = client_as("clerk", "A/KP.BANNU.")
    ask = paths.session_act(world.session.id, "certificate")
    assert clerk.submit(ask, person=world.teachers[1].id).status_code == 409
    written = clerk.submit(ask, person=world.teachers[0].id)
    assert written.status_code == 303
    address = written.headers["location"]
    assert "Gul 1" in clerk.get(address).text
    stranger = anybody.get(address)
    assert stranger.status_code == 200
    assert "is valid" in stranger.text
    assert "Gul 1" not in stranger.text
    assert "Gul 1" not in client_as("clerk", "A/KP.HANGU.").get(address).text
    assert "is not known" in anybody.get(paths.certificate("AAAA-AAAA-AAAA")).text
    assert clerk.submit(ask, person=world.teachers[0].id).headers["location"] == address
    with_pdf = clerk.get(f"{address}/pdf")
    assert with_pdf.headers["content-type"] == "application/pdf" or "PDF off" in with_pdf.text
    assert client_as("clerk", "A/KP.HANGU.").get(f"{address}/pdf").status_code == 404


@pytest.mark.parametrize("language", list(Language))
def test_a_name_of_forty_letters_stands_whole_on_the_paper(language):
    shown = views.Paper(LONG, views.Subject.MATHS, views.Level.TEACHER, 4, build.SINCE, "Round 2026")
    html = render_paper("certificate.html", shown, language, "7F3Q-K2MX-9PRT")
    assert f'dir="{"rtl" if language is Language.URDU else "ltr"}"' in html
    made = paper.pdf(html)
    if made is None:
        pytest.skip("the PDF library or its Pango is not here")
    [sheet] = pypdf.PdfReader(BytesIO(made)).pages
    assert "7F3Q-K2MX-9PRT" in sheet.extract_text()
    assert float(sheet.mediabox.width) > float(sheet.mediabox.height)


def test_where_no_pdf_can_be_made_none_is():
    assert paper.pdf("<p>x</p>", python="/nowhere/python") is None
