"""Faults on request: the rules that choose a call, and what each does to its reply."""
