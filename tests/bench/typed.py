"""What people type into the search field."""

TYPED = (
    "pull mer",
    "chemise ox 40",
    "robe por 38 no",
    "sac band",
    "housse 40",
    "bottines che 39",
    "9521000123",
    "ecru",
)
