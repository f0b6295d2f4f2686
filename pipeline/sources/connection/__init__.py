"""How a provider is reached, asked again, and given up."""
