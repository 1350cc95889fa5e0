# what CONTRIBUTING.md names, in short
PYTHON ?= python3

.PHONY: test bench

test:
	$(PYTHON) tests/run.py

bench:
	$(PYTHON) benchmarks/bench.py
