"""What ``/api/v1/association/documents`` takes and says."""

from flask_smorest.fields import Upload

from association.documents.rules import LONGEST_NAME
from association.kernel.numbers import LARGEST_WHOLE
from association.vocabulary import DocumentKind
from association.web import fields


class DocumentIn(fields.In):
    file = Upload(required=True)


class FilingOut(fields.Out):
    id = fields.Whole(1, LARGEST_WHOLE)
    sha256 = fields.Text(64)
    size = fields.Whole(0, LARGEST_WHOLE)
    kind = fields.Word(DocumentKind)
    filename = fields.Text(LONGEST_NAME)
