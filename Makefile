# The portal's commands. Each sets up what it needs first: a clean clone needs nothing but Python
# 3.11 or newer, make and Debian's usual libraries.

SHELL := /bin/bash
PYTHON := .venv/bin/python
.DEFAULT_GOAL := help
.PHONY: help run test bench soak check lock format

help: ## Show this list.
	@echo 'make run     starts the portal and prints its address (PORT=8000, HOST=127.0.0.1, DATABASE_URL)'
	@echo 'make test    runs every test (ARGS="tests/database -k name" picks some; DATABASE_URL)'
	@echo 'make soak    runs what takes hours: kills by the hundred, 100 000 requests (ARGS as for make test)'
	@echo 'make bench   measures requests a second and the time to sign'
	@echo 'make check   style, types, missing migrations, settings fit for production'
	@echo 'make format  puts code and templates in order'
	@echo 'make lock    renews the pinned dependencies from pyproject.toml'

run: ## Serve the portal.
	@tools/setup run
	@exec $(PYTHON) manage.py serve

test: ## Run the tests.
	@tools/setup test
	@$(PYTHON) -m pytest -n 3 --dist worksteal $(ARGS)

soak: ## Run the tests that take long.
	@tools/setup test
	@$(PYTHON) -m pytest -m soak $(ARGS)
	@ANSWERS=10000 API_REQUESTS=50 CHARTS=2000 EVERY_PAYLOAD=1 GENERATED_REQUESTS=100000 INTERLEAVINGS=10000 KILLS=100 SECRET_DEEDS=100 SURVEYS=20000 TEXTS=5000 \
		$(PYTHON) -m pytest tests/faults tests/attacks tests/pledges/surveys/test_attacker.py \
		tests/pledges/writing/test_editing.py tests/pledges/charts/test_drawings.py \
		tests/pages/test_text_survives.py tests/pledges/open_data/test_openapi.py $(ARGS)

bench: ## Measure.
	@tools/setup test
	@$(PYTHON) -m tests.bench.bench $(ARGS)

check: ## Check style, types, migrations and settings.
	@tools/setup check
	@tools/check

format: ## Put code and templates in order.
	@tools/setup check
	@find pledge_portal pledges dialogues news tests manage.py -name '*.py' -not -path '*/migrations/*' -print0 \
		| xargs -0 .venv/bin/django-upgrade --target-version 5.2 --exit-zero-even-if-changed
	.venv/bin/ruff check --fix
	.venv/bin/ruff format
	@find templates pledge_portal pledges dialogues news -name '*.html' -print0 \
		| xargs -0 --no-run-if-empty .venv/bin/djade --target-version 5.2

lock: ## Renew the pinned dependencies.
	@tools/setup check
	@$(PYTHON) -m pip install --quiet uv
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-header pyproject.toml -o requirements.lock
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
		--no-header --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
