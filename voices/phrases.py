"""What customers say of the touchpoints most B2B companies have, in our own words: a map nobody taught yet already
understands that a late truck is about the delivery."""

from __future__ import annotations

import re

# The words of a touchpoint's name that tell what it is about → phrases. The first that fits counts: "the renewal of
# the service contract" is about renewing.
_PHRASES: list[tuple[str, tuple[str, ...]]] = [
    (r"renew\w*|extend\w*|cancel\w*|leav\w+|competitors?|terminat\w+|recommend\w*", (
        "The contract renewed itself without a word", "Seven per cent more, and no reason",
        "I pay every year and cannot say for what", "Cancelling takes a registered letter")),
    (r"account manager|key account|contact person|reach\w*|relationship|representative", (
        "I never reach my account manager", "I left messages and nobody called back",
        "Our account manager changed again", "It takes days to get an answer from her")),
    ("invoices?|bills?|billing|pays?|payments?|credit|refunds?", (
        "The invoice is wrong", "We were charged twice", "The credit note took months", "A reminder for a paid bill")),
    ("spare|parts?|replacements?|warranty|repairs?", (
        "The spare part was not in stock", "Nobody could say when the part would come",
        "The part number was wrong", "Waiting for a replacement for weeks")),
    (r"hotline|emergency|help|faults?|breakdowns?|tickets?|technicians?|escalat\w+|support|stands? still|stopp\w+|down", (
        "The line stood and nobody picked up", "I was on hold for forty minutes",
        "The machine is down and all I get is a ticket number", "At night nobody answers the hotline")),
    (r"deliver\w*|shipments?|shipping|freight|logistics|arriv\w+|receiv\w+", (
        "The truck came late and nobody told us", "Crates were missing when it arrived", "The delivery date moved again",
        "The driver did not call ahead")),
    (r"install\w*|commission\w*|set-?up|start-?up|onboard\w*|migrat\w+|goes? live|first time|launch", (
        "Commissioning slipped by two weeks", "The fitters came without the right tools",
        "It ran on the first day", "Nobody was ready when the machine arrived")),
    (r"train\w*|course|manuals?|documentation|instructions?|learns? to|guide", (
        "The training was too short", "The night shift was never trained", "The manual shows another model",
        "New people learn it from a video")),
    ("trials?|tests?|demos?|samples?", (
        "The trial was good but we waited for the results", "We sent our product for a test",
        "The demo convinced my director")),
    ("quotes?|offers?|proposals?|prices?|pricing|tender", (
        "We waited two weeks for a quote", "Something was missing in the offer and cost extra later",
        "I needed several calls to understand the options", "The price went up after the offer")),
    (r"compar\w+|evaluat\w+|costs?", (
        "I had to work out the comparison myself", "I asked for figures and got a brochure")),
    (r"contracts?|signs?|legal|approval|negotiat\w+", (
        "The contract had to be signed three times", "Your lawyers took months over one clause",
        "The person who may sign was on leave")),
    (r"orders?|buys?|purchas\w+", (
        "The order confirmation was wrong", "I type every order twice", "I cannot change an order once it is placed")),
    ("portal|log-?ins?|logs in|passwords?|apps?|software|online|dashboard|screens?", (
        "The portal logs me out all the time", "I cannot log in", "The screen is slow", "The app crashed again")),
    (r"complain\w*|claims?|apolog\w+|disputes?", (
        "I complained and never heard back", "My complaint was closed without a solution",
        "All I got was a template")),
    ("papers?|paperwork|certificates?|compliance|audits?|hand-?over|forms?", (
        "I wrote the same number on several forms", "The papers were lost", "The certificate was missing for our audit")),
    (r"advert|website|brochure|webinar|fair|newsletter|search|conversation|enquir\w+", (
        "I filled in the form and nobody called", "Your website does not say what it costs",
        "The newsletter comes too often", "I found you at the trade fair")),
    ("reports?|performs?|performance|figures|reviews?", (
        "The report comes too late", "I read the monthly figures", "I would like to compare us with others")),
    ("changes? over|changeover|formats?", (
        "A changeover takes us hours", "The guide for changing over shows another model")),
    (r"operat\w+|production|uptime|quality", (
        "The machine stops every night", "It runs without trouble", "Scrap went up after the update",
        "The quality changes from batch to batch")),
]  # fmt: skip
_KNOWN = [(re.compile(rf"\b(?:{words})\b", re.I), phrases) for words, phrases in _PHRASES]


def phrases_for(name: str) -> tuple[str, ...]:
    """Phrases customers say of something named like this; none where the name is unusual."""
    return next((phrases for words, phrases in _KNOWN if words.search(name)), ())
