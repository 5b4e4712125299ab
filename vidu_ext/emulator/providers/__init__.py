"""The providers: one record each, in a module of its name. A provider without one answers as Vidu does."""
