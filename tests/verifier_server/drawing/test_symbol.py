import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.verifier_server.drawing.builders import ALPHABET, a_text
from vaccine_pass.errors import CheckpointError
from verifier_server.drawing import DrawingError, bulk_png, code_svg
from verifier_server.drawing.symbol import CAPACITY, bulk_modules, modules, version_of


@pytest.mark.parametrize(
    ("length", "version"), [(1, 1), (20, 1), (21, 2), (249, 9), (262, 9), (263, 10), (594, 15), (3391, 40)]
)
def test_the_version_is_the_smallest_that_holds_the_text(length, version):
    assert version_of("A" * length) == version


@pytest.mark.parametrize("version", [1, 7, 9, 15, 27, 40])
def test_a_full_symbol_of_each_size_is_drawn_by_both_libraries(version):
    text = a_text(CAPACITY[version - 1])
    assert modules(text).shape == bulk_modules(text).shape == (17 + 4 * version,) * 2


@settings(max_examples=25, deadline=None)
@given(st.text(ALPHABET, min_size=1, max_size=300))
def test_both_libraries_draw_any_text_in_the_same_size(text):
    assert modules(text).shape == bulk_modules(text).shape


@pytest.mark.parametrize("text", ["", "vn1:abc", "VN1:Đ", "VN1:A\n", "VN1:A_", "VN1:\x00", "A" * 3392])
@pytest.mark.parametrize("draw", [bulk_png, code_svg])
def test_a_text_that_no_signer_returns_is_refused_in_one_sentence(draw, text):
    with pytest.raises(DrawingError) as refused:
        draw(text, status="none")
    assert isinstance(refused.value, CheckpointError)
    assert refused.value.code == "not_drawable"
    assert text not in refused.value.message or not text
