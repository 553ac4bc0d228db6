"""`service`: a systemd unit for where this is installed, hardened, to be put in place by the operator."""

import getpass
import pwd
import shutil
import sys
from contextlib import suppress
from os import getuid
from pathlib import Path

import click

from integration.config import Place, load_place

UNIT = """\
# Made by `backstride service`. To install it:
#   {command} service | sudo tee /etc/systemd/system/backstride.service
#   sudo systemctl daemon-reload && sudo systemctl enable --now backstride
[Unit]
Description=Backstride, recovery notes under a runner's Strava activities
Wants=network-online.target
After=network-online.target postgresql.service valkey.service redis.service

[Service]
Type=exec
User={user}
WorkingDirectory={home}
Environment={environment}
Environment=PYTHONUNBUFFERED=1
ExecStartPre=+/usr/bin/install --directory --owner={user} --mode=0700 {data_dir}
ExecStart={command} run
Restart=on-failure
RestartSec=5
TimeoutStopSec=20
KillMode=mixed
UMask=0077

CapabilityBoundingSet=
AmbientCapabilities=
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={data_dir}
ProtectHome={protect_home}
PrivateTmp=yes
PrivateDevices=yes
PrivateUsers=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
"""


@click.command()
@click.option("--user", help="The user that runs it; default: you.")
def service(user: str | None) -> None:
    """Print a systemd unit that runs Backstride from where it is installed, and restarts it with the machine."""
    click.echo(unit(load_place(), user or _me(), _command()), nl=False)


def unit(place: Place, user: str, command: Path) -> str:
    """Return the unit's text. It may write to DATA_DIR alone, and sees no home unless it lies in one."""
    places = (command, place.checkout, place.data_dir, Path(sys.base_prefix))
    at_home = any(path.is_relative_to(home) for path in places for home in _homes())
    return UNIT.format(
        command=_quoted(str(command)),
        user=user,
        home=_quoted(str(place.checkout)),
        data_dir=_quoted(str(place.data_dir)),
        environment=_quoted(f"DATA_DIR={place.data_dir}"),
        protect_home="read-only" if at_home else "yes",
    )


def _homes() -> list[Path]:
    return [Path("/home"), Path("/root"), Path("/run/user"), Path.home()]


def _me() -> str:
    with suppress(KeyError):
        return pwd.getpwuid(getuid()).pw_name
    return getpass.getuser()


def _command() -> Path:
    beside = Path(sys.executable).with_name("backstride")
    return beside if beside.exists() else Path(shutil.which("backstride") or sys.argv[0]).resolve()


def _quoted(text: str) -> str:
    """Return the word as systemd reads it: % begins a specifier, and a blank ends a word."""
    text = text.replace("\\", "\\\\").replace("%", "%%").replace('"', '\\"')
    return f'"{text}"' if " " in text else text
