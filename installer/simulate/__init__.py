"""Physics joined to the engine: labelled scenes, how often the engine is right about them, and the baselines' score."""
