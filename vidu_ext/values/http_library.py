"""The HTTP library. The only module that imports it: whatever `httpx` is in this process, httpx2 by its alias too, all use it."""

import httpx as httpx
