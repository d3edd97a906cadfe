"""The one bridge into Qt: what other threads post, jobs that run elsewhere, and keyboard wedges told from typing."""
