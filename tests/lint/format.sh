#!/usr/bin/env bash
# Every source file is formatted as .clang-format says.
set -euo pipefail
git ls-files --cached --others --exclude-standard '*.h' '*.cpp' | xargs clang-format --dry-run --Werror --ferror-limit=1
