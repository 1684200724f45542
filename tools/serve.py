"""What `make run` does when all is installed: migrations, demo data, then one server process in its own place."""

import os
import socket
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
EVERYWHERE = {"0.0.0.0", "::"}


def demand_free(host: str, port: int) -> None:
    """Ends with a plain sentence where something else listens already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sys.exit(
                f"Cannot listen on {host}:{port} ({error.strerror}). Is FlowPilot running already?\n"
                f"Another port: make run PORT={port + 1}"
            )


def prepare() -> None:
    """Brings the database up to date and, in the demo, fills it and prints who can sign in."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    if settings.DEMO:
        call_command("seed_demo")


def main() -> None:
    """Prepares and serves; HOST and PORT come from the environment."""
    host, port = os.environ.get("HOST") or "127.0.0.1", int(os.environ.get("PORT") or 8000)
    demand_free(host, port)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flowpilot.settings")
    # Somebody at a terminal waits for Ctrl+C; behind a proxy replies get a minute to finish.
    os.environ.setdefault("FLOWPILOT_DRAIN_SECONDS", "5")
    if host not in LOOPBACK | EVERYWHERE:
        os.environ.setdefault("FLOWPILOT_ALLOWED_HOSTS", f"{host},localhost,127.0.0.1")
    sys.path.insert(0, str(ROOT))
    prepare()

    shown = "localhost" if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    print(f"\nFlowPilot: http://{shown}:{port}/   (Ctrl+C ends it)\n", flush=True)
    server = ["-m", "uvicorn", "flowpilot.asgi:application", "--host", host, "--port", str(port), "--lifespan", "on"]
    quiet = ["--no-proxy-headers", "--timeout-graceful-shutdown", "1", "--no-access-log", "--log-level", "warning"]
    os.execv(sys.executable, [sys.executable, *server, *quiet])


if __name__ == "__main__":
    main()
