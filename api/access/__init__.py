"""Who may come in and how much he may have; what every answer carries."""
