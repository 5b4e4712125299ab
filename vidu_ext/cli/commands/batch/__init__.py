"""`vidu batch`: its sub-commands, their options, and the display of progress."""
