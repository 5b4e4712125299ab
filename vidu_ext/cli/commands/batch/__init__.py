"""`vidu batch`: its sub-commands, their options, and how a batch is shown."""
