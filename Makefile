# make run     the demo on http://127.0.0.1:8000 (HOST, PORT)
# make test    the whole suite, in Chromium and on PostgreSQL too
# make check   lint, import layers, deployment check, missing migrations
# make eval    how well problems lead to their runbooks, and each miss
# make bench   what things cost, measured
# make screenshots   pictures of every page and state, and those in README

PY := .venv/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check
SOURCES := build.mjs package.json package-lock.json $(shell find static -type f -not -path "static/dist/*" 2>/dev/null)

# A virtual environment whose Python is gone, or that was copied from elsewhere, is made again.
BROKEN := $(shell [ ! -d .venv ] || $(PY) -c "import pip" 2>/dev/null || rm -rf .venv)

.PHONY: run test check eval bench screenshots format clean

run: .venv/.requirements staticfiles/.stamp .env
	@$(PY) tools/serve.py

test: .venv/.requirements-dev static/dist/.stamp
	@tools/chromium.sh
	@$(PY) manage.py test

check: .venv/.requirements-dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djlint --quiet --lint templates
	.venv/bin/lint-imports --no-logo
	tools/check_django.sh

eval: .venv/.requirements-dev
	@$(PY) tools/evaluate.py

bench: .venv/.requirements-dev staticfiles/.stamp
	@tools/chromium.sh
	@$(PY) benchmarks/matching.py
	@$(PY) benchmarks/editor.py
	@$(PY) benchmarks/library.py
	@$(PY) benchmarks/api.py
	@$(PY) benchmarks/pages.py
	@$(PY) benchmarks/answers.py
	@$(PY) benchmarks/presses.py
	@$(PY) benchmarks/scores.py

screenshots: .venv/.requirements-dev staticfiles/.stamp
	@tools/chromium.sh
	@$(PY) tools/screenshots.py

format: .venv/.requirements-dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

clean:
	rm -rf .venv node_modules benchmarks/lighthouse/node_modules static/dist staticfiles var .pytest_cache .ruff_cache .import_linter_cache test-results

$(PY):
	@tools/venv.sh

.venv/.requirements: requirements.txt constraints.txt | $(PY)
	@echo "Installing what the product needs."
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.requirements-dev: .venv/.requirements requirements-dev.txt
	@echo "Installing what tests and checks need."
	@$(PIP) -r requirements-dev.txt
	@touch $@

static/dist/.stamp: $(SOURCES) tools/build.sh tools/node.sh tools/fonts.py .venv/.requirements
	@echo "Building styles and scripts."
	@tools/build.sh
	@touch $@

staticfiles/.stamp: static/dist/.stamp .env
	@echo "Preparing static files."
	@$(PY) manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@

.env:
	@umask 077 && printf 'FLOWPILOT_DEMO=1\nFLOWPILOT_SECRET_KEY=%s\n' \
	  "$$($(or $(PYTHON),python3) -c 'import secrets; print(secrets.token_urlsafe(50))')" > $@
