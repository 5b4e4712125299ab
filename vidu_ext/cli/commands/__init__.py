"""The commands, one module each with a function `run`. `batch` and `contract` have sub-commands and are folders."""
