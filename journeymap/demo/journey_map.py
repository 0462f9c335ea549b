"""The journey of Harrow Packaging's customers, from their first order to the first good pack."""

from __future__ import annotations

from typing import NamedTuple

NAME = "From first order to first production"
OBJECTIVE = "Cut what customers spend between their order and their first good pack."
PLANNED_USE = "Heads of department settle the autumn budget with it; the COO follows every promise until it is kept."
SUCCESS = "Hours a customer spends on one order, 180 to 90, by the end of next year."


class Spot(NamedTuple):
    """A touchpoint: the stage it is in (0 to 7), what happens, how it feels and how it should, and whose it is."""

    stage: int
    title: str
    statement: str
    felt: int
    felt_word: str
    intended: int
    intended_word: str
    lead: str
    with_: str
    channels: str
    benefit: str
    moment: bool = False


SPOTS = (
    Spot(0, "Counts rejected packs at the end of a shift", "Every Friday I count what we threw away.", -1, "worried", 0, "aware", "SA", "PR", "Site visit", "She sees what waste costs her, in her own numbers."),
    Spot(0, "Reads how a similar plant solved it", "I want to hear it from somebody who runs the same product.", 1, "curious", 2, "hopeful", "MK", "SA", "Website,Document", "She learns what worked elsewhere and what did not."),
    Spot(0, "Asks other plants at the trade fair", "I ask who else runs cream at this speed.", 0, "curious", 1, "confirmed", "MK", "SA", "Event", "She hears from people who have nothing to sell."),
    Spot(1, "Asks for a first conversation", "I wrote a form and waited.", -1, "ignored", 1, "welcome", "SA", "", "Website,E-mail", "She talks to somebody who knows her product the same day."),
    Spot(1, "Shows us her line", "They walked the line with me and asked the right things.", 2, "understood", 2, "understood", "SA", "PR", "Site visit", "She need not explain her line twice."),
    Spot(1, "Tests her product on our machine", "I sent two pallets and heard nothing for weeks.", -1, "left waiting", 2, "convinced", "PR", "LO", "Delivery,Video call", "She sees her own product run before she decides."),
    Spot(2, "Reads the offer", "Fourteen pages, and the price of the change parts is missing.", -1, "suspicious", 1, "clear", "SA", "FI", "Document,E-mail", "She can take it to her board without asking again."),
    Spot(2, "Compares total cost over ten years", "I build the spreadsheet myself, every time.", 0, "on her own", 1, "supported", "FI", "SA", "Document", "She gets the sheet filled in and can change it."),
    Spot(2, "Visits a plant that runs our machine", "The operator there told me more than any brochure.", 2, "reassured", 2, "reassured", "SA", "CS", "Site visit", "She hears from her equals.", True),
    Spot(3, "Gets the contract through legal", "Six rounds over liability, and nobody who may decide.", -2, "worn out", 0, "done", "LE", "SA,FI", "E-mail,Document", "She signs before her budget closes."),
    Spot(3, "Places the order in her own system", "Your portal wants what our system cannot give.", -1, "annoyed", 1, "quick", "IT", "FI", "Portal", "She orders the way her firm orders."),
    Spot(3, "Learns the delivery date", "A week was promised, then a month, then another week.", -2, "let down", 1, "certain", "LO", "SA,OP", "E-mail,Phone", "She can book her fitters and tell her customers.", True),
    Spot(4, "Prepares the floor and the supplies", "Nobody told us about the compressed air.", -1, "caught out", 1, "prepared", "PR", "CS", "Document,Video call", "She has everything ready when the lorry comes."),
    Spot(4, "Receives the machine", "Two crates were missing and the driver knew nothing.", -1, "anxious", 1, "in control", "LO", "CS", "Delivery,Phone", "She knows what comes, when, and who answers."),
    Spot(4, "Sees it run for the first time", "It ran. Everybody clapped.", 2, "proud", 2, "proud", "CS", "PR", "Site visit", "She makes the first good pack in front of her people.", True),
    Spot(4, "Fills in papers at the hand-over", "I wrote our serial number eleven times.", -1, "weary", 0, "nothing", "CS", "LE,IT", "Document", "She signs once."),
    Spot(4, "Tells her own board that it runs", "Now they will stop asking.", 1, "relieved", 2, "proud", "AM", "", "E-mail", "She shows what was promised beside what came."),
    Spot(4, "Trains the operators", "Two days, then the night shift was alone.", 0, "unsure", 1, "able", "CS", "HR", "Training", "Every shift can run and clean it."),
    Spot(5, "Changes over to another format", "Forty minutes on paper, two hours in life.", -1, "pressed", 1, "fluent", "PR", "CS", "Portal,Document", "She changes over within a break."),
    Spot(5, "Orders change parts", "I photograph the plate and send it by mail.", -1, "old-fashioned", 1, "easy", "LO", "IT", "Portal,E-mail", "She finds the part by her machine and sees when it comes."),
    Spot(5, "Gets the invoice", "The number on it is never our order number.", -2, "cross", 0, "nothing", "FI", "IT", "E-mail,Portal", "She pays it without a call."),
    Spot(5, "Hears how her line performs", "A nice chart. I would have liked it monthly.", 1, "interested", 1, "informed", "PR", "AM", "E-mail,Portal", "She sees waste fall, against plants like hers."),
    Spot(6, "Reports that the line stands still", "I was the fourth in the queue while the line stood.", -2, "helpless", 1, "taken care of", "CS", "AM,OP", "Phone", "A person who can help answers at once.", True),
    Spot(6, "Waits for the spare part", "Nobody could say whether it was on its way.", -2, "in the dark", 0, "informed", "LO", "CS", "Phone,E-mail", "She knows the hour and can plan around it."),
    Spot(6, "Reaches her account manager", "I left four messages. It took nine days.", -2, "abandoned", 2, "known", "AM", "SA", "Phone,E-mail", "She hears back the same day.", True),
    Spot(7, "Gets the renewal of the service contract", "Seven per cent more and no reason.", -1, "cornered", 1, "fairly treated", "AM", "FI", "E-mail,Document", "She sees what she got for last year's money."),
    Spot(7, "Thinks about a second line", "Would I choose you again? Ask me in March.", 0, "undecided", 2, "sure", "SA", "AM", "Site visit,Video call", "She need not start from nothing again."),
)  # fmt: skip

