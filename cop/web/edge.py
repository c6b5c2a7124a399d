"""A page's unit of work: opened, answered, rendered and committed in one trip through one worker thread.

Pages go to their thread by `sync_to_thread` here and not by Litestar's argument of that name: Litestar 2 wraps such a
handler twice when its path has another method or it has another path, and then never runs it.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial, reduce
from typing import IO, Any, cast, get_type_hints
from urllib.parse import parse_qsl, urlencode

import structlog
from litestar import Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import Cookie, State
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody
from sqlalchemy.orm import Session

from clusters.kernel.audit import Actor
from clusters.kernel.clock import now
from clusters.kernel.errors import Invalid, NotFound
from clusters.kernel.unit import UnitOfWork
from cop.decided import Decided
from cop.receiving import Letterbox
from cop.settings import Settings
from cop.web import flashes, taken
from cop.web.answers import Again, Answer, Done, File, Shown, local
from cop.web.covers import covered
from cop.web.fingerprints import fingerprint
from cop.web.forms import CSRF, ONCE, SECRET_FIELDS, Fields, convert, fill, left_of, only, read_fields
from cop.web.frames import AREAS, at_the_door, bare, framed, fresh
from cop.web.i18n import Language
from cop.web.kept import Kept
from cop.web.meters import Meters
from cop.web.mistakes import Fault, ForeignForm, FormTooOld, error_page, fault, new_reference
from cop.web.packing import packed
from cop.web.security import BODY_LIMIT, UPLOAD_LIMIT, comes_from_us, cookie, cookie_name, form_token, token_fits
from cop.web.templating import Page, render
from cop.web.turns import Turns
from cop.web.twins import CSV_SUFFIX, MARK, SUFFIXES, TABLES, XLSX_SUFFIX, as_csv, as_json, as_xlsx, whole
from cop.web.uploads import MULTIPART, Upload, Uploads, read_parts, taken_in
from cop.web.viewers import Viewer, chosen, find_viewer, first_language
from cop.web.views import paths
from cop.web.views.error import ErrorKind
from cop.web.views.frame import Area, Flash, Frame
from cop.web.views.login import LoginPage, LoginProblem
from cop.web.views.second_factor import ProvePage
from cop.web.views.stale_form import StaleFormPage
from cop.web.web_sessions import seen
from messaging.channels.base import Channel
from messaging.inbound.words import WordBook

log = structlog.get_logger("cop.web")
HTML = "text/html; charset=utf-8"
JSON = "application/json"
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHAPE_CODES = ("42P01", "42703", "42883")
"""SQLSTATEs of a table, a column or a function that is not there."""

Handler = Callable[..., Answer]
Ask = Request[Any, Any, State]


@dataclass(frozen=True)
class Door:
    """What the house hands to its pages; `clock` without a shift is the one that sign-ins are measured by."""

    unit: UnitOfWork
    clock: Callable[[timedelta | None], datetime]
    settings: Settings
    """Of the machine, as its environment says."""
    decided: Decided
    """What holds now, with what the programme decided."""
    secret: bytes
    up_to_date: Callable[[], bool]
    """Has the database the shape this program was made for?"""
    channels: Mapping[str, Channel]
    """The channels in use, by name: what providers bring is read by theirs."""
    letterbox: Letterbox
    meters: Meters = field(default_factory=Meters)
    """What is counted of this process's pages."""
    book: WordBook = field(default_factory=lambda: WordBook(()))
    """What people can text, for readings that a person applies."""
    uploads: Uploads = field(default_factory=Uploads)
    """Who sends a file at this moment."""

    turns: Turns = field(default_factory=Turns)
    kept: Kept = field(default_factory=Kept)

    def instant(self) -> datetime:
        """Now, whatever the rehearsal clock says: moving that one signs nobody out."""
        return self.clock(None)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as plain values."""

    method: str
    path: str
    query: str
    template: str
    path_values: Mapping[str, str]
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    address: str
    """Where it came from; kept only as a keyed tag."""
    reference: str = field(default_factory=new_reference)
    """Seven letters that a person can read out; they stand in the log and in the answer."""

    @classmethod
    def of(cls, request: Ask) -> "Asked":
        """The request that Litestar read."""
        return cls(
            method=request.method,
            path=request.scope["path"],
            query=request.scope["query_string"].decode("latin-1"),
            template=request.scope.get("path_template", ""),
            path_values=request.path_params,
            headers=request.headers,
            cookies=request.cookies,
            address=request.client.host if request.client else "",
        )

    @property
    def twin(self) -> bool:
        """Is the page's data wanted, not the page?"""
        return self.path.endswith(SUFFIXES)

    @property
    def table(self) -> bool:
        """Are all rows wanted, as a file?"""
        return self.path.endswith(TABLES)

    @property
    def whole(self) -> str:
        """Path and query."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def queried(self, name: str) -> str | None:
        """A value of the query; of several the first."""
        return next((value for key, value in parse_qsl(self.query, keep_blank_values=True) if key == name), None)


@dataclass(frozen=True, slots=True)
class Plan:
    """A handler and what it is given: by name `db`, `viewer`, `settings`, `door`, `asked`, `form`, path and query."""

    handler: Handler
    hints: Mapping[str, Any]
    here: Area | None
    open: bool
    remembered: bool = False
    proved: bool = False
    """Is a fresh second proof asked for, of whoever gives one?"""

    @classmethod
    def of(
        cls, handler: Handler, here: Area | None, open_: bool, remembered: bool = False, *, proved: bool = False
    ) -> "Plan":
        hints = {name: hint for name, hint in get_type_hints(handler).items() if name != "return"}
        return cls(handler, hints, here, open_, remembered, proved)


def page(
    path: str,
    *,
    here: Area | None = None,
    open: bool = False,  # noqa: A002 - said like a door
    remembered: bool = False,
    proved: bool = False,
) -> Callable[[Handler], HTTPRouteHandler]:
    """A page asked for by GET at `path`, with `{name}` for what varies; it changes nothing, but for `remembered` ones
    that who looked at them is kept. Files and data of a `proved` one leave the house after a fresh second proof.

    The function below gets `db`, `viewer` and whatever else it names (see Plan), reads, and returns a page dataclass,
    a Shown, or a File. Path values and query values come by their names, as the type it declares; a query value needs
    a default. `here` is the main page it belongs to: who has not that one in her navigation does not find it. `open`
    needs nobody signed in. The page's data is served too, at the same path plus `.json`, `.csv` or `.xlsx`.
    """

    def wrap(handler: Handler) -> HTTPRouteHandler:
        plan = Plan.of(handler, here, open, remembered, proved=proved)

        async def show(request: Ask) -> Response[bytes]:
            return await _in_turn(request, plan, _Visit(request, plan).read)

        return get(_paths(path, open), include_in_schema=False, opt={"open": open})(show)

    return wrap


def act(
    path: str,
    *,
    here: Area | None = None,
    open: bool = False,  # noqa: A002 - said like a door
    proved: bool = False,
) -> Callable[[Handler], HTTPRouteHandler]:
    """Something done by POST at `path`; a `proved` one after a fresh second proof, of whoever gives one.

    The function below may also name `form`, a frozen dataclass with the form's fields. What it returns is kept: a Done
    sends the browser on. What it raises is undone: a CopError becomes an error page, Again shows the form with its
    faults. The token of the form is taken in the same unit, so that a resend has no second effect.
    """

    def wrap(handler: Handler) -> HTTPRouteHandler:
        plan = Plan.of(handler, here, open, proved=proved)

        async def do(request: Ask, body: RawBody) -> Response[bytes]:
            return await _in_turn(request, plan, partial(_Visit(request, plan).write, body))

        return post(
            _typed(path),
            include_in_schema=False,
            request_max_body_size=BODY_LIMIT,
            opt={"open": open},
        )(do)

    return wrap


def take(path: str, *, here: Area | None = None) -> Callable[[Handler], HTTPRouteHandler]:
    """Something done by POST at `path` with a file, as multipart/form-data of at most 10 MB.

    The function below may also name `upload`, the file. Who asks, and from where, is known before a byte of the file is
    taken in; then it goes to the disk piece by piece, and is read in the page's own thread.
    """

    def wrap(handler: Handler) -> HTTPRouteHandler:
        plan = Plan.of(handler, here, open_=False)

        async def do(request: Ask) -> Response[bytes]:
            visit = _Visit(request, plan)
            refused = await sync_to_thread(visit.knock)
            if refused is not None:
                return refused
            with visit.door.uploads.one(visit.sender):
                body = await taken_in(request.stream())
                with body:
                    return await sync_to_thread(visit.take, body)

        return post(_typed(path), include_in_schema=False, request_max_body_size=UPLOAD_LIMIT, opt={"open": False})(do)

    return wrap


async def _in_turn(request: Ask, plan: Plan, work: Callable[[], Response[bytes]]) -> Response[bytes]:
    """Do the work in a thread when it is her turn; at the door nobody is known, so nobody waits."""
    door: Door = request.app.state.door
    session_id = "" if plan.open else request.cookies.get(cookie_name(door.settings), "")
    async with door.turns.turn(fingerprint(session_id) if session_id else ""):
        return await sync_to_thread(work)


def failed(request: Ask, error: Exception) -> Response[bytes]:
    """The answer to what fails before a page's own unit: an unknown path, a wrong method, a body too large."""
    asked = Asked.of(request)
    door: Door = request.app.state.door
    return _error(door, asked, error, fault(error), None, time.perf_counter())


