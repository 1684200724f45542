#!/bin/sh
# Django's own checks: production settings without a warning, and no model change without its migration.
set -eu
# Nothing of this machine's .env: what is checked is what a server gets.
export FLOWPILOT_ENV_FILE=/dev/null FLOWPILOT_DEMO=0 FLOWPILOT_DEBUG=0
export FLOWPILOT_SECRET_KEY="only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz"
export FLOWPILOT_ALLOWED_HOSTS=flowpilot.example FLOWPILOT_DATABASE_URL=sqlite://:memory:
.venv/bin/python manage.py check --deploy --fail-level WARNING
.venv/bin/python manage.py makemigrations --check --dry-run
