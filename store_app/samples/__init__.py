"""Sample views of every screen: a realistic shop, for screenshots, tests and the training of the eye."""
