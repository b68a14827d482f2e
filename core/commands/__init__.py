"""Core's commands, one group a module."""
