"""The answers of each provider, one module a provider."""