class _Visit:
    """One request on its way: who asks, what stands around the page, and one unit of work."""

    def __init__(self, request: Ask, plan: Plan) -> None:
        self.began = time.perf_counter()
        self.door: Door = request.app.state.door
        self.asked = Asked.of(request)
        self.plan = plan
        self.viewer: Viewer | None = None
        self.frame: Frame | None = None
        self.binding = self.asked.cookies.get(cookie_name(self.door.settings, "-door"), "")
        self.new_door = ""
        self.upload: Upload | None = None

    def read(self) -> Response[bytes]:
        return self._guarded(self._read)

    def write(self, body: bytes) -> Response[bytes]:
        try:
            return self._guarded(partial(self._write, body))
        finally:
            self.door.kept.clear()

    @property
    def sender(self) -> str:
        """Who sends, known after the knock."""
        return self._reader()

    def knock(self) -> Response[bytes] | None:
        """May the file that is about to come be taken in? None if so, else the answer."""
        refusals: list[Response[bytes]] = []

        def ask() -> Response[bytes]:
            self._from_a_page_of_ours(MULTIPART)
            with self.door.unit(Actor("web"), to_read=True) as db:
                self._enter(db)
                if self.viewer is None:
                    refusals.append(self._show(Shown(LoginPage(problem=LoginProblem.TIMED_OUT), status=401)))
            return refusals[0] if refusals else Response(b"")

        answer = self._guarded(ask, quietly=True)
        return answer if refusals or (answer.status_code or 200) >= 400 else None

    def take(self, body: IO[bytes]) -> Response[bytes]:
        return self._guarded(partial(self._take, body))

    def _guarded(self, work: Callable[[], Response[bytes]], *, quietly: bool = False) -> Response[bytes]:
        """Whatever is raised has left the unit, and undone it, before it is answered here."""
        try:
            response = work()
        except Again as again:
            response = self._show(again.shown)
        except Exception as error:
            return _error(self.door, self.asked, error, self._fault(error), self.frame, self.began)
        if not quietly:
            response.set_header("X-Reference", self.asked.reference)
        _log(self.door, self.asked, response.status_code or 200, self.began)
        return response

    def _fault(self, error: Exception) -> Fault:
        """Pages of before, under which the database is being brought to a newer shape, are over in a minute."""
        found = fault(error)
        if found.code in SHAPE_CODES and not self.door.up_to_date():
            return replace(found, status=503, kind=ErrorKind.BUSY)
        return found

    def _read(self) -> Response[bytes]:
        with self.door.unit(Actor("web"), to_read=not self.plan.remembered) as db:
            self._enter(db)
            if self.viewer is None and not self.plan.open:
                return self._to_the_door()
            if self._owes_a_proof():
                return _redirect(paths.SECOND_FACTOR, [])
            if self.asked.twin and self._must_prove():
                return self._prove_first()
            answer = self._call(db, {})
            if isinstance(answer, File) and self._must_prove():
                return self._prove_first()
            if self.asked.table:
                answer = self._whole(db, answer)
            response = self._respond(answer)
        if self.viewer is not None and self.viewer.seen_long_ago:
            with self.door.unit(Actor("web")) as db:
                seen(db, self.viewer.session_hash, self.door.instant())
        return response

    def _whole(self, db: Session, answer: Answer) -> Answer:
        """A table holds the rows of every page that follows: no file is ever cut."""
        asked = self.asked

        def next_of(address: str) -> Page:
            self.asked = replace(asked, query=address.partition("?")[2])
            following = self._call(db, {})
            return following.page if isinstance(following, Shown) else cast("Page", following)

        try:
            if isinstance(answer, Shown):
                return replace(answer, page=whole(answer.page, next_of))
            return answer if isinstance(answer, Done | File) else cast("Page", whole(answer, next_of))
        finally:
            self.asked = asked

    def _from_a_page_of_ours(self, content_type: str) -> None:
        if not comes_from_us(self.door.settings, self.asked.headers):
            raise ForeignForm("form_from_elsewhere")
        if self.asked.headers.get("content-type", "").partition(";")[0].strip() != content_type:
            raise ForeignForm("form_from_elsewhere")

    def _take(self, body: IO[bytes]) -> Response[bytes]:
        fields, self.upload = read_parts(body, self.asked.headers.get("content-type", ""))
        return self._with(fields)

    def _write(self, body: bytes) -> Response[bytes]:
        self._from_a_page_of_ours("application/x-www-form-urlencoded")
        return self._with(read_fields(body))

    def _owes_a_proof(self) -> bool:
        """Must she set up a second proof before this opens?"""
        if self.viewer is None or self.plan.open or self.plan.here is Area.ACCOUNT:
            return False
        return self.viewer.owes_second_factor(self.door.settings)

    def _must_prove(self) -> bool:
        """Is a fresh second proof asked for here, and hers too old?"""
        return self.plan.proved and self.viewer is not None and self.viewer.must_prove_anew(self.door.instant())

    def _prove_first(self) -> Response[bytes]:
        return _redirect(f"{paths.PROVE}?{urlencode({'next': self.asked.whole})}", [])

    def _with(self, fields: Fields) -> Response[bytes]:
        with self.door.unit(Actor("web")) as db:
            self._enter(db)
            if self.viewer is None and not self.plan.open:
                return self._show(Shown(LoginPage(problem=LoginProblem.TIMED_OUT), status=401))
            if not self._token_fits(only(fields, CSRF)):
                return self._stale(fields)
            if self._owes_a_proof():
                return _redirect(paths.SECOND_FACTOR, [])
            if self._must_prove():
                return self._to_prove(fields)
            return self._once(db, fields)

    def _stale(self, fields: Fields) -> Response[bytes]:
        """The form is ours but not of this web session: what was typed may be sent again, but for passwords."""
        once = only(fields, ONCE)
        if self.viewer is None or self.plan.open or not once or self.upload or SECRET_FIELDS & fields.keys():
            raise FormTooOld("form_too_old")
        return self._show(Shown(StaleFormPage(self.asked.path, left_of(fields), once), status=403))

    def _to_prove(self, fields: Fields) -> Response[bytes]:
        """Ask for a fresh second proof; what was typed is kept, and nothing is done yet."""
        return self._show(Shown(ProvePage(self.asked.path, left_of(fields), only(fields, ONCE)), status=403))

    def _once(self, db: Session, fields: Fields) -> Response[bytes]:
        once = only(fields, ONCE)
        if self.plan.open:
            return self._respond(self._call(db, fields))
        if not once:
            raise FormTooOld("form_too_old")
        led_to = taken.take(db, self._reader(), once, now(db))
        if led_to is not None:
            say = self._viewer().say.gettext
            return self._respond(Done(led_to, say=say("This had been saved already.")))
        answer = self._call(db, fields)
        if isinstance(answer, Done):
            taken.led(db, self._reader(), once, answer.to)
        return self._respond(answer)

    def _enter(self, db: Session) -> None:
        """Find out who asks and make the frame."""
        door, asked = self.door, self.asked
        session_id = asked.cookies.get(cookie_name(door.settings))
        if session_id:
            self.viewer = find_viewer(db, session_id, door.instant())
        if self.viewer is None:
            if not self.binding:
                self.binding = self.new_door = fresh()
            self.frame = at_the_door(
                now=now(db),
                path=asked.whole,
                language=_language(door, asked) if _cookie(door, asked) else first_language(db),
                csrf_token=self._new_token(),
            )
            return
        self.binding = self.viewer.session_hash
        door.turns.know(self.binding, self.viewer.login_id)
        db.info["actor"] = Actor("web", self.viewer.person_id)
        if self.plan.here is not None and self.plan.here not in AREAS[self.viewer.role]:
            raise NotFound("page")
        self.frame = framed(
            now=now(db),
            path=asked.whole,
            viewer=self.viewer,
            here=self.plan.here,
            csrf_token=self._new_token(),
            flash=None if asked.twin else self._flash(),
            lite=asked.headers.get("save-data") == "on" or asked.queried("lite") == "1",
            twins=asked.method == "GET" and not self.plan.open,
        )

    def _viewer(self) -> Viewer:
        if self.viewer is None:
            raise NotFound("page")
        return self.viewer

    def _call(self, db: Session, fields: Fields) -> Answer:
        """Call the handler with what it names."""
        known = {
            "db": db,
            "viewer": self.viewer,
            "settings": self.door.decided.now,
            "door": self.door,
            "asked": self.asked,
            "upload": self.upload,
        }
        given: dict[str, Any] = {}
        for name, hint in self.plan.hints.items():
            if name in known:
                given[name] = known[name]
            elif name == "form":
                given[name] = fill(hint, fields)
            elif name in self.asked.path_values:
                given[name] = _path_value(self.asked.path_values[name], hint)
            elif (value := self.asked.queried(name)) is not None:
                given[name] = convert(value, hint)
        return self.plan.handler(**given)

    def _respond(self, answer: Answer) -> Response[bytes]:
        if isinstance(answer, Done):
            return self._onward(answer)
        if isinstance(answer, File):
            named = {"Content-Disposition": f'attachment; filename="{answer.name}"'}
            return packed(self.asked.headers, answer.content, answer.media_type, headers=named)
        return self._show(answer if isinstance(answer, Shown) else Shown(answer))

    def _show(self, shown: Shown) -> Response[bytes]:
        if self.frame is None:
            raise RuntimeError("a page needs its frame")
        frame, cookies = self.frame, self._cookies()
        if shown.session_id:
            frame = replace(frame, csrf_token=form_token(self.door.secret, fingerprint(shown.session_id)))
            cookies.append(cookie(self.door.settings, "", shown.session_id))
        content, kind = self._content(shown, frame)
        return packed(self.asked.headers, content, kind, shown.status, cookies=cookies)

    def _content(self, shown: Shown, frame: Frame) -> tuple[bytes, str]:
        if self.asked.path.endswith(CSV_SUFFIX):
            return as_csv(shown.page, mark=b"" if self.asked.queried("machine") else MARK), CSV
        if self.asked.path.endswith(XLSX_SUFFIX):
            return as_xlsx(
                shown.page, covered(frame, self.asked.path.removesuffix(XLSX_SUFFIX), self.asked.query)
            ), XLSX
        if self.asked.twin:
            return as_json(shown.page), JSON
        return render(shown.page, _around(frame, shown)).encode(), HTML

    def _onward(self, done: Done) -> Response[bytes]:
        cookies = [*self._cookies(), *done.cookies]
        if done.say:
            flash = flashes.pack(self.door.secret, self._reader(), Flash(done.say, done.tone, done.undo))
            cookies = [each for each in cookies if each.key != cookie_name(self.door.settings, "-flash")]
            cookies.append(cookie(self.door.settings, "-flash", flash, seconds=flashes.LASTS_SECONDS))
        return _redirect(done.to, cookies)

    def _to_the_door(self) -> Response[bytes]:
        if self.asked.twin:
            return packed(self.asked.headers, as_json({"error": {"kind": "signed_out"}}), JSON, 401)
        away = {"away": "1"} if cookie_name(self.door.settings) in self.asked.cookies else {}
        wanted = {} if self.asked.whole == paths.HOME else {"next": self.asked.whole}
        query = urlencode(wanted | away)
        return _redirect(f"{paths.SIGN_IN}?{query}" if query else paths.SIGN_IN, [])

    def _new_token(self) -> str:
        return form_token(self.door.secret, self.binding)

    def _token_fits(self, given: str) -> bool:
        """A sign-in page that was open while somebody signed in beside it may still be sent."""
        bindings = {self.binding}
        if self.plan.open:
            bindings.add(self.asked.cookies.get(cookie_name(self.door.settings, "-door"), self.binding))
        return any(token_fits(self.door.secret, binding, given) for binding in bindings)

    def _reader(self) -> str:
        """For whom a flash and a form's own token are: the login, whose web session may be another one by then."""
        return f"login {self.viewer.login_id}" if self.viewer is not None else self.binding

    def _flash(self) -> Flash | None:
        value = self.asked.cookies.get(cookie_name(self.door.settings, "-flash"))
        return flashes.unpack(self.door.secret, self._reader(), value) if value else None

    def _cookies(self) -> list[Cookie]:
        cookies = []
        if self.new_door:
            cookies.append(cookie(self.door.settings, "-door", self.new_door))
        if self.frame is not None and self.frame.flash is not None:
            cookies.append(cookie(self.door.settings, "-flash", "", seconds=0))
        return cookies


