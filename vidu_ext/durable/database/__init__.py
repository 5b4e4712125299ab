"""The tables of batches: jobs, money, slots and leases."""
