"""What the simulated participants of a rehearsal say, and the small map they walk where there is none yet."""

from __future__ import annotations

# Name, the code of the department they speak for, and what they answer to the four prompts.
CAST: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("Mara", "SA", {
        "learn": "Customers hear a date from us before Logistics has seen the order.",
        "fine_tune": "Put the change parts on page one of every offer.",
        "do_differently": "No date leaves in an offer without a yes from Logistics.",
        "love_to_learn": "Whom do you ask before you choose a supplier?",
    }),
    ("Tom", "CS", {
        "learn": "An hour on hold is one call for us and a standing line for them.",
        "fine_tune": "Call back within the hour, starting with lines that stand.",
        "do_differently": "“Line stopped” goes straight to a person, day and night.",
        "love_to_learn": "When production stops, whom do you call first, and why?",
    }),
    ("Yui", "LO", {
        "learn": "We know where the part is. Nobody tells them.",
        "fine_tune": "Send the tracking link with every part.",
        "do_differently": "Name the hour, and call before it changes.",
        "love_to_learn": "What do you do while you wait for a part?",
    }),
    ("Omar", "FI", {
        "learn": "Our order number is on the invoice. Theirs is not.",
        "fine_tune": "One invoice for each delivery.",
        "do_differently": "Their order number on every invoice, or it does not leave.",
        "love_to_learn": "What happens on your desk when our invoice arrives?",
    }),
    ("Nele", "PR", {
        "learn": "Our guide shows a model that they do not have.",
        "fine_tune": "Short films instead of forty pages.",
        "do_differently": "An operator reads every guide before it is printed.",
        "love_to_learn": "How would you train the night shift?",
    }),
)  # fmt: skip
# Title, which of the set's stages (from 0), felt, severity to the customer.
PLACES: tuple[tuple[str, int, int, int], ...] = (
    ("Asks for a first conversation", 1, -1, 2), ("Reads the offer", 2, -1, 3), ("Learns the delivery date", 3, -2, 4),
    ("First good part", 4, 1, 2), ("Reports that the line stands still", 6, -2, 5), ("Waits for the spare part", 6, -2, 4),
    ("Receives the invoice", 5, -1, 3), ("Thinks about a second line", 7, 1, 1),
)  # fmt: skip
