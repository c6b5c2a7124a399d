"""The command line: each command's module is loaded when it is called, so that none pays for the web."""

import importlib
import json
import sys
from typing import Any

import rich_click as click

COMMANDS = {
    "demo": "cop.commands.demo",
    "serve": "cop.commands.serving",
    "web": "cop.commands.serving",
    "worker": "cop.commands.serving",
    "database": "cop.commands.serving",
    "init": "cop.commands.founding",
    "migrate": "cop.commands.founding",
    "doctor": "cop.commands.doctor",
    "settings": "cop.commands.doctor",
    "import": "cop.commands.lists",
    "export": "cop.commands.exporting",
    "people": "cop.commands.people",
    "clusters": "cop.commands.clusters",
    "cascade": "cop.commands.cascade",
    "messages": "cop.commands.messages",
    "network": "cop.commands.network",
    "rehearsal": "cop.commands.rehearsal",
    "sms": "cop.commands.sms",
    "users": "cop.commands.users",
    "backup": "cop.commands.safety",
    "restore": "cop.commands.safety",
    "move-database": "cop.commands.moving",
    "stop-sending": "cop.commands.switching",
    "resume-sending": "cop.commands.switching",
    "reconcile": "cop.commands.reconciling",
}
"""The name of a command and the module that holds it as an attribute of that name (`import_` for import, `_` for -)."""

AS_JSON = "cop.as_json"


class Doors(click.RichGroup):
    """Looks a command up in COMMANDS; with --json a wrong use is told as a document too."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[AS_JSON] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            if ctx.meta[AS_JSON]:
                document = {"error": {"key": "usage", "sentence": error.format_message()}}
                click.echo(json.dumps(document, ensure_ascii=False))
            raise

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[name])
        command: click.Command = getattr(module, name.replace("-", "_") if name != "import" else "import_")
        return command


@click.group(cls=Doors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="cop")
def cop() -> None:
    """Coordinate teacher training: clusters, a cascade, reminders by SMS.

    Try it: cop demo
    """


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line."""
    return cop(args=arguments if arguments is not None else sys.argv[1:], prog_name="cop")


if __name__ == "__main__":
    main()
