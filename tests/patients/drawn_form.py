"""What a browser would post from a form as it is drawn."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        name = given.get("name", "")
        if tag == "input" and name:
            if given.get("type") != "checkbox":
                self.values[name] = given.get("value", "")
            elif "checked" in given:
                self.values[name] = given.get("value", "on")
        elif tag == "select":
            self._select = name
            self.values[name] = ""
        elif tag == "option" and "selected" in given:
            self.values[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            self.values[name] = ""

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.values[self._textarea] = self.values[self._textarea].removeprefix("\n")  # as HTML says
            self._textarea = ""

    def handle_data(self, data):
        if self._textarea:
            self.values[self._textarea] += data


def posted_by(html: str) -> dict[str, str]:
    """Names and values of the controls, unticked boxes left out."""
    form = _Form()
    form.feed(html)
    return form.values
