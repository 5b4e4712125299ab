"""What an emulator remembers: tasks, files, money, notices."""
