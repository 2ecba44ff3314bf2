"""What a ticket is for (pure): one service, or a journey through several."""

from __future__ import annotations

from appliance.wire.messages import Catalogue, IssuedTicket, ServiceState


def service_of(catalogue: Catalogue | None, ticket: IssuedTicket) -> ServiceState | None:
    """Return what a ticket is for: the journey that has its steps, or its service; None if the office has neither."""
    if catalogue is None:
        return None
    route = [ticket.service, *ticket.steps]
    journey = next((s for s in catalogue.services if ticket.steps and s.services == route), None)
    known = (*catalogue.services, *catalogue.elsewhere)
    return journey or next((s for s in known if s.id == ticket.service), None)
