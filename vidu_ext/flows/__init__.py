"""Every decision as generators of effects: submit, settle, upload, call, poll, wait, download. No clock, no socket."""
