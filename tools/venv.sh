#!/bin/sh
# Makes .venv, or says in plain words why it cannot.
set -eu
python=${PYTHON:-python3}

if ! command -v "$python" >/dev/null; then
    echo "FlowPilot needs Python 3.11 or newer, and there is no $python here." >&2
    exit 1
fi
if ! "$python" -c "import sys; sys.exit(sys.version_info < (3, 11))"; then
    echo "FlowPilot needs Python 3.11 or newer; $python is $("$python" -V 2>&1)." >&2
    echo "Name a newer one: make PYTHON=python3.12 run" >&2
    exit 1
fi
if ! "$python" -c "import venv, ensurepip" 2>/dev/null; then
    echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
fi
"$python" -m venv .venv
