"""What ``edge.db`` keeps beside the journals: tables that follow from facts and feeds, their load and their rebuild."""
