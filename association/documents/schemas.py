"""What ``/api/v1/association/documents`` takes and says."""

from flask_smorest.fields import Upload

from association.documents.rules import LONGEST_NAME
from association.vocabulary import DocumentKind
from association.web import fields


class DocumentIn(fields.In):
    file = Upload(required=True)


class FilingOut(fields.Out):
    id = fields.Whole(1, 2**53)
    sha256 = fields.Text(64)
    size = fields.Whole(0, 2**53)
    kind = fields.Word(DocumentKind)
    filename = fields.Text(LONGEST_NAME)
