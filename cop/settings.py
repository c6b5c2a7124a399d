"""Every setting of the installation: its name, its default and its sentence; read once, handed down as values."""

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from clusters.calendar.rules import CalendarRules
from clusters.kernel.errors import Invalid
from messaging.channels.base import Medium
from messaging.channels.plan import REHEARSAL, Routes, Sender

CHANNELS = (REHEARSAL, "twilio", "android")
_SENDER = re.compile(
    r"(?P<whatsapp>whatsapp:)?(?P<name>\+?[A-Za-z0-9 ]{2,34})"
    r"(?:=(?:(?P<pace>[0-9]+(?:\.[0-9]+)?)/s)?\s*(?:(?P<day>[0-9]+)/day)?)?"
)
ONLY_FOR_TESTS = frozenset({"COP_TEST_DATABASE_URL", "COP_SHARED_DATA", "COP_BROWSER_REQUIRED"})


def _setting(default: Any, sentence: str, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"sentence": sentence, "secret": secret})


@dataclass(frozen=True)
class Settings:
    """What the environment may say; a field called `port` is read from COP_PORT."""

    data_dir: Path = _setting(
        Path("cop-data"), "Folder for the embedded database, the spool and the secret; deleting it removes all trace."
    )
    database_url: str = _setting(
        "", "Address of a PostgreSQL server (15 or later); empty means the embedded one.", secret=True
    )
    host: str = _setting("127.0.0.1", "Address the web pages listen on; anything but this machine needs https.")
    port: int = _setting(8765, "Port of the web pages; if it is taken, `cop demo` tries the next ones.")
    public_url: str = _setting("", "Address people type into their browser; empty means http://HOST:PORT.")
    now: datetime | None = _setting(
        None, "An instant at which the clock starts, for rehearsals; refused when a real route is configured."
    )
    window: str = _setting(
        "",
        "Hours in which texts may go, such as 09:00-19:00; empty means weekdays 9-19, weekends 10-18, Friday prayer.",
    )
    reminders: str = _setting("7d,1d,0d", "When reminders go before a training session; 0d is the morning of the day.")
    closed_days: str = _setting("fri,sun", "Days of the week without training sessions.")
    ramadan_closed: bool = _setting(True, "Whether no training sessions are planned in Ramadan.")
    holidays_closed: bool = _setting(True, "Whether no training sessions are planned on public holidays.")
    fixed_holidays: str = _setting(
        "", "Holidays of the moon whose first day a person fixed, such as 2027-03-10=2027-03-11: estimated, then real."
    )
    bounds: str = _setting(
        "23.5,60.8,37.2,77.9", "South, west, north and east edge of the country, to judge coordinates."
    )
    reply_number: str = _setting("0345-1234567", "The number people can answer to or call, printed in invitations.")
    call_number: str = _setting(
        "",
        "Number of the gateway phone, where it reports missed calls: one says yes to an invitation. Empty: none does.",
    )
    sms_out: str = _setting("rehearsal", "The channel SMS go out by: rehearsal, twilio or android.")
    sms_in: str = _setting("rehearsal", "The channel SMS come in by; often another one than the one they go out by.")
    whatsapp: str = _setting("", "The channel of WhatsApp, both ways: twilio, rehearsal, or empty for none.")
    whatsapp_first: str = _setting(
        "wrote",
        "Who is texted on WhatsApp first: wrote (whose last text came that way, or who chose it), chose, or everybody.",
    )
    whatsapp_templates: Path = _setting(
        Path(), "File of the templates that WhatsApp approved, a TOML table for each text; empty means none."
    )
    senders: str = _setting(
        "",
        "Numbers or names that texts go out from, with their pace and a daily cap:"
        " 8555=10/s, +923001234567=0.2/s 500/day, whatsapp:+923001234567=20/s. Empty: what the channel itself has.",
    )
    twilio_account: str = _setting("", "Account SID at Twilio, AC and 32 figures.")
    twilio_token: str = _setting("", "The account's auth token.", secret=True)
    twilio_address: str = _setting("https://api.twilio.com", "Where the provider's REST interface is found.")
    android_address: str = _setting(
        "", "Where the SMS gateway app on the phone with the SIM is found, such as http://192.168.1.20:8080."
    )
    android_user: str = _setting("", "User name of the gateway app.")
    android_password: str = _setting("", "Password of the gateway app.", secret=True)
    android_key: str = _setting("", "Key with which the gateway app signs what it brings.", secret=True)
    segment_price: float = _setting(
        2.0, "Example price of one SMS segment in rupees, for the cost shown before sending."
    )
    texts_a_day: int = _setting(4, "Reminders and announcements to one number in 24 hours at most; the rest wait.")
    texts_a_week: int = _setting(
        12, "The same in seven days, of one number and of one person; answers, moves and cancellations do not count."
    )
    circle_texts_a_day: int = _setting(1_000, "Texts about one circle in 24 hours at most; the rest wait.")
    programme_texts_an_hour: int = _setting(10_000, "Texts of the whole programme in an hour at most; the rest wait.")
    programme_texts_a_day: int = _setting(50_000, "The same in 24 hours.")
    month_budget: float = _setting(
        0.0, "Rupees that the texts of a month may cost; at 80 % somebody is told, at 100 % they wait. 0 is no limit."
    )
    certificate_share: float = _setting(
        1.0, "Share of the days of a course that must be attended for a certificate; make-ups count."
    )
    code_digits: int = _setting(
        6,
        "Digits of the one-time codes that confirm what affects others; at least 2 and never 4, as session codes have.",
    )
    pool: int = _setting(10, "Connections to the database, and threads that answer pages, in one process.")
    secret: str = _setting(
        "", "Key for tags of addresses and numbers in logs; empty means one made in the data folder.", secret=True
    )
    backup_dir: Path = _setting(
        Path(), "Folder for backups, best on another disk; empty means the folder backups in COP_DATA_DIR."
    )
    backup_key: str = _setting(
        "",
        "What seals backups: an age recipient (age1...) or a passphrase of 12 letters or more; empty leaves them open.",
        secret=True,
    )
    backup_identity: str = _setting(
        "",
        "The age identity that opens what was sealed for a recipient; needed to restore and to try.",
        secret=True,
    )
    backups_daily: int = _setting(7, "Days of which the last backup is kept.")
    backups_weekly: int = _setting(5, "Weeks of which the last backup is kept.")
    backups_monthly: int = _setting(12, "Months of which the last backup is kept.")
    smallest_group: int = _setting(10, "Persons below whom no figure of a community is shown; never under 10.")
    engine: str = _setting(
        "auto", "What measures whole networks: default (numpy), fast (compiled; extra cop[fast]), auto (fast if there)."
    )
    network_stewards: str = _setting(
        "",
        "Sign-in names, by commas, of who may take out the network between persons with `cop network export`; nobody.",
    )
    keep_texts_months: int = _setting(24, "Months after which words and numbers of texts are forgotten.")
    keep_readings_months: int = _setting(12, "Months after which it is forgotten how texts were read.")
    keep_audit_months: int = _setting(84, "Months after which the audit trail is forgotten; never before 84.")
    keep_views_months: int = _setting(12, "Months after which looks at a community are forgotten; never before 3.")
    failpoints: str = _setting("", "Points at which a test kills a process; only where no text leaves this machine.")

    given: frozenset[str] = field(default=frozenset(), compare=False)
    """Names of the fields that the environment set, also where they equal the default."""

    @classmethod
    def named(cls) -> "tuple[Field[Any], ...]":
        """The fields that people can set, in order."""
        return tuple(each for each in fields(cls) if "sentence" in each.metadata)

    def fixes(self, name: str) -> bool:
        """Is a field set from outside, by the environment or whoever made these settings?"""
        return name in self.given or getattr(self, name) != getattr(Settings, name)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the COP_ variables; unknown names and unreadable values are Invalid and name the nearest right one."""
        known = {f"COP_{f.name.upper()}": f for f in cls.named()}
        given: dict[str, Any] = {}
        for name, value in _opened(environ, {name for name, f in known.items() if f.metadata["secret"]}).items():
            if not name.startswith("COP_") or name in ONLY_FOR_TESTS:
                continue
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                if not near:
                    raise Invalid("setting_unlike_any", name=name)
                raise Invalid("setting_unknown", name=name, near=near[0])
            given[known[name].name] = _read(name, value, known[name].default)
        return cls(**given, given=frozenset(given))

    @property
    def address(self) -> str:
        """Where the pages are found."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def calendar(self) -> CalendarRules:
        """Which days are training days."""
        closed = {day.strip().lower() for day in self.closed_days.split(",")} - {""}
        if closed - {"fri", "sun"}:
            raise Invalid(
                "setting_unreadable", name="COP_CLOSED_DAYS", value=self.closed_days, wanted="fri, sun or both"
            )
        return CalendarRules(
            fridays_closed="fri" in closed,
            sundays_closed="sun" in closed,
            holidays_closed=self.holidays_closed,
            ramadan_closed=self.ramadan_closed,
            fixed=_fixed(self.fixed_holidays),
        )

    @property
    def routes(self) -> Routes:
        """Which channels carry texts out and in."""
        for name, value in (
            ("COP_SMS_OUT", self.sms_out),
            ("COP_SMS_IN", self.sms_in),
            ("COP_WHATSAPP", self.whatsapp),
        ):
            if value not in (CHANNELS if name != "COP_WHATSAPP" else ("", REHEARSAL, "twilio")):
                raise Invalid("setting_unreadable", name=name, value=value, wanted=", ".join(CHANNELS))
        return Routes(self.sms_out, self.sms_in, self.whatsapp, _senders(self.senders))

    @property
    def routes_on_loopback(self) -> bool:
        """Do all channels in use end on this machine, as those of tests do?"""
        addresses = {"twilio": self.twilio_address, "android": self.android_address}
        return all(
            urlsplit(addresses[name]).hostname in ("127.0.0.1", "localhost", "::1")
            for name in self.routes.used - {REHEARSAL}
        )

    @property
    def on_loopback(self) -> bool:
        """Are the pages served by plain http to this machine alone?"""
        return not self.address.startswith("https://") and self.host in ("127.0.0.1", "localhost", "::1")


