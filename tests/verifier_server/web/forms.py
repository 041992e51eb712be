"""The forms of all pages, found by opening every address: what a form sends, and where."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from ..test_routes import OF_SYSTEMS, PUBLIC, address, every_route

_LEFT = {"csrf_token", "token"}


@dataclass
class Form:
    """One form as a browser sees it."""

    page: str
    action: str
    method: str
    values: dict = field(default_factory=dict)
    hidden: set = field(default_factory=set)

    def filled(self, text):
        """What is sent when everything that can be typed or chosen says this; hidden fields stay."""
        return {name: value if name in self.hidden else text for name, value in self.values.items()}


class _Reader(HTMLParser):
    def __init__(self, path, page):
        super().__init__()
        self.forms, self._path, self._select = [], path, ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "form":
            method = (values.get("method") or "get").lower()
            self.forms.append(Form(self._path, values.get("action") or self._path, method))
        elif self.forms and tag in {"input", "textarea", "select", "button"} and values.get("name"):
            self._field(self.forms[-1], tag, values)
        elif tag == "option" and self._select and values.get("value"):
            self.forms[-1].values[self._select] = self.forms[-1].values[self._select] or values["value"]

    def _field(self, form, tag, values):
        name, kind = values["name"], values.get("type", "text")
        if kind in {"radio", "checkbox"} and name in form.values and "checked" not in values:
            return
        form.values[name] = values.get("value") or ""
        self._select = name if tag == "select" else ""
        if kind == "hidden":
            form.hidden.add(name)


def forms_on(browser, path):
    """The forms of one page that change something."""
    answer = browser.get(path)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return []
    forms = _Reader(path, answer.get_data(as_text=True)).forms
    return [form for form in forms if form.method == "post" and form.action != "/logout"]


def forms_of(browser, app):
    """The forms of every page that this browser may open, each action once; records have the number 1."""
    found = {}
    for rule, method in every_route(app):
        if method == "GET" and rule not in PUBLIC and not rule.startswith(OF_SYSTEMS):
            for form in forms_on(browser, address(rule)):
                found.setdefault(form.action, form)
    return list(found.values())
