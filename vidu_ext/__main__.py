"""`python -m vidu_ext` is the `vidu` command."""

from runpy import run_module

run_module("vidu_ext.cli", run_name="__main__", alter_sys=True)
