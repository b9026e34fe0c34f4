// golive: runs an exported decision. No dependencies; Node and browsers.
//   const bundle = golive.load(JSON.parse(text));
//   bundle.decide({ Income: 129, Job: "fixed" })
// What each operation means is fixed in docs/reference/graph.md; Python runs the same graph.
"use strict";
(() => {
  const none = (x) => x !== x || x === null;
  const mapped = (object, f) => Object.fromEntries(Object.entries(object).map(([key, x]) => [key, f(x)]));

  const mod = (x, y) => {
    const r = x % y;
    return r === 0 ? (y < 0 ? -0 : 0) : r < 0 !== y < 0 ? r + y : r;
  };
  const floordiv = (x, y) => {
    if (!y) return x / y;
    const r = x % y;
    const q = (x - r) / y - (r && r < 0 !== y < 0 ? 1 : 0);
    const down = Math.floor(q);
    return q === 0 ? 0 * Math.sign(x / y) : q - down > 0.5 ? down + 1 : down;
  };
  const minimum = (x, y) => (x !== x || x <= y ? x : y);
  const maximum = (x, y) => (x !== x || x >= y ? x : y);
  // From 2 ** 52 on a double has no fraction: the addition rounds, half to even. The sign keeps -0.
  const rint = (x) => (Math.abs(x) < 2 ** 52 ? Math.sign(x) * (Math.abs(x) + 2 ** 52 - 2 ** 52) : x);
  const sigmoid = (x) => {
    const e = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  };
  const total = (xs) => xs.reduce((sum, x) => sum + x, 0);
  const step = (a, xs, node) => {
    const x = xs[a.feature[node]];
    return (x !== x ? a.missing_left[node] : x <= a.threshold[node]) ? a.left[node] : a.right[node];
  };

  // Python's white space, which is not that of trim().
  const BLANK = "[\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+";
  const EDGES = new RegExp(`^${BLANK}|${BLANK}$`, "g");

  // Values in, value out.
  const PLAIN = {
    input: none,
    add: (x, y) => x + y,
    sub: (x, y) => x - y,
    mul: (x, y) => x * y,
    div: (x, y) => x / y,
    mod,
    floordiv,
    pow: (x, y) => (x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : x ** y),
    minimum,
    maximum,
    neg: (x) => -x,
    sign: (x) => Math.sign(x) + 0,
    is_missing: none,
    coalesce: (x, y) => (none(x) ? y : x),
    lt: (x, y) => x < y,
    le: (x, y) => x <= y,
    gt: (x, y) => x > y,
    ge: (x, y) => x >= y,
    eq: (x, y) => x === y,
    ne: (x, y) => x !== y,
    same: (x, y) => x !== null && x === y,
    differs: (x, y) => x === null || x !== y,
    and: (x, y) => x && y,
    or: (x, y) => x || y,
    xor: (x, y) => x !== y,
    not: (x) => !x,
    where: (b, x, y) => (b ? x : y),
    to_number: Number,
    concat: (x, y) => (x === null || y === null ? null : x + y),
    length: (x) => (x === null ? NaN : [...x].length),
    sigmoid,
    single: Math.fround,
    write_number: (x) => (Number.isSafeInteger(x) ? String(x) : null),
  };
  for (const name of "abs floor ceil trunc exp expm1 log log1p log2 log10 sqrt tanh".split(" ")) PLAIN[name] = Math[name];
  // A text and the constants in, a text out; null stays null.
  const TEXTUAL = {
    lower: (x) => x.toLowerCase(),
    upper: (x) => x.toUpperCase(),
    strip: (x) => x.replace(EDGES, ""),
    trim: (x, p) => {
      const kept = [...x];
      while (kept.length && p.characters.includes(kept[0])) kept.shift();
      while (kept.length && p.characters.includes(kept.at(-1))) kept.pop();
      return kept.join("");
    },
    replace: (x, p) => x.split(p.old).join(p.new),
    slice: (x, p) => [...x].slice(p.start, p.stop ?? x.length).join(""),
    split: (x, p) => x.split(p.sep).at(p.index) ?? null,
  };
  // Two texts in, a boolean out; false for null.
  const SEARCH = {
    contains: (x, text) => x.includes(text),
    starts_with: (x, text) => x.startsWith(text),
    ends_with: (x, text) => x.endsWith(text),
  };
  // A list of numbers in, a number out.
  const ROWWISE = {
    sum: total,
    mean: (xs) => total(xs) / xs.length,
    smallest: (xs) => (xs.length ? xs.reduce((x, y) => minimum(x, y)) : NaN),
    largest: (xs) => (xs.length ? xs.reduce((x, y) => maximum(x, y)) : NaN),
  };
  // What no reader takes is missing, what only some take is infinite: such a text gets no score.
  const reader = (clear, unclear, read) => (x) => {
    const found = clear.exec(x ?? "");
    return found ? read(found, x) : unclear.test(x ?? "") ? Infinity : NaN;
  };
  const parse_number = ({ whole }) =>
    reader(
      /^ *([+-]?)([0-9]+[.]?[0-9]*|[.][0-9]+)(?:e([+-]?[0-9]{1,2}))? *$/i,
      /[^ -~]|^ *[+-]?(([0-9][0-9_]*[.]?[0-9_]*|[.][0-9][0-9_]*)(e[+-]?[0-9_]+)?|inf|infinity|nan) *$/i,
      ([, sign, digits, exponent = 0], x) =>
        digits.replace(".", "").length > 15 || Math.abs(exponent) > 7 || (sign === "-" && +x === 0) ? Infinity
        : whole && /[.e]/i.test(x) ? NaN
        : +x,
    );
  // A date is microseconds since 1970; Date counts milliseconds.
  const DIGITS = { Y: 4, m: 2, d: 2, H: 2, M: 2, S: 2, f: "1,6" };
  const ISO = "%Y-%m-%d(?:[T ]%H:%M(?::%S(?:[.]%f)?)?)?";
  const parse_date = ({ format }) => {
    const form = format === "iso" ? ISO : format.replace(/[^%\w ]/g, "[$&]");
    const clear = form.replace(/%(.)/g, (_, part) => `(?<${part}>[0-9]{${DIGITS[part]}})`);
    return reader(new RegExp(`^${clear}$`), /[^ -~]|([0-9][^0-9]*){3}|^ *(now|today) *$|^ *[-./\\]/, ({ groups }) => {
      const { Y, m, d, H = 0, M = 0, S = 0, f = "" } = groups;
      if (Y < 1685 || Y > 2254 || S === "60") return Infinity;
      const date = new Date(Date.UTC(Y, m - 1, d, H, M, S));
      const fits = date.getUTCMonth() === m - 1 && date.getUTCDate() === +d && H < 24 && M < 60 && S < 60;
      return fits ? date * 1000 + +f.padEnd(6, 0) : NaN;
    });
  };
  const date_part = ({ part }) => (x) => {
    const date = new Date(Math.floor(x / 864e8) * 864e5);
    const found = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
    return found.year > 0 && found.year < 1e4 ? found[part] : NaN;
  };
  // Constants and arrays in, a function out.
  const OPERATIONS = {
    ...mapped(PLAIN, (f) => () => f),
    ...mapped(TEXTUAL, (f) => (p) => (x) => (x === null ? null : f(x, p))),
    ...mapped(SEARCH, (f) => (p) => (x) => x !== null && f(x, p.text)),
    ...mapped(ROWWISE, (f) => (p) => (...xs) => f(p.skip ? xs.filter((x) => x === x) : xs)),
    number: (p) => () => p.value ?? NaN,
    text: (p) => () => p.value,
    boolean: (p) => () => p.value,
    round: ({ decimals }) => (x) => {
      // ** is not exact everywhere.
      const ten = Number(`1e${Math.abs(decimals)}`);
      return decimals < 0 ? rint(x / ten) * ten : rint(x * ten) / ten;
    },
    clip: (p) => (x) => (x < (p.low ?? NaN) ? p.low : x > (p.high ?? NaN) ? p.high : x),
    lookup: (p) => {
      const table = new Map(p.keys.map((key, i) => [key, p.values[i]]));
      const empty = p.kind === "number" ? NaN : null;
      return (x) => (none(x) ? p.missing : table.has(x) ? table.get(x) : p.default) ?? empty;
    },
    isin: (p) => {
      const keys = new Set(p.keys);
      return (x) => (none(x) ? p.missing : keys.has(x));
    },
    cut: (p, { edges }) => (x) => {
      if (p.lowest && x === edges[0]) return 0;
      const at = edges.findIndex((edge) => (p.right ? edge >= x : edge > x));
      return at > 0 ? at - 1 : NaN;
    },
    interpolate: (p, { x: at, y }) => (x) => {
      if (x !== x) return x;
      if (x <= at[0]) return y[0];
      const i = at.findIndex((edge) => edge > x);
      return i < 0 ? y.at(-1) : ((y[i] - y[i - 1]) / (at[i] - at[i - 1])) * (x - at[i - 1]) + y[i - 1];
    },
    parse_date,
    parse_number,
    date_part,
    linear: (p, { weights }) => (...xs) => xs.reduce((sum, x, i) => sum + weights[i] * x, -0) + p.intercept,
    trees: (p, a) => (...xs) =>
      a.root.reduce((sum, node) => {
        while (a.left[node] >= 0) node = step(a, xs, node);
        return (p.single ? Math.fround : Number)(sum + a.value[node]);
      }, p.base),
  };

  const READERS = { "<f8": ["getFloat64", 8], "<i4": ["getInt32", 4], "<u1": ["getUint8", 1] };
  const unpack = (described, base64) => {
    const view = new DataView(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer);
    return mapped(described, ({ dtype, length, offset }) => {
      const [read, size] = READERS[dtype];
      return Array.from({ length }, (_, i) => view[read](offset + i * size, true));
    });
  };
  // A graph becomes a function: values of the inputs in, values of all nodes out.
  const compile = (graph, base64) => {
    const unpacked = unpack(graph.arrays || {}, base64);
    const own = graph.nodes.map(({ arrays = {} }) => mapped(arrays, (key) => unpacked[key]));
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
      while (nodes.some((node) => a.left[node] >= 0)) {
        nodes = nodes.map((node) => {
          if (a.left[node] < 0) return node;
          const next = step(a, xs, node);
          sums[a.feature[node]] += a.value[next] - a.value[node];
          return next;
        });
      }
      return sums;
    },
  };

  // A value as Python writes it in a message.
  const UNPRINTABLE = /[^\P{C}]|[^\P{Z} ]/u;
  const escape = (c) => {
    const code = c.codePointAt(0);
    const [mark, width] = code < 256 ? ["\\x", 2] : code < 65536 ? ["\\u", 4] : ["\\U", 8];
    return { 9: "\\t", 10: "\\n", 13: "\\r" }[code] ?? mark + code.toString(16).padStart(width, "0");
  };
  const quoted = (x) => {
    const quote = x.includes("'") && !x.includes('"') ? '"' : "'";
    const safe = x.replace(/\\/g, "\\\\").replaceAll(quote, `\\${quote}`);
    return quote + (UNPRINTABLE.test(x) ? safe.replace(/[^ -~]/gu, escape) : safe) + quote;
  };
  const number = (x) => {
    const size = Math.abs(x);
    if (Number.isInteger(x)) return String(BigInt(x));
    if (size >= 1e-4 && size < 1e16) return String(x);
    return Number.isFinite(x) ? x.toExponential().replace(/e(.)(\d)$/, "e$10$2") : x !== x ? "nan" : x < 0 ? "-inf" : "inf";
  };
  const shown = (x) => {
    const text = [...(typeof x === "string" ? quoted(x) : typeof x === "number" ? number(x) : x ? "True" : "False")];
    return (text.length > 60 ? [...text.slice(0, 57), "..."] : text).join("");
  };
  const NAMES = { number: "a number", text: "text", boolean: "true or false" };
  const nullable = (known) => known.nullable && known.kind !== "boolean";
  const closed = ({ kind, categories, unknown }) => kind === "text" && categories && unknown === "refuse";
  const problemOf = (known, x) => {
    if (x === undefined) return "absent";
    if (x === null) return nullable(known) ? "" : "null";
    const found = typeof x;
    const kind = { string: "text", object: Array.isArray(x) ? "list" : "dict" }[found] ?? found;
    if (kind !== known.kind) return `the ${kind}` + (found === "object" ? "" : ` ${shown(x)}`);
    if (kind === "boolean") return "";
    if (kind === "text") {
      if (closed(known)) return known.categories.includes(x) ? "" : `${shown(x)} was never seen in training`;
      return /\p{Cs}/u.test(x) ? `${shown(x)} is not valid Unicode` : "";
    }
    if (!Number.isFinite(x)) return `${number(x)} is not a finite number`;
    // JSON.parse has rounded by now, so a whole number that large may be another one.
    return Math.abs(x) < 2 ** 53 ? "" : `${shown(x)} is beyond 2**53, where whole numbers are no longer exact`;
  };
  const expectation = (known) =>
    (closed(known) ? `one of: ${known.categories.map(shown).join(", ")}` : NAMES[known.kind]) +
    (nullable(known) ? " or null" : "");
  const check = (contract, row) =>
    contract.inputs.flatMap((known) => {
      const problem = problemOf(known, Object.hasOwn(row, known.name) ? row[known.name] : undefined);
      return problem ? [{ field: known.name, problem, expected: expectation(known) }] : [];
    });

  const written = (x, unit) =>
    x === null ? "missing"
    : typeof x === "boolean" ? (x ? "yes" : "no")
    : typeof x === "number" ? number(x) + (unit ? ` ${unit}` : "")
    : x === "" ? "empty"
    : UNPRINTABLE.test(x) || [...x].length > 60 ? shown(x) : x;

  const isUnread = (x, form) =>
    typeof x === "string" &&
    (form === "number" ? parse_number({})(x) === Infinity : form && !Number.isFinite(parse_date({ format: form })(x)));
  const unreadable = ({ name, form }, row) => ({
    field: name,
    problem: `${shown(row[name])} is not read alike everywhere`,
    expected: form === "number" ? "a number such as 1234.5" : `a date written ${form === "iso" ? "2024-03-31" : form}`,
  });

  const load = (document) => {
    if (document.format !== "javascript/1") throw new Error(`golive: cannot read the format ${document.format}`);
    const { contract, graph, policy } = document;
    const run = compile(graph, document.arrays);
    const rule = policy && compile(policy.graph, "");
    const touched = graph.shapley?.inputs ?? graph.terms.flatMap(({ sources }) => sources.flatMap(({ inputs }) => inputs));
    const reasoned = contract.inputs.filter(({ name }) => touched.includes(name));
    // Null is a missing number as NaN is inside the graph; every other value goes in as it is.
    const cells = (row) =>
      Object.fromEntries(contract.inputs.map(({ name, kind }) => [name, kind === "number" ? row[name] ?? NaN : row[name]]));
    // The first row rule that a case breaks; rules of training alone are not in the graph.
    const broken = (all) => contract.rules.find(({ name }) => all[graph.rules[name]] === false);
    const ruled = ({ name, text, inputs }) =>
      ({ field: inputs[1] ? "" : inputs[0] ?? "", problem: `the model knows no such rows (${name})`, expected: text });
    const values = (row) => {
      const problems = check(contract, row);
      if (!problems.length) {
        const all = run(cells(row));
        if (!broken(all)) return all;
        problems.push(ruled(broken(all)));
      }
      const { field, problem, expected } = problems[0];
      throw Object.assign(new Error(`golive: ${field && field + ": "}${problem}; expected ${expected}`), { problems });
    };
    const contribute = (values, row) => {
      const sums = {};
      for (const { name } of reasoned) sums[name] = 0;
      for (const { node, weight, sources } of graph.terms) {
        const { op, args } = graph.nodes[node];
        const parts = added[op](run.own[node], args.map((i) => values[i]));
        sources.forEach(({ inputs }, i) => inputs.forEach((name) => (sums[name] += parts[i] * (weight / inputs.length))));
      }
      if (!graph.shapley) return sums;
      // What each input adds when it replaces that of a typical case; nothing when one mixture has no score.
      const { inputs, baseline, orders } = graph.shapley;
      const typical = { ...row };
      inputs.forEach((name, i) => (typical[name] = baseline[i]));
      for (const way of orders.flatMap((order) => [order, [...order].reverse()])) {
        const mixed = cells(typical);
        let last = run(mixed)[graph.score];
        for (const i of way) {
          const name = inputs[i];
          mixed[name] = cells(row)[name];
          sums[name] -= last - (last = run(mixed)[graph.score]);
        }
      }
      return isNaN(total(Object.values(sums))) ? {} : mapped(sums, (sum) => sum / 2 / orders.length);
    };
    const reasons = (sums, row) =>
      reasoned
        .filter(({ name }) => sums[name] > 1e-6)
        .sort((a, b) => sums[b.name] - sums[a.name])
        .slice(0, policy.most_reasons)
        .map(({ name, label, unit }) => ({
          input: name,
          text: policy.reason_texts[name] || `${label || name} is ${written(row[name], unit)}: raises the risk`,
          contribution: sums[name],
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
      const own = cells(row);
      const all = run(own);
      const lost = broken(all);
      if (lost) {
        const { action, message } = policy.branches[0];
        return { ...fallback(ruled(lost)), action: lost.action, message: lost.action === action ? message : "" };
      }
      const score = all[graph.score];
      if (!(score >= 0 && score <= 1)) {
        const unread = contract.inputs.filter(({ name, form }) => isUnread(row[name], form));
        if (unread.length) return fallback(...unread.map((known) => unreadable(known, row)));
        return fallback({ field: "", problem: `the score is ${number(score)}`, expected: "a score in 0..1" });
      }
      const branch = rule({ ...own, "@score": score })[policy.graph.score];
      const found = reasons(contribute(all, row), row);
      // No document holds an infinite number, so such a case goes to the fallback.
      if (found.some(({ contribution }) => contribution === Infinity)) throw { name: "InputError" };
      return answer(branch, { score, reasons: found });
    };
    const decide = (row) => {
      if (!policy) throw new Error("golive: this bundle has no policy");
      if (Object(row) !== row || Array.isArray(row)) throw new TypeError("golive: a case is an object");
      const problems = check(contract, row);
      if (problems.length) return fallback(...problems);
      try {
        return decided(row);
      } catch (error) {
        return fallback({ field: "", problem: `the case could not be decided (${error.name})`, expected: "a case that can be" });
      }
    };
    return {
      decide,
      score: (row) => values(row)[graph.score],
      contributions: (row) => contribute(values(row), row),
      cleaned: (row) => {
        const all = values(row);
        return mapped(graph.cleaned, (node) => (none(all[node]) ? null : all[node]));
      },
    };
  };

  const golive = { load, compile, operations: Object.keys(OPERATIONS) };
  if (typeof module === "object" && module.exports) module.exports = golive;
  else globalThis.golive = golive;
})();
