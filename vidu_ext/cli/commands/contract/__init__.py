"""`vidu contract`: its sub-commands, one file each."""
