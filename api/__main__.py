"""`python -m api` is the command `aloud`."""

from api.cli import main

main()
