"""API sign-in: the browser's session, or a token that carries one role."""

from typing import Any

from rest_framework import authentication, exceptions
from rest_framework.request import Request


class SessionAuthentication(authentication.SessionAuthentication):
    """The session of the browser, under the role in force; CSRF is checked."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        if request._request.actor is None:
            return None
        return super().authenticate(request)


class TokenAuthentication(authentication.BaseAuthentication):
    """``Authorization: Token <key>``; the actor middleware has already looked the key up."""

    def authenticate(self, request: Request) -> tuple[Any, str] | None:
        scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "token":
            return None
        user = getattr(request._request, "token_user", None)
        if user is None or request._request.actor is None:
            raise exceptions.AuthenticationFailed
        return user, key

    def authenticate_header(self, request: Request) -> str:
        return "Token"
