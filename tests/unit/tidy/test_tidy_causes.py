"""Every way in which a notebook does not run comes with what to do, and nothing of the user's is lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from golive.errors import NotebookError
from golive.tidy.causes import hint, syntax_hint
from golive.tidy.data import gather
from golive.tidy.kernel import Failure, run
from golive.tidy.notebook import read
from golive.tidy.orders import lived
from golive.tidy.outdated import instead

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from golive.tidy.kernel import Run


def live(path: Path) -> Run:
    gathered = gather(read(path), None)
    return run(gathered.notebook.cells, gathered.notebook.folder, elsewhere={}, timeout=60)


CHANGED = [
    ("import pandas as pd; pd.DataFrame().append(1)", "pd.concat([one, other])"),
    ("import pandas as pd; pd.DataFrame().ix", ".loc"),
    ("import pandas as pd; pd.DataFrame().as_matrix()", ".to_numpy()"),
    ("import pandas as pd; pd.Series().iteritems()", ".items()"),
    ("import pandas as pd; pd.rolling_mean", "rolling"),
    ("import pandas as pd; pd.Panel", "two levels"),
    ("from pandas.tools.plotting import scatter_matrix", "from pandas.plotting"),
    ("import pandas as pd; pd.read_csv('a', error_bad_lines=False)", 'on_bad_lines="skip"'),
    ("import pandas as pd; pd.DataFrame({'a': [1]}).drop('a', 1)", ".drop(columns=[...])"),
    ("import numpy as np; np.float", "float"),
    ("import numpy as np; np.NaN", "np.nan"),
    ("import numpy as np; np.float_", "np.float64"),
    ("import numpy as np; np.product", "np.prod"),
    ("import sklearn.cross_validation", "sklearn.model_selection"),
    ("from sklearn.grid_search import GridSearchCV", "sklearn.model_selection"),
    ("from sklearn.externals import joblib", "import joblib"),
    ("from sklearn.preprocessing import Imputer", "SimpleImputer"),
    ("from sklearn.metrics import plot_roc_curve", "RocCurveDisplay.from_estimator"),
    ("from sklearn.metrics import plot_confusion_matrix", "ConfusionMatrixDisplay"),
    ("from sklearn.datasets import load_boston", "withdrawn"),
    ("from sklearn.preprocessing import OneHotEncoder; OneHotEncoder(sparse=False)", "sparse_output="),
    ("from sklearn.preprocessing import OneHotEncoder; OneHotEncoder().get_feature_names()", "get_feature_names_out"),
    ("from sklearn.ensemble import AdaBoostClassifier; AdaBoostClassifier(base_estimator=1)", "estimator="),
    ("from sklearn.model_selection import KFold; KFold(n_folds=3)", "n_splits="),
    (
        "from sklearn.ensemble import RandomForestClassifier as R; R(max_features='auto').fit([[1], [2]], [0, 1])",
        'max_features="sqrt"',
    ),
    ("from collections import Iterable", "collections.abc"),
    ("import time; time.clock()", "perf_counter"),
    ("{}.has_key(1)", "in dictionary"),
    ("{}.iteritems()", ".items()"),
    ("xrange(3)", "range"),
    ("import cPickle", "import pickle"),
]


@pytest.mark.parametrize(("code", "written"), CHANGED, ids=[code.rpartition(";")[2].strip() for code, _ in CHANGED])
def test_what_the_installed_library_says_of_an_old_name_comes_with_the_new_one(code: str, written: str) -> None:
    with pytest.raises(Exception) as caught:  # each library raises another
        exec(code, {})
    said = f"{type(caught.value).__name__}: {str(caught.value).strip().splitlines()[0]}"
    assert written in instead(said)
    assert hint(Failure(cell=1, line=1, error=said)).startswith("the library changed; write: ")


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        ("ModuleNotFoundError: No module named 'imblearn'", "pip install imbalanced-learn"),
        ("ModuleNotFoundError: No module named 'cv2'", "pip install opencv-python"),
        ("ModuleNotFoundError: No module named 'sklearn'", "pip install scikit-learn"),
        ("ModuleNotFoundError: No module named 'google.colab'", "google.colab is there only"),
        ("ImportError: Missing optional dependency 'xlrd'. Install xlrd >= 2.0.1", "pip install xlrd"),
        ("ImportError: `Import python-calamine` failed.  Use pip", "pip install python-calamine"),
        ("URLError: <urlopen error [Errno -2] Name or service not known>", "--data FOLDER"),
        ("RuntimeError: File 'a.csv' is encrypted, password required for extraction", "the file is encrypted"),
        ("BadZipFile: File is not a zip file", "may be encrypted, cut off"),
        ("UnicodeDecodeError: 'utf-8' codec can't decode byte 0xd0", "another encoding"),
        ("EmptyDataError: No columns to parse from file", "the file is empty"),
        ("NameError: name 'dbutils' is not defined", "there only where it was written"),
        ("StdinNotImplementedError: raw_input was called", "write the answer into the cell"),
        ("MemoryError", "fewer rows"),
        ("ValueError: nobody has seen this", "mend the cell"),
    ],
)
def test_every_cause_comes_with_advice(error: str, advice: str) -> None:
    assert advice in hint(Failure(cell=1, line=1, error=error))


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("print 'a'", "this is Python 2; write print(...)"),
        ("exec 'a = 1'", "this is Python 2; write exec(...)"),
        ("try:\n    a\nexcept ValueError, e:\n    pass", "this is Python 2"),
        ("a = 0777", "0o777"),
        ("a <> b", "this is Python 2"),
        ("x <- c(1, 2", "this is R"),
        ("library(dplyr", "this is R"),
        ("SELECT a FROM t", "this is SQL"),
        ("a = = 1", "mend the line"),
    ],
)
def test_a_line_that_python_does_not_read_comes_with_advice(
    line: str, advice: str, notebook: Callable[..., Path]
) -> None:
    with pytest.raises(NotebookError, match="cell 1, line") as caught:
        lived(gather(read(notebook(line)), None), timeout=5, say=lambda text: None)
    assert advice in caught.value.hint
    assert syntax_hint(caught.value.message, line)


def test_what_a_notebook_did_to_files_is_listed_with_cell_and_line(notebook: Callable[..., Path]) -> None:
    path = notebook(
        "import pathlib, shutil\npathlib.Path('kept.txt').write_text('new')\nshutil.rmtree('gone')",
        "pathlib.Path('~/in_home.txt').expanduser().write_text('x')\nimport os\nos.system('echo 1 > by_another.txt')",
    )
    (path.parent / "kept.txt").write_text("old text")
    (path.parent / "gone").mkdir()
    (path.parent / "gone" / "a.txt").write_text("a")
    seen = live(path)
    assert seen.failure is None
    assert [(one.path, one.what, one.cell, one.line) for one in seen.touched] == [
        ("~/in_home.txt", "made", 2, 1),
        ("by_another.txt", "made", None, None),
        ("gone/a.txt", "removed", 1, 3),
        ("kept.txt", "changed", 1, 2),
    ]
    assert (path.parent / "kept.txt").read_text() == "old text"
    assert (path.parent / "gone" / "a.txt").exists()


def test_what_a_notebook_did_to_files_is_said_when_it_fails_too(notebook: Callable[..., Path]) -> None:
    said: list[str] = []
    path = notebook("import pathlib\nfor name in 'abc':\n    pathlib.Path(name).write_text(name)\n1 / 0")
    with pytest.raises(NotebookError, match="cell 1, line 4: ZeroDivisionError"):
        lived(gather(read(path), None), timeout=60, say=said.append)
    assert said[-1] == "in the copy it ran in, the notebook made a (cell 1, line 3) and touched 2 files more"


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.remove({mine})",
        "import os\nopen({mine}, 'a')",
        "import os\nos.truncate({mine}, 0)",
        "import os\nos.rename({mine}, 'here.txt')",
        "import os, shutil\nshutil.rmtree(os.path.dirname({mine}))",
        "import os; os.symlink({mine}, 'link')\nopen('link', 'w')",
    ],
)
def test_nothing_outside_the_folder_is_changed_and_who_tried_is_named(
    code: str, notebook: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "others").mkdir()
    mine = tmp_path / "others" / "mine.txt"
    mine.write_text("mine")
    # Put together while it runs, so that it is not taken for a data file that is copied.
    failure = live(notebook(code.format(mine=f"{str(mine)[:-4]!r} + '.TXT'.lower()"))).failure
    assert failure is not None
    assert (failure.cell, failure.line) == (1, 2)
    assert "is outside the copy that the notebook runs in" in failure.error
    assert "its own folder" in hint(failure)
    assert mine.read_text() == "mine"


def test_temporary_files_pictures_and_other_processes_work(notebook: Callable[..., Path]) -> None:
    seen = live(
        notebook(
            "import tempfile\nwith tempfile.TemporaryDirectory() as d:\n    open(d + '/a', 'w').write('1')",
            "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(1)'], check=True)",
            "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.savefig('a.png')",
        )
    )
    assert seen.failure is None
    assert [one.path for one in seen.touched] == ["a.png"]


def test_gigabytes_of_output_are_bounded(notebook: Callable[..., Path]) -> None:
    seen = live(notebook("for i in range(40):\n    print('x' * 1_000_000)", "'x' * 20_000_000", "print('after')"))
    assert seen.failure is None
    assert [len(text) for text in seen.printed.values()] == [5_000_000, 5_000_000, 5]


def test_a_kernel_that_was_killed_says_by_which_signal(notebook: Callable[..., Path]) -> None:
    failure = live(notebook("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")).failure
    assert str(failure) == "cell 1: the kernel died here, by signal 9 (out of memory?)"
