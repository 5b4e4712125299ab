"""What people hold: requests, tasks, errors, submissions. Imports no other room."""
