"""The ``comptoir`` command: the only place that knows every program. Each is imported when it is asked for."""

import argparse
import base64
import binascii
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path

from sync.places import settings_file


def main(argv: Sequence[str] | None = None) -> int:
    """Run one program; 0 when it ended well, 1 when it found something wrong, 2 for a wrong command or setting."""
    arguments = _parser().parse_args(argv)
    from sqlalchemy.exc import OperationalError

    from sync.configuration import SettingsError
    from sync.identity.enrolment import EnrolmentError
    from sync.identity.keys import KeyTrouble

    try:
        return int(arguments.act(arguments))
    except (SettingsError, EnrolmentError, KeyTrouble) as error:
        print(error, file=sys.stderr)
    except OperationalError as error:
        print(f"the database can't be opened: {error.orig}", file=sys.stderr)
    except binascii.Error:
        print("--public-key isn't base64; take what `comptoir identity` printed on the device", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="comptoir", description="The shop: tills, the store's agent, the ledger.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text, act in (
        ("till", "open the till's window", _till),
        ("agent", "run the store's agent", _agent),
    ):
        program = commands.add_parser(name, help=text)
        _add_config(program, name)
        program.set_defaults(act=act)
    _add_ledger(commands)
    _add_identity(commands)
    _add_pin(commands)
    _add_demo(commands)
    _add_verify(commands)
    _add_simulate(commands)
    doctor = commands.add_parser("doctor", help="look for what keeps a program from working")
    doctor.add_argument("--config", type=Path, action="append", default=[], help="a program's TOML file")
    doctor.set_defaults(act=_doctor)
    return parser


def _add_config(parser: argparse.ArgumentParser, program: str) -> None:
    default = settings_file(program)
    parser.add_argument("--config", type=Path, default=default, help=f"the program's TOML file (default: {default})")


