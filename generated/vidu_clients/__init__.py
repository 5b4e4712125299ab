"""Typed clients, one package per provider. Written by `make generate` from openapi/*.yaml; never edited."""
