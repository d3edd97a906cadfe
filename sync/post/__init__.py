"""The parts of the post: sending to one receiver, pulling from one upstream, hints, and when to try again."""
