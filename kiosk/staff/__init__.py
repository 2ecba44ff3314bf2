"""What staff see and do at a kiosk, behind a gesture and a PIN."""
