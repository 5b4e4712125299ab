"""The HTTP library, imported here alone, so that all modules use the same one: httpx, or httpx2 under its alias."""

import httpx as httpx
