"""What customers of the demo say. Written by us; every run gives the same words."""

from __future__ import annotations

import csv
import datetime
import io
import random

import xlsxwriter

ACCOUNTS = (
    ("Brightwater Dairy", "A"), ("Kestrel Foods", "A"), ("Morven Bakeries", "B"), ("Alder & Finch Teas", "C"),
    ("Saltmarsh Snacks", "B"), ("Pennine Pharma", "A"), ("Nordhavn Fisk", "B"), ("Castellan Pasta", "B"),
    ("Oakridge Pet Food", "A"), ("Lumen Cosmetics", "C"), ("Harvest Lane", "B"), ("Vale Soft Drinks", "A"),
    ("Thornbury Cheese", "C"), ("Maas Frites", "A"), ("Silverbirch Coffee", "C"), ("Delta Grain", "B"),
    ("Hollowell Meats", "B"), ("Aurelia Health", "A"),
)  # fmt: skip
SEGMENTS = (
    "Dairy and chilled",
    "Snacks and bakery",
    "Drinks",
    "Pharma and health",
    "Pet food and grain",
)  # our own, on purpose
SEGMENT = dict(zip((name for name, _ in ACCOUNTS), (0, 4, 1, 2, 1, 3, 0, 1, 4, 3, 1, 2, 0, 1, 2, 4, 0, 3), strict=True))
WORTH = {"A": "EUR 2,400,000", "B": "EUR 860,000", "C": "EUR 190,000"}
PEOPLE = (
    ("Plant manager", "user"), ("Maintenance lead", "user"), ("Buyer", "buyer"), ("Head of operations", "decision maker"),
    ("Line supervisor", "user"), ("Finance controller", "influencer"), ("Quality manager", "user"),
)  # fmt: skip
# Touchpoint → what people say there. {h} hours, {d} days, {w} weeks, {n} a small number, {m} thousands of euros.
SAID: dict[str, tuple[str, ...]] = {
    "Counts rejected packs at the end of a shift": ("We throw away {n} pallets a week because of bad seals.", "The old sealer costs us {h} hours of rework on every shift."),
    "Reads how a similar plant solved it": ("The story about the dairy was useful, it named the mistakes as well.", "I would like the numbers behind the case study, not only the picture."),
    "Asks for a first conversation": ("I filled in the form and it took {d} days until somebody called.", "Your website asked me {n} times for the same telephone number.", "Somebody called within the hour, which nobody else did."),
    "Shows us her line": ("The engineer crawled under the conveyor with me. Best first visit I had.", "Two people came and both knew what they were looking at."),
    "Tests her product on our machine": ("We sent two pallets for the trial and waited {w} weeks for one page of results.", "The trial was good, but freight for it cost us EUR {m},400.", "We were allowed to watch the trial by video, that convinced my director."),
    "Reads the offer": ("The price of the change parts was not in the offer. That was EUR {m},200 later.", "I needed {n} calls to understand the options.", "A clear offer, with one page for my board."),
    "Compares total cost over ten years": ("It took me {h} hours to build the cost comparison myself.", "I asked for energy figures and got a brochure."),
    "Visits a plant that runs our machine": ("Seeing it run at a plant like ours made up my mind.", "The operator there told us what really goes wrong. Worth the trip."),
    "Gets the contract through legal": ("Legal took {w} weeks over a clause nobody needs.", "We lost {d} days because the person who may sign was on leave.", "I had {n} versions of the same contract in my inbox."),
    "Places the order in her own system": ("Your portal does not take our order numbers, so I type everything twice, about {h} hours per order.", "I ended up sending the order by e-mail because the portal logged me out {n} times."),
    "Learns the delivery date": ("The delivery date moved {n} times. Our fitters were booked and we paid them EUR {m},800 for nothing.", "First you said week 12, then week 18. We had told our customer already.", "I called every Monday for {w} weeks to hear a date.", "The delay cost us the spring promotion. We are looking at others for the second line."),
    "Prepares the floor and the supplies": ("Nobody told us we need another air line. That was {d} days of standstill before we even started.", "The foundation drawing came after the concrete was poured."),
    "Receives the machine": ("Two crates were missing and it took {d} days to find them.", "The lorry came at six in the morning without a call. We had no forklift driver.", "Delivery was on the minute, well packed."),
    "Sees it run for the first time": ("It ran on the first afternoon. The whole shift came to look.", "Your fitters stayed until the first good pack, at ten at night. Thank you.", "First pack after {d} days instead of one, but when it ran, it ran."),
    "Fills in papers at the hand-over": ("I wrote the same serial number on {n} forms.", "The hand-over papers cost us {h} hours, and then they were lost.", "Why must my quality manager sign a paper about your travel costs?"),
    "Trains the operators": ("The training was good, but only for the day shift. Nights had to learn it from a video.", "We needed a second training after {w} weeks because half of the crew is new."),
    "Changes over to another format": ("A changeover should take 40 minutes. We need {h} hours.", "The guide shows a different model. My people worked it out themselves.", "Since the last update changeover is fine, {n} minutes faster."),
    "Orders change parts": ("I send photographs of the type plate to three addresses until somebody knows the part.", "The part number in the portal was wrong, we returned it {n} times.", "Ordering parts takes me {h} hours a month that I do not have."),
    "Gets the invoice": ("Your invoice never shows our order number. Our finance people spend {h} hours on each one.", "We got {n} invoices for one delivery and one of them was for somebody else.", "An invoice dispute from spring is still open after {w} weeks.", "Because of the wrong invoice we lost the discount, EUR {m},150."),
    "Hears how her line performs": ("The monthly figures are the only mail from a supplier that I read.", "I would like to compare us with others, not only with ourselves."),
    "Reports that the line stands still": ("The line stood for {h} hours and I was told that somebody would call back.", "I waited {n} times in the queue behind people with questions about toner.", "At night nobody picks up. We lost EUR {m},500 in one shift.", "Your man talked my operator through it in ten minutes. Brilliant.", "One hour of standstill is EUR {m},000 for us. You ask me for a ticket number."),
    "Waits for the spare part": ("The part was on its way, they said. It came after {d} days. We ran at half speed.", "Nobody could tell me the lead time of a simple seal.", "We drove {h} hours to fetch the part ourselves.", "I now keep spares for EUR {m},000 because I cannot rely on you."),
    "Reaches her account manager": ("I left {n} messages. It took nine days to hear back.", "We had {n} account managers in two years. I explain our plant every time.", "When I reach her, everything gets done. I only never reach her.", "I gave up and called your director.", "It takes {d} days to get an answer from our account manager, every time."),
    "Gets the renewal of the service contract": ("Seven per cent more and no reason. I asked and got the same letter again.", "We pay EUR {m},900 a year and I cannot say for what."),
    "Thinks about a second line": ("We would buy again for the machine and not for what comes after it.", "The second line will be decided in March. Your competitor calls every week."),
}  # fmt: skip
BEFORE = (
    "",
    "",
    "",
    "To be honest: ",
    "Second time this year. ",
    "As I told your colleague: ",
    "Short and simple: ",
    "On the whole we are happy, but ",
)
AFTER = (
    "", "", "", " That is not what we were promised.", " My people have other things to do.", " I had to explain it to our customer.",
    " Please tell us earlier next time.", " We solved it ourselves in the end.", " I know it is not easy for you either.",
)  # fmt: skip
BAD = (
    "Reaches her account manager",
    "Reports that the line stands still",
    "Learns the delivery date",
    "Gets the invoice",
    "Waits for the spare part",
)
# What is said more often than the rest. On purpose not what hurts most: the worst let-down comes fifth by frequency.
OFTEN = {
    "Gets the invoice": 6, "Learns the delivery date": 6, "Fills in papers at the hand-over": 8,
    "Places the order in her own system": 5, "Reaches her account manager": 2, "Reports that the line stands still": 1,
    "Waits for the spare part": 1,
}  # fmt: skip


