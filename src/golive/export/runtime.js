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
    const ten = Number(`1e${Math.abs(decimals)}`); // ** is not exact everywhere
    return decimals === 0 ? rint(x) : decimals > 0 ? rint(x * ten) / ten : rint(x / ten) * ten;
  };
  const sigmoid = (x) => {
    if (x >= 0) return 1 / (1 + Math.exp(-x));
    const e = Math.exp(x);
    return e / (1 + e);
  };
  const cut = (p, { edges }) => (x) => {
    if (x !== x) return NaN;
    if (p.lowest && x === edges[0]) return 0;
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
    sign: plain((x) => (x > 0 ? 1 : x < 0 ? -1 : x === 0 ? 0 : NaN)),
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
  for (const name of "abs floor ceil trunc exp expm1 log log1p log2 log10 sqrt tanh".split(" ")) {
    OPERATIONS[name] = plain(Math[name]);
  }

  const READERS = { "<f8": ["getFloat64", 8], "<i4": ["getInt32", 4], "<u1": ["getUint8", 1] };
  const unpack = (described, base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    const arrays = {};
    for (const [name, { dtype, length, offset }] of Object.entries(described)) {
      const [read, size] = READERS[dtype];
      arrays[name] = Array.from({ length }, (_, i) => view[read](offset + i * size, true));
    }
    return arrays;
  };
  // A graph becomes a function: values of the inputs in, values of all nodes out.
  const compile = (graph, base64) => {
    const arrays = unpack(graph.arrays || {}, base64);
    const own = graph.nodes.map((node) =>
      Object.fromEntries(Object.entries(node.arrays || {}).map(([name, key]) => [name, arrays[key]])),
    );
    const steps = graph.nodes.map(({ op, args = [], params = {} }, index) => {
      if (!Object.hasOwn(OPERATIONS, op)) throw new Error(`golive: this runtime does not know the operation ${op}`);
      if (op === "input") return (values, inputs) => inputs[params.name];
      const run = OPERATIONS[op](params, own[index]);
      return (values) => run(...args.map((i) => values[i]));
    });
    const run = (inputs) => steps.reduce((values, step) => (values.push(step(values, inputs)), values), []);
    return Object.assign(run, { own });
  };

  // What each argument of a `linear` or `trees` node added, in the order in which Python adds.
  const added = {
    linear: (a, xs) => xs.map((x, i) => (x === x ? a.weights[i] * (x - a.baseline[i]) : 0)),
    trees: (a, xs) => {
      const sums = xs.map(() => 0);
      let nodes = a.root;
      while (nodes.some((node) => a.left[node] !== -1)) {
        nodes = nodes.map((node) => {
          if (a.left[node] === -1) return node;
          const next = step(a, xs, node);
          sums[a.feature[node]] += a.value[next] - a.value[node];
          return next;
        });
      }
      return sums;
    },
  };
  const contribute = (graph, own, names, values) => {
    const sums = Object.fromEntries(names.map((name) => [name, 0]));
    for (const { node, weight, sources } of graph.terms) {
      const { op, args } = graph.nodes[node];
      const parts = added[op](own[node], args.map((i) => values[i]));
      sources.forEach(({ inputs }, i) => inputs.forEach((name) => (sums[name] += parts[i] * (weight / inputs.length))));
    }
    return sums;
  };


  // A value as Python writes it in a message.
  const UNPRINTABLE = /[^\P{C}]|[^\P{Z} ]/u;
  const escape = (c) => {
    const code = c.codePointAt(0);
    const short = { 9: "\\t", 10: "\\n", 13: "\\r" }[code];
    const [mark, width] = code < 256 ? ["\\x", 2] : code < 65536 ? ["\\u", 4] : ["\\U", 8];
    return short ?? mark + code.toString(16).padStart(width, "0");
  };
  const quoted = (x, ascii) => {
    const quote = x.includes("'") && !x.includes('"') ? '"' : "'";
    const safe = x.replace(/\\/g, "\\\\").replaceAll(quote, `\\${quote}`);
    return quote + (ascii ? safe.replace(/[^ -~]/gu, escape) : safe) + quote;
  };
  const number = (x) => {
    const size = Math.abs(x);
    if (Number.isInteger(x)) return String(BigInt(x));
    if (size >= 1e-4 && size < 1e16) return String(x);
    return Number.isFinite(x) ? x.toExponential().replace(/e(.)(\d)$/, "e$10$2") : x !== x ? "nan" : x < 0 ? "-inf" : "inf";
  };
  const repr = (x, ascii) =>
    typeof x === "string" ? quoted(x, ascii)
    : x === null ? "None"
    : typeof x === "boolean" ? (x ? "True" : "False")
    : Array.isArray(x) ? `[${x.map((y) => repr(y, true)).join(", ")}]`
    : typeof x === "object" ? `{${Object.entries(x).map(([k, y]) => `${quoted(k, true)}: ${repr(y, true)}`).join(", ")}}`
    : number(x);
  const shown = (x) => {
    const text = points(repr(x, typeof x !== "string" || UNPRINTABLE.test(x)));
    return (text.length > 60 ? [...text.slice(0, 57), "..."] : text).join("");
  };
  const kindOf = (x) =>
    ({ boolean: "the boolean", number: "the number", string: "the text" })[typeof x] ??
    `the ${Array.isArray(x) ? "list" : "dict"}`;

  const NAMES = { number: "a number", text: "text", boolean: "true or false" };
  const closed = ({ kind, categories, unknown }) => kind === "text" && categories && unknown === "refuse";
  const problemOf = (known, x) => {
    if (x === undefined) return "absent";
    if (x === null) return known.nullable && known.kind !== "boolean" ? "" : "null";
    const kind = known.kind === "text" ? "string" : known.kind;
    if (typeof x !== kind) return `${kindOf(x)} ${shown(x)}`;
    if (kind === "boolean") return "";
    if (kind === "string") {
      if (closed(known)) return known.categories.includes(x) ? "" : `${shown(x)} was never seen in training`;
      return /\p{Cs}/u.test(x) ? `${shown(x)} is not valid Unicode` : "";
    }
    if (!Number.isFinite(x)) return `${repr(x)} is not a finite number`;
    // JSON.parse has rounded by now, so a whole number that large may be another one.
    return Math.abs(x) < 2 ** 53 ? "" : `${shown(x)} is beyond 2**53, where whole numbers are no longer exact`;
  };
  const expectation = (known) =>
    (closed(known) ? `one of: ${known.categories.map(shown).join(", ")}` : NAMES[known.kind]) +
    (known.nullable && known.kind !== "boolean" ? " or null" : "");
  const check = (contract, row) =>
    contract.inputs.flatMap((known) => {
      const problem = problemOf(known, Object.hasOwn(row, known.name) ? row[known.name] : undefined);
      return problem ? [{ field: known.name, problem, expected: expectation(known) }] : [];
    });

  // No document holds an infinite number, so such a case goes to the fallback.
  const infinite = () => {
    throw Object.assign(new Error(), { name: "InputError" });
  };
  const written = (x, { unit }) =>
    x === null ? "missing"
    : typeof x === "boolean" ? (x ? "yes" : "no")
    : typeof x === "number" ? number(x) + (unit ? ` ${unit}` : "")
    : x === "" ? "empty"
    : UNPRINTABLE.test(x) || points(x).length > 60 ? shown(x) : x;

  const load = (document) => {
    if (document.format !== "javascript/1") throw new Error(`golive: cannot read the format ${document.format}`);
    const { contract, graph, policy } = document;
    const run = compile(graph, document.arrays);
    const rule = policy && compile(policy.graph, "");
    const touched = new Set(graph.terms.flatMap((term) => term.sources.flatMap((source) => source.inputs)));
    const reasoned = contract.inputs.filter(({ name }) => touched.has(name));
    const names = reasoned.map(({ name }) => name);
    // Null is a missing number as NaN is inside the graph; every other value goes in as it is.
    const cells = (row) =>
      Object.fromEntries(contract.inputs.map(({ name, kind }) => [name, kind === "number" ? row[name] ?? NaN : row[name]]));
    const values = (row) => {
      const problems = check(contract, row);
      if (!problems.length) return run(cells(row));
      const { field, problem, expected } = problems[0];
      throw Object.assign(new Error(`golive: ${field}: ${problem}; expected ${expected}`), { problems });
    };
    const reasons = (sums, row) =>
      reasoned
        .filter(({ name }) => sums[name] > 1e-6)
        .sort((a, b) => sums[b.name] - sums[a.name])
        .slice(0, policy.most_reasons)
        .filter(({ name }) => Number.isFinite(sums[name]) || infinite())
        .map((known) => ({
          input: known.name,
          text: policy.reason_texts[known.name] || `${known.label || known.name} is ${written(row[known.name], known)}: raises the risk`,
          contribution: sums[known.name],
        }));
    const answer = (branch, rest) => {
      const { kind, id, action, message } = policy.branches[branch];
      const of = (wanted) => (kind === wanted ? id : null);
      return {
        format: "decision/1", action, score: null, band: of("band"), rule: of("rule"), reasons: [], message, fallback: kind === "fallback",
        problems: [], ...rest, bundle: document.bundle, policy: policy.digest,
      };
    };
    // Fails closed: whatever goes wrong, branch 0, the fallback, decides and the answer says why.
    const fallback = (...problems) => answer(0, { problems });
    const decided = (row) => {
      const all = run(cells(row));
      const score = all[graph.score];
      if (!(score >= 0 && score <= 1)) {
        return fallback({ field: "", problem: `the score is ${number(score)}`, expected: "a score in 0..1" });
      }
      const branch = rule({ ...cells(row), "@score": score })[policy.graph.score];
      return answer(branch, { score, reasons: reasons(contribute(graph, run.own, names, all), row) });
    };
    const decide = (row) => {
      if (!policy) throw new Error("golive: this bundle has no policy");
      if (row === null || typeof row !== "object" || Array.isArray(row)) throw new TypeError("golive: a case is an object");
      const problems = check(contract, row);
      if (problems.length) return fallback(...problems);
      try {
        return decided(row);
      } catch (error) {
        const problem = `the case could not be decided (${error.name})`;
        return fallback({ field: "", problem, expected: "a case that can be" });
      }
    };
    return {
      decide,
      score: (row) => values(row)[graph.score],
      contributions: (row) => contribute(graph, run.own, names, values(row)),
      cleaned: (row) => {
        const all = values(row);
        const cell = (x) => (x !== x ? null : x);
        return Object.fromEntries(Object.entries(graph.cleaned).map(([name, node]) => [name, cell(all[node])]));
      },
    };
  };

  const golive = { load, compile, operations: Object.keys(OPERATIONS) };
  if (typeof module === "object" && module.exports) module.exports = golive;
  else globalThis.golive = golive;
})();
