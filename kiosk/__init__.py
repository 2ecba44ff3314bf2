"""The ticket kiosk: a touch screen, a printer, and numbers of its own while the hub is away."""
