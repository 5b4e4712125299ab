"""The state of an emulator: tasks, files, money, notices."""
