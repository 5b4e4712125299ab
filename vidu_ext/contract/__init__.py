"""Contract tests for users: checks of the installed specs, clients and examples, of servers, and of answers."""
