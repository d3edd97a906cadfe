"""The store's commands: one readable table from kind to what it does."""

from collections.abc import Callable, Mapping

from edge_agent.effects import Draft
from edge_agent.handlers import baskets, counts, devices, exceptions, finding, gate, orders, returns, stock
from edge_agent.messages import CommandArrived, Json
from edge_agent.shop import Shop

Command = Callable[[CommandArrived, Shop, Draft], Json | None]

TABLE: Mapping[str, Command] = {
    "stock.receive":    stock.received,
    "order.accept":     orders.accept,
    "order.reject":     orders.reject,
    "order.pick":       orders.pick,
    "order.bind":       orders.bind,
    "order.unbind":     orders.unbind,
    "order.short":      orders.short,
    "order.verify":     orders.verify,
    "order.stage":      orders.stage,
    "order.ready":      orders.ready,
    "order.restock":    orders.restock,
    "count.open":       counts.open_,
    "count.finish":     counts.finish,
    "count.cancel":     counts.cancel,
    "count.approve":    counts.approve,
    "alarm.settle":     gate.settle,
    "device.identify":  devices.identify,
    "device.gpo":       devices.gpo,
    "basket.suspend":   baskets.suspend,
    "basket.resume":    baskets.resume,
    "exception.settle": exceptions.settle,
    "return.grade":     returns.grade,
    "unit.place":       finding.placed,
}  # fmt: skip