def _add_ledger(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ledger = commands.add_parser("ledger", help="run the central ledger, or enrol a device with it")
    _add_config(ledger, "ledger")
    ledger.set_defaults(act=_ledger)
    below = ledger.add_subparsers(dest="task")
    enrol = below.add_parser("enrol", help="let a device in: its key is known from now on")
    enrol.add_argument("--config", type=Path, default=argparse.SUPPRESS, help="the same, after the task")
    enrol.add_argument("--store", required=True)
    enrol.add_argument("--device", required=True)
    enrol.add_argument("--kind", required=True, choices=["till", "agent"])
    enrol.add_argument("--public-key", required=True, help="what `comptoir identity` printed on the device")
    enrol.set_defaults(act=_enrol)
    revoke = below.add_parser("revoke", help="let a device in no more, such as one that was stolen; its log stays")
    revoke.add_argument("--config", type=Path, default=argparse.SUPPRESS, help="the same, after the task")
    revoke.add_argument("--device", required=True)
    revoke.set_defaults(act=_revoke)


def _add_identity(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    identity = commands.add_parser("identity", help="make this device's key, or show the one it has")
    identity.add_argument("--folder", type=Path, required=True, help="where the program keeps its data")
    identity.add_argument("--store", required=True)
    identity.add_argument("--device", required=True)
    identity.set_defaults(act=_identity)


def _add_pin(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    pin = commands.add_parser("pin", help="hash a PIN for the staff feed; asks for it, so that no shell remembers it")
    pin.add_argument("--pepper", type=Path, required=True, help="the store's pepper.key, made if there is none")
    pin.set_defaults(act=_pin)


def _add_demo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = commands.add_parser("demo", help="a whole shop on this machine")
    demo.add_argument("--headless", action="store_true", help="no window: a scripted day that checks its own books")
    demo.add_argument("--seed", type=int, default=1, help="another seed is another shop and another day")
    demo.add_argument("--minutes", type=int, default=30, help="shop minutes that the scripted day lasts")
    demo.add_argument("--size", type=int, default=2_000, help="articles in the catalogue, up to 1,000,000")
    demo.add_argument("--units", type=int, default=1_200, help="tagged units in the store, up to 200,000")
    demo.add_argument("--clients", type=int, default=300, help="clients of the chain")
    demo.add_argument("--folder", type=Path, help="where to keep its data and pictures (default: a new temporary one)")
    demo.set_defaults(act=_demo)


def _add_simulate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    simulate = commands.add_parser("simulate", help="how often the RFID engine is right, on simulated physics")
    simulate.add_argument("--seed", type=int, default=1, help="the first seed")
    simulate.add_argument("--seeds", type=int, default=1, help="how many seeds; more make the intervals narrower")
    simulate.add_argument("--quick", action="store_true", help="fewer passages, no day at the gate")
    simulate.add_argument("--workers", type=int, default=1, help="processes that share the work")
    simulate.set_defaults(act=_simulate)


def _add_verify(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    verify = commands.add_parser("verify", help="check the books: chains, equal logs, stock and cash")
    verify.add_argument("--till", action="append", default=[], help="a till's database file")
    verify.add_argument("--agent", action="append", default=[], help="an agent's database file")
    verify.add_argument("--ledger", help="the ledger's database: a file or a postgresql:// address")
    verify.set_defaults(act=_verify)


def _till(arguments: argparse.Namespace) -> int:
    from store_app.settings import load_settings
    from store_app.wiring import run

    return run(load_settings(arguments.config))


def _agent(arguments: argparse.Namespace) -> int:
    from edge_agent.collector import paused

    with paused():  # a fifth less time for the imports, which leave no garbage
        from edge_agent.settings import load_settings
        from edge_agent.wiring import run

    return run(load_settings(arguments.config))


def _ledger(arguments: argparse.Namespace) -> int:
    from sync.ledger.settings import load_settings
    from sync.ledger.wiring import run

    return run(load_settings(arguments.config))


def _enrol(arguments: argparse.Namespace) -> int:
    from sync.ledger.settings import load_settings
    from sync.ledger.wiring import enrol

    public = base64.b64decode(arguments.public_key, validate=True)
    own = enrol(load_settings(arguments.config), arguments.store, arguments.device, arguments.kind, public)
    print(f"{arguments.device} of {arguments.store} is enrolled. The ledger's own public key, for its settings file:")
    print(base64.b64encode(own).decode())
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    from sync.ledger.settings import load_settings
    from sync.ledger.wiring import revoke

    store = revoke(load_settings(arguments.config), arguments.device)
    print(f"{arguments.device} of {store} is let in no more. A device in its place gets a new id and a new key.")
    return 0


def _identity(arguments: argparse.Namespace) -> int:
    from sync.identity.keys import Identity

    identity = Identity.load_or_create(arguments.folder, arguments.store, arguments.device)
    print(base64.b64encode(identity.public).decode())
    return 0


def _pin(arguments: argparse.Namespace) -> int:
    from sync.identity.pins import hash_pin, load_or_create_pepper

    pin = getpass.getpass("PIN (4 digits): ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    if not (pin.isascii() and pin.isdigit() and len(pin) == 4):
        print("a PIN has four digits", file=sys.stderr)
        return 2
    print(hash_pin(pin, load_or_create_pepper(arguments.pepper)))
    return 0


def _demo(arguments: argparse.Namespace) -> int:
    from installer.demo.run import run_demo

    return run_demo(arguments)


def _simulate(arguments: argparse.Namespace) -> int:
    from installer.simulate.report import run

    return run(arguments)


def _verify(arguments: argparse.Namespace) -> int:
    from installer.books import verify_books

    return verify_books(tills=arguments.till, agents=arguments.agent, ledger=arguments.ledger)


def _doctor(arguments: argparse.Namespace) -> int:
    from installer.doctor import examine

    return examine(arguments.config)


if __name__ == "__main__":
    sys.exit(main())
