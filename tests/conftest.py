"""What holds for every test."""

from hypothesis import HealthCheck, settings

# Hypothesis would measure by the clock on the wall, which a busy machine fails without any fault of ours.
settings.register_profile("aloud", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("aloud")
