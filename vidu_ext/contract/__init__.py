"""Contract tests for users: installed specs, clients and examples, servers, and answers, held to each other."""
