"""What a proposal changes, in Vietnamese: every kind that the holders' own summary knows."""

from keys.channel import wording
from verifier_server.channel.changes import VIETNAMESE


def test_every_kind_of_change_has_its_vietnamese_sentence_with_the_same_values():
    import string

    def values(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert set(VIETNAMESE) == set(wording._SENTENCES)
    for kind, sentence in wording._SENTENCES.items():
        # The hash of a file stands on a line of its own.
        assert values(VIETNAMESE[kind]) == values(sentence) - {"sha256"}, kind
