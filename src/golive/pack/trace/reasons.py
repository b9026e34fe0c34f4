"""Why a name is refused, and what to write instead. What is not listed here is refused all the same."""

from __future__ import annotations

import difflib

_NEIGHBOURS = "looks at neighbouring rows, and one case on its own has none"
_NEIGHBOURS_HINT = "compute it before the data reaches golive and hand it in as an input of its own"
_RANK = "depends on all the other rows of the table"
_VALUES = "takes the values out of the table, where they can no longer be followed"
_VALUES_HINT = "stay with column operations: arithmetic, .map(dict), .apply(function), np.where"
_ORDER = "changes the order or the number of rows; cleaning here is one row in, one row out"
_CELL = "reads one cell of the training table"

_FAMILIES = (
    (
        "rolling shift diff pct_change cumsum cumprod cummax cummin ffill bfill pad backfill interpolate expanding ewm "
        "resample asof",
        _NEIGHBOURS,
        _NEIGHBOURS_HINT,
    ),
    ("rank", _RANK, "use pd.qcut or pd.cut: their edges are frozen from the training rows"),
    ("cumcount ngroup", _RANK, _NEIGHBOURS_HINT),
    (
        "sample sort_values sort_index nlargest nsmallest explode melt stack unstack pivot transpose T "
        "append truncate swapaxes",
        _ORDER,
        "do it outside the cleaning function",
    ),
    ("filter", _ORDER, "keep rows by a condition: df = df[condition]"),
    (
        "tolist to_list to_dict to_records iterrows itertuples iteritems items values array to_csv tobytes to_string "
        "to_json to_excel",
        _VALUES,
        _VALUES_HINT,
    ),
    ("iat at item get_value xs iloc", _CELL, "use an aggregate such as .median() or .mode()[0]"),
    ("eval", "evaluates text as code", "write the arithmetic out: df['a'] / df['b']"),
    (
        "strftime isocalendar week to_period tz_localize tz_convert month_name day_name date time round ceil",
        "of dates is not compiled",
        "use .dt.year, .dt.month, .dt.day, .dt.dayofweek, (a - b).dt.days and the like",
    ),
    (
        "title capitalize swapcase casefold zfill center ljust rjust",
        "of text is not compiled as it stands",
        "df['t'].map(lambda v: v.{name}(...), na_action='ignore') is looked up over the values that training has",
    ),
    (
        "extract extractall findall match fullmatch",
        "takes a pattern, and patterns are not compiled",
        "df['t'].map(function, na_action='ignore') with re inside is looked up over the values that training has",
    ),
    ("update", "changes a table in place by matching row labels", "df['x'] = other['x'].fillna(df['x'])"),
    (
        "convert_dtypes",
        "gives pandas' nullable types, whose missing values compare as neither true nor false",
        "use .astype(float)",
    ),
    ("infer_objects", "lets the values decide the type", "use .astype(float) or .astype(int)"),
    ("groupby_apply", "may do anything with the rows of a group", "use .transform('median') and the like"),
)

_NAMES = {name: (why, rewrite) for names, why, rewrite in _FAMILIES for name in names.split()}


_ALWAYS = frozenset(
    "rolling shift diff pct_change cumsum cumprod cummax cummin ffill bfill backfill interpolate expanding ewm "  # noqa: SIM905
    "resample rank cumcount ngroup sample sort_values nlargest nsmallest explode melt stack unstack pivot pivot_table "
    "iterrows itertuples tolist to_dict to_records iat".split()
)
"""Names that mean one thing only, so that seeing them in the source is enough to warn."""


def never(name: str) -> tuple[str, str]:
    """Why a method is refused wherever it is met, and a rewrite; empty for all others."""
    return reason(name, "", []) if name in _ALWAYS else ("", "")


def reason(name: str, owner: str, known: list[str]) -> tuple[str, str]:
    """What is wrong with ``.name`` on `owner`, and a rewrite."""
    if name in _NAMES:
        why, rewrite = _NAMES[name]
        return f"`{name}` {why}", rewrite.replace("{name}", name)
    close = difflib.get_close_matches(name, known, n=1)
    nearest = f"; did you mean `{close[0]}`?" if close else ""
    return (
        f"`{name}` of {owner} is not among the operations that are compiled",
        f"docs/reference/cleaning.md lists what is accepted{nearest}",
    )
