"""What kiosk and display share: the design system in QML, the way from the bus to the screen, the application."""
