# `make run` and `make test` are all a newcomer needs; `make help` lists the rest.
.DEFAULT_GOAL := help
HOST ?= 127.0.0.1
PORT ?= 8000
PY := .venv/bin/python
PIP_WHEEL := $(wildcard tools/pip-*.whl)
NEED := tools/need
FONT := /usr/share/fonts/truetype/dejavu=fonts-dejavu-core
CATALOGUE := locale/vi/LC_MESSAGES/django
export DJANGO_SETTINGS_MODULE ?= project.settings.dev

.PHONY: help run test bench lint types messages diagrams pictures check

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

.venv/bin/python:
	@python3 -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	  { echo "Python 3.11 is needed as python3: on Debian 12, apt-get install python3"; exit 1; }
	python3 -m venv --without-pip .venv

.venv/run.ok: requirements.txt | .venv/bin/python
	$(PY) $(PIP_WHEEL)/pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

.venv/dev.ok: requirements-dev.txt .venv/run.ok
	$(PY) $(PIP_WHEEL)/pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@

$(CATALOGUE).mo: $(CATALOGUE).po .venv/run.ok
	$(PY) tools/compile_catalogue.py

run: .venv/run.ok $(CATALOGUE).mo ## set-up, demo data when the database is empty, web and worker
	$(PY) manage.py serve --prepare --host $(HOST) --port $(PORT)

test: .venv/dev.ok $(CATALOGUE).mo ## set-up and all tests, in a browser too
	@$(NEED) chromium=chromium $(FONT) || { echo 'Without a browser: $(PY) -m pytest -m "not browser"'; exit 1; }
	DJANGO_SETTINGS_MODULE=project.settings.test $(PY) -m pytest -n auto --maxprocesses 8 --dist loadgroup -q

bench: .venv/dev.ok $(CATALOGUE).mo ## measure, and write docs/performance.md
	$(PY) tools/bench.py
	$(PY) tools/bench_board.py
	$(PY) tools/bench_reminders.py
	$(PY) tools/bench_members.py
	$(PY) tools/bench_evening.py

lint: .venv/dev.ok ## style, templates, the rooms' contracts
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/djlint templates --lint --quiet
	.venv/bin/lint-imports

types: .venv/dev.ok ## types
	DJANGO_SETTINGS_MODULE=project.settings.test .venv/bin/mypy .

messages: .venv/dev.ok ## collect the strings to translate
	@$(NEED) xgettext=gettext
	$(PY) tools/messages.py

diagrams: .venv/run.ok $(CATALOGUE).mo ## draw the flows into docs/diagrams
	$(PY) manage.py export_diagrams

pictures: .venv/dev.ok $(CATALOGUE).mo ## take the pictures of the docs
	@$(NEED) chromium=chromium $(FONT)
	$(PY) tools/pictures.py

check: lint types test ## all that a change must pass here; .ci/run adds PostgreSQL and the deploy check
