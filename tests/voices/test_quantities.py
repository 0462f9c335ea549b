"""What customers state of time, money, people and effort. The sentences are ours."""

from __future__ import annotations

import time

import pytest

from voices.analysis import find_quantities

HOUR, DAY, WEEK = 60, 8 * 60, 5 * 8 * 60
SENTENCES = [
    ("It took us 3 hours to get a quote out of your portal.", [("time", 3 * HOUR, 3 * HOUR, "min")]),
    ("We waited six weeks for the commissioning engineer.", [("time", 6 * WEEK, 6 * WEEK, "min")]),
    ("I spent half a day chasing the invoice.", [("time", 0.5 * DAY, 0.5 * DAY, "min")]),
    ("Had to call four times before anyone answered.", [("count", 4, 4, "times")]),
    ("Downtime cost us about $12k.", [("money", 12000, 12000, "USD")]),
    ("The delay cost EUR 4,500 in overtime.", [("money", 4500, 4500, "EUR")]),
    ("It cost us EUR 4500 and 12 hours.", [("money", 4500, 4500, "EUR"), ("time", 12 * HOUR, 12 * HOUR, "min")]),
    ("Between $300 and $450, and 4 calls.", [("money", 300, 450, "USD"), ("count", 4, 4, "calls")]),
    ("Die Verzögerung hat uns 4.500 € gekostet.", [("money", 4500, 4500, "EUR")]),
    ("Two people full time for a week just to re-enter data.", [("people", 2, 2, "fte"), ("time", WEEK, WEEK, "min")]),
    ("3-4 hours per month per site.", [("time", 3 * HOUR, 4 * HOUR, "min")]),
    ("between 10 and 15 emails for one change order", [("count", 10, 15, "emails")]),
    ("a couple of weeks went by with no answer", [("time", 2 * WEEK, 2 * WEEK, "min")]),
    ("It takes 20 minutes on hold every single time.", [("time", 20, 20, "min")]),
    ("Lost roughly £30,000 of production.", [("money", 30000, 30000, "GBP")]),
    ("We had to split the order with another vendor.", []),
    ("Support is available 24/7 and that is great.", []),
    ("Since 2023 things have improved.", []),
    ("Your ISO 9001 certificate expired.", []),
    ("Model X200 is fine.", []),
    ("I would rate you 7/10.", []),
    ("The manual is 120 pages long.", [("count", 120, 120, "pages")]),
    ("1.5 days of rework on every delivery", [("time", 1.5 * DAY, 1.5 * DAY, "min")]),
    ("an hour and a half to find the right form", [("time", 90, 90, "min")]),
    ("took 2h 30m to log in", [("time", 150, 150, "min")]),
    ("$1.2 million over three years", [("money", 1200000, 1200000, "USD")]),
    ("we escalated twice", [("count", 2, 2, "times")]),
    ("It was resolved in 5 minutes, wonderful.", [("time", 5, 5, "min")]),
    ("We needed 7 signatures and 3 forms.", [("count", 7, 7, "signatures"), ("count", 3, 3, "forms")]),
    ("months of waiting", []),
    ("Took forever.", []),
    ("Order 45012 arrived on 12 March.", []),
    ("Delivered 9 days late.", [("time", 9 * DAY, 9 * DAY, "min")]),
    ("over 40 hours a month of manual work", [("time", 40 * HOUR, 40 * HOUR, "min")]),
    ("We paid USD 900 for express freight because of your mistake.", [("money", 900, 900, "USD")]),
    ("Room 12, second floor, no one there.", []),
    ("30% of shipments are wrong.", [("share", 30, 30, "%")]),
    ("one in five pallets damaged", [("share", 20, 20, "%")]),
    ("Ten to twelve working days for a credit note.", [("time", 10 * DAY, 12 * DAY, "min")]),
    (
        "We had three different account managers in one year.",
        [("count", 3, 3, "account managers"), ("time", None, None, "min")],
    ),
    ("quarter of an hour each login", [("time", 15, 15, "min")]),
    ("At 8:30 nobody picked up.", []),
    ("Nous avons attendu trois semaines.", [("time", 3 * WEEK, 3 * WEEK, "min")]),
    ("Wir haben zwei Tage gewartet.", [("time", 2 * DAY, 2 * DAY, "min")]),
    ("Tardaron 4 horas en contestar.", [("time", 4 * HOUR, 4 * HOUR, "min")]),
    ("It happened for the third time.", [("count", 3, 3, "times")]),
    ("We paid $2000.00 for nothing.", [("money", 2000, 2000, "USD")]),
    ("It took 200 and 3 hours.", [("time", 3 * HOUR, 3 * HOUR, "min")]),
    ("We paid $300 and $450.", [("money", 300, 300, "USD"), ("money", 450, 450, "USD")]),
    ("My first 999 call was bad, and so was the 111 service.", []),
    ("Ordered at 16.00hrs; the second part was 100 times worse.", []),
    ("We made 112 calls that week.", [("count", 112, 112, "calls")]),
    ("We ordered the part 3 times.", [("count", 3, 3, "times")]),
    ("We waited 2 and 1/4 hours, 7 and a half hours the day before.", [("time", 135, 135, "min"), ("time", 450, 450, "min")]),
    ("Rework ran to 18 man-hours and 3 extra shipments.", [("time", 18 * HOUR, 18 * HOUR, "min"), ("count", 3, 3, "shipments")]),
    ("We had to ring the hotline six times in two weeks.", [("count", 6, 6, "times")]),
    ("It cost me a whole day and £480 in courier fees.", [("time", DAY, DAY, "min"), ("money", 480, 480, "GBP")]),
    ("Waited 1h15 for the driver at gate 6.", [("time", 75, 75, "min")]),
    ("Every Friday I waste an hour chasing confirmations.", [("time", HOUR, HOUR, "min")]),
    ("Two thirds of your delivery notes lack our order number.", [("share", 100 * (2 / 3), 100 * (2 / 3), "%")]),
    ("About a quarter of the pallets arrive damaged.", [("share", 25, 25, "%")]),
    ("They called it a quarter of the year.", []),
    # what is spoken of, and not borne
    ("My daughter is 8 weeks old.", []),
    ("We have been customers for 17 years.", []),
    ("We've used your valves for 15 years and never had a leak.", []),
    ("I was promised a call back within 4 hours. It took three days.", [("time", 3 * DAY, 3 * DAY, "min")]),
    ("Commissioning was planned for 2 days.", []),
    ("It took longer than planned: 9 days.", [("time", 9 * DAY, 9 * DAY, "min")]),
    ("Longer than promised, and 20 minutes late.", [("time", 20, 20, "min")]),
    ("We were told two hours but had 50 minutes.", [("time", 50, 50, "min")]),
    ("Your competitor answered in 2 days.", []),
    ("Please reduce lead time to under six weeks.", []),
    ("Our contract says 98% on-time; last quarter you reached 81%.", [("share", 81, 81, "%")]),
    ("A replacement was quoted at €3,850, the list price went up 6.5%.", []),
    ("Your portal saved us $4,000.", []),
    ("85 employees, three plants, B2B only, Q3, 3D.", []),
    ("We are 12 people in the workshop.", []),
    ("I need a second card.", []),
    # German
    ("Wir warten seit sechs Wochen auf die Ersatzpumpe.", [("time", 6 * WEEK, 6 * WEEK, "min")]),
    ("Ich habe fünfmal angerufen.", [("count", 5, 5, "mal")]),
    ("Zum vierten Mal falsche Etiketten.", [("count", 4, 4, "mal")]),
    ("Drei Kollegen waren zwei Tage lang beschäftigt.", [("people", 3, 3, "people"), ("time", 2 * DAY, 2 * DAY, "min")]),
    ("Wir mussten 950,- EUR Expressfracht zahlen.", [("money", 950, 950, "EUR")]),
    ("Das hat uns 1,5 Mio. € Umsatz gekostet.", [("money", 1_500_000, 1_500_000, "EUR")]),
    ("Schaden: 30 TEUR, also TEUR 30.", [("money", 30_000, 30_000, "EUR"), ("money", 30_000, 30_000, "EUR")]),
    ("Ein ganzer Tag Stillstand und eineinhalb Stunden Fehlersuche.", [("time", DAY, DAY, "min"), ("time", 90, 90, "min")]),
    ("Eine Viertelstunde, dann fast eine halbe Stunde.", [("time", 15, 15, "min"), ("time", 30, 30, "min")]),
    ("Zwischen 3 und 5 Tagen, 25 bis 30 Minuten.", [("time", 3 * DAY, 5 * DAY, "min"), ("time", 25, 30, "min")]),
    ("Zugesagt waren 48 Stunden, geworden sind es acht Tage.", [("time", 8 * DAY, 8 * DAY, "min")]),
    ("Die Maschine ist 12 Jahre alt, unser Meister seit 30 Jahren im Betrieb.", []),
    ("Listenpreis 499 €, Kunde seit 2015, der Techniker kam um 8 Uhr am 3. Mai.", []),
    # French
    ("La ligne est restée à l'arrêt 6 heures, soit 9 000 € de perte.", [("time", 6 * HOUR, 6 * HOUR, "min"), ("money", 9000, 9000, "EUR")]),
    ("Nous avons payé 1 250,75 € de frais.", [("money", 1250.75, 1250.75, "EUR")]),
    ("Une heure et demie, puis un quart d'heure d'attente.", [("time", 90, 90, "min"), ("time", 15, 15, "min")]),
    ("Deux personnes ont passé une journée entière.", [("people", 2, 2, "people"), ("time", DAY, DAY, "min")]),
    ("Il a fallu 3 interventions et vingt-cinq appels.", [("count", 3, 3, "interventions"), ("count", 25, 25, "appels")]),
    ("Cela a coûté 2 millions d'euros, ou deux mille euros.", [("money", 2_000_000, 2_000_000, "EUR"), ("money", 2000, 2000, "EUR")]),
    ("On nous avait promis une réponse sous 48 h.", []),
    ("Le support répond 24h/24, la réunion est à 14h30, la garantie est de deux ans.", []),
    # Spanish
    ("Tuve que llamar tres veces y esperar media hora cada vez.", [("count", 3, 3, "veces"), ("time", 30, 30, "min")]),
    ("Con retraso de un mes y medio.", [("time", 1.5 * 21 * DAY, 1.5 * 21 * DAY, "min")]),
    ("Dos empleados tardaron un día entero.", [("people", 2, 2, "people"), ("time", DAY, DAY, "min")]),
    ("Nos cobraron 2 mil euros, y treinta y cinco minutos de espera.", [("money", 2000, 2000, "EUR"), ("time", 35, 35, "min")]),
    ("Entre 20 y 25 llamadas y 15 correos.", [("count", 20, 25, "llamadas"), ("count", 15, 15, "correos")]),
    ("Hace dos años que somos clientes, el operario tiene 35 años.", []),
    ("Nos prometieron la entrega en 3 días y fueron dos semanas.", [("time", 2 * WEEK, 2 * WEEK, "min")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SENTENCES, ids=[text[:40] for text, _ in SENTENCES])
def test_stated_quantities(text, expected):
    found = [(q.kind, q.low, q.high, q.unit) for q in find_quantities(text) if q.borne]
    assert [one for one in found if one not in expected] == [one for one in expected if one not in found] == []
    assert len(found) == len(expected)


def test_a_quantity_says_where_it_stands_and_how_often():
    text = "Over 40 hours a month of manual work, and £30,000 lost."
    time_, money = find_quantities(text)
    assert (text[time_.start : time_.end], time_.rate) == ("40 hours", "month")
    assert text[money.start : money.end] == "£30,000"


@pytest.mark.parametrize(
    "text",
    [
        "one " * 8_000,
        "1,1" * 10_000,
        "a couple of " * 2_500,
        "$" * 32_000,
        "half an " * 4_000,
        "between 1 and " * 2_000,
        "1 000 " * 5_000,
    ],
)
def test_hostile_text_costs_no_time(text):
    start = time.perf_counter()
    find_quantities(text)
    assert time.perf_counter() - start < 2
