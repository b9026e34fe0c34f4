// Every figure on the page that prices or a cut-off can move: figures.py and golive/page/numbers.py again, function by
// function. `figures(data, prices, edge)` returns name -> [kind, value]; an edge of null is the cut-off that the prices
// choose. A test compares it with Python on more than a thousand settings.
"use strict";

const report = ((sums, together, bands_) => {
  const sumOf = (values) => values.reduce((total, value) => total + value, 0);

  // -- how numbers look (numbers.py) ------------------------------------------------------------------------------
  const SPACE = "\u00a0", MINUS = "\u2212", NOTHING = "\u2013";
  const spaced = (shown) => shown.replaceAll(" ", SPACE).replaceAll("-", MINUS);
  const bare = (shown) => shown.slice(0, shown.lastIndexOf(SPACE));
  const rounded = (value, decimals = 0) => Math.floor(value * 10 ** decimals + 0.5) / 10 ** decimals + 0;
  const money = (value, currency) => rounded(value, 2) === 0 ? `0${SPACE}${currency}` : spaced(sums.amount(value, currency));
  function signed(value, currency) {
    const shown = money(value, currency);
    return shown.startsWith(MINUS) || rounded(value, 2) === 0 ? shown : `+${shown}`;
  }
  function limits(kind, [low, high], currency) {
    if (low === null || high === null) return "no range";
    const [first, second] = kind === "span" ? [money(low, currency), money(high, currency)] : [low, high].map((one) => spaced(sums.percent(one)));
    return `${bare(first)} to ${second}`;
  }
  function show(kind, value, currency = "") {
    if (value === null) return NOTHING;
    if (typeof value === "string") return value;
    if (Array.isArray(value)) return limits(kind, value, currency);
    if (kind === "gain") return signed(value, currency);
    if (kind === "money") return money(value, currency);
    if (kind === "share") return spaced(sums.percent(value));
    if (kind === "score") return spaced(sums.number(value));
    if (kind === "count") return rounded(value).toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
    return rounded(value, 3).toFixed(3).replace("-", MINUS);
  }
  function price(value, digits = 6) {
    if (Math.abs(value) < 1e-12) return "0";
    const decimals = Math.min(Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value)))), 20);
    const shown = rounded(Math.abs(value), decimals).toFixed(decimals);
    return (value < 0 ? MINUS : "") + (decimals ? shown.replace(/0+$/, "").replace(/\.$/, "") : shown);
  }

  // -- figures (figures.py) ---------------------------------------------------------------------------------------
  // `setting`: prices, and where they were changed: edge, volume, objective, bounds, ranges (setting.py).
  function figures(given, setting) {
    const data = under(given, setting), { prices, edge = null, volume = null } = setting;
    const choice = sums.chosen(data.table, prices), deployed = sums.standing(data.table, prices, choice.edge, choice);
    const here = edge === null ? choice.edge : edge;
    return {
      ...gains(data, prices, deployed), ...aim(data, prices, choice), ...deeds(data, prices, choice.edge),
      ...more(data, prices, choice.edge, volume), ...promises(data, choice, deployed), ...hangs(data, prices, choice),
      ...cut(data, prices, here, choice.edge), ...matrix(data, prices, here), ...sentences(data, prices, here),
    };
  }
  let last = { given: null, key: "" };
  function under(given, { prices, objective = null, bounds = null, ranges = null }) {
    const key = JSON.stringify([objective, bounds, ranges]);
    if (last.given !== given || last.key !== key) {
      const limits = given.table.limits.map((one, at) => ({ ...one, bound: bounds ? bounds[at] : one.bound }));
      const table = objective || bounds ? sums.aimed(given.table, { objective: objective || given.table.objective, limits }) : given.table;
      const assumptions = given.assumptions.map((one) => ranges && ranges[one.key] ? { ...one, low: ranges[one.key][0], high: ranges[one.key][1] } : one);
      last = { given, key, data: { ...given, table, assumptions } };
    }
    return { ...last.data, decides: deciding(last.data, prices) };
  }
  const table = (given, setting) => under(given, setting).table;
  function deciding(data, prices) {
    if (!data.table.limits.length || data.today) return data.decides;
    const keeps = sums.keeping(data.table, prices), asked = data.possible.map((may, at) => may && keeps[at]);
    return asked.some(Boolean) ? asked : data.possible;
  }
  function aim(data, prices, choice) {
    const said = { objective: ["text", data.table.objective], kept: ["text", choice.kept === false ? " No cut-off keeps every limit; the nearest one is shown." : ""] };
    sums.limitsAt(data.table, prices, choice.edge).forEach((value, at) => { said[`limit.${at}`] = ["score", value]; });
    return said;
  }
  const shownCut = (table, edge) => edge === 0 || edge === sums.bins(table) ? null : table.edges[edge - 1];
  const times = (factor, value) => value === null ? null : factor * value;
  const spread = (name, factor, { point, low, high }) =>
    ({ [name]: ["gain", factor * point], [`${name}.span`]: ["span", [times(factor, low), times(factor, high)]] });

  function gains(data, prices, found) {
    const worth = data.worth === null ? sums.smallestGain(data.table, prices) : data.worth;
    const said = { word: ["text", word(data, found.against.filter((_, at) => data.decides[at]), worth)], worth: ["money", 1000 * worth] };
    found.against.forEach((gain, at) => {
      Object.assign(said, spread(`gain.${at}`, 1000, gain), { [`changed.${at}`]: ["count", gain.changed], [`gain.${at}.low`]: ["gain", times(1000, gain.low)] });
      if (data.perMonth !== null) Object.assign(said, spread(`month.${at}`, data.perMonth, gain));
    });
    return said;
  }
  function word(data, asked, worth) {
    const beaten = (one) => one.low !== null && one.low > 0 && one.point >= worth;
    if (asked.some((one) => one.low === null)) return "not enough data";
    if (asked.every(beaten)) return data.conditional ? "use with conditions" : "use";
    const hopeless = (one) => one.high !== null && one.high < worth, same = (one) => one.changed < 0.01 * data.rows;
    return asked.some((one) => hopeless(one) || (same(one) && !beaten(one))) ? "do not use" : "not enough data";
  }
  // Parts of 1,000, rounded so that they still add up.
  function ofThousand(parts) {
    const found = parts.map(Math.floor), left = 1000 - found.reduce((total, one) => total + one, 0);
    const places = parts.map((_, at) => at).sort((one, other) => (found[one] - parts[one]) - (found[other] - parts[other]));
    for (const at of places.slice(0, left)) found[at] += 1;
    return found;
  }
  function deeds(data, prices, edge) {
    const yes = data.favourable, no = 1 - yes, found = sums.cells(data.table, prices, edge), per = 1000 / data.rows;
    const parts = [found[2 * yes][0], found[2 * yes + 1][0], found[2 * no + 1][0], found[2 * no][0]], favoured = parts[0] + parts[1];
    const lost = sums.forgone(data.table, prices, edge, 0, no);
    const whole = ofThousand(parts.map((part) => per * part));
    const said = { yes: ["count", whole[0] + whole[1]], no: ["count", whole[2] + whole[3]] };
    whole.forEach((part, at) => { said[`part.${at}`] = ["count", part]; });
    return {
      ...said, wrong: ["gain", per * found[2 * yes + 1][1]], bad: ["share", favoured ? parts[1] / favoured : null],
      "bad.span": rateLimits(data.table, parts[1], favoured, edge, yes),
      lost: ["money", per * lost[0]], "lost.span": ["span", [per * lost[1], per * lost[2]]],
      "lost.revenue": ["money", per * revenue(data, prices, edge, no)],
    };
  }
  // The edge that favours about 100 of 1,000 more than another.
  function moreEdge({ table, rows, favourable }, edge) {
    const below = sums.below(table), wanted = below[edge] + (favourable === 0 ? 0.1 : -0.1) * rows;
    return below.reduce((best, n, at) => Math.abs(n - wanted) < Math.abs(below[best] - wanted) ? at : best, 0);
  }
  function more(data, prices, edge, volume) {
    const other = volume === null ? moreEdge(data, edge) : volume, per = 1000 / data.rows, yes = data.favourable;
    const [good, bad] = sums.cells(data.table, prices, other).slice(2 * yes, 2 * yes + 2).map(([n]) => n), all = good + bad;
    const [changes, low, high] = sums.shifted(data.table, prices, edge, other);
    return {
      "more.yes": ["count", per * all], more: ["gain", per * changes], "more.span": ["span", [per * low, per * high]],
      "more.bad": ["share", all ? bad / all : null], "more.bad.span": rateLimits(data.table, bad, all, other, yes),
    };
  }
  function revenue({ table }, prices, edge, no) {
    const known = sums.ready(table);
    let total = 0;
    for (const term of known.terms) {
      if (term.action !== 1 - no || term.event !== 0 || term.line !== "revenue") continue;
      total += term.priced(prices) * known.sums[0][term.basis][no][edge];
    }
    return total;
  }
  function promises({ table, rows }, choice, deployed) {
    const best = choice.gain[choice.best] + deployed.against[1].total, said = {};
    const totals = { promised: best, honest: deployed.total };
    deployed.against.forEach((gain, at) => { totals[`all.${at}`] = gain.total; });
    for (const [name, total] of Object.entries(totals)) {
      said[name] = ["gain", 1000 * total / rows];
      said[`${name}.total`] = ["gain", total];
    }
    const ends = [deployed.low, deployed.high], above = (edge) => 1000 * (rows - sums.below(table)[edge]) / rows;
    return {
      ...said, "honest.total.span": ["span", ends], "honest.span": ["span", ends.map((one) => times(1000 / rows, one))],
      "too.good": ["money", Math.max(0, 1000 * (best - deployed.total) / rows)],
      "promised.cut": ["score", sums.cutoffAt(table, choice.best)], "chosen.cut": ["score", sums.cutoffAt(table, choice.edge)],
      "promised.above": ["count", above(choice.best)], "honest.above": ["count", above(choice.edge)],
    };
  }

  // How far a price can move, the cut-off kept (maths/assumed.py).
  function kept({ table, rows }, edge, optimism) {
    const { sums: all, signSums } = sums.ready(table), constant = edge === 0 || edge === sums.bins(table);
    // Basis sums of the rows that an alternative gives the `below` action and the cut-off the `above` action, less
    // those of the rows the other way round.
    const risen = (one) => one[1][edge], fallen = (one) => -one[0][edge];
    const moved = [[0, 1].map((event) => all[event].map(risen)), [0, 1].map((event) => all[event].map(fallen))];
    if (table.today) moved.push([0, 1].map((event) => signSums[event].map((one, basis) => risen(one) + fallen(signSums[2 + event][basis]))));
    return (prices, action) => {
      const weight = sums.weights(table, prices);
      let total = 0;
      for (const event of [0, 1]) {
        moved[action][event].forEach((sum, basis) => { total += (weight[1][event][basis] - weight[0][event][basis]) * sum; });
      }
      return (total - (constant && action !== 2 ? 0 : optimism)) / rows;
    };
  }
  function breakEven(stays, prices, name, action, range) {
    const gain = (value) => stays({ ...prices, [name]: value }, action), now = prices[name], step = Math.max(Math.abs(now), 1e-6) / 8;
    let left, here, right;
    try { [left, here, right] = [gain(now - step), gain(now), gain(now + step)]; } catch { return null; }
    const scale = Math.max(Math.abs(left), Math.abs(here), Math.abs(right));
    if (Math.abs(left - 2 * here + right) > 1e-9 * scale) return bisected(gain, range);
    const slope = (right - left) / (2 * step);
    return Math.abs(right - left) > 1e-12 * scale && slope ? now - here / slope : null;
  }
  function bisected(gain, range) {
    if (range === null) return null;
    let [low, high] = range;
    try {
      const bottom = gain(low), top = gain(high);
      if (bottom * top > 0) return null;
      for (let i = 0; i < 200; i++) {
        const middle = (low + high) / 2;
        if (gain(middle) * bottom > 0) low = middle; else high = middle;
      }
    } catch { return null; }
    return (low + high) / 2;
  }
  function hangs(data, prices, choice) {
    const stays = kept(data, choice.edge, choice.optimism), said = {};
    let nearest = null, distance = Infinity;
    data.assumptions.forEach((one, at) => {
      const range = one.low === null || one.high === null ? null : [one.low, one.high], now = prices[one.key];
      let best = null;
      for (const action of data.decides.keys()) {
        if (!one.adjustable || !data.decides[action]) continue;
        const value = breakEven(stays, prices, one.key, action, range);
        if (value !== null && (best === null || Math.abs(value - now) < best.far)) best = { at, far: Math.abs(value - now), value, action };
      }
      said[`even.${at}`] = ["text", best ? price(best.value, 3) : null];
      const relative = best ? best.far / Math.max(Math.abs(now), 1e-12) : Infinity;
      if (relative < distance) { distance = relative; nearest = best; }
    });
    return { ...said, ...nearestPrice(data, prices, nearest, nearest && stays(prices, nearest.action) > 0, choice.edge) };
  }
  function nearestPrice(data, prices, nearest, earns, edge) {
    const keys = ["name", "now", "value", "side", "then", "owner", "rule", "why", "range"];
    if (!nearest) return Object.fromEntries(keys.map((key) => [`hangs.${key}`, ["text", null]]));
    const one = data.assumptions[nearest.at], now = prices[one.key], known = one.low !== null && one.high !== null;
    const own = sums.below(data.table)[edge], favours = data.favourable === 0 ? own : data.rows - own;
    const told = known && one.low <= nearest.value && nearest.value <= one.high ? "reaches it" : "does not reach it";
    const said = [one.name, price(now), price(nearest.value, 3), nearest.value < now ? "falls below" : "rises above",
      earns ? "nothing is gained" : "it begins to gain", one.owner || "nobody yet", data.rules[nearest.action],
      earns ? data.whys[nearest.action][data.favours[nearest.action] < favours ? 1 : 0] : "", known ? `The range given, ${price(one.low)} to ${price(one.high)}, ${told}` : "No range was given"];
    return Object.fromEntries(keys.map((key, at) => [`hangs.${key}`, ["text", said[at]]]));
  }

  function cut({ table, rows }, prices, edge, chosenEdge) {
    const found = sums.standing(table, prices, edge), per = 1000 / rows;
    const said = {
      cut: ["score", edge === chosenEdge ? sums.cutoffAt(table, edge) : shownCut(table, edge)],
      "cut.below": ["count", per * found.below], "cut.above": ["count", per * found.above],
      "cut.money": ["gain", per * found.total], "cut.money.span": ["span", [times(per, found.low), times(per, found.high)]],
    };
    found.against.forEach((gain, at) => Object.assign(said, spread(`cut.gain.${at}`, 1000, gain)));
    return said;
  }
  function matrix(data, prices, edge) {
    const found = sums.cells(data.table, prices, edge), said = {};
    found.forEach(([n, own, other], at) => {
      Object.assign(said, { [`cell.${at}`]: ["count", n], [`cell.${at}.money`]: ["gain", own], [`cell.${at}.other`]: ["gain", other] });
    });
    return { ...said, ...classReport(data.table, edge, found.map(([n]) => n), data.rising) };
  }
  // Limits of a share among the rows on one side of an edge (edge 0, side 1: all), of some outcomes.
  function rateLimits(table, part, all, edge, side, events = [0, 1]) {
    if (!all) return ["shares", [null, null]];
    const independent = sums.effective(table, edge, side, events);
    return ["shares", sums.wilson(part * (independent / all), independent)];
  }
  function classReport(table, edge, n, rising) {
    const [hits, misses, wrong, quiet] = rising ? [n[3], n[1], n[2], n[0]] : [n[1], n[3], n[0], n[2]], all = sumOf(n);
    const said = { accuracy: ["share", (hits + quiet) / all], "accuracy.span": rateLimits(table, hits + quiet, all, 0, 1) };
    [[hits, hits + wrong, hits + misses], [quiet, quiet + misses, quiet + wrong]].forEach(([right, called, there], at) => {
      Object.assign(said, {
        [`class.${at}.precision`]: ["share", called ? right / called : 0],
        [`class.${at}.precision.span`]: rateLimits(table, right, called, edge, (rising ? 1 : 0) ^ at),
        [`class.${at}.recall`]: ["share", there ? right / there : 0], [`class.${at}.recall.span`]: rateLimits(table, right, there, 0, 1, [1 - at]),
        [`class.${at}.f1`]: ["figure", called + there ? 2 * right / (called + there) : 0], [`class.${at}.called`]: ["count", called],
      });
    });
    return said;
  }
  function sentences(data, prices, edge) {
    const first = data.asked === null ? {} : sentence(data, prices, "asked", data.asked);
    return { ...first, ...sentence(data, prices, "sentence", shownCut(data.table, edge)) };
  }
  function sentence(data, prices, name, cutoff) {
    if (cutoff === null) {
      return { [name]: ["text", "There is no cut-off here: everybody gets the same action."], [`${name}.lost`]: ["money", null],
        [`${name}.lost.span`]: ["span", [null, null]], [`${name}.saved`]: ["gain", null] };
    }
    const found = sums.sentence(data.table, cutoff, data.action, prices, data.currency, data.rising);
    const matrix_ = sums.cells(data.table, prices, sums.edgeAt(data.table, cutoff));
    const saved = sumOf((data.rising ? matrix_.slice(2) : matrix_.slice(0, 2)).map(([, own, other]) => own - other));
    const [lost, low, high] = found.lost || [null, null, null];
    return { [name]: ["text", found.text], [`${name}.lost`]: ["money", lost], [`${name}.lost.span`]: ["span", [low, high]],
      [`${name}.saved`]: ["gain", found.lost ? saved : null] };
  }

  // -- figures that take longer (late.py) -------------------------------------------------------------------------
  function late(given, setting) {
    const data = under(given, setting), { prices } = setting, choice = sums.chosen(data.table, prices), said = {};
    const moving = data.assumptions.map((one, at) => ({ ...one, name: one.key, at }))
      .filter((one) => one.adjustable && one.low !== null && one.high !== null && one.low < one.high);
    let found = null;
    data.assumptions.forEach((_, at) => { said[`regret.${at}`] = ["money", null]; });
    try {
      if (moving.length) found = together.together(data.table, prices, choice, moving, data.decides);
      for (const one of moving) said[`regret.${one.at}`] = ["money", 1000 * together.atEnds(data.table, prices, choice.edge, one)];
    } catch (problem) { if (!(problem instanceof RangeError)) throw problem; found = null; }
    data.rules.forEach((_, at) => {
      const one = found ? found.against[at] : { middle: null, low: null, high: null, lost: null };
      said[`joint.${at}`] = ["gain", times(1000, one.middle)];
      said[`joint.${at}.span`] = ["span", [times(1000, one.low), times(1000, one.high)]];
      said[`joint.${at}.lost`] = ["share", one.lost];
    });
    const { lost, regret, regretHigh } = found || { lost: null, regret: null, regretHigh: null };
    Object.assign(said, { "joint.lost": ["share", lost], "joint.regret": ["money", times(1000, regret)], "joint.regret.high": ["money", times(1000, regretHigh)] });
    return { ...said, ...trade(data, prices, choice), ...inBands(data, setting, choice) };
  }
  function inBands({ table, rows, bands }, { prices, capacity = null }, choice) {
    if (!bands) return {};
    const share = Math.min((capacity === null ? bands.capacity : capacity) / bands.perDay, 1), per = 1000 / rows, before = sums.below(table);
    const people = Object.fromEntries(bands.people.map((one) => [one.name, one.value])), found = bands_.chosen(table, prices, people, share), [low, high] = found.edges;
    const said = { "bands.share": ["share", share] };
    [before[low], before[high] - before[low], before.at(-1) - before[high]].forEach((n, at) => { said[`bands.${at}`] = ["count", per * n]; });
    found.edges.forEach((edge, at) => { said[`bands.cut.${at}`] = ["score", sums.cutoffAt(table, edge)]; });
    bands_.measured(table, prices, found).forEach((one, at) => {
      Object.assign(said, spread(`bands.gain.${at}`, 1000, one), { [`bands.changed.${at}`]: ["count", one.changed] });
    });
    const ranged = bands.people.filter((one) => one.low !== null && one.high !== null && one.low !== one.high);
    const added = bands_.added(table, prices, found.edges, choice.edge, people, ranged);
    return { ...said, "bands.added": ["gain", per * added.total], "bands.added.span": ["span", [per * added.low, per * added.high]] };
  }
  function trade({ table, rows }, prices, choice) {
    const said = {}, names = ["profit", "revenue"];
    if (!table.terms.some((term) => term.line === "revenue")) return said;
    for (const aim of names) {
      const made = aim === table.objective ? choice : sums.chosen(table, prices, aim);
      said[`trade.${aim}.cut`] = ["score", sums.cutoffAt(table, made.edge)];
      for (const name of names) {
        const valued = sums.revalued(table, prices, made, name);
        said[`trade.${aim}.${name}`] = ["gain", 1000 * sums.standing(table, prices, made.edge, valued, name).total / rows];
      }
    }
    return said;
  }

  // -- buckets of equal width, from the groups of scores (their borders hold every twentieth) -----------------------
  function buckets({ table }, many) {
    const { size, n, events, fold } = sums.ready(table), found = [];
    for (let k = 0; k < many; k++) found.push({ from: k / many, to: (k + 1) / many, n: 0, events: 0, score: 0, squared: 0 });
    const place = Array.from({ length: size }, (_, bin) => found.filter((one) => table.low[bin] >= one.from).length - 1);
    place.forEach((at, bin) => { found[at].n += n[bin]; found[at].events += events[bin]; found[at].score += table.score_sum[bin]; });
    fold.squared.forEach((one, at) => { found[place[fold.bin[at]]].squared += one; });
    return found.map(({ from, to, n, events, score, squared }) => {
      const independent = squared > 0 ? n * n / squared : n, [low, high] = n ? sums.wilson(events * (independent / n), independent) : [null, null];
      return { from, to, n, events, mean: n ? score / n : null, rate: n ? events / n : null, low, high };
    });
  }

  return { buckets, figures, late, table, moreEdge, price, show };
})(...(typeof require === "undefined" ? [recompute, joint, typeof bands === "undefined" ? null : bands] : ["recompute", "joint", "bands"].map((name) => require(`../${name}.js`))));

if (typeof module !== "undefined") module.exports = report;
