// golive: runs an exported decision. No dependencies; Node and browsers.
//   const bundle = golive.load(JSON.parse(text));
//   bundle.decide({ Income: 129, Job: "fixed" })
// What each operation means is fixed in docs/reference/graph.md; Python runs the same graph.
"use strict";
(() => {
  const none = (x) => x !== x || x === null;
  const plain = (f) => () => f;
  const textual = (f) => (p) => (x) => (x === null ? null : f(x, p));
  const search = (f) => (p) => (x) => x !== null && f(x, p.text);
  const points = (x) => Array.from(x); // a character is a code point, as in Python
  const negative = (x) => x < 0 || Object.is(x, -0);

  const mod = (x, y) => {
    const r = x % y;
    return r ? (r < 0 !== y < 0 ? r + y : r) : r === 0 && y ? (y < 0 ? -0 : 0) : r;
  };
  const floordiv = (x, y) => {
    if (!y) return x / y;
    const r = x % y;
    const q = (x - r) / y - (r && r < 0 !== y < 0 ? 1 : 0);
    if (!q) return negative(x / y) ? -0 : q === q ? 0 : q;
    const down = Math.floor(q);
    return q - down > 0.5 ? down + 1 : down;
  };
  const rint = (x) => {
    if (!(Math.abs(x) < 4503599627370496)) return x;
    const down = Math.floor(x);
    const part = x - down;
    const near = part < 0.5 || (part === 0.5 && down % 2 === 0) ? down : down + 1;
    return near === 0 && negative(x) ? -0 : near;
  };
  const round = (x, decimals) => {
    const ten = 10 ** Math.abs(decimals);
    return decimals === 0 ? rint(x) : decimals > 0 ? rint(x * ten) / ten : rint(x / ten) * ten;
  };
  const sigmoid = (x) => {
    if (x >= 0) return 1 / (1 + Math.exp(-x));
    const e = Math.exp(x);
    return e / (1 + e);
  };
  const cut = (p, { edges }) => (x) => {
    if (x !== x) return NaN;
    if (p.right && p.lowest && x === edges[0]) return 0;
    let low = 0;
    let high = edges.length; // the first edge at or above x (right) or above x
    while (low < high) {
      const middle = (low + high) >> 1;
      if (p.right ? edges[middle] < x : edges[middle] <= x) low = middle + 1;
      else high = middle;
    }
    return low === 0 || low === edges.length ? NaN : low - 1;
  };
  const lookup = (p) => {
    const table = new Map(p.keys.map((key, index) => [key, p.values[index]]));
    const missing = (x) => (x === null && p.kind === "number" ? NaN : x);
    return (x) => missing(none(x) ? p.missing : table.has(x) ? table.get(x) : p.default);
  };
  const rowwise = (f) => (p) => (...xs) => {
    const kept = p.skip ? xs.filter((x) => x === x) : xs;
    return f(kept);
  };
  const total = (xs) => xs.reduce((sum, x) => sum + x, 0);
  const pick = (better) => (xs) => xs.length ? xs.reduce((a, b) => (a !== a || better(a, b) ? a : b)) : NaN;
  const linear = (p, { weights }) => (...xs) => {
    let sum = weights[0] * xs[0];
    for (let i = 1; i < xs.length; i++) sum += weights[i] * xs[i];
    return (xs.length ? sum : 0) + p.intercept;
  };
  const step = (a, xs, node) => {
    const x = xs[a.feature[node]];
    return (x !== x ? a.missing_left[node] : x <= a.threshold[node]) ? a.left[node] : a.right[node];
  };
  const trees = (p, a) => (...xs) => {
    let sum = p.base;
    for (let node of a.root) {
      while (a.left[node] !== -1) node = step(a, xs, node);
      sum += a.value[node];
    }
    return sum;
  };
  const interpolate = (p, { x: at, y }) => (x) => {
    const last = at.length - 1;
    if (x !== x) return x;
    if (x <= at[0]) return y[0];
    if (x >= at[last]) return y[last];
    let low = 0;
    let high = last;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (at[middle] <= x) low = middle;
      else high = middle;
    }
    return ((y[high] - y[low]) / (at[high] - at[low])) * (x - at[low]) + y[low];
  };

  // Python's white space, which is not that of trim().
  const BLANK = "[\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+";
  const EDGES = new RegExp(`^${BLANK}|${BLANK}$`, "g");

  const OPERATIONS = {
    input: plain(null),
    number: (p) => () => (p.value === null ? NaN : p.value),
    text: (p) => () => p.value,
    boolean: (p) => () => p.value,
    add: plain((x, y) => x + y),
    sub: plain((x, y) => x - y),
    mul: plain((x, y) => x * y),
    div: plain((x, y) => x / y),
    mod: plain(mod),
    floordiv: plain(floordiv),
    pow: plain((x, y) => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y)),
    minimum: plain((x, y) => (x !== x || x <= y ? x : y)),
    maximum: plain((x, y) => (x !== x || x >= y ? x : y)),
    neg: plain((x) => -x),
    abs: plain(Math.abs),
    sign: plain((x) => (x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : NaN)),
    floor: plain(Math.floor),
    ceil: plain(Math.ceil),
    trunc: plain(Math.trunc),
    exp: plain(Math.exp),
    expm1: plain(Math.expm1),
    log: plain(Math.log),
    log1p: plain(Math.log1p),
    log2: plain(Math.log2),
    log10: plain(Math.log10),
    sqrt: plain(Math.sqrt),
    tanh: plain(Math.tanh),
    round: (p) => (x) => round(x, p.decimals),
    clip: (p) => (x) => (p.low !== null && x < p.low ? p.low : p.high !== null && x > p.high ? p.high : x),
    is_missing: plain(none),
    coalesce: plain((x, y) => (none(x) ? y : x)),
    lt: plain((x, y) => x < y),
    le: plain((x, y) => x <= y),
    gt: plain((x, y) => x > y),
    ge: plain((x, y) => x >= y),
    eq: plain((x, y) => x === y),
    ne: plain((x, y) => x !== y),
    same: plain((x, y) => x !== null && x === y),
    differs: plain((x, y) => x === null || x !== y),
    and: plain((x, y) => x && y),
    or: plain((x, y) => x || y),
    xor: plain((x, y) => x !== y),
    not: plain((x) => !x),
    where: plain((b, x, y) => (b ? x : y)),
    to_number: plain(Number),
    lookup,
    isin: (p) => ((keys) => (x) => (none(x) ? p.missing : keys.has(x)))(new Set(p.keys)),
    cut,
    lower: textual((x) => x.toLowerCase()),
    upper: textual((x) => x.toUpperCase()),
    strip: textual((x) => x.replace(EDGES, "")),
    replace: textual((x, p) => x.split(p.old).join(p.new)),
    slice: textual((x, p) => points(x).slice(p.start ?? 0, p.stop ?? undefined).join("")),
    split: textual((x, p) => x.split(p.sep).at(p.index) ?? null),
    concat: plain((x, y) => (x === null || y === null ? null : x + y)),
    contains: search((x, text) => x.includes(text)),
    starts_with: search((x, text) => x.startsWith(text)),
    ends_with: search((x, text) => x.endsWith(text)),
    length: plain((x) => (x === null ? NaN : points(x).length)),
    sum: rowwise(total),
    mean: rowwise((xs) => total(xs) / xs.length),
    smallest: rowwise(pick((x, y) => x <= y)),
    largest: rowwise(pick((x, y) => x >= y)),
    linear,
    trees,
    sigmoid: plain(sigmoid),
    interpolate,
  };
