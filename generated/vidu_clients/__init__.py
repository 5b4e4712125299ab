"""Typed clients, one package per provider. Written by `make generate` from openapi/*.yaml; never edited.

For pytest, which finds a plugin beside it: PYTEST_DONT_REWRITE.
"""
