"""Pages of the meeting: the list and a new one, the room, what is pressed in it."""
