"""The database of batches: tables, jobs, budgets and leases."""
