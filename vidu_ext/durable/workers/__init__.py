"""The processes that run jobs, and the steps of one job."""