# What kind of touchpoint it is, where it is not simply a contact with us.
OF_KIND = {
    "Reads the offer": "document", "Compares total cost over ten years": "self_service",
    "Places the order in her own system": "self_service", "Fills in papers at the hand-over": "document",
    "Changes over to another format": "product", "Orders change parts": "self_service",
    "Waits for the spare part": "waiting", "Asks other plants at the trade fair": "partner",
}  # fmt: skip

# How badly it hurts customers, 1 to 5, where somebody has said so.
HURTS = {
    "Counts rejected packs at the end of a shift": 2, "Asks for a first conversation": 2, "Tests her product on our machine": 3,
    "Reads the offer": 3, "Compares total cost over ten years": 2, "Gets the contract through legal": 4,
    "Places the order in her own system": 3, "Learns the delivery date": 5, "Prepares the floor and the supplies": 4,
    "Receives the machine": 3, "Fills in papers at the hand-over": 3, "Trains the operators": 2,
    "Changes over to another format": 3, "Orders change parts": 3, "Gets the invoice": 4,
    "Reports that the line stands still": 5, "Waits for the spare part": 5, "Reaches her account manager": 5,
    "Gets the renewal of the service contract": 3,
}  # fmt: skip

# The map as it was pencilled before anybody read a comment, kept as a version: what was believed, and why one
# touchpoint went.
BELIEVED_NAME = "What we believed in spring"
BELIEVED = {
    "Learns the delivery date": {"statement": "I get a date with the confirmation.", "felt": 0, "felt_word": "informed"},
    "Gets the invoice": {"statement": "The invoice is clear.", "felt": 1, "felt_word": "at ease"},
    "Reports that the line stands still": {"statement": "The hotline answers within minutes.", "felt": 1, "felt_word": "safe"},
}  # fmt: skip
DROPPED = (1, "Reads our newsletter", "MK", "Not one comment of a whole year speaks of it.")
# What customers said when they were shown the stages: stage, what, how many.
SHOWN = ((4, "confirmed", 4), (6, "confirmed", 6), (7, "disputed", 2))
# How we find out whether it got better: touchpoint, metric, question, when, whom.
MEASURED = (
    ("Learns the delivery date", "ces", "How easy was it to plan with our dates?", "The day after delivery", "Plant manager"),
    ("Gets the invoice", "time", "How long did this invoice take you?", "With every tenth invoice", "Accounts payable"),
    ("Reports that the line stands still", "csat", "Did somebody who could help answer?", "When the case is closed", "Who called"),
)  # fmt: skip
