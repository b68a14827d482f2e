"""Backup and restore: one verified, encrypted archive of the database and the files; the keys go apart."""