def comments(today: datetime.date, how_many: int = 252) -> bytes:
    """A CSV as a survey tool would export it; three rows in five say where they belong."""
    dice = random.Random(20240229)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(
        [
            "Date",
            "Account",
            "Tier",
            "Contact role",
            "NPS",
            "Comment",
            "Touchpoint",
            "Source",
            "Response ID",
            "Annual value",
            "Segment",
        ]
    )
    seen: set[str] = set()
    places = [*SAID, *(place for place, often in OFTEN.items() for _ in range(often))]
    while len(seen) < how_many:
        place = dice.choice(places)
        account, tier = dice.choice(ACCOUNTS)
        text = _one(dice, dice.choice(SAID[place]))
        if text in seen:
            continue
        seen.add(text)
        role, _ = dice.choice(PEOPLE)
        score = dice.choice((0, 2, 3, 4, 5, 6)) if place in BAD else dice.choice((4, 6, 7, 8, 9, 10))
        day = today - datetime.timedelta(days=dice.randint(3, 350))
        known = place if dice.random() < 0.6 else ""
        source = dice.choice(("Survey", "Survey", "Service cases", "Sales notes"))
        table.writerow(
            [
                day.isoformat(),
                account,
                tier,
                role,
                score,
                text,
                known,
                source,
                f"R-{len(seen):04d}",
                WORTH[tier],
                SEGMENTS[SEGMENT[account]],
            ]
        )
    return out.getvalue().encode()


