"""The shell: the frame of all pages, home, dashboard, search page, administration and errors."""
