#!/bin/sh
# Lighthouse with these arguments; its first use installs it, in a folder of its own.
set -eu

. tools/node.sh
installed benchmarks/lighthouse >&2
exec node benchmarks/lighthouse/node_modules/lighthouse/cli/index.js "$@"