def _error(
    door: Door, asked: Asked, error: Exception, found: Fault, frame: Frame | None, began: float
) -> Response[bytes]:
    """The page of an error. What is not found looks the same to everybody, whether it is hidden or does not exist."""
    missing = found.kind is ErrorKind.NOT_FOUND
    reference = None if missing else asked.reference
    language = frame.language if frame else _language(door, asked)
    if frame is None or missing:
        frame = bare(now=door.instant(), path=asked.path, language=_language(door, asked) if missing else language)
    shown = error_page(error, found, asked.path, frame.language, reference)
    headers = {"Retry-After": "60"} if found.status in (429, 503) else {}
    if isinstance(error, HTTPException) and error.headers:
        headers |= {name: value for name, value in error.headers.items() if name.lower() in ("allow", "retry-after")}
    _log(door, asked, found.status, began, place=found.place, code=found.code)
    if asked.twin:
        return packed(asked.headers, as_json({"error": shown}), JSON, found.status, headers)
    return packed(asked.headers, render(shown, frame).encode(), HTML, found.status, headers)


def _log(door: Door, asked: Asked, status: int, began: float, **more: str | None) -> None:
    """One line a request, and one count: no path, no query, no person."""
    seconds = time.perf_counter() - began
    door.meters.answered(asked.method, asked.template, status, seconds)
    write = log.error if status >= 500 else log.info
    write(
        "page",
        method=asked.method,
        template=asked.template,
        status=status,
        reference=asked.reference,
        ms=round(1000 * seconds, 1),
        **{name: value for name, value in more.items() if value is not None},
    )


