"""The scripted day: cashiers, shoppers, an associate, a manager, thieves and broken lines, each in its own file."""
