// All prices moved together inside their ranges, the cut-off kept: golive/maths/joint.py again, draw by draw.
"use strict";

const joint = ((sums) => {
  const DRAWS = 1000, SEED = 20261102, FACTOR = 48271, PRIME = 2 ** 31 - 1, TAIL = 24, NINETY_FIFTH = 949, TODAY = 2;
  // `ranged`: [{ name, low, high }] of the prices that move. Returns one set of prices per draw.
  function draws(prices, ranged) {
    const found = [];
    let state = SEED;
    for (let draw = 0; draw < DRAWS; draw++) {
      const drawn = { ...prices };
      for (const one of ranged) {
        state = state * FACTOR % PRIME;
        drawn[one.name] = triangle(one, prices[one.name], state / PRIME);
      }
      found.push(drawn);
    }
    return found;
  }
  function triangle({ low, high }, value, share) {
    const top = Math.min(Math.max(value, low), high), width = high - low, left = top - low;
    return share < left / width ? low + Math.sqrt(share * width * left) : high - Math.sqrt((1 - share) * width * (high - top));
  }
  // What one unit of each basis earns more above than below: [event][basis].
  function change(table, prices) {
    const weight = sums.weights(table, prices);
    return [0, 1].map((event) => table.bases.map((_, basis) => weight[1][event][basis] - weight[0][event][basis]));
  }
  function over(unit, moved) {
    let total = 0;
    for (const event of [0, 1]) for (let basis = 0; basis < moved[event].length; basis++) total += unit[event][basis] * moved[event][basis];
    return total;
  }
  // Basis sums of the rows that move from `below` to `above`, less those the other way round, per alternative.
  function moves(table, edge) {
    const signed = ({ bin, event, sums: bases }, other) => {
      const found = [0, 1].map(() => bases.map(() => 0));
      bases.forEach((values, basis) => values.forEach((value, at) => { found[event[at]][basis] += ((bin[at] >= edge ? 1 : 0) - other(at)) * value; }));
      return found;
    };
    const found = [signed(table.by_fold, () => 0), signed(table.by_fold, () => 1)];
    if (table.today) found.push(signed(table.by_sign, (at) => table.by_sign.sign[at] & 8 ? 1 : 0));
    return found;
  }
  // Basis sums of the first j bins: [event][basis][edge].
  function edgeSums(table) {
    const { bin, event, sums: bases } = table.by_fold, size = sums.bins(table);
    const found = [0, 1].map(() => bases.map(() => new Float64Array(size + 1)));
    bases.forEach((values, basis) => values.forEach((value, at) => { found[event[at]][basis][bin[at] + 1] += value; }));
    for (const one of found.flat()) for (let j = 1; j <= size; j++) one[j] += one[j - 1];
    return found;
  }
  // By how much an edge is behind the best allowed one.
  function behind(unit, edges, edge, allowed) {
    const gain = new Float64Array(allowed.length);
    for (const event of [0, 1]) {
      edges[event].forEach((one, basis) => { const each = unit[event][basis]; for (let j = 0; j < gain.length; j++) gain[j] -= each * one[j]; });
    }
    let best = -Infinity;
    for (let j = 0; j < gain.length; j++) if (allowed[j] && gain[j] > best) best = gain[j];
    return best - gain[edge];
  }
  // `choice` is the one of `recompute.chosen`; `decides` tells which alternatives the verdict asks about.
  function together(table, prices, choice, ranged, decides) {
    const drawn = draws(prices, ranged).map((one) => change(table, one)), rows = sums.ready(table).rows;
    const constant = choice.edge === 0 || choice.edge === sums.bins(table);
    const gains = moves(table, choice.edge).map((moved, action) => {
      const owed = constant && action !== TODAY ? 0 : choice.optimism;
      return drawn.map((unit) => (over(unit, moved) - owed) / rows);
    });
    const missed = regrets(table, choice.edge, prices, drawn).map((one) => one / rows).sort((one, other) => one - other);
    const lost = drawn.filter((_, at) => gains.some((gain, action) => decides[action] && gain[at] <= 0)).length / DRAWS;
    const regret = missed.reduce((all, one) => all + one, 0) / DRAWS;
    return { against: gains.map(spread), lost, regret, regretHigh: missed[NINETY_FIFTH] };
  }
  function spread(gain) {
    const ordered = [...gain].sort((one, other) => one - other), middle = (ordered[DRAWS / 2 - 1] + ordered[DRAWS / 2]) / 2;
    return { low: ordered[TAIL], middle, high: ordered[DRAWS - 1 - TAIL], lost: gain.filter((one) => one <= 0).length / DRAWS };
  }
  function regrets(table, edge, prices, drawn) {
    const edges = edgeSums(table), allowed = sums.allowed(table, prices), luck = behind(change(table, prices), edges, edge, allowed);
    return drawn.map((unit) => Math.max(behind(unit, edges, edge, allowed) - luck, 0));
  }
  // What keeping the cut-off costs per row at the worse end of one price's range, the others kept.
  function atEnds(table, prices, edge, { name, low, high }) {
    const ends = [low, high].map((value) => change(table, { ...prices, [name]: value }));
    return Math.max(...regrets(table, edge, prices, ends)) / sums.ready(table).rows;
  }
  return { atEnds, draws, together };
})(typeof require === "undefined" ? recompute : require("./recompute.js"));

if (typeof module !== "undefined") module.exports = joint;
