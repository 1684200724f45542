"""Attacks that other products suffered, made on this one. docs/security.md says which test shows what."""
