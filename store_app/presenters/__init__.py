"""What the screens show and do, without Qt: one presenter per screen, the views they fill, the intents they take."""
