"""The only sockets, clocks, threads and files of the core."""
