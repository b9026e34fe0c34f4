"""The texts of a package around its modules."""

from __future__ import annotations

from string import Template

MAIN = Template('''"""The command line: ``python -m $package split | train | evaluate``."""

import argparse
from pathlib import Path

from $package.evaluate import report
from $package.load import load
from $package.split import split
from $package.train import fitted


def main(arguments=None) -> None:
    """Read the command and do it."""
    parser = argparse.ArgumentParser(prog="$package")
    commands = parser.add_subparsers(dest="command", required=True)
    rows = commands.add_parser("split", help="write the raw rows of both parts: train.csv and holdout.csv")
    rows.add_argument("--out", type=Path, default=Path("data"), help="folder (default: data)")
    commands.add_parser("train", help="fit the model")
    commands.add_parser("evaluate", help="print the metrics on the part that was kept aside")
    asked = parser.parse_args(arguments)
    if asked.command == "split":
        write_parts(asked.out)
    elif asked.command == "train":
        print(fitted())
    else:
        for name, value in report().items():
            print(f"{name} {value:.4f}")


def write_parts(out: Path) -> None:
    """Write the raw rows that are learned from, and those that are kept aside."""
    out.mkdir(parents=True, exist_ok=True)
    for name, part in zip(("train", "holdout"), split(load()), strict=True):
        part.to_csv(out / f"{name}.csv", index=False)
        print(f"{out / name}.csv: {len(part):,} rows")


if __name__ == "__main__":
    main()
''')

MAIN_STAGES = Template('''"""The command line: ``python -m $package train | evaluate``."""

import argparse

from $package.evaluate import report
from $package.train import fitted


def main(arguments=None) -> None:
    """Read the command and do it."""
    parser = argparse.ArgumentParser(prog="$package")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("train", help="fit the model")
    commands.add_parser("evaluate", help="print the metrics")
    if parser.parse_args(arguments).command == "train":
        print(fitted())
    else:
        for name, value in report().items():
            print(f"{name} {value:.4f}")


if __name__ == "__main__":
    main()
''')

PYPROJECT = Template("""[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "$distribution"
version = "0.1.0"
description = "Made from $notebook by golive tidy."
readme = "README.md"
requires-python = ">=3.11"
# The versions that ran when the metrics were compared.
dependencies = [
$dependencies
]

[project.scripts]
$distribution = "$package.__main__:main"

[dependency-groups]
test = ["pytest>=8"]

[tool.hatch.build.targets.wheel]
packages = ["src/$package"]

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["src"]
""")

IGNORED = """# Rows of people do not belong into version control.
data/
__pycache__/
.pytest_cache/
.venv/
*.egg-info/
build/
dist/
"""

README = Template("""# $package

Made from the notebook `$notebook` by `golive tidy`. What the model and its metrics need is here, as functions with
arguments; what they do not need stayed in the notebook.

| metric | notebook | package, leaks kept | package, repaired |
|---|---|---|---|
$metrics

This is the **$which** package. $leaks

## Use

```
pip install -e . --group test
python -m pytest
python -m $package evaluate
```

The data is in `data/`, which is not under version control.
""")

CONFTEST = Template('''"""What was recorded when the package was made, and the rows it is made from."""

import json
from pathlib import Path

import pandas as pd
import pytest

from $package.clean import learn
from $package.load import DATA, load
from $package.split import split


@pytest.fixture(scope="session")
def recorded():
    return json.loads(Path(__file__).with_name("recorded.json").read_text())


@pytest.fixture(scope="session")
def sample(recorded):
    """A few raw rows."""
    table = recorded["raw"]
    return pd.DataFrame(table["rows"], columns=table["columns"]).astype(recorded["dtypes"])


@pytest.fixture(scope="session")
def rows():
    if not DATA.is_dir():
        pytest.skip("the data is not here")
    return load()


@pytest.fixture(scope="session")
def learned(rows):
    return learn(split(rows)[0])
''')

TEST_CLEAN = Template('''"""The cleaning works on any rows, one too."""

import pandas as pd

from $package.clean import clean


def test_cleaning_gives_what_was_recorded(sample, recorded, learned):
    expected = pd.DataFrame(recorded["cleaned"]["rows"], columns=recorded["cleaned"]["columns"])
    cleaned = clean(sample, dict(learned)).reset_index(drop=True)
    pd.testing.assert_frame_equal(cleaned, expected, check_dtype=False, check_column_type=False)


def test_a_row_alone_is_cleaned_as_among_others(sample, learned):
    together = clean(sample, dict(learned))
    for place in range(len(sample)):
        alone = clean(sample.iloc[[place]], dict(learned))
        pd.testing.assert_frame_equal(alone, together.iloc[[place]], check_dtype=False)


def test_missing_values_come_through(sample, recorded, learned):
    emptied = sample.head(1).copy()
    for name in recorded["nullable"]:
        emptied[name] = pd.Series([None], index=emptied.index, dtype=emptied[name].dtype)
    cleaned = clean(emptied, dict(learned))
    assert list(cleaned.columns) == recorded["cleaned"]["columns"]
    assert len(cleaned) == 1


def test_the_rows_handed_in_stay_as_they_are(sample, learned):
    before = sample.copy()
    clean(sample, dict(learned))
    pd.testing.assert_frame_equal(sample, before)
''')

TEST_OUTCOME = Template("""

def test_the_outcome_is_not_an_input(sample, learned):
    without = sample.drop(columns=$columns)
    pd.testing.assert_frame_equal(clean(without, dict(learned)), clean(sample, dict(learned)))
""")

TEST_SPLIT = Template('''"""The split keeps rows aside."""

from $package.split import split


def test_the_parts_are_rows_of_the_data(rows, recorded):
    train, holdout = split(rows)
    shared = set(train.index) & set(holdout.index)
    assert [len(train), len(holdout), len(shared)] == recorded["sizes"]
    assert set(train.index) | set(holdout.index) <= set(rows.index)
''')

TEST_EVALUATE = Template('''"""The package keeps its word."""

import pytest

from $package.evaluate import report


def test_the_metrics_are_those_that_were_recorded(rows, recorded):
    assert report() == pytest.approx(recorded["metrics"], abs=1e-9)
''')

CONFTEST_STAGES = Template('''"""What was recorded when the package was made."""

import json
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def recorded():
    return json.loads(Path(__file__).with_name("recorded.json").read_text())
''')

TEST_STAGES = Template('''"""The package keeps its word."""

import pytest

from $package.evaluate import report


def test_the_metrics_are_those_that_were_recorded(recorded):
    assert report() == pytest.approx(recorded["metrics"], abs=1e-9)
''')
