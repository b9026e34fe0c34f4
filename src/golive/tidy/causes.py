"""Why a notebook does not run, and what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from golive.tidy.outdated import instead

if TYPE_CHECKING:
    from golive.tidy.kernel import Failure

_INSTALL = {
    "sklearn": "scikit-learn",
    "cv2": "opencv-python",
    "yaml": "PyYAML",
    "PIL": "Pillow",
    "bs4": "beautifulsoup4",
    "imblearn": "imbalanced-learn",
    "skimage": "scikit-image",
    "pandas_profiling": "ydata-profiling",
    "skopt": "scikit-optimize",
    "dateutil": "python-dateutil",
    "Bio": "biopython",
    "fitz": "PyMuPDF",
    "dotenv": "python-dotenv",
    "umap": "umap-learn",
    "MySQLdb": "mysqlclient",
    "psycopg2": "psycopg2-binary",
    "serial": "pyserial",
    "docx": "python-docx",
    "pptx": "python-pptx",
    "igraph": "python-igraph",
    "community": "python-louvain",
    "Crypto": "pycryptodome",
    "OpenSSL": "pyOpenSSL",
    "usb": "pyusb",
    "attr": "attrs",
    "jose": "python-jose",
    "jwt": "PyJWT",
    "dns": "dnspython",
    "git": "GitPython",
    "magic": "python-magic",
    "zmq": "pyzmq",
    "win32com": "pywin32",
    "odf": "odfpy",
    "talib": "TA-Lib",
    "fbprophet": "prophet",
    "surprise": "scikit-surprise",
    "sksurv": "scikit-survival",
    "skmultilearn": "scikit-multilearn",
    "factor_analyzer": "factor-analyzer",
    "category_encoders": "category-encoders",
    "feature_engine": "feature-engine",
    "scikitplot": "scikit-plot",
}
"""Name that is imported -> name that is installed, where they differ."""

_WHERE = "only where it was written: read the data with pandas, or run tidy there"
_HINTS: tuple[tuple[str, str], ...] = (
    (r"FileNotFoundError|NotADirectoryError", "name the folder that holds the data: --data FOLDER"),
    (r"URLError|HTTPError|gaierror|ConnectionError|ConnectTimeout|RemoteDisconnected|Name or service not known",
     "download the file by hand and name its folder: --data FOLDER"),
    (r"still running", "give it more time with --timeout SECONDS, or mend the loop"),
    (r"the kernel died", "run it on fewer rows or a larger machine; a line such as os._exit() ends it too"),
    (r"File .* is encrypted|password required|[Ee]ncrypted|Bad password",
     "the file is encrypted: save it without a password and name its folder: --data FOLDER"),
    (r"BadZipFile|Excel file format cannot be determined|UnpicklingError|BadGzipFile|InvalidFileException|"
     r"Parquet magic bytes|UnicodeDecodeError",
     "the file is not what its name says: it may be encrypted, cut off, in another encoding, or a pointer of Git LFS; "
     "save it again and name its folder: --data FOLDER"),
    (r"EmptyDataError", "the file is empty: save it again and name its folder: --data FOLDER"),
    (r"StdinNotImplementedError", "somebody is asked at the keyboard: write the answer into the cell"),
    (r"outside the copy", "let it write into its own folder, or leave that line out"),
    (r"name '(?:spark|dbutils|sc|sqlContext)' is not defined", f"`spark` and `dbutils` are there {_WHERE}"),
    (r"name 'get_ipython' is not defined", "leave that line out"),
    (r"MemoryError", "run it on fewer rows, or on a larger machine"),
    (r"SystemExit", "leave out the line that ends the run"),
    (r"NameError", "write the missing line back into a cell, then run tidy again"),
)  # fmt: skip


def hint(failure: Failure) -> str:
    """What to do about a failure."""
    if known := instead(failure.error):
        return f"the library changed; write: {known}"
    module = re.match(r"(?:ModuleNotFoundError|ImportError): No module named '([\w]+)(\.[\w.]+)?'", failure.error)
    if module and module[1] == "google" and ".colab" in (module[2] or ""):
        return f"google.colab is there {_WHERE}"
    if module:
        return f"pip install {_INSTALL.get(module[1], module[1])}"
    for pattern, text in _HINTS:
        if re.search(pattern, failure.error):
            return text
    if needs := re.search(
        r"[Mm]issing optional dependency '(\w+)'|`?(\w+)`? (?:is required|must be installed)|`Import ([\w-]+)` failed",
        failure.error,
    ):
        name = needs[1] or needs[2] or needs[3]
        return f"pip install {_INSTALL.get(name, name)}"
    return "mend the cell, then run tidy again; nothing was written"


_PYTHON_2: tuple[tuple[str, str], ...] = (
    (r"Missing parentheses in call to '(print|exec)'", "this is Python 2; write {0}(...)"),
    (r"multiple exception types must be parenthesized", "this is Python 2; write except (A, B): or except A as error:"),
    (r"leading zeros in decimal integer literals", "this is Python 2; write 0o777"),
    (r"invalid decimal literal", "Python 2 wrote 10L; write 10"),
)


def syntax_hint(message: str, line: str) -> str:
    """What to do about a line that Python does not read."""
    for pattern, text in _PYTHON_2:
        if found := re.search(pattern, message):
            return text.format(*found.groups())
    if re.search(r"(?<![<>=!])<>|^\s*raise \w+, |\bur['\"]|^\s*except [\w.]+, ?\w+:", line):
        return "this is Python 2; write != for <>, raise Error(text), except Error as error:"
    if "<-" in line or re.match(r"\s*library\(", line):
        return "this is R; tidy reads Python notebooks"
    if re.match(r"\s*(?:SELECT|INSERT|CREATE|WITH)\b", line, re.IGNORECASE):
        return "this is SQL; begin the cell with %%sql"
    return "mend the line, or delete the cell"
