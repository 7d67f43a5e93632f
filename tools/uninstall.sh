#!/bin/sh
# Takes away what tools/install.sh has put there, and nothing else. Usage: tools/uninstall.sh PREFIX   (DESTDIR as there)
set -eu

prefix=${1:?which PREFIX?}
from=${DESTDIR-}$prefix

rm -f "$from/bin/runtest"
rm -rf "${from:?}/libexec/runtest" "$from/share/runtest" "$from/share/doc/runtest"
rm -f "$from"/share/man/man1/runtest.1 "$from"/share/man/man1/runtest-*.1
rm -f "$from/share/bash-completion/completions/runtest" "$from/share/fish/vendor_completions.d/runtest.fish"
rm -f "$from/${ZSH_COMPLETIONS:-share/zsh/site-functions}/_runtest"