def cases() -> bytes:
    """Service cases as a CRM exports them, to try an import with: 240 rows, of which 14 come twice and 6 cannot come in.
    It is served as static/samples/service-cases.csv."""
    dice, out, twice = random.Random(17), io.StringIO(), set(range(60, 200, 10))
    table = csv.writer(out)
    table.writerow(["CaseNumber", "Subject", "Description", "Account Name", "Priority", "CreatedDate"])
    rows: list[list[str]] = []
    while len(rows) < 220:
        place = dice.choice([*SAID, *BAD, *BAD])
        day = datetime.date(2026, 10, 30) - datetime.timedelta(days=dice.randint(0, 300))
        number = f"{40_100 + len(rows)}"
        said = [_one(dice, dice.choice(SAID[place])), _one(dice, dice.choice(SAID[place]))]
        rows.append(
            [
                number,
                place,
                " ".join(dict.fromkeys(said)),
                dice.choice(ACCOUNTS)[0],
                dice.choice("123"),
                day.isoformat(),
            ]
        )
    broken = ("2026-13-02", "31.02.2026", "2026-02-30", "yesterday", "2099-01-01", "00/00/0000")
    for n, row in enumerate(rows):
        table.writerow(row)
        if n in twice:
            table.writerow(row)
        if n % 40 == 5 and n // 40 < len(broken):
            table.writerow([f"{49_000 + n}", *row[1:5], broken[n // 40]])
    return out.getvalue().encode()


def survey() -> bytes:
    """An NPS survey of 180 answers as a survey tool exports it, with semicolons. Served as static/samples/nps-survey.csv."""
    dice, out = random.Random(23), io.StringIO()
    table = csv.writer(out, delimiter=";")
    table.writerow(["Survey Response ID", "Created At", "Score", "Comment", "Company", "Person Name", "Job title"])
    for n in range(180):
        place = dice.choice([*SAID, *BAD])
        day = datetime.date(2026, 10, 30) - datetime.timedelta(days=dice.randint(0, 300))
        score = dice.choice((0, 2, 3, 5, 6)) if place in BAD else dice.choice((6, 7, 8, 9, 10))
        role, _ = dice.choice(PEOPLE)
        text = f"{_one(dice, dice.choice(SAID[place]))} ({place.lower()})"
        table.writerow([f"N{n:04}", day.isoformat(), score, text, dice.choice(ACCOUNTS)[0], "", role])
    return out.getvalue().encode()


def notes() -> bytes:
    """Sixty notes of account managers in a workbook, with a title over the table as people make them. Served as
    static/samples/sales-notes.xlsx."""
    dice, held = random.Random(29), io.BytesIO()
    book = xlsxwriter.Workbook(held, {"in_memory": True})
    book.set_properties({"created": datetime.datetime(2026, 10, 30, tzinfo=datetime.UTC)})
    sheet = book.add_worksheet("Notes")
    sheet.write_row(0, 0, ["What we heard this year"])
    sheet.write_row(2, 0, ["No.", "Visited on", "Customer", "Note", "Account manager"])
    for n in range(60):
        place = dice.choice([*SAID, *BAD])
        day = datetime.date(2026, 10, 30) - datetime.timedelta(days=dice.randint(0, 300))
        text = f"At {place.lower()}: {_one(dice, dice.choice(SAID[place]))}"
        row = [f"S{n:03}", day.isoformat(), dice.choice(ACCOUNTS)[0], text, dice.choice(("Sam", "Ada", "Noor"))]
        sheet.write_row(n + 3, 0, row)
    book.close()
    return held.getvalue()


def _one(dice: random.Random, words: str) -> str:
    n, h, d = (
        dice.choice(("two", "three", "four", "five")),
        dice.choice((2, 3, 4, 6, 8, 12)),
        dice.choice((2, 3, 4, 9, 11)),
    )
    said = words.format(n=n, h=h, d=d, w=dice.choice((2, 3, 4, 6)), m=dice.choice((3, 4, 7, 9, 12, 15)))
    before = dice.choice(BEFORE)
    if before.endswith(("but ", ": ")) and not said.startswith(("I ", "I’", "EUR")):
        said = said[0].lower() + said[1:]
    return before + said + dice.choice(AFTER)


# Let-downs people agreed on: name, where, how bad for customers, how bad for us, whether it is quickly mended, and what
# the customers who say it ultimately want.
LET_DOWNS = (
    ("I cannot reach my account manager", "Reaches her account manager", 5, 2, False, "Never stop the line"),
    ("The line stands and nobody can decide", "Reports that the line stands still", 5, 5, False, "Never stop the line"),
    ("Nobody knows when the part will come", "Waits for the spare part", 5, 3, False, "Never stop the line"),
    ("Invoices without our order number", "Gets the invoice", 4, 5, True, "Pay once, and know for what"),
    ("The delivery date moves and nobody tells us", "Learns the delivery date", 4, 4, False, "Never stop the line"),
    ("The same papers again and again", "Fills in papers at the hand-over", 3, 4, True, "Pay once, and know for what"),
    ("I type every order twice", "Places the order in her own system", 2, 1, True, "Pay once, and know for what"),
)
# What customers who speak of a touchpoint ultimately want there, as far as people said so; where nothing is said of an
# aim and a stage, the demo has its holes.
WANTED = {
    "Never stop the line": (
        "Counts rejected packs at the end of a shift", "Shows us her line", "Prepares the floor and the supplies",
        "Sees it run for the first time", "Changes over to another format", "Orders change parts",
    ),
    "Pay once, and know for what": (
        "Reads the offer", "Compares total cost over ten years", "Gets the contract through legal",
        "Gets the renewal of the service contract",
    ),
}  # fmt: skip
