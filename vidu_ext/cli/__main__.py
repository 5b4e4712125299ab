"""`python -m vidu_ext.cli` is the `vidu` command."""

from . import main

main()
