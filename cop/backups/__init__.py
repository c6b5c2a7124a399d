"""Backups: taken while everything runs, sealed, kept by age, tried on a server of their own, and restored."""
