// What if bad cases were more frequent: golive/maths/scenario.py again.
"use strict";

const scenario = ((sums) => (table, prices, edge, factor) => {
  const n = sums.counts(table), bad = sums.eventCounts(table), size = sums.bins(table), weight = sums.weights(table, prices);
  const { bin, event, sums: bases } = table.by_fold, gain = [0, 1].map(() => new Float64Array(size)), sign = table.favourable === 0 ? 1 : -1;
  bases.forEach((values, basis) => values.forEach((value, at) => {
    gain[event[at]][bin[at]] += sign * (weight[0][event[at]][basis] - weight[1][event[at]][basis]) * value;
  }));
  let money = 0, worse = 0, favoured = 0;
  for (let at = 0; at < size; at++) {
    if (at < edge !== (table.favourable === 0)) continue;
    const more = Math.min(factor * bad[at], n[at]);
    money += gain[0][at] * (n[at] - more) / (n[at] - bad[at] > 0 ? n[at] - bad[at] : 1) + gain[1][at] * more / (bad[at] > 0 ? bad[at] : 1);
    worse += more;
    favoured += n[at];
  }
  return { perRow: money / sums.ready(table).rows, badRate: favoured ? worse / favoured : 0 };
})(typeof require === "undefined" ? recompute : require("./recompute.js"));

if (typeof module !== "undefined") module.exports = scenario;
