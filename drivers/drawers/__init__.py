"""Cash drawers: the one that hangs on a receipt printer."""
