# The two that a newcomer needs are `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
.DEFAULT_GOAL := help
.PHONY: help demo test check lint types contracts docs wheel bench matrix conformance conformance-tidy fuzz soak faults tutorial picture clean

help:  ## What can be made
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 18

demo: $(VENV)/.demo  ## Walk the whole chain on real credit applications, into demo-out/
	$(BIN)/golive demo --out demo-out --force

test: $(VENV)/.test  ## Install what the tests need and run them
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile  # a file's tests share what they made

check: lint types contracts test wheel  ## All that CI asks

lint: $(VENV)/.check  ## Style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.check  ## mypy, strict
	$(BIN)/mypy

contracts: $(VENV)/.check  ## Which module may import which
	$(BIN)/lint-imports --no-cache

docs: $(VENV)/.test  ## Run every block of the documentation (also part of test)
	$(BIN)/python -m pytest tests/docs

wheel: $(VENV)/.check  ## The wheel alone, newest and lowest dependencies, every module imported
	$(BIN)/python ci/wheel.py

matrix: | $(VENV)/bin/python  ## Compilers and tracer with older libraries, NAMES="sklearn16 ..." or all, see ci/matrix.py
	$(BIN)/python ci/matrix.py $(NAMES)

bench: $(VENV)/.test  ## Speed and memory as ratios, see benchmarks/README.md
	$(BIN)/python -m benchmarks

conformance: $(VENV)/.test  ## All pipelines and cleaning functions against Python, and under Node; writes the table
	$(BIN)/python -m conformance

conformance-tidy: $(VENV)/.test  ## Tidy the notebooks of the corpus and look for planted leaks; writes the table (15 minutes)
	$(BIN)/python -m conformance.tidy

fuzz: $(VENV)/.test  ## Random pipelines and random cleaning against scikit-learn and pandas, CASES=5000 of each from SEED=0
	$(BIN)/python -m conformance.fuzz_cleaning --cases $(or $(CASES),5000) --seed $(or $(SEED),0)
	$(BIN)/python -m conformance.fuzz --cases $(or $(CASES),5000) --seed $(or $(SEED),0)

faults: $(VENV)/.test  ## The faults of the journal in their long form: KILLS=50 times kill -9 under load
	KILLS=$(or $(KILLS),50) $(BIN)/python -m pytest tests/chain/test_journal_faults.py

soak: $(VENV)/.test  ## Half of what the service can do for MINUTES=30: errors, memory, waiting
	$(BIN)/python -m benchmarks.soak $(or $(MINUTES),30)

tutorial: $(VENV)/.demo  ## Type the tutorial from a bundle to a running container, and time it (root, buildah, mmdebstrap, ssh-keygen, curl)
	test -d demo-out || $(BIN)/golive demo --out demo-out
	$(BIN)/python ci/tutorial.py demo-out

picture: $(VENV)/.demo  ## Retake the pictures of the report, the status and the page to decide on (needs Chromium)
	$(BIN)/python ci/picture.py

clean:  ## Remove what was made
	rm -rf $(VENV) .venv-* demo-out build dist

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'golive needs Python 3.11 or newer; name it with: make PYTHON=python3.12 demo'; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'

$(VENV)/.demo: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[demo]'
	@touch $@

$(VENV)/.test: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --editable '.[all,postgres]' --group test
	@touch $@

$(VENV)/.check: pyproject.toml $(VENV)/.test
	$(BIN)/python -m pip install --quiet --group check
	@touch $@
