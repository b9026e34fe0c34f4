// Runs every golden row through golive.js and compares with what Python gave. Node 18 or newer: node check.mjs
import { readFileSync } from "node:fs";

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));
const runtime = (await import("./golive.js")).default ?? globalThis.golive;
const bundle = runtime.load(read("bundle.json"));
let largest = 0;

// Within four units in the last place of 1 or of the larger number: JavaScript's own exp and log may differ from C's in
// the last bit, and the score of a sum is as exact as the sum.
const near = (x, y) => {
  largest = Math.max(largest, Math.abs(x - y));
  return Math.abs(x - y) <= 4 * Number.EPSILON * Math.max(1, Math.abs(x), Math.abs(y));
};
const same = (x, y) => {
  if (typeof x === "number" && typeof y === "number") return near(x, y);
  if (x === null || y === null || typeof x !== "object" || typeof y !== "object") return x === y;
  const keys = Object.keys(x);
  return keys.length === Object.keys(y).length && keys.every((key) => Object.hasOwn(y, key) && same(x[key], y[key]));
};
const answers = {
  cleaned: (row) => bundle.cleaned(row.inputs),
  score: (row) => bundle.score(row.inputs),
  contributions: (row) => bundle.contributions(row.inputs),
  decision: (row) => bundle.decide(row.inputs),
};

const rows = read("golden.json").rows;
const wrong = [];
for (const [number, row] of rows.entries()) {
  for (const what of Object.keys(row).filter((key) => key !== "inputs")) {
    const found = answers[what](row);
    if (!same(row[what], found)) wrong.push({ row: number, what, expected: row[what], found });
  }
}
const bad = new Set(wrong.map(({ row }) => row)).size;
console.log(`${rows.length - bad} of ${rows.length} golden rows equal, largest difference ${largest.toExponential(0)}`);
for (const one of wrong.slice(0, 3)) console.error(JSON.stringify(one));
process.exit(bad ? 1 : 0);
