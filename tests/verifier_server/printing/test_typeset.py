"""Typesetting: what loading it must not change for the rest of the process."""

import io

import pytest
from PIL import Image

from verifier_server.errors import FieldError
from verifier_server.printing import typeset
from verifier_server.web import pictures


def test_a_picture_that_ends_too_early_is_still_refused_where_papers_are_made():
    assert typeset.pdf
    whole = io.BytesIO()
    Image.effect_noise((200, 200), 60).save(whole, "JPEG")
    assert pictures.opened(whole.getvalue())
    with pytest.raises(FieldError):
        pictures.opened(whole.getvalue()[:-400])
