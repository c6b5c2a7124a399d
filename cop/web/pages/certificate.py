"""Certificates: anybody may check a number; the paper is for those who may see its person, on screen or as PDF."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from clusters.kernel.errors import NotFound
from clusters.training import actions
from clusters.training.completion import CertificateRow, certificate, exists_certificate
from cop.settings import Settings
from cop.web.answers import Done, File, Shown
from cop.web.edge import act, page
from cop.web.paper import pdf
from cop.web.templating import render_paper
from cop.web.viewers import Viewer
from cop.web.views import paths
from cop.web.views.certificate import CertificatePage, Paper
from cop.web.views.frame import Area


@dataclass(frozen=True)
class Whose:
    """The person who asked for it."""

    person: int


@page(paths.certificate("{number}"), open=True)
def show(db: Session, viewer: Viewer | None, number: str) -> CertificatePage:
    """Valid or not known; the paper to those in scope."""
    found = _found(db, viewer, number)
    valid = found is not None or exists_certificate(db, number)
    return CertificatePage(number.upper(), valid, _paper(found) if found else None)


@page(paths.certificate_pdf("{number}"), here=Area.SESSIONS)
def as_pdf(db: Session, viewer: Viewer, number: str) -> File | Shown:
    """The paper as PDF; where none can be made the page says so, and the browser prints."""
    found = certificate(db, viewer.scope, number)
    content = pdf(render_paper("certificate.html", _paper(found), viewer.language, found.number))
    if content is None:
        return Shown(CertificatePage(found.number, True, _paper(found), no_pdf=True))
    return File(content, "application/pdf", f"certificate-{found.number}.pdf")


@act(paths.session_act("{session_id}", "certificate"), here=Area.SESSIONS)
def ask(db: Session, viewer: Viewer, settings: Settings, session_id: int, form: Whose) -> Done:
    """Write down that somebody asks for her certificate of this course."""
    number = actions.ask_certificate(db, viewer.scope, session_id, form.person, settings.certificate_share)
    return Done(
        paths.certificate(number), viewer.say.gettext("The certificate is written. Print it or save it as PDF.")
    )


def _found(db: Session, viewer: Viewer | None, number: str) -> CertificateRow | None:
    if viewer is None:
        return None
    try:
        return certificate(db, viewer.scope, number)
    except NotFound:
        return None


def _paper(row: CertificateRow) -> Paper:
    return Paper(row.name, row.subject, row.level, row.days, row.completed_on, row.round, row.asked_by)


handlers = [show, as_pdf, ask]
