"""What can go wrong inside the agent itself."""


class AgentError(Exception):
    """Base of the agent's own errors."""


class HalfDone(AgentError):
    """The state in memory was changed in part: it must be loaded again from the database."""


class Diverged(AgentError):
    """The journal gave a fact another number than the heart had reckoned with: nothing of the turn may stand."""


class WontStart(AgentError):
    """The agent can't start; the text names what to mend."""
