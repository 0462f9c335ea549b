"""A persona's portrait: drawn by her id, so that it is the same for everybody, tomorrow too, and nobody uploads one."""

from django import template

register = template.Library()

HAIR, EXTRAS, GROUNDS = 8, 4, 5


@register.inclusion_tag("personas/portrait.html")
def portrait(persona_id: str, size: str = "") -> dict[str, object]:
    """As static/js/board/portrait.js draws it. `size`: "s" beside a name, nothing above one."""
    number = 7
    for letter in persona_id:
        number = (number * 31 + ord(letter)) % 2**32
    hair, number = number % HAIR, number // HAIR
    extra, number = number % EXTRAS, number // EXTRAS
    return {"hair": hair, "extra": extra, "ground": number % GROUNDS, "size": size}
