"""What customers say of the touchpoints most B2B companies have, in our own words: a map nobody taught yet already
understands that a late truck is about the delivery."""

from __future__ import annotations

import re

# The words of a touchpoint's name that tell what it is about → phrases. The first that fits counts: "the renewal of
# the service contract" is about renewing.
_PHRASES: list[tuple[str, tuple[str, ...]]] = [
    (r"renew\w*|extend\w*|cancel\w*|leav\w+|competitors?|terminat\w+|recommend\w*", (
        "The contract renewed itself without a word", "Seven per cent more, and no reason",
        "I pay every year and cannot say for what", "Cancelling takes a registered letter",
        "We are looking at another supplier", "Nobody spoke to us before the renewal",
        "The notice period was hidden in the small print", "I would not recommend you to a colleague",
        "The renewal offer came two days before the end", "We will not extend it under these terms")),
    (r"account manager|key account|contact person|reach\w*|relationship|representative", (
        "I never reach my account manager", "I left messages and nobody called back",
        "Our account manager changed again", "It takes days to get an answer from her",
        "I explain our plant to every new contact", "She is always travelling", "Nobody feels responsible for us",
        "When I reach her, everything gets done", "My e-mails go unanswered",
        "I do not know whom to call any more")),
    ("invoices?|bills?|billing|pays?|payments?|credit|refunds?", (
        "The invoice is wrong", "We were charged twice", "The credit note took months", "A reminder for a paid bill",
        "Our order number is missing on the invoice", "The invoice went to the wrong address",
        "The refund never arrived", "The amount does not fit the order", "Finance cannot match your invoice",
        "One invoice for each crate")),
    ("spare|parts?|replacements?|warranty|repairs?", (
        "The spare part was not in stock", "Nobody could say when the part would come",
        "The part number was wrong", "Waiting for a replacement for weeks",
        "The part came and did not fit", "You refused the warranty", "The repair held for three days",
        "We keep spares because we cannot rely on you", "The lead time of a seal is eight weeks",
        "A used part was sent instead of a new one")),
    (r"hotline|emergency|help|faults?|breakdowns?|tickets?|technicians?|escalat\w+|support|stands? still|stopp\w+|down", (
        "The line stood and nobody picked up", "I was on hold for forty minutes",
        "The machine is down and all I get is a ticket number", "At night nobody answers the hotline",
        "The technician came without tools", "The ticket was closed and nothing was solved",
        "I had to explain it three times", "Your engineer talked us through it in ten minutes",
        "We lost a shift until somebody called back", "First level support reads from a script")),
    (r"deliver\w*|shipments?|shipping|freight|logistics|arriv\w+|receiv\w+", (
        "The truck came late and nobody told us", "Crates were missing when it arrived", "The delivery date moved again",
        "The driver did not call ahead", "Half of the order is on back order", "It arrived damaged",
        "I cannot see where my shipment is", "The pallets were wrapped badly", "Delivered to the wrong gate",
        "It came on the day you promised")),
    (r"install\w*|commission\w*|set-?up|start-?up|onboard\w*|migrat\w+|goes? live|first time|launch", (
        "Commissioning slipped by two weeks", "The fitters came without the right tools",
        "It ran on the first day", "Nobody was ready when the machine arrived",
        "Our data was lost in the move", "The set-up took three visits", "The project manager changed half-way",
        "The fitters stayed until it ran", "We started without the interface", "The acceptance test failed twice")),
    (r"train\w*|course|manuals?|documentation|instructions?|learns? to|guide", (
        "The training was too short", "The night shift was never trained", "The manual shows another model",
        "New people learn it from a video", "The documentation is out of date", "The trainer knew our machine",
        "The manual exists in English only", "We needed a second course", "The instructions skip a step",
        "We learnt it by trial and error")),
    ("trials?|tests?|demos?|samples?", (
        "The trial was good but we waited for the results", "We sent our product for a test",
        "The demo convinced my director", "The sample was not what was delivered later",
        "The demo showed somebody else's data", "We could not try it with our own product",
        "The test report came without figures", "Freight for the trial was on us", "The trial ended before we had begun",
        "You let us test it for a month")),
    ("quotes?|offers?|proposals?|prices?|pricing|tender", (
        "We waited two weeks for a quote", "Something was missing in the offer and cost extra later",
        "I needed several calls to understand the options", "The price went up after the offer",
        "The proposal was copied from another customer", "Your prices are nowhere to be found",
        "The quote had the wrong quantities", "A clear offer on one page", "Three versions and none was complete",
        "The discount disappeared in the second quote")),
    (r"compar\w+|evaluat\w+|costs?", (
        "I had to work out the comparison myself", "I asked for figures and got a brochure",
        "The running costs are not in the sheet", "Nobody told us what it costs over ten years",
        "I built the business case on my own", "Energy figures are missing", "Comparing you with others took days",
        "My board wants numbers and not promises", "The calculation had mistakes in it", "You showed us the real cost")),
    (r"contracts?|signs?|legal|approval|negotiat\w+", (
        "The contract had to be signed three times", "Your lawyers took months over one clause",
        "The person who may sign was on leave", "The terms changed after we had agreed",
        "I have four versions of the same contract", "The liability clause is not acceptable",
        "Legal sent it back without a comment", "Nobody could explain the small print",
        "It lay on somebody's desk for weeks", "Signing online took a minute")),
    (r"orders?|buys?|purchas\w+", (
        "The order confirmation was wrong", "I type every order twice", "I cannot change an order once it is placed",
        "The confirmation never came", "The minimum quantity is too high", "The wrong article was ordered for us",
        "Our purchase order number was ignored", "I ordered by e-mail because the shop did not work",
        "Nobody confirmed the date", "Ordering again takes one click")),
    ("portal|log-?ins?|logs in|passwords?|apps?|software|online|dashboard|screens?", (
        "The portal logs me out all the time", "I cannot log in", "The screen is slow", "The app crashed again",
        "I forgot the password and the reset mail never came", "The search finds nothing",
        "After the update everything is somewhere else", "It does not work on my phone",
        "I cannot export the data", "The new version is much quicker")),
    (r"complain\w*|claims?|apolog\w+|disputes?", (
        "I complained and never heard back", "My complaint was closed without a solution",
        "All I got was a template", "Nobody apologised", "The dispute is open since spring",
        "I had to prove it was your mistake", "The claim went from desk to desk", "You blamed the carrier",
        "It took a threat until somebody acted", "They made it good within a day")),
    ("papers?|paperwork|certificates?|compliance|audits?|hand-?over|forms?", (
        "I wrote the same number on several forms", "The papers were lost", "The certificate was missing for our audit",
        "The form asks what you know already", "The hand-over protocol took hours", "The declaration had expired",
        "Customs stopped it because a document was missing", "My quality manager signs everything twice",
        "The papers came weeks after the machine", "One form and it was done")),
    (r"advert|website|brochure|webinar|fair|newsletter|search|conversation|enquir\w+", (
        "I filled in the form and nobody called", "Your website does not say what it costs",
        "The newsletter comes too often", "I found you at the trade fair", "The brochure promises too much",
        "I asked a question and got advertising", "Somebody called within the hour", "I could not find a contact",
        "The webinar was a sales talk", "A colleague told me about you")),
    ("reports?|performs?|performance|figures|reviews?", (
        "The report comes too late", "I read the monthly figures", "I would like to compare us with others",
        "The figures in the report are wrong", "I build my own report every month", "The review meeting was cancelled",
        "Nobody explains the numbers", "The dashboard and the report disagree", "The quarterly review is useful",
        "I need it by plant and get it by country")),
    ("changes? over|changeover|formats?", (
        "A changeover takes us hours", "The guide for changing over shows another model",
        "Changing the format needs two people", "The settings are lost at every change",
        "We need tools nobody told us about", "After the change the first hundred packs are waste",
        "The recipe has to be typed in again", "The change parts do not fit", "Only one operator can do it",
        "Changing over became much quicker")),
    (r"operat\w+|production|uptime|quality", (
        "The machine stops every night", "It runs without trouble", "Scrap went up after the update",
        "The quality changes from batch to batch", "We run at half speed", "Small stops all day long",
        "The sensor gives false alarms", "Output is below what you promised", "Operators restart it every hour",
        "Best machine on our floor")),
]  # fmt: skip
_KNOWN = [(re.compile(rf"\b(?:{words})\b", re.I), phrases) for words, phrases in _PHRASES]


def phrases_for(name: str) -> tuple[str, ...]:
    """Phrases customers say of something named like this; none where the name is unusual."""
    return next((phrases for words, phrases in _KNOWN if words.search(name)), ())
