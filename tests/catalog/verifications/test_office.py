"""What goes back is opened by another spreadsheet program as it is. Needs LibreOffice Calc (package libreoffice-calc)."""

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient
from pypdf import PdfReader

from tests.catalog.paper import squeezed
from tests.catalog.small_register import SmallRegister, small
from tests.catalog.verifications.test_workbooks import LISTS, mixed, sent

__all__ = ["small"]


@pytest.mark.soak
def test_libreoffice_reads_every_cell_of_the_workbook_that_goes_back(
    client: FlaskClient, small: SmallRegister, tmp_path: Path
) -> None:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program is not None, "Install LibreOffice Calc: apt-get install --no-install-recommends libreoffice-calc"
    receipt = sent(client, mixed(small))["receipt"]
    back = client.get(f"{LISTS}/{receipt}.xlsx").data
    (tmp_path / "back.xlsx").write_bytes(back)
    home = f"-env:UserInstallation=file://{tmp_path / 'home'}"
    for form in ("xlsx:Calc MS Excel 2007 XML", "pdf"):
        subprocess.run(
            [program, home, "--headless", "--convert-to", form, "--outdir", tmp_path / "again", tmp_path / "back.xlsx"],
            check=True,
            capture_output=True,
            timeout=300,
        )
    ours = openpyxl.load_workbook(BytesIO(back))
    theirs = openpyxl.load_workbook(tmp_path / "again" / "back.xlsx")
    assert ours.sheetnames == theirs.sheetnames
    for sheet in ours:
        for row in sheet.iter_rows():
            for cell in row:
                other = theirs[sheet.title][cell.coordinate]
                assert (cell.value or "") == (other.value or ""), (sheet.title, cell.coordinate)
                assert (cell.comment is None) == (other.comment is None), (sheet.title, cell.coordinate)
    printed = "".join(page.extract_text() for page in PdfReader(tmp_path / "again" / "back.pdf").pages)
    for row in ours["核验汇总"].iter_rows(values_only=True):
        for text in row:
            assert squeezed(str(text or "")) in squeezed(printed)
