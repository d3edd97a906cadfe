"""Reference data coming down: published by one writer, pulled by cursor, applied with the cursor."""
