#!/usr/bin/env bash
# No source file is longer than 400 lines.
set -euo pipefail

files=$(git ls-files --cached --others --exclude-standard '*.h' '*.cpp')
awk '
    { lines[FILENAME]++ }
    END {
        for (file in lines)
            if (lines[file] > 400) { print file ": " lines[file] " lines, more than 400"; failed = 1 }
        exit failed
    }' $files
