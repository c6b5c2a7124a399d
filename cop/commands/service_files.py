"""The files that make `cop` a service of the machine: systemd units, the settings file, proxies, a way to call it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from cop.commands.told import example_file

EXECUTABLE = PurePosixPath("/opt/cop/bin/cop")
"""Where the written guide installs it."""
EXAMPLE_ADDRESS = "https://cop.example.org"
SETTINGS = PurePosixPath("/etc/cop/cop.env")
DATA = PurePosixPath("/var/lib/cop")
UNITS = PurePosixPath("/etc/systemd/system")
USERS_FOLDER = PurePosixPath("/etc/sysusers.d")
CALLER = PurePosixPath("/usr/local/bin/cop")


@dataclass(frozen=True, slots=True)
class ServiceFile:
    """One file: where it goes, what it says, who may read it."""

    path: PurePosixPath
    content: str
    mode: int = 0o644


ISOLATION = """\
User=cop
Group=cop
StateDirectory=cop
StateDirectoryMode=0700
WorkingDirectory=%S/cop
Environment=COP_DATA_DIR=%S/cop
EnvironmentFile=-{settings}
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ProtectHome=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
PrivateDevices=yes
PrivateTmp=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
"""
"""What every unit of ours may not do; all share one user of their own and its folder of state."""

STAYING = """\
[Unit]
Description={description}
{after}
[Service]
Type=notify
ExecStart={executable} {command}
Restart={restart}
RestartSec=2
{watched}TimeoutStopSec={patience}
KillMode=mixed
{isolation}
[Install]
WantedBy=multi-user.target
"""

ONCE = """\
[Unit]
Description={description}
{after}
[Service]
Type=oneshot
ExecStart={executable} {command}
{isolation}"""

TIMER = """\
[Unit]
Description={description}

[Timer]
OnCalendar={when}
RandomizedDelaySec={spread}
Persistent=yes

[Install]
WantedBy=timers.target
"""

CALL = """\
#!/bin/sh
# Runs a command of cop as its services do: the same user, settings and data. It must be called by root.
# A list that it shall read must stand where everybody may read, such as /srv.
set -eu
[ "$(id -u)" = 0 ] || {{ echo "Call it as root: sudo cop $*" >&2; exit 1; }}
if [ -t 0 ] && [ -t 1 ]; then way=--pty; else way=--pipe; fi
if runuser --user=cop -- test -x "$PWD"; then here=$PWD; else here={data}; fi
exec systemd-run --quiet --collect --wait "$way" --working-directory="$here" \\
    --uid=cop --gid=cop --property=StateDirectory=cop --property=StateDirectoryMode=0700 \\
    --property=EnvironmentFile=-{settings} --property=UMask=0077 --setenv=COP_DATA_DIR={data} \\
    {executable} "$@"
