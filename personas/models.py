"""Whose journey it is: personas, what they are ultimately after, and how each touchpoint is for them."""

from __future__ import annotations

from django.db import models

from live.models import Record
from touchpoints.models import Channel, Emotion, Touchpoint


class Aim(Record):
    """What customers are ultimately trying to achieve ("never stop the line"), in their words."""

    name = models.CharField(max_length=120)
    # A task ("submit a ticket") is not an aim. Found by reading the name; shown, never enforced.
    task_like = models.BooleanField(default=False)

    kind = "aim"
    prefix = "am"
    wire = ("name", "task_like")
    texts = ("name",)


class Persona(Record):
    """Customers with the same aim and expectations.

    A *preconceived* persona is what we believe before customers were heard, and is badged so. An
    *expectation* persona comes out of what they said. Who she is (job, company) comes last on purpose.
    """

    class Basis(models.TextChoices):
        PRECONCEIVED = "preconceived", "What we assume"
        EXPECTATION = "expectation", "From what customers said"

    name = models.CharField(max_length=80)
    basis = models.CharField(max_length=14, choices=Basis.choices, default=Basis.PRECONCEIVED)
    aim = models.ForeignKey(Aim, null=True, blank=True, on_delete=models.SET_NULL, related_name="personas")
    # The three questions: where does she start, when and how does she make contact, what does she need where.
    first_channel = models.ForeignKey(Channel, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    contact_when = models.TextField(blank=True)
    goals = models.TextField(blank=True)
    expectations = models.TextField(blank=True)
    who = models.TextField(blank=True)

    kind = "persona"
    prefix = "pe"
    wire = ("name", "basis", "aim", "first_channel", "contact_when", "goals", "expectations", "who")
    texts = ("name", "contact_when", "goals", "expectations", "who")


class Experience(Emotion, Record):
    """One persona at one touchpoint: what she feels, what we want her to feel, what she needs there."""

    persona = models.ForeignKey(Persona, on_delete=models.CASCADE, related_name="experiences")
    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.CASCADE, related_name="experiences")
    need = models.TextField(blank=True)

    kind = "experience"
    prefix = "ex"
    wire = ("persona", "touchpoint", "felt", "felt_word", "intended", "intended_word", "need")
    texts = ("need",)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["persona", "touchpoint"], name="experience_once")]
