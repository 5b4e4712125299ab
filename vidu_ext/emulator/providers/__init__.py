"""The providers: one record each, in the module of its name. A provider without a record answers like Vidu."""
