"""Which names and numbers may mean one employer, and which records are one."""
