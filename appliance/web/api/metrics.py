"""Figures for Prometheus: how the office stands, its boxes, and how this interface is used. Nothing of a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from appliance.web.live import Live

BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """What is counted here, and what is looked up when it is asked for.

    Args:
        live: the present.
    """

    def __init__(self, live: Live) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "giliran_api_requests", "Requests by operation and answer.", ("operation", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "giliran_api_seconds", "How long answers took.", ("operation",), buckets=BUCKETS, registry=self.registry
        )
        self.registry.register(_Office(live))

    def asked(self, operation: str, status: int, took_ms: int) -> None:
        """Count one request."""
        self._requests.labels(operation, str(status)).inc()
        self._seconds.labels(operation).observe(took_ms / 1000)

    def text(self) -> bytes:
        """Return everything, as Prometheus reads it."""
        return generate_latest(self.registry)


class _Office(Collector):
    def __init__(self, live: Live) -> None:
        self._live = live

    def collect(self) -> Iterator[Metric]:
        """Yield how things stand."""
        now, at = self._live.now, self._live.clock.office_ms()
        yield GaugeMetricFamily("giliran_hub_up", "Whether the hub is there.", float(now.hub_is_there))
        waiting = GaugeMetricFamily("giliran_waiting", "Citizens who wait.", labels=["service"])
        oldest = GaugeMetricFamily(
            "giliran_longest_wait_seconds", "For how long the one who came first waits.", labels=["service"]
        )
        for service in now.queue.services if now.queue else ():
            waiting.add_metric([service.id], service.waiting)
            if service.oldest_at is not None and at is not None:
                oldest.add_metric([service.id], max(0, at - service.oldest_at) / 1000)
        yield waiting
        yield oldest
        counters = GaugeMetricFamily(
            "giliran_counter", "1 for the state that a counter is in.", labels=["counter", "state"]
        )
        for counter in now.counters.values():
            counters.add_metric([counter.id, counter.state], 1)
        yield counters
        yield from _boxes(self._live)
        if now.queue is not None:
            yield GaugeMetricFamily("giliran_last_event", "The number of the last event.", now.queue.seq)


def _boxes(live: Live) -> Iterator[Metric]:
    up = GaugeMetricFamily("giliran_node_up", "Whether a box is there.", labels=["node"])
    parts = GaugeMetricFamily("giliran_node_part_ok", "Whether a part of a box is well.", labels=["node", "part"])
    for node in live.now.nodes.values():
        up.add_metric([node.node], node.state == "online")
        states: dict[str, bool] = {}
        for part in node.parts:
            states[part.name] = states.get(part.name, True) and part.state == "ok"
        for name, well in states.items():
            parts.add_metric([node.node, name], well)
    yield up
    yield parts
