"""The pages about people: members, invitations, joining by code, the lobby, oneself, the demo."""
