"""Manifests: files whose rows are requests."""
