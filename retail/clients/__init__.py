"""Known customers: profile, consent, loyalty, recommendations."""
