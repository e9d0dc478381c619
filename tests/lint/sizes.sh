#!/usr/bin/env bash
# No source file is longer than 500 lines, and at most one in twenty is longer than 400.
set -euo pipefail

files=$(git ls-files --cached --others --exclude-standard '*.h' '*.cpp')
awk '
    { lines[FILENAME]++ }
    END {
        for (file in lines) {
            total++
            if (lines[file] > 500) { print file ": " lines[file] " lines, more than 500"; failed = 1 }
            if (lines[file] > 400) { long_files++; print file ": " lines[file] " lines" }
        }
        if (long_files * 20 > total) { print long_files " of " total " files have more than 400 lines"; failed = 1 }
        exit failed
    }' $files
