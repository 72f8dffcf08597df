"""Looks at finished PDFs as a printer would: pages as pictures, and the checks of qpdf where it is installed."""

import shutil
import subprocess
from pathlib import Path

import pikepdf
from PIL import Image, ImageChops


def pictures(pdf: Path, dpi: int = 50) -> list[Image.Image]:
    """Return each page as a grey picture, drawn by poppler."""
    folder = pdf.with_suffix(".pages")
    folder.mkdir()
    subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", str(pdf), str(folder / "page")], check=True)
    found = []
    for path in sorted(folder.iterdir()):
        with Image.open(path) as image:
            found.append(image.copy())
    shutil.rmtree(folder)
    return found


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return the largest difference of grey (0 to 255) over all pixels; sizes must agree."""
    assert one.size == other.size
    low, high = ImageChops.difference(one, other).getextrema()
    assert isinstance(low, int | float) and isinstance(high, int | float)
    return float(high)


def text(pdf: Path) -> list[str]:
    """Return the text of each page as pdftotext lays it out."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8").split("\f")[:-1]


def checked(pdf: Path) -> str:
    """Return what qpdf has to say against a file: nothing when it is sound; pikepdf is qpdf within Python."""
    try:
        with pikepdf.open(pdf) as document:
            faults = document.check_pdf_syntax()
    except pikepdf.PdfError as fault:
        faults = [str(fault)]
    if faults or not shutil.which("qpdf"):
        return "\n".join(map(str, faults))
    done = subprocess.run(["qpdf", "--check", str(pdf)], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


TOOLS = all(map(shutil.which, ("pdftoppm", "pdftotext")))
