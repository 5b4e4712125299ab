"""The ways into an emulator: an ASGI application, a port, in-process transports."""
