"""What customers say of the touchpoints most B2B companies have, in our own words: a map nobody taught yet already
understands that a late truck is about the delivery."""

from __future__ import annotations

import re

# The words of a touchpoint's name that tell what it is about → phrases.
_PHRASES: list[tuple[str, tuple[str, ...]]] = [
    ("advert|website|brochure|webinar|fair|newsletter|hears?|awareness|search|finds?", (
        "Your website does not say what the machine costs", "I found you at the trade fair",
        "The newsletter comes too often", "The brochure has no technical data")),
    ("quotes?|offers?|proposals?|prices?|pricing|tender|compares?|evaluat\\w+|demo|trial|sales", (
        "We waited two weeks for a quote", "The price went up after the offer", "The salesman did not know the product",
        "Your proposal left out half of what we asked for")),
    ("orders?|buys?|purchas\\w+|contracts?|signs?|legal|approval|negotiat\\w+", (
        "The contract had to be signed three times", "The order confirmation was wrong",
        "Your legal terms took months to agree", "I cannot change an order once it is placed")),
    ("deliver\\w*|shipments?|shipping|freight|logistics|arriv\\w+|receiv\\w+", (
        "The truck came late and nobody told us", "The pallet arrived damaged", "Parts were missing in the shipment",
        "The driver did not call ahead", "No tracking, no delivery date")),
    ("install\\w*|commission\\w*|set-?up|start-?up|onboard\\w*|migrat\\w+|goes? live|launch", (
        "Commissioning slipped by two weeks", "The engineer came without the right tools",
        "We filled in the same form for commissioning twice", "Nobody was ready when the machine arrived")),
    ("train\\w*|course|manuals?|documentation|instructions?|learns?|guide", (
        "The manual is only in German", "The training was too short", "The instructions do not match our version",
        "Our operators were never trained")),
    ("operat\\w+|runs?|running|uses?|production|uptime|quality|works?", (
        "The machine stops every night", "It runs without trouble", "Scrap went up after the update",
        "The quality changes from batch to batch")),
    ("portal|log-?ins?|logs|passwords?|apps?|software|online|system|dashboard|screens?", (
        "The portal logs me out all the time", "I cannot log in", "The screen is slow", "The app crashed again")),
    ("spare|parts?|replacements?|warranty|repairs?", (
        "The spare part was not in stock", "Nobody could say when the part would come",
        "The warranty claim was refused", "Waiting for a replacement for weeks")),
    ("support|hotline|emergency|help|faults?|breakdowns?|tickets?|technicians?|escalat\\w+|service", (
        "Nobody answers the hotline", "I was on hold for forty minutes", "The technician came two days after the call",
        "I had to explain the problem to four people", "The line was down and nobody picked up")),
    ("invoices?|bills?|billing|pays?|payments?|credit|refunds?", (
        "The invoice is wrong", "We were charged twice", "The credit note took months", "A reminder for a paid bill")),
    ("account manager|key account|contact person|reach\\w*|relationship|review|representative|visits?", (
        "I never reach my account manager", "Our contact changed and nobody told us", "He does not call back",
        "Nobody feels responsible for us")),
    ("complain\\w*|claims?|apolog\\w+|dispute\\w*", (
        "I complained and never heard back", "My complaint was closed without a solution",
        "All I got was a template")),
    ("renew\\w*|extend\\w*|cancel\\w*|leav\\w+|competitors?|terminat\\w+|recommend\\w*", (
        "The contract renewed itself without a word", "We look at other vendors", "I would recommend you",
        "Cancelling takes a registered letter")),
    ("reports?|audits?|certificates?|compliance|paperwork|data", (
        "The certificate was missing for our audit", "The report comes too late", "I need the data as a file")),
]  # fmt: skip
_KNOWN = [(re.compile(rf"\b(?:{words})\b", re.I), phrases) for words, phrases in _PHRASES]


def phrases_for(name: str) -> tuple[str, ...]:
    """Phrases customers say of something named like this; none where the name is unusual."""
    return tuple(phrase for words, phrases in _KNOWN if words.search(name) for phrase in phrases)