def _opened(environ: Mapping[str, str], secrets: Collection[str]) -> Mapping[str, str]:
    """The environment, with each secret that stands in a file named by NAME_FILE read from there."""
    found = dict(environ)
    for name in secrets:
        file = found.pop(f"{name}_FILE", None)
        if file is None:
            continue
        if name in found:
            raise Invalid("setting_twice", name=name)
        try:
            found[name] = Path(file).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            raise Invalid("setting_file_unreadable", name=f"{name}_FILE", file=file, why=why) from error
    return found


def read_value(name: str, written: str) -> object:
    """The value of a field as the environment, the command line or a page writes it; Invalid when it is none."""
    return _read(f"COP_{name.upper()}", written, getattr(Settings, name))


def _fixed(written: str) -> tuple[tuple[date, date], ...]:
    """Holidays with a fixed first day, in order."""
    try:
        pairs = [part.split("=") for part in written.split(",") if part.strip()]
        return tuple(
            sorted(
                (date.fromisoformat(estimated.strip()), date.fromisoformat(real.strip())) for estimated, real in pairs
            )
        )
    except ValueError as error:
        raise Invalid(
            "setting_unreadable",
            name="COP_FIXED_HOLIDAYS",
            value=written,
            wanted="days like 2027-03-10=2027-03-11, joined by commas",
        ) from error


