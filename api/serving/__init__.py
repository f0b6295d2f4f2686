"""The server under the service."""
