"""The command ``corpus``."""
