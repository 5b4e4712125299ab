"""Access to an emulator: an ASGI application, a server, in-process transports."""
