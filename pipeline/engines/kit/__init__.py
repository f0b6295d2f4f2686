"""What engines are built with."""
