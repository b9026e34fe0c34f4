// Three bands under capacity: golive/maths/bands.py again. A pair [j, k] gives the first j bins the `below` action and
// those from k on the `above` action; `people` is { cost, bad_stopped, good_passed }, what is assumed of a reviewer.
"use strict";

const bands = ((sums, within_, joint_, limits_) => {
  const BEYOND = 3.62, ROOM = 1e-9, TAIL = 24, TODAY = 2, RULED = 8;
  const total = (values) => { let all = 0; for (const value of values) all += value; return all; };
  function edgesOf(table, values) {
    const { bin, fold } = table.by_fold, size = sums.bins(table), edges = Array.from({ length: table.folds }, () => new Float64Array(size + 1));
    for (let at = 0; at < values.length; at++) edges[fold[at]][bin[at] + 1] += values[at];
    for (const one of edges) for (let j = 1; j <= size; j++) one[j] += one[j - 1];
    return edges;
  }
  function money(table, prices, action, cells = table.by_fold) {
    const weight = sums.weights(table, prices)[action], found = new Float64Array(cells.event.length);
    cells.sums.forEach((one, basis) => { for (let at = 0; at < found.length; at++) found[at] += weight[cells.event[at]][basis] * one[at]; });
    return found;
  }
  const paid = (table, people) => table.objective === "profit" ? people.cost : 0;

  // -- the choice -------------------------------------------------------------------------------------------------
  function chosen(table, prices, people, share) {
    if (table.early) return chosen(sums.earlier(table), prices, people, share);
    const size = sums.bins(table), { event, n } = table.by_fold, below = money(table, prices, 0), above = money(table, prices, 1);
    const [yes, no] = table.favourable === 0 ? [below, above] : [above, below];
    const reviewed = yes.map((value, at) => {
      const stopped = event[at] ? people.bad_stopped : 1 - people.good_passed;
      return value + stopped * (no[at] - value) - paid(table, people) * n[at];
    });
    const second = edgesOf(table, reviewed.map((value, at) => value - above[at]));
    const first = edgesOf(table, below.map((value, at) => value - above[at])).map((one, fold) => one.map((value, j) => value - second[fold][j]));
    const held = { first, second, ...sums.heldBy(table, prices), n: edgesOf(table, n) };
    const over = (taken) => Object.fromEntries(Object.entries(held).map(([name, one]) => [name, within_.over(one, taken)]));
    const all = over(() => true), ranks = sums.ready(table).ranks;
    const room = Math.min(share, ...table.limits.filter((limit) => limit.quantity === "review_rate").map((limit) => limit.bound));
    const scale = (edge) => limits_.probit(Math.min(Math.max(ranks[edge], 1e-4), 1 - 1e-4));
    const scales = table.halves.map((mask) => {
      const half = over((fold) => mask >> fold & 1);
      const rest = Object.fromEntries(Object.entries(all).map(([name, one]) => [name, one.map((value, j) => value - half[name][j])]));
      return [half, rest].map((part) => best(table, part, room).map(scale));
    });
    const mean = (without) => {
      let low = 0, high = 0, used = 0;
      scales.forEach(([half, other], at) => {
        const inside = without !== null && table.halves[at] >> without & 1;
        if (!inside) { low += half[0]; high += half[1]; used += 1; }
        if (without === null || inside) { low += other[0]; high += other[1]; used += 1; }
      });
      return [low / used, high / used];
    };
    const byFold = held.n.map((_, fold) => nearest(table, mean(fold), ranks, over((other) => other !== fold), room));
    const missed = shortest(table, all, room);
    return { edges: nearest(table, mean(null), ranks, all, room), byFold, kept: missed.least === 0, size };
  }
  // By how much each edge misses the limits that it answers for, and the least that a pair within the room misses.
  function shortest(table, part, room) {
    const size = part.n.length - 1, short = [new Float64Array(size + 1), new Float64Array(size + 1)];
    for (const limit of table.limits) {
      const side = limit.quantity === "reject_rate" ? 1 - table.favourable : table.favourable;
      within_.value(table, limit.quantity, part).forEach((one, j) => {
        short[side][j] += Math.max(limit.at_most ? one - limit.bound : limit.bound - one, 0);
      });
    }
    let least = Infinity;
    pairs(part, room, (j, k) => { least = Math.min(least, short[0][j] + short[1][k]); });
    return { short, least };
  }
  function pairs(part, room, seen) {
    const { n } = part, size = n.length - 1, most = (room + ROOM) * n[size];
    for (let j = 0; j <= size; j++) for (let k = j; k <= size && n[k] - n[j] <= most; k++) seen(j, k);
  }
  function best(table, part, room) {
    const { short, least } = shortest(table, part, room), free = !table.limits.length;
    let most = -Infinity, ends = [0, 0, 0, 0];
    pairs(part, room, (j, k) => {
      if (!free && short[0][j] + short[1][k] !== least) return;
      const value = part.first[j] + part.second[k];
      if (value > most) { most = value; ends = [j, j, k, k]; } else if (value === most) {
        ends = [Math.min(ends[0], j), Math.max(ends[1], j), Math.min(ends[2], k), Math.max(ends[3], k)];
      }
    });
    return [Math.floor((ends[0] + ends[1]) / 2), Math.floor((ends[2] + ends[3]) / 2)];
  }
  function nearest(table, scale, ranks, part, room) {
    const { short, least } = shortest(table, part, room);
    const [low, high] = scale.map((one) => Math.abs(one) > BEYOND ? (one > 0 ? 1 : 0) : limits_.normalCdf(one));
    let found = [0, 0], far = Infinity;
    pairs(part, room, (j, k) => {
      const away = Math.abs(ranks[j] - low) + Math.abs(ranks[k] - high);
      if (away < far && short[0][j] + short[1][k] === least) { far = away; found = [j, k]; }
    });
    return found;
  }

  // -- what is measured: the middle counts as unchanged -----------------------------------------------------------
  function measured(table, prices, found) {
    const below = money(table, prices, 0), above = money(table, prices, 1), { rows, size } = sums.ready(table);
    const gain = edgesOf(table, below.map((value, at) => value - above[at]));
    const approved = (all) => all.reduce((sum, [low], fold) => sum + gain[fold][low], 0);
    const rejected = (all) => all.reduce((sum, [, high], fold) => sum + (gain[fold][high] - gain[fold][size]), 0);
    const same = gain.map(() => found.edges), own = [rejected(same), approved(same)], chose = table.early ? same : found.byFold, honest = [rejected(chose), approved(chose)];
    const owed = own.map((mine, at) => Math.max(mine - honest[at], 0)), enough = Math.min(...[0, 1].map((event) => sums.effective(table, 0, 1, [event]))) >= 10 && (!table.blocks || table.block_times > 0);
    const alternatives = [[0, honest[0], owed[0]], [1, honest[1], owed[1]]];
    if (table.today) alternatives.push([TODAY, null, Math.max(...owed)]);
    return alternatives.map(([action, earned, debt]) => {
      const { sides, changed } = differing(table, prices, found.edges, action), value = earned === null ? sides[0].total - sides[1].total - debt : earned;
      const ends = limits_.difference(...sides, rows, debt / rows), { blockRows } = sums.ready(table);
      const [low, high] = table.block_times ? limits_.widened(ends, inBlocks(table, below, above, found.edges, action), blockRows, table.block_times) : ends;
      return { action, point: Math.min(Math.max(value / rows, low), high), low: enough ? low : null, high: enough ? high : null, changed };
    });
  }
  // What two edges gain in each block of time over an alternative; the rows between them keep their action.
  function inBlocks(table, below, above, [low, high], action) {
    const { bin, fold, today = [] } = table.by_fold, found = new Float64Array(table.blocks);
    bin.forEach((place, at) => {
      const isAbove = place >= high, other = action === TODAY ? today[at] === 1 : action === 1;
      if (place < low || isAbove) found[fold[at]] += (isAbove - other) * (above[at] - below[at]);
    });
    return found;
  }
  function differing(table, prices, [low, high], action) {
    const cells = table.by_sign, weight = sums.weights(table, prices), sides = [[0, 0, 0, 0], [0, 0, 0, 0]];
    const change = [0, 1].map((event) => table.bases.map((_, basis) => weight[0][event][basis] - weight[1][event][basis]));
    let changed = 0;
    cells.bin.forEach((bin, at) => {
      const event = cells.event[at], isAbove = bin >= high, other = action === TODAY ? (cells.sign[at] & RULED) > 0 : action === 1;
      const products = isAbove && cells.products_above.length ? cells.products_above : cells.products;
      let value = 0, square = 0, pair = 0;
      for (let a = 0; a < table.bases.length; a++) value += change[event][a] * cells.sums[a][at];
      for (let a = 0; a < table.bases.length; a++) {
        for (let b = a; b < table.bases.length; b++, pair++) square += (a === b ? 1 : 2) * change[event][a] * change[event][b] * products[pair][at];
      }
      const moves = isAbove !== other && !(bin >= low && !isAbove);
      if (moves) changed += cells.n[at];
      value = other ? value : -value;
      if (value === 0) return;
      const side = sides[value > 0 ? 0 : 1], size = Math.abs(value);
      square = Math.max(square, 0);
      side[0] += size;
      side[1] += square;
      if (moves) { side[2] += size; side[3] += square; }
    });
    return { changed, sides: sides.map(([all, allSquares, mine, squares]) => ({ total: mine, squares, typical: all > 0 ? allSquares / all : 0 })) };
  }

  // -- what people are assumed to add over the single cut-off -----------------------------------------------------
  function added(table, prices, [low, high], single, people, ranged) {
    const { bin, event, n } = table.by_fold, both = [money(table, prices, 0), money(table, prices, 1)];
    const [yes, no] = table.favourable === 0 ? both : [both[1], both[0]], inside = (at) => bin[at] >= low && bin[at] < high;
    const over = (values, which) => total(Array.from(values).filter((_, at) => inside(at) && which(at)));
    const parts = [0, 1].map((happened) => [yes, no].map((values) => over(values, (at) => event[at] === happened)));
    const looked = table.objective === "profit" ? over(n, () => true) : 0;
    const plain = over(both[0], (at) => bin[at] < single) + over(both[1], (at) => bin[at] >= single);
    const start = parts[0][0] + parts[1][0] - plain, stopped = parts[1][1] - parts[1][0], passed = parts[0][1] - parts[0][0];
    const adds = ({ cost, bad_stopped: bad, good_passed: good }) => start + bad * stopped + (1 - good) * passed - cost * looked;
    const spread = joint_.draws(people, ranged).map(adds).sort((one, other) => one - other), now = adds(people);
    const slopes = { cost: -looked, bad_stopped: stopped, good_passed: -passed };
    const breakEven = Object.entries(slopes).map(([name, slope]) => slope ? people[name] - now / slope : null);
    return { total: now, low: spread[TAIL], high: spread[spread.length - 1 - TAIL], breakEven };
  }
  return { added, chosen, measured };
})(...(typeof require === "undefined" ? [recompute, within, joint, intervals] : ["recompute", "within", "joint", "intervals"].map((name) => require(`./${name}.js`))));

if (typeof module !== "undefined") module.exports = bands;
