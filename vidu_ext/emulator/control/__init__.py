"""The control API of an emulator and its pages."""
