"""Somebody at a PC of the clinic: httpx with a session, a role and the frame's headers."""

from typing import Any

import httpx

from core.bench import WrongAnswer

TIMEOUT_SECONDS = 30
COUNT_HEADER = "X-Bench-Count"
QUERIES_HEADER = "X-Bench-Queries"


class Browser:
    """Keeps its connection open, as a browser does. ``bytes`` and ``queries`` add up over its requests."""

    def __init__(self, address: str, *, counts_queries: bool = False) -> None:
        headers = {COUNT_HEADER: "1"} if counts_queries else {}
        self.client = httpx.Client(base_url=address, headers=headers, timeout=TIMEOUT_SECONDS)
        self.memory: dict[str, Any] = {}
        self.bytes = self.queries = 0

    def sign_in(self, login: str, password: str = "demo") -> "Browser":
        """Through the login page, as a person does.

        Raises: WrongAnswer.
        """
        self.get("/login/")
        answer = self.client.post("/login/", data={"username": login, "password": password}, headers=self._token())
        if answer.status_code != 302 or "/role/" in answer.headers["Location"]:
            raise WrongAnswer(f"{login} is not signed in: {answer.status_code}")
        return self

    def get(self, path: str, *, part: bool = False, status: int = 200, etag: str = "", **query: Any) -> httpx.Response:
        """``part``: asked by htmx. Raises: WrongAnswer for another status."""
        headers = {"HX-Request": "true"} if part else {}
        if etag:
            headers["If-None-Match"] = etag
        return self._noted(self.client.get(path, params=query, headers=headers), status)

    def post(self, path: str, data: Any, *, status: int = 200) -> httpx.Response:
        """A form, sent by htmx. Raises: WrongAnswer for another status."""
        return self._noted(self.send(path, data), status)

    def send(self, path: str, data: Any) -> httpx.Response:
        """A form, whatever the answer will be."""
        return self.client.post(path, data=data, headers={**self._token(), "HX-Request": "true"})

    def close(self) -> None:
        self.client.close()

    def _token(self) -> dict[str, str]:
        return {"X-CSRFToken": self.client.cookies.get("csrftoken") or ""}

    def _noted(self, answer: httpx.Response, status: int) -> httpx.Response:
        self.bytes += len(answer.content)
        self.queries += int(answer.headers.get(QUERIES_HEADER, 0))
        if answer.status_code != status:
            said = answer.headers.get("HX-Trigger", "").encode().decode("unicode_escape")[:200]
            raise WrongAnswer(f"{answer.request.method} {answer.request.url.path} answered {answer.status_code} {said}")
        return answer
