"""Manifests: files of rows, each of which is a request."""
