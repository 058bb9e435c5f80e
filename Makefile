# `make demo` and `make test` are all that a fresh Debian or Ubuntu machine needs; they bring what is missing.
.NOTPARALLEL:
.PHONY: help demo demo-baseline test bench soak clean distclean
.DEFAULT_GOAL := help
EXAMPLES ?= 5000
ifndef SEED
SEED := $(shell od -An -N4 -tu4 /dev/urandom | tr -d " ")
endif

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

demo:  ## install segc into .venv, then check and build the example plant, in both modes
	@scripts/setup.sh run
	@scripts/demo.sh

demo-baseline:  ## from four weeks of logs to an enforced conduit
	@scripts/setup.sh baseline
	@scripts/baseline_demo.sh

test:  ## the whole gate: style, types, layers, tests (PYTEST="-k word" narrows the tests)
	@scripts/setup.sh dev kernel browser
	@scripts/test.sh $(PYTEST)

bench:  ## measure; the numbers go to bench-out/
	@scripts/setup.sh dev
	@scripts/bench.sh

soak:  ## the property tests, with many more examples (EXAMPLES=5000 SEED=1), and the other engines of baselines
	@scripts/setup.sh dev
	@scripts/engines.sh
	@echo 'soak: $(EXAMPLES) examples, SEED=$(SEED)'
	@HYPOTHESIS_PROFILE=soak SEGC_SOAK_EXAMPLES=$(EXAMPLES) .venv/bin/pytest --hypothesis-seed=$(SEED) tests/properties tests/checks/test_overlap.py tests/packets tests/readers tests/proof tests/kernel/test_random_plants.py tests/kernel/test_bytecode.py tests/baseline/engines

clean:  ## remove what demo, test and bench made
	@rm -rf demo-out bench-out out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find segc targets tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean  ## the same, and .venv
	@rm -rf .venv
