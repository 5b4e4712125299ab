"""A plugin of pytest, named with `-p`: httpx2 is what every import of httpx gives, before anything imports it."""

import httpx2

httpx2.alias_httpx()