"""

USERS = """\
# PostgreSQL starts for no user without a name, so the services have one of their own; nobody signs in as cop.
u cop - "cop, teacher training" {data}
"""

CADDY = """\
# Caddy gets and renews the certificate by itself. Take this into /etc/caddy/Caddyfile, then: systemctl reload caddy
{host} {{
	encode gzip
	request_body {{
		max_size 12MB
	}}
	# Numbers of the house, for a monitoring system on this machine only.
	@private path /metrics
	respond @private 404
	reverse_proxy 127.0.0.1:8765 {{
		# Progress of long work is told in small pieces.
		flush_interval -1
	}}
	handle_errors {{
		header Content-Type "text/html; charset=utf-8"
		header Retry-After 60
		respond "{away}" 503
	}}
}}
"""

NGINX = """\
# Take this into /etc/nginx/sites-enabled/; the two files of the certificate are yours to name.
server {{
    listen 443 ssl;
    listen [::]:443 ssl;
    server_name {host};
    ssl_certificate /etc/ssl/certs/{host}.pem;
    ssl_certificate_key /etc/ssl/private/{host}.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    server_tokens off;
    client_max_body_size 12m;

    # Numbers of the house, for a monitoring system on this machine only.
    location = /metrics {{ return 404; }}

    location / {{
        proxy_pass http://127.0.0.1:8765;
        proxy_http_version 1.1;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        # Progress of long work is told in small pieces.
        proxy_buffering off;
    }}

    error_page 502 504 = @away;
    location @away {{
        default_type "text/html; charset=utf-8";
        add_header Retry-After 60 always;
        return 503 '{away}';
    }}
}}
server {{
    listen 80;
    listen [::]:80;
    server_name {host};
    return 301 https://$host$request_uri;
}}
"""

AWAY = (
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content=width=device-width><title>cop</title>"
    "<h1>Back in a minute</h1><p>The pages are being renewed. Nothing is lost. Load this page again soon."
    "<p lang=ur dir=rtl>صفحات نئے کیے جا رہے ہیں۔ کچھ ضائع نہیں ہوا۔ تھوڑی دیر میں دوبارہ کھولیں۔"
)
"""What a proxy says while the pages do not answer."""

AFTER_NETWORK = "After=network.target\n"
WITH_DATABASE = "Wants=cop-database.service\nAfter=network.target cop-database.service\n"


def service_files(executable: PurePosixPath = EXECUTABLE, address: str = EXAMPLE_ADDRESS) -> Mapping[str, ServiceFile]:
    """Every file by its name; `address` is what people type into their browser, https and a host."""
    isolation = ISOLATION.format(settings=SETTINGS)
    host = address.removeprefix("https://").rstrip("/")

    def staying(description: str, command: str, *, after: str, restart: str, watched: bool, patience: int) -> str:
        return STAYING.format(
            description=description,
            after=after,
            executable=executable,
            command=command,
            restart=restart,
            watched="WatchdogSec=60\n" if watched else "",
            patience=patience,
            isolation=isolation,
        )

    def once(description: str, command: str) -> str:
        return ONCE.format(
            description=description, after=WITH_DATABASE, executable=executable, command=command, isolation=isolation
        )

    units = {
        "cop-database.service": staying(
            "cop: the embedded PostgreSQL",
            "database",
            after=AFTER_NETWORK,
            restart="on-failure",
            watched=False,
            patience=60,
        ),
        "cop-web.service": staying(
            "cop: the pages", "web", after=WITH_DATABASE, restart="always", watched=True, patience=20
        ),
        "cop-worker.service": staying(
            "cop: the worker that sends, reads and keeps the time",
            "worker",
            after=WITH_DATABASE,
            restart="always",
            watched=True,
            patience=40,
        ),
        "cop-backup.service": once("cop: a backup", "backup"),
        "cop-backup.timer": TIMER.format(
            description="cop: a backup every night", when="*-*-* 02:30:00 Asia/Karachi", spread="10min"
        ),
        "cop-restore-check.service": once("cop: restore the newest backup aside and compare", "restore --check latest"),
        "cop-restore-check.timer": TIMER.format(
            description="cop: try the restore every month", when="*-*-03 03:30:00 Asia/Karachi", spread="30min"
        ),
    }
    return {
        **{name: ServiceFile(UNITS / name, content) for name, content in units.items()},
        "cop.sysusers": ServiceFile(USERS_FOLDER / "cop.conf", USERS.format(data=DATA)),
        "cop.env.example": ServiceFile(SETTINGS, example_file(), 0o600),
        "cop": ServiceFile(CALLER, CALL.format(settings=SETTINGS, data=DATA, executable=executable), 0o755),
        "Caddyfile": ServiceFile(SETTINGS.parent / "Caddyfile", CADDY.format(host=host, away=AWAY)),
        "nginx.conf": ServiceFile(SETTINGS.parent / "nginx.conf", NGINX.format(host=host, away=AWAY)),
    }
