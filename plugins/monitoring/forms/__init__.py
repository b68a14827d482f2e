"""The forms; a step of the report keeps its answers as plain JSON, so each form can read and write them."""
