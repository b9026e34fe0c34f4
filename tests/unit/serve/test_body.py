"""Bodies that two readers could understand differently are refused, each with a problem."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.serve.answers import Answer, RequestError
from golive.serve.body import LIMIT, Counted, parse

JSON = "application/json"
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def refused(body: bytes, content_type: str = JSON) -> tuple[int, str]:
    with pytest.raises(RequestError) as caught:
        parse(body, content_type)
    document = caught.value.answer.document
    assert isinstance(document, dict)
    assert document["status"] == caught.value.answer.status
    assert caught.value.answer.media_type == "application/problem+json"
    return caught.value.answer.status, str(document["detail"])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "is not JSON"),
        (b'{"a": 1', "is not JSON"),
        (b"{'a': 1}", "is not JSON"),
        (b'{"a": 1} {}', "is not JSON"),
        (b'{"a": NaN}', "`NaN` is not a JSON value"),
        (b'{"a": -Infinity}', "`-Infinity` is not a JSON value"),
        (b'{"a": 1e999}', "`1e999` is beyond a double"),
        (b'{"a": 1, "b": 2, "a": 1}', "the key `a` stands twice"),
        (b'{"a": {"b": 1, "b": 2}}', "the key `b` stands twice"),
        (b'{"a": "\xff"}', "is not UTF-8"),
        (b'{"a": "\\ud800"}', "is not UTF-8"),
        (b'{"\\udfff": 1}', "is not UTF-8"),
        (b'\xef\xbb\xbf{"a": 1}', "is not JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "is not JSON"),
        (b'{"a": "\n"}', "is not JSON"),
    ],
)
def test_what_is_not_strict_json_is_refused(body: bytes, said: str) -> None:
    status, detail = refused(body)
    assert status == 400
    assert said in detail


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert parse(b'"\\ud83d\\ude00"', JSON) == "\U0001f600"


@pytest.mark.parametrize("declared", ["", "text/plain", "text/json", JSON + "; charset=latin-1"])
def test_another_content_type_is_refused(declared: str) -> None:
    assert refused(b"{}", declared)[0] == 415


@pytest.mark.parametrize("declared", [JSON, "Application/JSON", JSON + "; charset=utf-8", JSON + ';charset="UTF-8"'])
def test_json_in_utf_8_is_taken_however_it_is_spelt(declared: str) -> None:
    assert parse(b"{}", declared) == {}


@pytest.mark.parametrize("piece", [1_000, 300_000, LIMIT])
def test_a_body_at_the_limit_is_read_and_one_over_it_is_refused(piece: int) -> None:
    for length, fits in ((LIMIT, True), (LIMIT + 1, False), (3 * LIMIT, False)):
        counted = Counted()
        sent = b"a" * length
        for start in range(0, length, piece):
            counted.take(sent[start : start + piece])
        found = counted.body()
        assert found == sent if fits else isinstance(found, Answer) and found.status == 413
        assert not counted.hopeless


def test_a_body_without_end_is_not_read_to_its_end() -> None:
    counted = Counted()
    pieces = 0
    while not counted.hopeless:
        counted.take(b"a" * 100_000)
        pieces += 1
    assert pieces == 101
    assert isinstance(counted.body(), Answer)


@given(VALUES)
def test_any_json_value_comes_through(value: object) -> None:
    body = json.dumps(value).encode()
    found = parse(body, JSON)
    assert json.dumps(found) == json.dumps(value)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_refusal(body: bytes) -> None:
    try:
        parse(body, JSON)
    except RequestError as exc:
        assert exc.answer.status == 400
