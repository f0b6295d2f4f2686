"""Where a run is kept: event logs and clip stores."""

LOGS: dict[str, str] = {
    "memory": "pipeline.stores.memory:MemoryEventLog",
    "sqlite": "pipeline.stores.sqlite:SqliteEventLog",
}