def _around(frame: Frame, shown: Shown) -> Frame:
    if not shown.trail and not shown.drafts and shown.refresh_seconds is None:
        return frame
    return replace(frame, trail=shown.trail, refresh_seconds=shown.refresh_seconds, drafts=shown.drafts)


def _language(door: Door, asked: Asked) -> Language:
    return chosen(_cookie(door, asked))


def _cookie(door: Door, asked: Asked) -> str | None:
    """The language that this browser chose, if it did."""
    return asked.cookies.get(cookie_name(door.settings, "-language"))


def _redirect(to: str, cookies: list[Cookie]) -> Response[bytes]:
    return Response(b"", status_code=303, headers={"Location": local(to), "Content-Type": HTML}, cookies=cookies)


def _path_value(value: str, hint: Any) -> Any:
    try:
        return convert(reduce(str.removesuffix, SUFFIXES, value), hint)
    except Invalid as error:
        raise NotFound("page") from error


def _typed(path: str) -> str:
    """`/sessions/{code}`, or what `paths` makes of it, as Litestar writes it."""
    said = path.replace("%7B", "{").replace("%7D", "}")
    if any("{" in part and not (part.startswith("{") and part.endswith("}")) for part in said.split("/")):
        raise ValueError(f"a value is a whole part of a path, between two slashes: {said}")
    return said.replace("}", ":str}")


def _paths(path: str, open_: bool) -> list[str]:
    """The path of a page and those of its data twins; a value at the end of a path carries the suffix itself."""
    return (
        [_typed(path)]
        if open_ or path.endswith(("}", "%7D"))
        else [_typed(path), *(_typed(path) + suffix for suffix in SUFFIXES)]
    )
