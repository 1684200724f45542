#!/bin/sh
# Makes sure that a Chromium is there for the journeys; as root on Debian it installs one.
set -eu

for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the browser tests."
    apt-get update -qq
    # The headless shell is quicker; releases that lack it have the browser.
    for package in chromium-headless-shell chromium; do
        if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1; then
            exit 0
        fi
    done
    echo "Chromium could not be installed; see: apt-get install chromium" >&2
    exit 1
else
    echo "The browser tests need Chromium or Chrome on PATH. On Debian: sudo apt-get install chromium" >&2
    exit 1
fi
