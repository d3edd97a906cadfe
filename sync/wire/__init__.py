"""What goes over HTTP: messages, problems and compression, bounded on both sides."""
