"""What the service tells of itself and of its runs: logs, metrics, traces, last words."""
