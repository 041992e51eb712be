import io
import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from scanner_app.lines import CHUNK, lines

KEEP = 1 << 16


class Drip:
    """A stream that gives its bytes in pieces of the given sizes."""

    def __init__(self, content, sizes):
        self.content, self.sizes = content, list(sizes)

    def read1(self, _size):
        size = self.sizes.pop() if self.sizes else len(self.content)
        piece, self.content = self.content[:size], self.content[size:]
        return piece


def read(content):
    return list(lines(io.BytesIO(content), KEEP))


def test_every_line_is_one_text_an_empty_one_too():
    assert read(b"a\n\nb\n") == ["a", "", "b"]


def test_the_last_line_may_end_without_a_line_end():
    assert read(b"a\nb") == ["a", "b"]


def test_no_input_is_no_line():
    assert read(b"") == []


def test_only_the_line_end_is_stripped():
    assert read(b" a \r\n\tb\r\r\n") == [" a ", "\tb\r"]


def test_bytes_that_are_not_utf8_are_still_one_line():
    assert len(read(b"\xff\xfe\x00\n\x80")) == 2


def test_separators_of_unicode_do_not_end_a_line():
    assert read("a\u2028b\x0bc\x85d\n".encode()) == ["a\u2028b\x0bc\x85d"]


@given(st.lists(st.binary(max_size=40).map(lambda b: b.replace(b"\n", b"")), min_size=1), st.data())
def test_any_bytes_in_any_pieces_give_one_text_a_line(wanted, data):
    content = b"".join(line + b"\n" for line in wanted)
    sizes = data.draw(st.lists(st.integers(1, 50), max_size=20))
    found = list(lines(Drip(content, sizes), KEEP))
    assert [text.encode("utf-8", "surrogateescape") for text in found] == [line.removesuffix(b"\r") for line in wanted]


def test_a_line_of_50_mb_is_cut_in_bounded_memory():
    class Endless:
        left = 50 * 1024 * 1024 // CHUNK

        def read1(self, size):
            self.left -= 1
            return b"A" * size if self.left >= 0 else b""

    tracemalloc.start()
    (text,) = lines(Endless(), KEEP)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(text) == KEEP
    assert peak < 2 * 1024 * 1024


def test_whoever_waits_for_an_answer_gets_it_before_the_next_read():
    waits = []
    source = Drip(b"a\nb\nc", [2, 2])
    seen = [(text, len(waits)) for text in lines(source, KEEP, lambda: waits.append(1))]
    assert [text for text, _ in seen] == ["a", "b", "c"]
    assert len(waits) == 4
