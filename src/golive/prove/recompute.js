// Every figure with money in it, from the score table, some prices and a cut-off: what is chosen, and what it is worth.
// A repetition of golive/maths: recompute.py, cutoff.py, sentence.py and words.py; a test compares the two on many
// settings. The sums behind it are those of tables.js.
"use strict";

const recompute = ((tables, limits, within_) => {
  const { ready, aimed, earlier, effective, bins, counts, eventCounts, below, cutoffAt, edgeAt, weights, moneyOf, priced, inBlocks, edgesOf } = tables;
  const { Z, difference, normalCdf, probit, scatter, totalLimits, widened, wilson } = limits;
  const FEWEST_EVENTS = 10, BEYOND = 3.62, TODAY = 2, BOTH = [0, 1];
  // Cells by outcome and by what today's rule does with them: 2 * (it gives the `above` action) + (the event happened).
  const UNRULED = [0, 1], BY_RULE = [2, 3], ALL = [0, 1, 2, 3];
  const range = (n) => Array.from({ length: n }, (_, i) => i);
  const sum = (values) => values.reduce((total, value) => total + value, 0);

  // -- the choice -----------------------------------------------------------------------------------------------
  function chosen(table, prices, objective = table.objective) {
    const found = priced(table, prices, objective);
    if (!found.choice && table.early) {
      const first = chosen(earlier(table), prices, objective);
      found.choice = judged(first, found.gain, within_.best(found.gain, allowed(table, prices)));
    }
    if (!found.choice) found.choice = table.limits.length ? limited(table, prices, found.folded) : choose(table, ready(table), found.folded);
    return found.choice;
  }
  // A choice of earlier rows, valued on the later ones: it owes them nothing.
  const judged = (choice, gain, best) => ({ ...choice, gain, best, honest: gain[choice.edge], optimism: 0 });
  // What the limits are about, by fold and edge.
  function heldBy(table, prices) {
    const { size, fold: cells } = ready(table), held = { below: edgesOf(table, cells.n), events: edgesOf(table, cells.n.map((n, at) => n * cells.event[at])) };
    for (const name of ["profit", "revenue"]) {
      if (!table.limits.some((limit) => limit.quantity === `${name}_per_case`)) continue;
      const above = edgesOf(table, moneyOf(cells, priced(table, prices, name).weight[1])), gain = edgesOf(table, priced(table, prices, name).folded);
      held[name] = gain.map((one, fold) => one.map((value) => value + above[fold][size]));
    }
    return held;
  }
  function limited(table, prices, money) {
    const edges = edgesOf(table, money);
    return paid(within_.choose(table, edges, heldBy(table, prices), ready(table).ranks), edges);
  }
  function paid(choice, edges) {
    const honest = choice.byFold.reduce((all, edge, fold) => all + edges[fold][edge], 0), gain = within_.over(edges, () => true);
    return { ...choice, gain, honest, optimism: Math.max(gain[choice.edge] - honest, 0) };
  }
  // A choice made for one objective, valued in another.
  const revalued = (table, prices, choice, objective) => table.early
    ? judged(choice, priced(table, prices, objective).gain, choice.best) : paid(choice, edgesOf(table, priced(table, prices, objective).folded));
  // The edges that keep all limits on all rows (those that come nearest, where none does).
  function allowed(table, prices) {
    if (!table.limits.length) return new Array(bins(table) + 1).fill(true);
    return within_.allowed(table, everywhere(table, prices));
  }
  const everywhere = (table, prices) => Object.fromEntries(Object.entries(heldBy(table, prices)).map(([name, one]) => [name, within_.over(one, () => true)]));
  // Whether everybody `below`, and everybody `above`, would keep all limits.
  function keeping(table, prices) {
    const short = within_.short(table, everywhere(table, prices));
    return [short.at(-1) === 0, short[0] === 0];
  }
  // What an edge has of each limited quantity on all rows, in the order of `table.limits`.
  function limitsAt(table, prices, edge) {
    const held = everywhere(table, prices);
    return table.limits.map((limit) => within_.value(table, limit.quantity, held)[edge]);
  }
  // Sums run over folds and bins in ascending order, one addition after the other, as in Python: ties stay ties.
  function choose(table, { size, fold: cells, ranks, taken }, money) {
    const folds = table.folds, edges = new Float64Array((size + 1) * folds), total = new Float64Array(size + 1);
    for (let at = 0; at < money.length; at++) edges[(cells.bin[at] + 1) * folds + cells.fold[at]] += money[at];
    for (let at = folds; at < edges.length; at++) edges[at] += edges[at - folds];
    for (let j = 0, at = 0; j <= size; j++) for (let fold = 0; fold < folds; fold++, at++) total[j] += edges[at];
    const probits = new Map();
    const scale = (best) => {
      if (!probits.has(best)) probits.set(best, probit(Math.min(Math.max(ranks[best], 1e-4), 1 - 1e-4)));
      return probits.get(best);
    };
    const scales = taken.map((some) => bests(edges, total, some, folds).map(scale));
    const mean = (without) => {
      let all = 0, used = 0;
      for (let at = 0; at < scales.length; at++) {
        const inside = without !== null && table.halves[at] >> without & 1;
        if (!inside) { all += scales[at][0]; used += 1; }
        if (without === null || inside) { all += scales[at][1]; used += 1; }
      }
      return all / used;
    };
    const nearest = (at) => {
      if (at > BEYOND) return size;
      if (at < -BEYOND) return 0;
      const rank = normalCdf(at);
      let best = 0;
      for (let j = 1; j <= size; j++) if (Math.abs(ranks[j] - rank) < Math.abs(ranks[best] - rank)) best = j;
      return best;
    };
    const byFold = range(table.folds).map((fold) => nearest(mean(fold)));
    const honest = byFold.reduce((all, edge, fold) => all + edges[edge * folds + fold], 0), edge = nearest(mean(null));
    return { edge, byFold, best: bests(edges, total, new Uint8Array(0), folds)[1], gain: total, honest, kept: true, optimism: Math.max(total[edge] - honest, 0) };
  }

  // The edge that earns most on some folds and the one that earns most on the others; of several, the middle between
  // the first and the last, rounded down.
  function bests(edges, total, taken, folds) {
    let most = -Infinity, first = 0, last = 0, mostLeft = -Infinity, firstLeft = 0, lastLeft = 0;
    for (let j = 0, start = 0; j < total.length; j++, start += folds) {
      let some = 0;
      for (let at = 0; at < taken.length; at++) some += edges[start + taken[at]];
      const left = total[j] - some;
      if (some > most) { most = some; first = last = j; } else if (some === most) last = j;
      if (left > mostLeft) { mostLeft = left; firstLeft = lastLeft = j; } else if (left === mostLeft) lastLeft = j;
    }
    return [Math.floor((first + last) / 2), Math.floor((firstLeft + lastLeft) / 2)];
  }

  // -- what an edge is worth ------------------------------------------------------------------------------------
  // Money of one sign on some rows, and its typical case: each part is money, the side of the edge where it counts, its
  // groups. The typical case is that of the same groups on both sides.
  function side(parts, edge, bothSides = true) {
    let total = 0, squares = 0, all = 0, allSquares = 0;
    for (const [one, above, groups] of parts) {
      for (const group of groups) {
        total += one.total[group][above][edge];
        squares += one.square[group][above][edge];
        for (const there of bothSides ? BOTH : [above]) {
          all += one.total[group][there][edge];
          allSquares += one.square[group][there][edge];
        }
      }
    }
    return { total, squares, typical: all > 0 ? allSquares / all : 0 };
  }
  const whole = (one, group) => one.total[group][1][0];
  // Where the actions differ from an alternative's: above the edge from `below`, where the change from above to below is
  // lost instead of won, and the other way round.
  function differing(action) {
    const rises = (change, way) => [change[1 - way], 1, action === TODAY ? UNRULED : ALL];
    const falls = (change, way) => [change[way], 0, action === TODAY ? BY_RULE : ALL];
    return (change, way) => action === TODAY ? [rises(change, way), falls(change, way)] : [(action === 0 ? rises : falls)(change, way)];
  }
  // Rows that get another action than in an alternative.
  function moved(table, edge, action) {
    const { below: under, sign } = ready(table);
    if (action !== TODAY) return Math.floor((action === 0 ? under[bins(table)] - under[edge] : under[edge]) + 0.5);
    return Math.floor(sign.n.reduce((all, n, at) => all + (sign.bin[at] >= edge === sign.group[at] < 2 ? n : 0), 0) + 0.5);
  }
  const spread = ([gained, lost], n) => Math.sqrt(Math.max((gained.squares + lost.squares) / n - ((gained.total - lost.total) / n) ** 2, 0));
  const inside = (value, low, high) => Math.min(Math.max(value, low), high);

  // With `choice` (from `chosen`) value and interval pay for the choosing; without, the edge counts as fixed beforehand.
  function standing(table, prices, edge, choice = null, objective = table.objective) {
    const { rows, below, size } = ready(table), under = Math.floor(below[edge] + 0.5), found = priced(table, prices, objective), { gain, change, everybodyAbove } = found;
    const earned = choice ? choice.honest : gain[edge], optimism = choice ? choice.optimism / rows : 0;
    const enough = Math.min(...BOTH.map((event) => effective(table, 0, 1, [event]))) >= FEWEST_EVENTS && (!table.blocks || table.block_times > 0);
    const times = table.block_times, blockRows = ready(table).blockRows;
    const held = (ends, action) => times ? widened(ends, inBlocks(table, found, edge, action), blockRows, times) : ends;
    const apart = (sd, action) => times ? Math.max(sd, scatter(inBlocks(table, found, edge, action), blockRows) * Math.sqrt(sum(blockRows))) : sd;
    const own = BOTH.map((way) => side([[found.own[0][way], 0, ALL], [found.own[1][way], 1, ALL]], edge, false));
    const others = [[0, gain[size]], [1, 0]];
    if (table.today) others.push([TODAY, UNRULED.reduce((all, group) => all + whole(change[0], group) - whole(change[1], group), 0)]);
    const against = others.map(([action, total]) => {
      const differs = differing(action), sides = BOTH.map((way) => side(differs(change, way), edge));
      const [low, high] = held(difference(...sides, rows, optimism), action);
      return { action, point: inside((earned - total) / rows, low, high), low: enough ? low : null, high: enough ? high : null,
        sd: apart(spread(sides, rows), action), changed: moved(table, edge, action), total: everybodyAbove + total };
    });
    const [low, high] = held(difference(...own, rows, optimism), null).map((limit) => limit * rows);
    return { edge, below: under, above: rows - under, total: inside(everybodyAbove + earned, low, high),
      low: enough ? low : null, high: enough ? high : null, sd: apart(spread(own, rows), null), against };
  }
  function smallestGain(table, prices) {
    return 0.01 * priced(table, prices).signed.reduce((all, money) => all + Math.abs(money), 0) / ready(table).rows;
  }
  function curve(table, prices) {
    const found = priced(table, prices), { gain, everybodyAbove, squared } = found, { rows, blockRows } = ready(table);
    const total = gain.map((value) => value + everybodyAbove);
    const apart = (j) => table.block_times ? table.block_times * rows * scatter(inBlocks(table, found, j), blockRows) : 0;
    const half = total.map((money, j) => Math.max(apart(j), Z * Math.sqrt(Math.max(squared[0][0][j] + squared[1][1][j] - money * money / rows, 0))));
    return { total, low: total.map((money, j) => money - half[j]), high: total.map((money, j) => money + half[j]) };
  }
  // The confusion matrix: [rows, money with the action they get, money with the other] of below/no event, below/event,
  // above/no event, above/event.
  function cells(table, prices, edge) {
    const { byEvent } = ready(table), { cells: money } = priced(table, prices);
    return BOTH.flatMap((action) => BOTH.map((event) =>
      [byEvent[event][action][edge], money[action][event][action][edge], money[1 - action][event][action][edge]]));
  }
  // What the other action would have earned more on one side of an edge and one outcome: money and its limits.
  function forgone(table, prices, edge, event, action) {
    const { change } = priced(table, prices), ways = action === 1 ? [0, 1] : [1, 0];
    const [gained, lost] = ways.map((way) => side([[change[way], action, [event, 2 + event]]], edge));
    return [gained.total - lost.total, ...totalLimits(gained, lost)];
  }
  // What moving the cut-off from one edge to another gains over all rows, with its limits, both fixed beforehand.
  function shifted(table, prices, start, end) {
    const { change, signed, squares } = priced(table, prices), { rows, sign: cells } = ready(table);
    const rises = end > start ? 1 : -1, low = Math.min(start, end), high = Math.max(start, end);
    const sides = [rises, -rises].map((way) => {
      const one = change[way === 1 ? 0 : 1], sum = (values) => ALL.reduce((all, group) => all + values[group][0][bins(table)], 0);
      let total = 0, square = 0;
      for (let at = 0; at < signed.length; at++) {
        if (way * signed[at] > 0 && cells.bin[at] >= low && cells.bin[at] < high) { total += way * signed[at]; square += squares[0][at]; }
      }
      return { total, squares: square, typical: sum(one.total) > 0 ? sum(one.square) / sum(one.total) : 0 };
    });
    return [sides[0].total - sides[1].total, ...difference(...sides, rows).map((limit) => rows * limit)];
  }

  // -- words ----------------------------------------------------------------------------------------------------
  const rounded = (value, decimals = 0) => Math.floor(value * 10 ** decimals + 0.5) / 10 ** decimals + 0;
  function grouped(value, decimals) {
    const [whole, part] = Math.abs(value).toFixed(decimals).split(".");
    return (value < 0 ? "-" : "") + whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? "." + part : "");
  }
  const amount = (value, currency) => { const decimals = Math.abs(value) >= 99.995 ? 0 : 2; return `${grouped(rounded(value, decimals), decimals)} ${currency}`; };
  function percent(share) {
    if (share > 0 && share < 0.001) return "under 0.1 %";
    if (share > 0.999 && share < 1) return "over 99.9 %";
    const decimals = (share > 0 && share < 0.01) || (share > 0.99 && share < 1) ? 1 : 0;
    return `${rounded(100 * share, decimals).toFixed(decimals)} %`;
  }
  function number(value) {
    const text = rounded(value, 4).toFixed(4).replace(/0+$/, "").replace(/\.$/, "");
    return text === "0" && value > 0 ? value.toExponential(3).replace(/e([+-])(\d)$/, "e$10$2") : text;
  }
  const NOUNS = { reject: "rejections", refuse: "refusals", decline: "refusals", block: "blocks", contact: "contacts", review: "reviews", approve: "approvals" };
  function sentence(table, cutoff, action, prices, currency, rising) {
    const edge = edgeAt(table, cutoff), risky = rising ? 1 : 0, { byEvent } = ready(table);
    const happened = byEvent[1][risky][edge], exact = happened + byEvent[0][risky][edge], [right, n] = [happened, exact].map((one) => Math.floor(one + 0.5));
    const independent = effective(table, edge, risky), [low, high] = exact ? wilson(happened * (independent / exact), independent) : [0, 1];
    const share = exact ? happened / exact : 0, lost = n ? forgone(table, prices, edge, 0, risky) : null;
    const start = `If we ${action} ${rising ? "above" : "below"} ${number(cutoff)}`;
    const noun = action in NOUNS ? `${NOUNS[action]} are` : "these are";
    const end = rising ? `reaches ${number(cutoff)}; the highest is ${number(table.high.at(-1))}` : `lies below ${number(cutoff)}; the lowest is ${number(table.low[0])}`;
    let text = `${start}, nothing happens: no score ${end}.`;
    if (n) {
      text = `${start}, ${percent(share)} of ${noun} right (${right} of ${n}, 95 % between ${percent(low)} and ${percent(high)})`;
      text += right === n ? ": none of these was wrong." : ` and we lose ${amount(lost[0], currency)} on the other ${percent(1 - share)}.`;
    }
    return { text, n, right, lost };
  }

  return { aimed, allowed, amount, earlier, below, heldBy, bins, cells, chosen, counts, curve, cutoffAt, edgeAt, effective, eventCounts, forgone, keeping, limitsAt, revalued, gammaQuantile: limits.gammaQuantile,
    normalCdf, number, percent, probit, ready, sentence, shifted, smallestGain, standing, weights, wilson };
})(...(typeof require === "undefined" ? [tables, intervals, within] : ["tables", "intervals", "within"].map((name) => require(`./${name}.js`))));

if (typeof module !== "undefined") module.exports = recompute;
