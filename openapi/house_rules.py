"""The house rules: what a spec must observe so that the generated client is complete and loses no answer.

Each rule is one function from a document to findings, in a module named `..._rules.py`; its docstring is the reason for it.
`generate.py` refuses a spec that breaks one, and the contract tests have a spec for each rule that breaks it.
"""

from __future__ import annotations

from typing import Final

import document_rules
import example_rules
import link_rules
import outline_rules
import schema_rules
from documents import Document
from rule_book import RULES, Finding

MODULES: Final = (document_rules, outline_rules, link_rules, schema_rules, example_rules)
"""Importing them adds their rules to RULES."""
ASKED_FIRST: Final = (
    "file_is_a_spec", "references_lead_somewhere", "members_have_an_effect", "bodies_have_content", "schemas_can_be_used"
)  # fmt: skip
"""Rules to check first: a mistake that breaks one would be reported by others too, many times and at other places."""


def findings(document: Document) -> list[Finding]:
    """Return every breach of a house rule, each once; if one of ASKED_FIRST is broken, only those."""
    for names in (*((name,) for name in ASKED_FIRST), tuple(RULES)):
        found = [Finding(name, *one) for name in names for one in RULES[name](document)]
        if found:
            return sorted(dict.fromkeys(found), key=lambda finding: document.line(finding.pointer))
    return []
