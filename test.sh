#!/usr/bin/env bash
# The test command: every test there is, on this machine alone (loopback only).
# A Rust toolchain is enough; cargo-nextest is used where it is installed.
set -euo pipefail
cd "$(dirname "$0")"
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --all-targets --no-fail-fast "$@"
  cargo test --doc
else
  cargo test --no-fail-fast "$@"
fi
