// Every figure with money in it, from the score table, some prices and a cut-off.
// A repetition of golive/maths: recompute.py, cutoff.py, intervals.py, gamma.py, sentence.py and words.py, function by
// function; a test compares the two on many settings. An edge j gives the first j bins the `below` action.
"use strict";

const recompute = (() => {
  const FEWEST_EVENTS = 10, Z = 1.96, BEYOND = 3.62, TODAY = 2, RULED = 8;
  const range = (n) => Array.from({ length: n }, (_, i) => i);
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const ramp = (values) => { const found = [0]; for (const value of values) found.push(found.at(-1) + value); return found; };

  // -- quantiles ------------------------------------------------------------------------------------------------
  // Wichura (1988), algorithm AS 241.
  function probit(p) {
    const q = p - 0.5;
    const ratio = (r, up, down) => up.reduce((t, c) => t * r + c, 0) / down.reduce((t, c) => t * r + c, 0);
    if (Math.abs(q) <= 0.425) {
      return q * ratio(0.180625 - q * q,
        [2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
          1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0],
        [5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
          5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1]);
    }
    let r = Math.sqrt(-Math.log(q <= 0 ? p : 1 - p)), x;
    if (r <= 5) {
      r -= 1.6;
      x = ratio(r,
        [7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
          3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0],
        [1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
          6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1]);
    } else {
      r -= 5;
      x = ratio(r,
        [2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
          2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0],
        [2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
          1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1]);
    }
    return q < 0 ? -x : x;
  }

  const normalCdf = (x) => {
    if (x === 0) return 0.5;
    // The error function through the incomplete gamma function of shape 1/2.
    const share = below(0.5, x * x / 2);
    return x > 0 ? 0.5 + share / 2 : 0.5 - share / 2;
  };

  // Lanczos, g = 7, nine terms.
  const LANCZOS = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7];
  function logGamma(x) {
    if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
    if (x > 15) { // Stirling's series; its next term is below 1e-16 here.
      const y = 1 / (x * x);
      return (x - 0.5) * Math.log(x) - x + 0.91893853320467274178
        + (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y * (1 / 1188 - y * 691 / 360360))))) / x;
    }
    const z = x - 1, t = z + 7.5;
    let series = LANCZOS[0];
    for (let i = 1; i < 9; i++) series += LANCZOS[i] / (z + i);
    return 0.91893853320467274178 + (z + 0.5) * Math.log(t) - t + Math.log(series);
  }

  // Regularised lower incomplete gamma function: a series below the mean, a continued fraction above it.
  function below(shape, x) {
    const weight = Math.exp(shape * Math.log(x) - x - logGamma(shape));
    return x < shape + 1 ? weight * series(shape, x) : 1 - weight * fraction(shape, x);
  }
  function series(shape, x) {
    let term = 1 / shape, total = term, divisor = shape;
    while (term > total * 1e-17) { divisor += 1; term *= x / divisor; total += term; }
    return total;
  }
  function fraction(shape, x) {
    let b = x + 1 - shape, c = 1e300, d = 1 / b, value = d;
    for (let i = 1; i < 100000; i++) {
      const step = i * (shape - i);
      b += 2; d = 1 / (step * d + b); c = b + step / c; value *= c * d;
      if (Math.abs(c * d - 1) < 1e-16) break;
    }
    return value;
  }

  function gammaQuantile(shape, p) {
    const z = probit(p), root = Math.sqrt(shape);
    if (shape > 1e4) {
      return shape + z * root + (z ** 2 - 1) / 3 + (z ** 3 - 7 * z) / (36 * root) - (3 * z ** 4 + 7 * z ** 2 - 16) / (810 * shape)
        + (9 * z ** 5 + 256 * z ** 3 - 433 * z) / (38880 * shape * root);
    }
    let x = Math.max(shape * (1 - 1 / (9 * shape) + z / (3 * root)) ** 3, 1e-8 * shape);
    const scale = logGamma(shape);
    for (let i = 0; i < 50; i++) {
      let step = (below(shape, x) - p) / Math.exp((shape - 1) * Math.log(x) - x - scale);
      step /= Math.max(1 - 0.5 * step * ((shape - 1) / x - 1), 0.5);
      x = Math.max(x - step, x / 10);
      if (Math.abs(step) <= 1e-14 * x) break;
    }
    return x;
  }

  // -- intervals ------------------------------------------------------------------------------------------------
  function wilson(events, n) {
    if (n === 0) return [0, 1];
    const z = 1.959963984540054, rate = events / n, square = z * z / n;
    const middle = (rate + square / 2) / (1 + square);
    const half = z / (1 + square) * Math.sqrt(rate * (1 - rate) / n + square / (4 * n));
    return [events === 0 ? 0 : middle - half, events === n ? 1 : middle + half];
  }
  function gammaLimits({ total: S, squares: Q, typical: w }) {
    const seen = S > 0 ? (Q / S) * gammaQuantile(S * S / Q + 1, 0.975) : 0;
    const more = S + w > 0 ? ((Q + w * w) / (S + w)) * gammaQuantile((S + w) ** 2 / (Q + w * w), 0.975) : 0;
    return [S > 0 ? (Q / S) * gammaQuantile(S * S / Q, 0.025) : 0, Math.max(seen, more)];
  }
  function difference(gained, lost, n, optimism = 0) {
    if (gained.total === 0 && lost.total === 0) return [0, 0];
    const d = (gained.total - lost.total) / n, m2 = (gained.squares + lost.squares) / n;
    const variance = Math.max(m2 - d * d, 0), se = Math.sqrt(variance / n), kf = Math.sqrt(variance / m2);
    const [gainedLow, gainedHigh] = gammaLimits(gained), [lostLow, lostHigh] = gammaLimits(lost);
    const down = kf * Math.hypot(gained.total - gainedLow, lostHigh - lost.total) / n;
    const up = kf * Math.hypot(gainedHigh - gained.total, lost.total - lostLow) / n;
    return [Math.min(d - Z * se, d - down) - optimism / 2, Math.max(d + Z * se, d + up)];
  }
  function totalLimits(gained, lost) {
    const net = gained.total - lost.total;
    const [gainedLow, gainedHigh] = gammaLimits(gained), [lostLow, lostHigh] = gammaLimits(lost);
    return [net - Math.hypot(gained.total - gainedLow, lostHigh - lost.total),
      net + Math.hypot(gainedHigh - gained.total, lost.total - lostLow)];
  }

  // -- the table ------------------------------------------------------------------------------------------------
  const bins = (table) => table.low.length;
  function byBin(table, cells, values) {
    const found = new Array(bins(table)).fill(0);
    values.forEach((value, at) => { found[cells.bin[at]] += value; });
    return found;
  }
  const counts = (table) => byBin(table, table.by_fold, table.by_fold.n);
  const eventCounts = (table) => byBin(table, table.by_fold, table.by_fold.n.map((n, at) => n * table.by_fold.event[at]));
  function cutoffAt(table, edge) {
    if (edge === 0 || edge === bins(table)) return null;
    const middle = (table.high[edge - 1] + table.low[edge]) / 2;
    return middle > table.high[edge - 1] ? middle : table.low[edge];
  }
  const edgeAt = (table, cutoff) => table.high.filter((high) => high < cutoff).length;

  const COMBINED = {
    "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, min: Math.min, max: Math.max,
    "/": (a, b) => { if (b === 0) throw new RangeError("a price used as a divisor is zero"); return a / b; },
  };
  function coefficient(steps, prices) {
    const stack = [];
    for (const step of steps) {
      if (typeof step === "number") stack.push(step);
      else if (step.startsWith("=")) stack.push(prices[step.slice(1)]);
      else if (step === "neg") stack.push(-stack.pop());
      else { const right = stack.pop(), left = stack.pop(); stack.push(COMBINED[step](left, right)); }
    }
    return stack.pop();
  }
  // What one unit of each basis earns: weights[action][event][basis].
  function weights(table, prices) {
    const found = range(2).map(() => range(2).map(() => table.bases.map(() => 0)));
    for (const term of table.terms) found[term.action][term.event][term.basis] += coefficient(term.coefficient, prices);
    return found;
  }
  const minus = (one, other) => one.map((row, event) => row.map((value, basis) => value - other[event][basis]));
  // Plain loops here and in `chosen`: a slider that moves calls them sixty times a second.
  function moneyOf({ event, sums }, weight) {
    const found = new Array(event.length).fill(0);
    for (let basis = 0; basis < sums.length; basis++) {
      for (let at = 0; at < found.length; at++) found[at] += weight[event[at]][basis] * sums[basis][at];
    }
    return found;
  }
  function squaresOf({ event, products }, weight) {
    const k = weight[0].length, found = new Array(event.length).fill(0);
    for (let a = 0, pair = 0; a < k; a++) {
      for (let b = a; b < k; b++, pair++) {
        const factors = weight.map((row) => (a === b ? 1 : 2) * row[a] * row[b]);
        for (let at = 0; at < found.length; at++) found[at] += factors[event[at]] * products[pair][at];
      }
    }
    return found.map((square) => Math.max(square, 0));
  }
  const edgesGain = (table, weight) => ramp(byBin(table, table.by_fold, moneyOf(table.by_fold, minus(weight[0], weight[1]))));

  // -- the choice -----------------------------------------------------------------------------------------------
  function middleBest(money) {
    let first = 0, last = 0;
    for (let j = 1; j < money.length; j++) {
      if (money[j] > money[first]) first = last = j; else if (money[j] === money[first]) last = j;
    }
    return Math.floor((first + last) / 2);
  }
  function chosen(table, prices) {
    const weight = weights(table, prices), cells = table.by_fold, size = bins(table);
    const edges = range(table.folds).map(() => new Float64Array(size + 1));
    moneyOf(cells, minus(weight[0], weight[1])).forEach((money, at) => { edges[cells.fold[at]][cells.bin[at] + 1] += money; });
    for (const fold of edges) for (let j = 1; j <= size; j++) fold[j] += fold[j - 1];
    const ranks = ramp(counts(table)), rows = ranks.at(-1);
    for (let j = 0; j <= size; j++) ranks[j] /= rows;
    const over = (taken, into) => {
      into.fill(0);
      for (let fold = 0; fold < table.folds; fold++) {
        if (taken(fold)) for (let j = 0, one = edges[fold]; j <= size; j++) into[j] += one[j];
      }
      return into;
    };
    const total = over(() => true, new Float64Array(size + 1)), half = new Float64Array(size + 1), rest = new Float64Array(size + 1);
    const probits = new Map();
    const scale = (money) => {
      const best = middleBest(money);
      if (!probits.has(best)) probits.set(best, probit(Math.min(Math.max(ranks[best], 1e-4), 1 - 1e-4)));
      return probits.get(best);
    };
    const scales = table.halves.map((mask) => {
      over((fold) => mask >> fold & 1, half);
      for (let j = 0; j <= size; j++) rest[j] = total[j] - half[j];
      return [scale(half), scale(rest)];
    });
    const mean = (without) => {
      let all = 0, used = 0;
      table.halves.forEach((mask, at) => {
        if (without === null || !(mask >> without & 1)) { all += scales[at][0]; used += 1; }
        if (without === null || mask >> without & 1) { all += scales[at][1]; used += 1; }
      });
      return all / used;
    };
    const nearest = (at) => {
      if (at > BEYOND) return size;
      if (at < -BEYOND) return 0;
      const rank = normalCdf(at);
      let best = 0;
      ranks.forEach((value, j) => { if (Math.abs(value - rank) < Math.abs(ranks[best] - rank)) best = j; });
      return best;
    };
    const byFold = range(table.folds).map((fold) => nearest(mean(fold)));
    const honest = byFold.reduce((sum_, edge, fold) => sum_ + edges[fold][edge], 0), edge = nearest(mean(null));
    return { edge, byFold, best: middleBest(total), gain: total, honest, optimism: Math.max(total[edge] - honest, 0) };
  }

  // -- what an edge is worth ------------------------------------------------------------------------------------
  function side(money, squares, here, everywhere) {
    let total = 0, square = 0, mine = 0, mineSquares = 0;
    money.forEach((value, at) => {
      if (value <= 0) return;
      if (everywhere(at)) { total += value; square += squares[at]; }
      if (here(at)) { mine += value; mineSquares += squares[at]; }
    });
    return { total: mine, squares: mineSquares, typical: total > 0 ? square / total : 0 };
  }
  const both = (money, squares, here, everywhere) => [side(money, squares, here, everywhere),
    side(money.map((value) => -value), squares, here, everywhere)];
  const spread = ([gained, lost], n) => Math.sqrt(Math.max((gained.squares + lost.squares) / n - ((gained.total - lost.total) / n) ** 2, 0));
  const inside = (value, low, high) => Math.min(Math.max(value, low), high);

  // With `choice` (from `chosen`) value and interval pay for the choosing; without, the edge counts as fixed beforehand.
  function standing(table, prices, edge, choice = null) {
    const weight = weights(table, prices), n = counts(table), rows = sum(n), cells = table.by_sign;
    const everybodyAbove = sum(byBin(table, table.by_fold, moneyOf(table.by_fold, weight[1])));
    const gain = edgesGain(table, weight), earned = choice ? choice.honest : gain[edge];
    const optimism = choice ? choice.optimism / rows : 0, events = sum(eventCounts(table));
    const enough = Math.min(events, rows - events) >= FEWEST_EVENTS;
    const isAbove = cells.bin.map((bin) => bin >= edge), all = () => true;
    const pick = (one, other) => isAbove.map((above, at) => above ? one[at] : other[at]);
    const difference_ = moneyOf(cells, minus(weight[0], weight[1])), squares = squaresOf(cells, minus(weight[0], weight[1]));
    const own = both(pick(moneyOf(cells, weight[1]), moneyOf(cells, weight[0])),
      pick(squaresOf(cells, weight[1]), squaresOf(cells, weight[0])), all, all);
    const aboveToday = cells.sign.map((sign) => (sign & RULED) > 0), others = [[0, gain.at(-1)], [1, 0]];
    if (table.today) others.push([TODAY, sum(difference_.filter((_, at) => !aboveToday[at]))]);
    const against = others.map(([action, total]) => {
      const other = action === TODAY ? (at) => aboveToday[at] : () => action === 1, differs = (at) => isAbove[at] !== other(at);
      const sides = both(difference_.map((value, at) => other(at) ? value : -value), squares, differs, all);
      const [low, high] = difference(...sides, rows, optimism);
      return { action, point: inside((earned - total) / rows, low, high), low: enough ? low : null, high: enough ? high : null,
        sd: spread(sides, rows), changed: sum(cells.n.filter((_, at) => differs(at))), total: everybodyAbove + total };
    });
    const [low, high] = difference(...own, rows, optimism).map((limit) => limit * rows);
    return { edge, below: sum(n.slice(0, edge)), above: sum(n.slice(edge)), total: inside(everybodyAbove + earned, low, high),
      low: enough ? low : null, high: enough ? high : null, sd: spread(own, rows), against };
  }
  function smallestGain(table, prices) {
    const weight = weights(table, prices);
    return 0.01 * sum(moneyOf(table.by_sign, minus(weight[0], weight[1])).map(Math.abs)) / sum(counts(table));
  }
  function curve(table, prices) {
    const weight = weights(table, prices), rows = sum(counts(table));
    const everybodyAbove = sum(byBin(table, table.by_fold, moneyOf(table.by_fold, weight[1])));
    const squares = [0, 1].map((action) => ramp(byBin(table, table.by_sign, squaresOf(table.by_sign, weight[action]))));
    const total = edgesGain(table, weight).map((value) => value + everybodyAbove);
    const half = total.map((money, j) =>
      Z * Math.sqrt(Math.max(squares[0][j] + (squares[1].at(-1) - squares[1][j]) - money * money / rows, 0)));
    return { total, low: total.map((money, j) => money - half[j]), high: total.map((money, j) => money + half[j]) };
  }
  // The confusion matrix: [rows, money with the action they get, money with the other] of below/no event, below/event,
  // above/no event, above/event.
  function cells(table, prices, edge) {
    const weight = weights(table, prices), { bin, event, n } = table.by_fold;
    const money = weight.map((one) => moneyOf(table.by_fold, one)), found = range(4).map(() => [0, 0, 0]);
    for (let at = 0; at < n.length; at++) {
      const action = bin[at] >= edge ? 1 : 0, cell = found[2 * action + event[at]];
      cell[0] += n[at];
      cell[1] += money[action][at];
      cell[2] += money[1 - action][at];
    }
    return found;
  }
  function forgone(table, prices, risky, event, action) {
    const weight = weights(table, prices), folded = table.by_sign, change = minus(weight[1 - action], weight[action]);
    const outcome = (at) => folded.event[at] === event;
    const [gained, lost] = both(moneyOf(folded, change), squaresOf(folded, change), (at) => outcome(at) && risky(folded.bin[at]), outcome);
    return [gained.total - lost.total, ...totalLimits(gained, lost)];
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
    const edge = edgeAt(table, cutoff), risky = (bin) => rising ? bin >= edge : bin < edge;
    const onThem = (values) => sum(values.filter((_, bin) => risky(bin)));
    const n = onThem(counts(table)), right = onThem(eventCounts(table)), [low, high] = wilson(right, n);
    const lost = n ? forgone(table, prices, risky, 0, rising ? 1 : 0) : null;
    const start = `If we ${action} ${rising ? "above" : "below"} ${number(cutoff)}`;
    const noun = action in NOUNS ? `${NOUNS[action]} are` : "these are";
    let text = `${start}, nothing happens: no score lies there.`;
    if (n) {
      text = `${start}, ${percent(right / n)} of ${noun} right (${right} of ${n}, 95 % between ${percent(low)} and ${percent(high)})`;
      text += right === n ? ": none of these was wrong." : ` and we lose ${amount(lost[0], currency)} on the other ${percent(1 - right / n)}.`;
    }
    return { text, n, right, lost };
  }

  return { amount, bins, cells, chosen, coefficient, counts, curve, cutoffAt, edgeAt, eventCounts, gammaQuantile, normalCdf, number, percent,
    forgone, probit, sentence, smallestGain, standing, weights, wilson };
})();

if (typeof module !== "undefined") module.exports = recompute;
