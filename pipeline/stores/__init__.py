"""Where a run is kept: event logs and clip stores."""
