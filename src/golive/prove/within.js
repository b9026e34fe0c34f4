// The choice of a cut-off that keeps limits: golive/maths/limits.py and cutoff.py again. Edges are arrays by fold.
"use strict";

const within = ((sums) => {
  const BEYOND = 3.62;
  // Sums over some folds, one addition after the other.
  function over(edges, taken) {
    const into = new Float64Array(edges[0].length);
    edges.forEach((one, fold) => { if (taken(fold)) for (let j = 0; j < into.length; j++) into[j] += one[j]; });
    return into;
  }
  const mapped = (held, change) => Object.fromEntries(Object.entries(held).map(([name, values]) => [name, change(values, name)]));
  // What `held` has of a quantity at every edge.
  function value(table, quantity, held) {
    const size = held.below.length - 1, rows = held.below[size], first = table.favourable === 0;
    if (quantity.endsWith("_per_case")) return held[quantity.slice(0, -9)].map((money) => money / rows);
    if (quantity === "review_rate") return new Float64Array(size + 1);
    const favoured = first ? held.below : held.below.map((n) => rows - n);
    if (quantity === "approval_rate") return favoured.map((n) => n / rows);
    if (quantity === "reject_rate") return favoured.map((n) => (rows - n) / rows);
    return held.events.map((n, j) => (first ? n : held.events[size] - n) / (favoured[j] > 0 ? favoured[j] : 1));
  }
  function short(table, held) {
    const total = new Float64Array(held.below.length);
    for (const limit of table.limits) {
      value(table, limit.quantity, held).forEach((one, j) => { total[j] += Math.max(limit.at_most ? one - limit.bound : limit.bound - one, 0); });
    }
    return total;
  }
  function allowed(table, held) {
    const missed = short(table, held), least = Math.min(...missed);
    return Array.from(missed, (one) => one === least);
  }
  // The first and the last of the allowed edges with the most money.
  function ends(money, may) {
    let first = -1, last = -1;
    for (let j = 0; j < money.length; j++) {
      if (!may[j]) continue;
      if (first < 0 || money[j] > money[first]) first = last = j; else if (money[j] === money[first]) last = j;
    }
    return [first, last];
  }
  function middle(money, may) {
    const [first, last] = ends(money, may);
    return Math.floor((first + last) / 2);
  }
  function best(money, may) {
    const [first, last] = ends(money, may), wanted = middle(money, may);
    let found = first;
    for (let j = first; j <= last; j++) if (may[j] && money[j] === money[first] && Math.abs(j - wanted) < Math.abs(found - wanted)) found = j;
    return may[wanted] ? wanted : found;
  }
  // The choice: edges by fold of the money, of what the limits are about, and the rank of each edge.
  function choose(table, edges, held, ranks) {
    const size = ranks.length - 1, total = over(edges, () => true), all = mapped(held, (one) => over(one, () => true));
    const scale = (money, may) => sums.probit(Math.min(Math.max(ranks[middle(money, may)], 1e-4), 1 - 1e-4));
    const scales = table.halves.map((mask) => {
      const taken = (fold) => mask >> fold & 1, half = over(edges, taken), mine = mapped(held, (one) => over(one, taken));
      const rest = mapped(all, (one, name) => one.map((n, j) => n - mine[name][j]));
      return [scale(half, allowed(table, mine)), scale(total.map((n, j) => n - half[j]), allowed(table, rest))];
    });
    const mean = (without) => {
      let sum = 0, used = 0;
      scales.forEach(([half, other], at) => {
        const inside = without !== null && table.halves[at] >> without & 1;
        if (!inside) { sum += half; used += 1; }
        if (without === null || inside) { sum += other; used += 1; }
      });
      return sum / used;
    };
    const nearest = (at, may) => {
      const end = at > BEYOND ? size : 0, rank = sums.normalCdf(at);
      if (Math.abs(at) > BEYOND && may[end]) return end;
      let found = -1;
      for (let j = 0; j <= size; j++) if (may[j] && (found < 0 || Math.abs(ranks[j] - rank) < Math.abs(ranks[found] - rank))) found = j;
      return found;
    };
    const may = allowed(table, all), byFold = edges.map((_, fold) =>
      nearest(mean(fold), allowed(table, mapped(held, (one) => over(one, (other) => other !== fold)))));
    return { edge: nearest(mean(null), may), byFold, best: best(total, may), kept: Math.min(...short(table, all)) === 0 };
  }
  return { allowed, best, choose, over, short, value };
})(typeof require === "undefined" ? intervals : require("./intervals.js"));

if (typeof module !== "undefined") module.exports = within;
