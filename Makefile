# SPDX-FileCopyrightText: The Brevlåda authors
# SPDX-License-Identifier: Apache-2.0

.DEFAULT_GOAL := help
.PHONY: help run rehearse test lambdas soak bench format lint template screenshots clean
MAKEFLAGS += --no-print-directory

SWIFT_SOURCES := Package.swift Sources Tests Benchmarks
PYTEST := .venv/bin/python -m pytest
TEMPLATE_PYTEST := .venv-template/bin/python -m pytest Tests/Template

help: ## Prints this list
	@sed -n 's/^\([a-z]*\):.*## /\1 /p' Makefile | while read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

run: ## Serves the starter site, its form and its inbox of mail on http://localhost:8080 (PORT, BREVLADA_DATA)
	@scripts/setup build
	@swift build --configuration release --product brevlada
	@PORT="$${PORT:-8080}" BREVLADA_SITE="$${BREVLADA_SITE:-Site}" BREVLADA_DATA="$${BREVLADA_DATA:-data}" \
		exec .build/release/brevlada serve

rehearse: ## Deploys the starter site into a stand-in for AWS on this machine, and says where it is (PORT, BREVLADA_SITE)
	@scripts/setup build
	@scripts/setup rehearse
	@swift build --configuration release --product brevlada
	@scripts/build-lambdas
	@exec .venv-rehearsal/bin/python -m Rehearsal

test: lint ## Runs every test: the template's, Swift's, then end to end with real servers and a real browser
	@scripts/setup test
	@$(MAKE) template
	swift build --product brevladaPackageTests
	@# What the benchmarks measure against is compiled, so that it stays in step; linking it, and each program, would take longer.
	swift build --target BareHummingbird
	swift build --target InboxStore
	scripts/swift-tests
	scripts/build-lambdas
	@# Six files at a time, for each waits a lot: for time-outs, and for a stack to be made.
	$(PYTEST) Tests/EndToEnd --numprocesses=6 --dist=loadfile --no-loadscope-reorder

lambdas: ## Builds the functions for AWS Lambda: .build/lambda/AddContactInfo.zip, SendContactInfoEmail.zip and ReadContactInfo.zip
	@scripts/setup build
	@scripts/build-lambdas

soak: ## Runs the long tests at full count: a hundred crashes, 100,000 mutations of each kind, each seed by itself
	@scripts/setup test
	swift build --configuration release --product brevlada
	scripts/build-lambdas
	$(TEMPLATE_PYTEST) --soak
	$(PYTEST) Tests/EndToEnd --soak

bench: ## Measures the server against bare Hummingbird and Flask, and the function against boto3; prints two tables
	@scripts/setup bench
	swift build --configuration release --product brevlada
	swift build --configuration release --product BareHummingbird
	scripts/build-lambdas
	@.venv/bin/python Benchmarks/run.py
	@.venv/bin/python Benchmarks/lambdas.py

lint: ## Checks the format of the Swift sources and the arrows between the modules
	@scripts/setup build
	@swift format lint --strict --configuration .swift-format --parallel --recursive $(SWIFT_SOURCES)
	@scripts/check-imports

template: ## Checks the CloudFormation template in every way, and tests the checks
	@scripts/setup template
	@scripts/check-template
	$(TEMPLATE_PYTEST) --numprocesses=2

format: ## Formats the Swift sources
	@swift format format --in-place --configuration .swift-format --parallel --recursive $(SWIFT_SOURCES)

screenshots: ## Takes the pictures of the README from the running program
	@scripts/setup test
	swift build --configuration release --product brevlada
	.venv/bin/python scripts/screenshots

clean: ## Removes what was built and installed here; your data stays
	rm -rf .build .tools .venv .venv-template .venv-checkov .venv-rehearsal
