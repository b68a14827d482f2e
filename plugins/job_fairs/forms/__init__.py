"""The forms: what is asked, and the words for what is wrong."""
