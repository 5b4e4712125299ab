"""The commands, one module each, with a function `run` that is the command. `batch` has sub-commands and is a folder."""
