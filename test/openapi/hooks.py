"""Replaces every second generated ID by that of an existing chat or user, so that requests reach the rules behind it."""

import os
import uuid

import schemathesis

CHAT = os.environ["OPENAPI_CHAT"]
USER = os.environ["OPENAPI_USER"]
EXISTING = {"id": CHAT, "chat": CHAT, "userId": USER}
# Without the chat the other routes would find nothing.
ENDING = {"DELETE /service/api/chats/{id}", "POST /service/api/chats/{id}/leave"}


def with_existing(context, fields):
    if not isinstance(fields, dict) or context.operation.label in ENDING:
        return fields
    return {name: existing(name, value) for name, value in fields.items()}


def existing(name, value):
    if name not in EXISTING or not isinstance(value, str):
        return value
    try:
        return EXISTING[name] if uuid.UUID(value).int % 2 else value
    except ValueError:
        return value


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return with_existing(context, path_parameters)


@schemathesis.hook
def map_query(context, query):
    return with_existing(context, query)


@schemathesis.hook
def map_body(context, body):
    return with_existing(context, body)
