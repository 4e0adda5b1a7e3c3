"""The record of one patient from the lines of a register, by the one-patient reader."""

from collections.abc import Iterable, Sequence
from datetime import date

from fullcourse.adapters.fhir.read.reader import FhirReader
from fullcourse.adapters.register.read.products import Products
from fullcourse.clinical.patient import Record

__all__ = ["read_one"]


def read_one(lines: Sequence[bytes], links: Iterable[str], reader: FhirReader, products: Products, at: date) -> Record:
    """Return what the lines of a patient say, with the products that they refer to.

    Args:
        lines: As they stand, in order of files and lines; each counts once.
        links: What the medicines among them refer to outside themselves.
        reader: The one-patient reader.
        products: Finds what is referred to.
        at: Date of the check.

    Raises:
        InputError: The record cannot be used.
    """
    bodies = [line for line in lines if line.strip()]
    for link in dict.fromkeys(links):
        bodies += products.bodies(link) if link else []
    for line in lines:
        bodies += products.named_in_documents(line)
    return reader.read(b"\n".join(dict.fromkeys(bodies)), at)
