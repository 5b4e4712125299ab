"""A pytest plugin for `-p`: let every later import of httpx give httpx2."""

import httpx2

httpx2.alias_httpx()
