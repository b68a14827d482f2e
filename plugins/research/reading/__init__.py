"""What runs in the confined child: files of strangers become rows of text. Nothing here knows Flask or a session."""
