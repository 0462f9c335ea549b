"""OpenAPI and AsyncAPI, made from what the views, the board and the messages say about themselves."""

from drf_spectacular.openapi import AutoSchema


class Described(AutoSchema):
    pass
