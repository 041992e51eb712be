"""Somebody at a page: opens it, fills in its form and presses its button, as it stands; keeps the cookies."""

import html
import io
import re
from html.parser import HTMLParser

BASE = "https://localhost"


class Form:
    """A form of a page with what its fields hold before anybody types."""

    def __init__(self, attributes):
        self.action, self.method = attributes.get("action"), attributes.get("method", "get")
        self.values, self.words = {}, ""

    def add(self, name, value):
        """A field that would be sent; several of one name are sent together."""
        if name in self.values:
            known = self.values[name]
            value = [*(known if isinstance(known, list) else [known]), value]
        self.values[name] = value


class _Forms(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found, self._form, self._select, self._area = [], None, None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        name, kind = attributes.get("name"), attributes.get("type", "text")
        if tag == "form":
            self._form = Form(attributes)
            self.found.append(self._form)
        elif tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
        elif self._form is None:
            return
        elif tag == "option" and self._select:
            if "selected" in attributes or self._select not in self._form.values:
                self._form.values[self._select] = attributes.get("value", "")
        elif tag == "input" and name and _is_sent(kind, attributes):
            self._form.add(name, attributes.get("value", ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data):
        if self._form is not None:
            self._form.words += f" {data.strip()}"
            if self._area:
                self._form.values[self._area] = data


def _is_sent(kind, attributes):
    return kind not in {"file", "submit"} and (kind not in {"checkbox", "radio"} or "checked" in attributes)


def words_of(page):
    """What a page says, without its marks."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page))).strip()


class Visitor:
    """A browser without JavaScript."""

    def __init__(self, app):
        self.client = app.test_client()
        self.path, self.page = "/", ""

    @property
    def words(self):
        """What the page says that is open."""
        return words_of(self.page[self.page.find("<main") :])

    def open(self, path, status=200):
        """Open a page; gives what it says."""
        return self._seen(self.client.get(path, base_url=BASE, follow_redirects=True), status)

    def fetch(self, path):
        """Download a file."""
        answer = self.client.get(path, base_url=BASE)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.data

    def press(self, button, status=200, files=None, **fields):
        """Press a button of a form of the page that is open, with these fields filled in; gives what comes."""
        form = next((one for one in _Forms(self.page).found if button in one.words), None)
        assert form is not None, f"there is no button {button!r} at {self.path}: {self.words}"
        sent = {**form.values, **fields}
        for name, (content, file_name) in (files or {}).items():
            sent[name] = (io.BytesIO(content), file_name)
        answer = self.client.post(
            html.unescape(form.action or self.path),
            data=sent,
            base_url=BASE,
            content_type="multipart/form-data" if files else None,
            follow_redirects=True,
        )
        return self._seen(answer, status)

    def follow(self, link):
        """Follow the first link of the page's own part whose words begin so."""
        main = self.page[self.page.find("<main") :]
        links = re.findall(r'<a[^>]*href="([^"]+)"[^>]*>(.*?)</a>', main, re.DOTALL)
        found = next((address for address, inside in links if link in words_of(inside)), None)
        assert found is not None, f"there is no link {link!r} at {self.path}: {self.words}"
        return self.open(html.unescape(found))

    def _seen(self, answer, status):
        assert answer.status_code == status, (answer.request.path, answer.status_code, words_of(answer.text)[:800])
        self.path, self.page = answer.request.full_path.rstrip("?"), answer.text
        return self.words
