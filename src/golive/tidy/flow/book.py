"""Which function answers for which name: the one place that knows all of them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from golive.tidy.flow import (
    containers,
    expressions,
    foreign,
    groups,
    indices,
    interpreter,
    learners,
    loops,
    parts,
    rowcalls,
    splits,
    statements,
    tables,
    taking,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from golive.tidy.flow.interpreter import Answer, Interpreter
    from golive.tidy.flow.values import Value

_FUNCTIONS: dict[str, Answer] = {
    **dict.fromkeys(("DataFrame", "Series"), tables.frame),
    **dict.fromkeys(("concat", "concatenate", "vstack", "hstack", "column_stack", "row_stack"), tables.concat),
    **dict.fromkeys(("to_datetime", "DatetimeIndex", "PeriodIndex", "strptime", "fromisoformat"), tables.to_date),
    **dict.fromkeys(("qcut", "cut"), tables.binned),
    **dict.fromkeys(("crosstab", "pivot_table"), tables.table),
    **dict.fromkeys(("flatnonzero", "nonzero", "argwhere"), indices.positions),
    **dict.fromkeys(("range", "arange"), indices.numbered),
    **dict.fromkeys(("choice", "integers", "randint", "choices", "sample"), indices.drawn),
    **dict.fromkeys(("rand", "random", "uniform", "random_sample", "binomial", "normal", "randn"), indices.by_chance),
    **dict.fromkeys(("zeros", "ones", "full", "zeros_like", "ones_like", "full_like", "empty"), indices.constant_rows),
    **dict.fromkeys(("repeat", "tile"), indices.copies),
    **dict.fromkeys(("setdiff1d", "delete"), indices.left),
    **dict.fromkeys(("isin", "in1d"), indices.listed),
    **dict.fromkeys(("list", "tuple", "set", "array", "asarray", "ravel", "reversed", "iter", "squeeze"), foreign.same),
    **dict.fromkeys(("clone", "deepcopy", "copy"), foreign.cloned),
    **dict.fromkeys(("cross_val_score", "cross_validate", "cross_val_predict"), splits.cross_validated),
    **dict.fromkeys(("DMatrix", "Dataset", "Pool", "QuantileDMatrix"), foreign.data),
    **dict.fromkeys(("mean", "average", "median", "sum"), foreign.mean),
    **dict.fromkeys(("defaultdict", "OrderedDict", "print", "display"), foreign.empty),
    **dict.fromkeys(("map", "filter"), containers.mapped),
    "Counter": tables.counter,
    "merge_asof": tables.merged_by_time,
    "append": tables.appended,
    "reduce": foreign.reduced,
    **dict.fromkeys(
        ("mutual_info_classif", "chi2", "f_classif", "spearmanr", "pearsonr", "ttest_ind"), foreign.related
    ),
    **dict.fromkeys(("zscore", "winsorize", "rankdata", "boxcox", "yeojohnson"), tables.standardised),
    **dict.fromkeys(("validation_curve", "learning_curve"), splits.curves),
    "merge": tables.merge,
    "get_dummies": tables.dummies,
    "to_numeric": tables.to_number,
    "int": tables.to_number,
    "where": indices.where,
    "roll": indices.rolled,
    **dict.fromkeys(("split", "array_split"), indices.cut),
    **dict.fromkeys(("RandomState", "default_rng", "Random", "Generator"), indices.chance),
    "select": indices.select,
    "len": indices.counted,
    "permutation": indices.permuted,
    "shuffle": indices.shuffled,
    "resample": indices.resampled,
    "train_test_split": splits.split,
    "train": learners.trained,
    "dict": foreign.dictionary,
    "partial": foreign.partial,
    "next": foreign.following,
    "auc": foreign.score_of_curve,
    "enumerate": containers.enumerated,
    "zip": containers.zipped,
    "tqdm": foreign.same,
}

_METHODS: dict[str, Answer] = {
    **dict.fromkeys(("isna", "isnull", "notna", "notnull"), rowcalls.there),
    **dict.fromkeys(("bfill", "backfill"), rowcalls.backward),
    **dict.fromkeys(("shift", "diff", "pct_change"), rowcalls.shifted),
    **dict.fromkeys(("head", "tail"), taking.first),
    **dict.fromkeys(("select_dtypes", "filter", "get"), rowcalls.chosen_columns),
    **dict.fromkeys(("apply", "applymap"), rowcalls.applied),
    **dict.fromkeys(("merge", "join"), rowcalls.merged),
    **dict.fromkeys(("sort_values", "sort_index"), taking.sorted),
    **dict.fromkeys(("rolling", "expanding", "ewm"), groups.windowed),
    **dict.fromkeys(("iterrows", "itertuples"), taking.each_row),
    **dict.fromkeys(("append", "_append"), taking.appended),
    **dict.fromkeys(("cumsum", "cummax", "cummin", "cumprod", "ffill", "pad"), rowcalls.along),
    **dict.fromkeys(("reindex", "take"), taking.taken_at),
    "drop_duplicates": taking.once,
    "eval": taking.evaluated,
    "interpolate": rowcalls.between_neighbours,
    "copy": rowcalls.copy,
    "fillna": rowcalls.filled,
    "rank": rowcalls.ranked,
    "set_index": taking.indexed,
    "sample": taking.sampled,
    "drop": taking.dropped,
    "query": taking.queried,
    "assign": rowcalls.assigned,
    "pipe": rowcalls.piped,
    "map": rowcalls.mapped,
    "groupby": groups.grouped,
    "astype": rowcalls.typed,
    "rename": rowcalls.named_anew,
    "pop": rowcalls.popped,
    "insert": rowcalls.inserted,
    "isin": rowcalls.is_in,
    "repeat": taking.repeated,
    "to_dict": rowcalls.converted,
}

_OTHERS = ("replace", "clip", "round", "dropna", "drop_duplicates")
_NAMES = frozenset({*_METHODS, *rowcalls.BY_ROW, *rowcalls.COMPARED, *_OTHERS})
"""Methods; any other name after a dot may be a column."""

_EXPRESSIONS: dict[type[ast.expr], Callable[[Interpreter, ast.expr], Value]] = {
    ast.Name: expressions.name,
    ast.Constant: expressions.literal,
    ast.Attribute: expressions.attribute,
    ast.List: expressions.several,
    ast.Tuple: expressions.several,
    ast.Set: expressions.several,
    ast.Dict: expressions.keyed,
    ast.BinOp: expressions.binary,
    ast.UnaryOp: expressions.unary,
    ast.Compare: expressions.compare,
    ast.BoolOp: expressions.boolean,
    ast.IfExp: expressions.either,
    ast.Call: expressions.call,
    ast.Subscript: parts.subscript,
    ast.ListComp: loops.comprehension,
    ast.SetComp: loops.comprehension,
    ast.GeneratorExp: loops.comprehension,
    ast.DictComp: loops.comprehension,
    ast.JoinedStr: expressions.text,
    ast.Lambda: expressions.function,
    ast.NamedExpr: expressions.walrus,
    ast.Starred: expressions.starred,
    ast.Await: expressions.starred,
    ast.FormattedValue: expressions.starred,
}

_STATEMENTS: dict[type[ast.stmt], Callable[[Interpreter, ast.stmt], None]] = {
    ast.Assign: statements.assign,
    ast.AnnAssign: statements.annotated,
    ast.AugAssign: statements.augmented,
    ast.FunctionDef: statements.define,
    ast.AsyncFunctionDef: statements.define,
    ast.ClassDef: statements.define_class,
    ast.If: statements.if_statement,
    ast.For: statements.for_statement,
    ast.AsyncFor: statements.for_statement,
    ast.While: statements.while_statement,
    ast.Break: statements.break_statement,
    ast.Return: statements.return_statement,
    ast.With: statements.with_statement,
    ast.AsyncWith: statements.with_statement,
    ast.Try: statements.try_statement,
    ast.Delete: statements.delete_statement,
    ast.Import: statements.import_statement,
    ast.ImportFrom: statements.import_statement,
}

BOOK = interpreter.Book(
    functions=_FUNCTIONS, methods=_METHODS, names=_NAMES, expressions=_EXPRESSIONS, statements=_STATEMENTS
)
