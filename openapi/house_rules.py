"""The house rules: what a spec must keep to so that the generated client is whole and loses no answer.

Each rule is one function from a document to findings, with the reason in its docstring; they are in the modules named
`..._rules.py`. The rules read; they never change a document. `generate.py` refuses to generate from a spec that breaks
one, and the contract tests show for each rule a spec that it catches.
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
"""Importing them enters their rules in RULES."""
ASKED_FIRST: Final = (
    "file_is_a_spec", "references_lead_somewhere", "members_have_an_effect", "bodies_have_content", "schemas_can_be_used"
)  # fmt: skip
"""Rules without which the others, and the validator of OpenAPI, would name one mistake many times and at other places."""


def findings(document: Document) -> list[Finding]:
    """Everything in the document that breaks a house rule, each once; what breaks one of ASKED_FIRST alone."""
    for names in (*((name,) for name in ASKED_FIRST), tuple(RULES)):
        found = [Finding(name, *one) for name in names for one in RULES[name](document)]
        if found:
            return sorted(dict.fromkeys(found), key=lambda finding: document.line(finding.pointer))
    return []
