"""The line to the agent: one id per command, sent again after silence, answers and refusals told apart."""

import json
from collections.abc import Callable

import httpx
import pytest

from store_app.agent_link import AgentDenied, AgentGone, AgentLink, AgentRefused, HeldBasket
from tests.support.fake_agent import FakeAgent
from tests.support.till_builders import Ids

Answer = Callable[[httpx.Request], httpx.Response]


def link(answer: Answer | httpx.MockTransport) -> AgentLink:
    transport = answer if isinstance(answer, httpx.MockTransport) else httpx.MockTransport(answer)
    return AgentLink("http://agent", None, Ids("c"), transport=transport)


def test_a_command_is_repeated_once_under_the_same_id() -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(json.loads(request.content)["id"])
        if len(seen) == 1:
            raise httpx.ReadTimeout("silent", request=request)
        return httpx.Response(200, json={"facts": [["LYO1-A", 7]], "version": 3})

    with link(answer) as agent:
        done = agent.command("order.accept", "o1", "lea")
    assert done.facts == (("LYO1-A", 7),)
    assert done.version == 3
    assert seen == ["c1", "c1"]


def test_a_refusal_carries_its_reason() -> None:
    answer = httpx.Response(409, json={"reason": "wrong_state", "state": "ready", "allowed": ["restock"]})
    with link(lambda _request: answer) as agent, pytest.raises(AgentRefused) as refusal:
        agent.command("order.pick", "o1", "lea")
    assert (refusal.value.reason, refusal.value.state, refusal.value.allowed) == ("wrong_state", "ready", ("restock",))


@pytest.mark.parametrize("status", [401, 403])
def test_an_unknown_till_is_told_so(status: int) -> None:
    with link(lambda _request: httpx.Response(status)) as agent, pytest.raises(AgentDenied):
        agent.health()


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"facts": 3}'])
def test_nonsense_is_no_answer(body: bytes) -> None:
    with link(lambda _request: httpx.Response(200, content=body)) as agent, pytest.raises(AgentGone):
        agent.command("order.accept", "o1", "lea")


def test_without_an_address_nobody_is_asked() -> None:
    with AgentLink("", None, Ids()) as agent, pytest.raises(AgentGone):
        agent.health()


def test_baskets_are_handed_out_once() -> None:
    fake = FakeAgent()
    with link(fake.transport) as agent:
        agent.suspend_basket(HeldBasket(id="b1", text="{}", at=5), "camille")
        assert [one.id for one in agent.baskets()] == ["b1"]
        taken = agent.resume_basket("b1", "camille")
        assert taken is not None
        assert taken.text == "{}"
        assert agent.resume_basket("b1", "camille") is None


def test_what_isnt_there_is_none() -> None:
    with link(FakeAgent().transport) as agent:
        assert agent.sale("LYO1-T1-000001") is None
        assert agent.order("o9") is None
