#!/bin/sh
# Installs the locked npm packages and builds static/dist.
set -eu

. tools/node.sh
installed .
node build.mjs
.venv/bin/python tools/fonts.py