def _senders(written: str) -> tuple[Sender, ...]:
    """The pool of senders; a pace counts segments in a second."""
    found = []
    for part in filter(None, (part.strip() for part in written.split(","))):
        match = _SENDER.fullmatch(part)
        if match is None:
            raise Invalid(
                "setting_unreadable", name="COP_SENDERS", value=part, wanted="senders like +923001234567=1/s 500/day"
            )
        name, pace, day = match["name"], match["pace"], match["day"]
        medium = Medium.WHATSAPP if match["whatsapp"] else Medium.SMS
        found.append(Sender(name, medium, float(pace) if pace else None, int(day) if day else None))
    return tuple(found)


def _read(name: str, value: str, default: object) -> object:
    try:
        if name == "COP_NOW":
            instant = datetime.fromisoformat(value)
            return instant if instant.tzinfo else _refuse(name, value, "an instant with a zone, 2026-03-01T09:00+05:00")
        if isinstance(default, bool):
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[value.lower()]
        if isinstance(default, Path):
            return Path(value)
        if isinstance(default, int | float):
            return type(default)(value)
    except (ValueError, KeyError):
        _refuse(name, value, type(default).__name__ if default is not None else "an instant, 2026-03-01T09:00+05:00")
    return value


def _refuse(name: str, value: str, wanted: str) -> object:
    raise Invalid("setting_unreadable", name=name, value=value, wanted=wanted)
