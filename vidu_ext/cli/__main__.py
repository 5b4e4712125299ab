"""`python -m vidu_ext.cli` is the `vidu` command."""

from vidu_ext.cli import main

main()
