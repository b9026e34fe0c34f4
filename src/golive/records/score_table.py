"""The score histogram inside the evidence: what the page needs to show every figure again under other prices."""

from __future__ import annotations

from golive.records.document import Part
from golive.records.objective import Limit

Step = float | str
"""One step of a coefficient in reverse Polish order: a number; ``=margin`` for the value of an assumption; or one
of ``+ - * / min max neg``, which take their operands from the stack (``neg`` one, the others two)."""


class MoneyTerm(Part, frozen=True, kw_only=True):
    """One product in a payoff: coefficient (prices only) times basis (columns only)."""

    action: int
    """0: the `below` action; 1: the `above` action."""
    event: int
    """1: on rows with the event; 0: without."""
    line: str
    """``revenue``, ``cost``, ``loss`` or ``payoff``; the sign is already in the coefficient."""
    basis: int
    """Position in ``Table.bases``."""
    coefficient: tuple[Step, ...]


class FoldCells(Part, frozen=True, kw_only=True):
    """Rows by bin, outcome and fold; lists of equal length, sorted by (bin, event, fold), no empty cells."""

    bin: tuple[int, ...]
    event: tuple[int, ...]
    fold: tuple[int, ...]
    n: tuple[int | float, ...]
    """Rows; with sampling weights the sum of the weights, which are scaled to add up to the rows."""
    squared: tuple[float, ...] = ()
    """Sum of the weight of each row times that of all rows of its customer: n * n / squared is the effective number of
    rows. Empty when every row stands for itself."""
    today: tuple[int, ...] = ()
    """1 where today's rule gives the `above` action; only where rows have dates and today's rule varies."""
    sums: tuple[tuple[float, ...], ...]
    """One list per basis: sum of the basis (times the weight) over the rows of each cell. Without prices: none."""


class SignCells(Part, frozen=True, kw_only=True):
    """Rows by bin, outcome and sign; lists of equal length, sorted by (bin, event, sign), no empty cells.

    ``sign`` adds 1 when the `below` payoff is negative, 2 when the `above` payoff is, 4 when their difference
    (below - above) is, each at the recorded prices and in money of the objective; 8 when today's rule gives the
    `above` action (`Table.today`); and, where the objective is revenue, 16 when the difference of the profits is
    negative.
    """

    bin: tuple[int, ...]
    event: tuple[int, ...]
    sign: tuple[int, ...]
    n: tuple[int | float, ...]
    """As in `FoldCells`."""
    sums: tuple[tuple[float, ...], ...]
    """One list per basis."""
    products: tuple[tuple[float, ...], ...]
    """One list per pair of bases (0,0), (0,1) ... (0,k-1), (1,1) ...: sum of basis a times basis b, weights included.
    Where rows belong to customers, entries add up over the first bins to the squares of each customer's sums there,
    amounts of one outcome and sign joined (`golive.maths.units.squares`)."""
    products_above: tuple[tuple[float, ...], ...] = ()
    """The same, adding up over the last bins; empty where it is the same as ``products``: without customers."""


class Table(Part, frozen=True, kw_only=True):
    """The score histogram from which the page recomputes every shown figure; `golive.maths.recompute` does the same.

    Rows fall into at most 200 bins; bin i holds ``edges[i-1] <= score < edges[i]`` (the first and last are open),
    none is empty. Edge j (0..bins) is the policy "the first j bins get the `below` action". The quarter-decade
    marks 0.05, 0.10 ... 0.95 are edges wherever they separate scores, so 0.9 is exact; the best cut-off of
    these rows is one too.

    Money of a row with action a and outcome y is the sum of ``coefficient * basis`` over the ``terms`` with that
    action and event. So the money of a cell is the sum of ``coefficient * sums[basis]``, and its sum of squares
    the double sum of ``coefficient * coefficient * products[pair]``. Prices that stand only in coefficients
    (`Assumed.adjustable`) can move; a price inside ``min``/``max`` with a column, or added to a column below a
    division line, is frozen into the basis.

    Gains and losses are told apart cell by cell: a cell counts as gain when its money is positive. At the
    recorded prices every row of a cell has the same sign, so nothing is netted. When a price moves so far that
    some rows of a cell change sign and others do not, the cell is netted: point values stay exact, and only the
    skewness correction of the interval sees the net.
    """

    edges: tuple[float, ...]
    """bins - 1 inner edges, ascending."""
    low: tuple[float, ...]
    """Smallest score of each bin. The deployed cut-off of edge j is (high[j-1] + low[j]) / 2."""
    high: tuple[float, ...]
    """Largest score of each bin."""
    score_sum: tuple[float, ...]
    """Sum of the scores of each bin."""
    folds: int
    """20."""
    halves: tuple[int, ...]
    """100 half-samples as bit masks over the folds (bit k set: fold k is in it), each of 10 folds; their
    complements are the other 100. The same in every record."""
    bases: tuple[str, ...] = ()
    """Column-only expressions; the first is ``1``. Empty without prices."""
    terms: tuple[MoneyTerm, ...] = ()
    by_fold: FoldCells
    """Where rows have dates: the later ones, and ``fold`` is the block of time."""
    early: FoldCells | None = None
    """Where rows have dates: the earlier ones, on which the cut-off is chosen; a bin may have none. Null without
    dates: then the rows that choose are those that are valued, in turn."""
    blocks: int = 0
    """Blocks of time of the later rows; 0 without dates. Fewer than 8: no range."""
    block_times: float = 0.0
    """Standard errors between a sum of blocks and its 95 % limits: Student's quantile, blocks - 1 degrees of freedom;
    0 below 8 blocks."""
    by_sign: SignCells | None = None
    """Null without prices."""
    objective: str = "profit"
    """What is maximised, and what every figure with money in it speaks of: ``profit`` (all terms) or ``revenue`` (the
    terms of that line)."""
    favourable: int = 0
    """The action whose share is the approval rate: 0 `below`, 1 `above`."""
    limits: tuple[Limit, ...] = ()
    """What a choice must keep, see `golive.maths.limits`."""
    today: bool = False
    """Whether today's rule treats cases differently, and ``by_sign.sign`` tells what it does with each."""
