// What the score table holds, as running sums over its edges: of rows, of outcomes, of money under some prices.
// A repetition of golive/maths/table_sums.py. An edge j gives the first j bins the `below` action.
// A slider that moves asks sixty times a second. So what the table alone decides is worked out once (`ready`), what the
// prices decide once for each set of them (`priced`), as running sums in which an edge is looked up.
"use strict";

const tables = (() => {
  const TODAY = 2, RULED = 8, BOTH = [0, 1], ALL = [0, 1, 2, 3];
  const range = (n) => Array.from({ length: n }, (_, i) => i);
  const sum = (values) => values.reduce((total, value) => total + value, 0);

  // -- the table ------------------------------------------------------------------------------------------------
  const READY = new WeakMap();
  function ready(table) {
    if (!READY.has(table)) READY.set(table, prepared(table));
    return READY.get(table);
  }
  // The same rows with another objective or other limits.
  function aimed(table, changes) {
    const found = { ...table, ...changes };
    READY.set(found, ready(table));
    return found;
  }
  // Where rows have dates: the table of the earlier ones, on which the cut-off is chosen.
  const EARLIER = new WeakMap(), KNOWN = new WeakMap();
  function earlier(table) {
    if (!EARLIER.has(table)) EARLIER.set(table, { ...table, by_fold: table.early, early: null, blocks: 0, block_times: 0 });
    return EARLIER.get(table);
  }
  function prepared(table) {
    const size = table.low.length, fold = typed(table.by_fold), sign = table.by_sign && typed(table.by_sign);
    const byEvent = BOTH.map((event) => running(gathered(size, fold, fold.n, event)));
    const n = gathered(size, fold, fold.n), below = running(n)[0], rows = Math.floor(below[size] + 0.5);
    return {
      size, fold, sign, n, below, rows, byEvent, events: gathered(size, fold, fold.n, 1),
      squared: fold.squared.length ? BOTH.map((event) => running(gathered(size, fold, fold.squared, event))) : null,
      ranks: below.map((one) => one / below[size]), terms: table.terms.map((term) => ({ ...term, priced: compiled(term.coefficient) })),
      sums: BOTH.map((event) => fold.sums.map((one) => running(gathered(size, fold, one, event)))),
      signSums: table.today ? ALL.map((group) => sign.sums.map((one) => running(gathered(size, sign, one, group)))) : null,
      blockRows: table.block_times ? byBlock(table, fold, fold.n) : null,
      taken: table.halves.map((mask) => Uint8Array.from(range(table.folds).filter((fold) => mask >> fold & 1))),
    };
  }
  function byBlock(table, cells, values, which = () => true) {
    const found = new Float64Array(table.blocks);
    for (let at = 0; at < values.length; at++) if (which(at)) found[cells.fold[at]] += values[at];
    return found;
  }
  function typed({ bin, event, fold = [], sign, n, squared = [], sums, products = [], products_above: above = [] }) {
    const doubles = (lists) => lists.map((one) => Float64Array.from(one)), group = (happened, at) => happened + (sign && sign[at] & RULED ? 2 : 0);
    const below = doubles(products);
    return {
      group: Uint8Array.from(event, group), bin: Uint16Array.from(bin), event: Uint8Array.from(event), fold: Uint8Array.from(fold),
      n: Float64Array.from(n), squared: Float64Array.from(squared), sums: doubles(sums), products: [below, above.length ? doubles(above) : below],
    };
  }
  // How many independent rows say as much as those on one side of an edge (edge 0, side 1: all), of some outcomes.
  function effective(table, edge, side, events = BOTH) {
    const { byEvent, squared } = ready(table), over = (all) => events.reduce((sum_, event) => sum_ + all[event][side][edge], 0);
    const n = over(byEvent);
    return !squared ? n : over(squared) > 0 ? n * n / over(squared) : 0;
  }
  // What lies in each bin, of one group or of all.
  function gathered(size, cells, values, group = null) {
    const found = new Float64Array(size);
    for (let at = 0; at < values.length; at++) if (group === null || cells.group[at] === group) found[cells.bin[at]] += values[at];
    return found;
  }
  // What lies below each edge, and at or above it: each summed from its own end, so that little is never all minus much.
  function running(values) {
    const size = values.length, found = [new Float64Array(size + 1), new Float64Array(size + 1)];
    for (let j = 0; j < size; j++) found[0][j + 1] = found[0][j] + values[j];
    for (let j = size; j > 0; j--) found[1][j - 1] = found[1][j] + values[j - 1];
    return found;
  }
  const bins = (table) => table.low.length;
  const counts = (table) => ready(table).n;
  const eventCounts = (table) => ready(table).events;
  const below = (table) => ready(table).below;
  function cutoffAt(table, edge) {
    if (edge === 0 || edge === bins(table)) return null;
    const middle = (table.high[edge - 1] + table.low[edge]) / 2;
    return middle > table.high[edge - 1] ? middle : table.low[edge];
  }
  function edgeAt(table, cutoff) {
    let edge = 0;
    while (edge < table.high.length && table.high[edge] < cutoff) edge++;
    return edge;
  }

  // -- prices ---------------------------------------------------------------------------------------------------
  const COMBINED = {
    "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, min: Math.min, max: Math.max,
    "/": (a, b) => { if (b === 0) throw new RangeError("a price used as a divisor is zero"); return a / b; },
  };
  // A coefficient in reverse Polish order as a function of the prices.
  function compiled(steps) {
    const stack = [];
    for (const step of steps) {
      if (typeof step === "number") stack.push(() => step);
      else if (step.startsWith("=")) { const name = step.slice(1); stack.push((prices) => prices[name]); }
      else if (step === "neg") { const value = stack.pop(); stack.push((prices) => -value(prices)); }
      else { const right = stack.pop(), left = stack.pop(), how = COMBINED[step]; stack.push((prices) => how(left(prices), right(prices))); }
    }
    return stack.pop();
  }
  // What one unit of each basis earns in an objective, the table's own when absent: weights[action][event][basis].
  function weights(table, prices, objective = table.objective) {
    const found = BOTH.map(() => BOTH.map(() => new Float64Array(table.bases.length)));
    for (const term of ready(table).terms) {
      if (objective === "profit" || objective === term.line) found[term.action][term.event][term.basis] += term.priced(prices);
    }
    return found;
  }
  const minus = (one, other) => one.map((row, event) => row.map((value, basis) => value - other[event][basis]));
  function moneyOf({ event, sums }, weight) {
    const found = new Float64Array(event.length);
    for (let basis = 0; basis < sums.length; basis++) {
      const one = sums[basis], [without, withIt] = [weight[0][basis], weight[1][basis]];
      for (let at = 0; at < found.length; at++) found[at] += (event[at] ? withIt : without) * one[at];
    }
    return found;
  }
  // Squares that add up over the cells below an edge (side 0) or above it (side 1).
  function squaresOf({ event, products: sides }, weight, side) {
    const products = sides[side];
    const k = weight[0].length, found = new Float64Array(event.length);
    for (let a = 0, pair = 0; a < k; a++) {
      for (let b = a; b < k; b++, pair++) {
        const [without, withIt] = weight.map((row) => (a === b ? 1 : 2) * row[a] * row[b]), one = products[pair];
        for (let at = 0; at < found.length; at++) found[at] += (event[at] ? withIt : without) * one[at];
      }
    }
    for (let at = 0; at < found.length; at++) if (found[at] < 0) found[at] = 0;
    return found;
  }
  // Money of one sign by group, as positive amounts, with its squares.
  function won({ size, sign: cells }, money, squares, sign) {
    const total = ALL.map(() => new Float64Array(size)), square = squares.map(() => ALL.map(() => new Float64Array(size)));
    for (let at = 0; at < money.length; at++) {
      const value = sign * money[at], group = cells.group[at], bin = cells.bin[at];
      if (value <= 0) continue;
      total[group][bin] += value;
      for (const side of BOTH) square[side][group][bin] += squares[side][at];
    }
    return { total: total.map(running), square: ALL.map((group) => BOTH.map((side) => running(square[side][group])[side])) };
  }
  function priced(table, prices, objective = table.objective) {
    if (!KNOWN.has(table)) KNOWN.set(table, {});
    const known = KNOWN.get(table), last = known[objective];  // the last set of prices: every figure of a step asks for the same
    if (!last || Object.keys(prices).some((name) => prices[name] !== last.prices[name])) {
      known[objective] = { ...valued(table, prices, objective), prices: { ...prices } };
    }
    return known[objective];
  }
  function valued(table, prices, objective) {
    const folded_ = ready(table), { size, fold, sign } = folded_, weight = weights(table, prices, objective), change = minus(weight[0], weight[1]);
    const folded = moneyOf(fold, change), signed = moneyOf(sign, change), squares = BOTH.map((side) => squaresOf(sign, change, side));
    const money = weight.map((one) => moneyOf(fold, one)), squared = weight.map((one, action) => squaresOf(sign, one, action));
    const own = weight.map((one, action) => {
      const cash = moneyOf(sign, one);
      return [1, -1].map((way) => won(folded_, cash, [squared[action], squared[action]], way));
    });
    return {
      weight, folded, own, change: [1, -1].map((way) => won(folded_, signed, squares, way)), signed, squares,
      gain: running(gathered(size, fold, folded))[0], everybodyAbove: sum(gathered(size, fold, money[1])),
      cells: money.map((one) => BOTH.map((event) => running(gathered(size, fold, one, event)))),
      squared: squared.map((one) => running(gathered(size, sign, one))), choice: null,
      blocks: table.block_times ? blocksOf(table, fold, folded, money[1]) : null,
    };
  }

  // Money by block of time: what an edge gains over everybody above, by [block][edge]; that of everybody above; of today.
  function blocksOf(table, cells, change, above) {
    const today = table.by_fold.today || [];
    return { gain: edgesOf(table, change), above: byBlock(table, cells, above), today: byBlock(table, cells, change, (at) => !today[at]) };
  }
  // What an edge gains in each block over an alternative; over doing nothing at all without one.
  function inBlocks(table, { blocks }, edge, action = null) {
    const other = (at) => action === 0 ? blocks.gain[at][bins(table)] : action === 1 ? 0 : action === TODAY ? blocks.today[at] : -blocks.above[at];
    return Float64Array.from(ready(table).blockRows, (_, at) => blocks.gain[at][edge] - other(at));
  }
  // Values of the cells by fold, summed up from the lowest bin: [fold][edge].
  function edgesOf(table, values) {
    const { size, fold: cells } = ready(table), edges = range(table.folds).map(() => new Float64Array(size + 1));
    for (let at = 0; at < values.length; at++) edges[cells.fold[at]][cells.bin[at] + 1] += values[at];
    for (const one of edges) for (let j = 1; j <= size; j++) one[j] += one[j - 1];
    return edges;
  }

  return { ready, aimed, earlier, effective, bins, counts, eventCounts, below, cutoffAt, edgeAt, weights, moneyOf, priced, inBlocks, edgesOf };
})();

if (typeof module !== "undefined") module.exports = tables;
