# `make run` and `make test` install what they miss, so these are the only two commands to know.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# cargo-leptos takes its helpers from PATH before it would download them.
export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/style/node_modules/.bin:$(PATH)
# Read by the leptos crates while they compile: the same value for every step keeps one build.
export LEPTOS_OUTPUT_NAME := supportsignal

# Queries are checked against the committed .sqlx, whatever DATABASE_URL is for the server.
export SQLX_OFFLINE := true

# Views with erased types compile faster and are smaller in the browser. cargo-leptos sets the flag by itself
# for its development builds; with it everywhere, each dependency is built once for all steps of a profile.
ERASED := RUSTFLAGS='--cfg erase_components'
# Files already compressed for the browser.
RELEASE_BUILD := $(ERASED) cargo-leptos build --release --precompress
# The journeys have a site folder of their own, so that testing never changes what `make run` serves.
TEST_SITE := target/test-site
TEST_BUILD := env -u RUSTFLAGS LEPTOS_SITE_ROOT=$(TEST_SITE) cargo-leptos build

SOURCES := Cargo.toml Cargo.lock $(wildcard Leptos.toml build.rs) \
	$(shell find src migrations style public .sqlx \( -name node_modules -prune \) -o -print 2>/dev/null)
RELEASE_STAMP := target/release/.built-from-sources

SSR := --locked --no-default-features --features ssr
HYDRATE := --locked --no-default-features --features hydrate --lib --target wasm32-unknown-unknown \
	--profile wasm-dev --target-dir target/front

# $(call step,name,how long,commands): prints the name before and the duration after.
define step
	@printf '\n==> %s (usually %s)\n' $(1) $(2); started=$$SECONDS; $(3) && \
	printf '    %s: %d s\n' $(1) "$$((SECONDS - started))"
endef

.NOTPARALLEL:
.PHONY: help run test setup fmt lint check unit e2e bench db-up clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{ printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: setup ## Build what changed and serve it with a database of its own
	@$(MAKE) $(RELEASE_STAMP)
	@exec target/release/supportsignal serve

# A second make reads the tree after set-up has copied the fonts.
$(RELEASE_STAMP): $(SOURCES)
	$(call step,'Build the server and the browser code','25 minutes the first time on two cores; 8 minutes after a change',$(RELEASE_BUILD))
	@touch $@

test: ## Format, lints, all Rust tests, wasm build and browser journeys
	@script/setup test
	$(call step,'Formatting','seconds',cargo fmt --check)
	@$(MAKE) lint unit e2e

setup: ## Install what building and running needs
	@script/setup

fmt: ## Format the Rust sources
	@cargo fmt

lint: ## Clippy for both targets, warnings denied
	$(call step,'Lints for the server','3 minutes the first time',$(ERASED) cargo clippy $(SSR) --all-targets -- -D warnings)
	$(call step,'Lints for the browser code','2 minutes the first time',$(ERASED) cargo clippy $(HYDRATE) -- -D warnings)

check: ## Formatting and lints, the quick half of the tests
	@script/setup test
	$(call step,'Formatting','seconds',cargo fmt --check)
	@$(MAKE) lint

# One process for each test program, so that all its tests share one private PostgreSQL.
unit: ## Rust tests, on a private PostgreSQL that they start themselves
	$(call step,'Rust tests','6 minutes the first time',$(ERASED) cargo test $(SSR))

e2e: ## The browser journeys in Chromium
	@script/setup test
	$(call step,'Build for the browser journeys','4 minutes the first time',$(TEST_BUILD))
	$(call step,'Browser journeys','24 minutes',cd end2end && npx --no-install playwright test $(JOURNEYS))

# Not `make run`'s stamp: the browser's code has no part in it.
bench: setup ## How fast search is among 10,000 passages, and pages with up to 200,000 reports
	$(call step,'Build the server','8 minutes the first time',$(ERASED) cargo build --release $(SSR))
	$(call step,'Search','4 minutes',target/release/supportsignal eval speed)
	$(call step,'Pages','10 minutes',target/release/supportsignal eval load)

db-up: ## Start PostgreSQL with pgvector in a container instead (see docker-compose.yml)
	@docker compose up --detach --wait

clean: ## Remove everything built and installed here; data/ stays
	@rm -rf target .tools style/node_modules end2end/node_modules public/fonts
