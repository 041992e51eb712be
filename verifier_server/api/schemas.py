"""What the API takes and gives, for checking and for the document that describes it."""

from __future__ import annotations

from marshmallow import RAISE, Schema, fields, validate

from verifier_server.api.cursors import MOST, USUAL
from verifier_server.people.identifiers import KINDS
from verifier_server.revocation.batches import LONGEST_REASON

_MOST_ID = (1 << 53) - 1
DAY = "YYYY-MM-DD"


class Body(Schema):
    """A body says what the document names, and nothing else."""

    class Meta:
        """A misspelt field is refused, not passed over."""

        unknown = RAISE


class FieldProblem(Schema):
    """One field that is wrong."""

    field = fields.String(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class CandidateOut(Schema):
    """Somebody whom the sent person may be."""

    id = fields.Integer(required=True)
    score = fields.Integer(required=True, metadata={"description": "0 to 100"})
    reasons = fields.List(fields.String(), required=True)


class Problem(Schema):
    """An error (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "stable, for programs"})
    detail = fields.String(required=True, metadata={"description": "one sentence, for people"})
    errors = fields.List(fields.Nested(FieldProblem))
    candidates = fields.List(fields.Nested(CandidateOut))


class PageQuery(Schema):
    """Which page of a list."""

    limit = fields.Integer(load_default=USUAL, validate=validate.Range(1, MOST))
    cursor = fields.String(load_default=None, validate=validate.Length(1, 40))


class PeopleQuery(PageQuery):
    """A search: every word must be found in a name, an ID number or a phone."""

    q = fields.String(required=True, validate=validate.Length(2, 120))


class DosesQuery(PageQuery):
    """Whose doses, or of which site."""

    person = fields.Integer(load_default=None, validate=validate.Range(1, _MOST_ID))
    site = fields.Integer(load_default=None, validate=validate.Range(1, _MOST_ID))


class StatisticsQuery(Schema):
    """Which days of injection, the last thirty by default."""

    since = fields.Date(load_default=None)
    until = fields.Date(load_default=None)


class PaperOut(Schema):
    """The number on a paper that a person has or had."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    number = fields.String(required=True)
    country = fields.String(required=True)
    ended = fields.Boolean(required=True)


class PersonIn(Body):
    """A person as on the ID card."""

    name = fields.String(required=True, validate=validate.Length(1, 80))
    birth = fields.String(
        required=True, validate=validate.Length(4, 10), metadata={"description": "1990-01-31, 1990-01 or 1990"}
    )
    sex = fields.String(load_default="other", validate=validate.OneOf(["female", "male", "other"]))
    phone = fields.String(load_default="", validate=validate.Length(max=20))
    id_number = fields.String(load_default="", validate=validate.Length(max=20))
    id_kind = fields.String(load_default="", validate=validate.OneOf(["", *KINDS]))
    id_country = fields.String(load_default="", validate=validate.Length(max=2))


class PersonOut(Schema):
    """A person in the register."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    birth = fields.String(required=True)
    sex = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)
    papers = fields.List(fields.Nested(PaperOut), required=True)
    merged_into = fields.Integer(required=True, allow_none=True)
    created_at = fields.String(required=True, metadata={"format": "date-time"})


class DoseIn(Body):
    """One injection."""

    number = fields.Integer(required=True, strict=True, validate=validate.Range(1, 99))
    vaccine = fields.String(
        required=True, validate=validate.Length(1, 60), metadata={"description": "PFIZER, Comirnaty or EU/1/20/1528"}
    )
    given_on = fields.String(required=True, validate=validate.Length(8, 10), metadata={"description": DAY})
    series = fields.Integer(load_default=None, allow_none=True, strict=True, validate=validate.Range(1, 99))
    lot = fields.String(load_default="", validate=validate.Length(max=40))
    vaccinator = fields.String(load_default="", validate=validate.Length(max=80))
    site = fields.Integer(
        load_default=None, allow_none=True, strict=True, metadata={"description": "needed unless the token is a site's"}
    )


class DoseOut(Schema):
    """A dose of the register."""

    id = fields.Integer(required=True)
    person = fields.Integer(required=True)
    number = fields.Integer(required=True)
    vaccine = fields.String(required=True)
    series = fields.Integer(required=True, allow_none=True)
    given_on = fields.String(required=True)
    lot = fields.String(required=True, allow_none=True)
    vaccinator = fields.String(required=True, allow_none=True)
    site = fields.Integer(required=True, allow_none=True)
    source = fields.String(required=True, metadata={"description": "site, back_entry or api"})
    recorded_at = fields.String(required=True, metadata={"format": "date-time"})
    signed_off_at = fields.String(
        required=True,
        allow_none=True,
        metadata={"format": "date-time", "description": "before that, no pass tells of it"},
    )


class PassIn(Body):
    """The form of the pass that is wanted; what it says stands in the register."""

    form = fields.String(required=True, validate=validate.OneOf(["domestic", "travel"]))


class PassOut(Schema):
    """An issued pass."""

    id = fields.Integer(required=True)
    person = fields.Integer(required=True)
    form = fields.String(required=True)
    serial = fields.String(required=True, metadata={"description": "as printed below the code"})
    certificate_id = fields.String(required=True, allow_none=True)
    text = fields.String(required=True, metadata={"description": "what the QR code holds"})
    status = fields.String(required=True, metadata={"description": "none, partial or complete"})
    doses = fields.Integer(required=True)
    series = fields.Integer(required=True, allow_none=True)
    standing = fields.String(required=True, metadata={"description": "current, superseded, expired or revoked"})
    issued_at = fields.String(required=True, metadata={"format": "date-time"})
    expires_at = fields.String(required=True, metadata={"format": "date-time"})


class ProposalIn(Body):
    """Which passes are to be revoked, and why; a second person decides."""

    kind = fields.String(required=True, validate=validate.OneOf(["pass", "person", "site"]))
    chosen = fields.String(
        required=True,
        validate=validate.Length(1, 80),
        metadata={"description": "the printed serial or the certificate's id; or the number of a person or a site"},
    )
    since = fields.Date(load_default=None, allow_none=True, metadata={"description": "for a site: issued from here on"})
    until = fields.Date(load_default=None, allow_none=True, metadata={"description": "for a site: this day included"})
    reason = fields.String(required=True, validate=validate.Length(1, LONGEST_REASON))


class ProposalOut(Schema):
    """A batch of revocations."""

    id = fields.Integer(required=True)
    action = fields.String(required=True)
    kind = fields.String(required=True)
    chosen = fields.String(required=True)
    reason = fields.String(required=True)
    passes = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"description": "waiting, withdrawn, unfinished or finished"})
    proposed_at = fields.String(required=True, metadata={"format": "date-time"})


class SiteOut(Schema):
    """A vaccination site."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    province = fields.String(required=True, allow_none=True)
    open = fields.Boolean(required=True)


def page_of(item: type[Schema]) -> type[Schema]:
    """Return the schema of one page of a list."""
    return Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(required=True, allow_none=True, metadata={"description": "the next page's cursor"}),
        },
        name=f"{item.__name__.removesuffix('Out')}Page",
    )
