// The controls: a price or the cut-off moves, and every figure that has a place on the page is written again.
"use strict";

// The data are deflated JSON in base64 (golive/page/document.py); a browser that cannot read them shows the page as it is.
new Response(new Blob([Uint8Array.from(atob(document.getElementById("data").textContent), (one) => one.charCodeAt(0))])
  .stream().pipeThrough(new DecompressionStream("deflate"))).json().then((data) => {
  const recorded = Object.fromEntries(data.assumptions.map((one) => [one.key, one.value]));
  const one = (id) => document.getElementById(id), all = (query) => [...document.querySelectorAll(query)];
  const per = 1000 / data.rows, bins = recompute.bins(data.table), below = [...recompute.below(data.table)];
  const places = all("[data-show]").map((place) => ({ name: place.dataset.show, write: writer(place) }));
  const parts = [0, 1, 2, 3].map((at) => document.querySelector(`#part-${at} rect`)), verdict = document.querySelector("#first h1");
  const onlyRecorded = all(".recorded"), onlyRecordedCut = all(".recorded-cut");
  let prices = { ...recorded }, edge = null, volume = null, objective = null, bounds = null, ranges = null, capacity = null, waiting = false, resting = 0;
  const setting = () => ({ prices, edge, volume, objective, bounds, ranges, capacity });
  const aimed = () => objective !== null || bounds !== null || ranges !== null || capacity !== null;

  // Only what changed is touched: most places stay as they are from one step to the next.
  function writer(place) {
    const node = place.firstChild || place.appendChild(document.createTextNode("")), heading = place.parentElement.tagName === "H1";
    let shown = node.data;
    return (text) => {
      const said = heading ? text[0].toUpperCase() + text.slice(1) : text;
      if (said !== shown) node.data = shown = said;
    };
  }
  function set(node, name, value) { if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value); }

  // -- drawing --------------------------------------------------------------------------------------------------
  const frame = { left: 76, right: 612, top: 40, bottom: 338 }, lines = { left: 244, right: 612, top: 34, step: 32 };  // as in golive/page
  const across = (share) => frame.left + share * (frame.right - frame.left);
  function nice(step) {
    const power = 10 ** Math.floor(Math.log10(step));
    for (const [factor, border] of [[1, 2 ** 0.5], [2, 10 ** 0.5], [5, 50 ** 0.5]]) if (step / power < border) return factor * power;
    return 10 * power;
  }
  function compact(value) {
    const size = Math.abs(value), found = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]].find(([unit]) => size >= unit) || [1, ""];
    return `${+(value / found[0]).toPrecision(4)}${found[1]}`.replace("-", "\u2212");
  }
  function make(name, attributes, text = "") {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  }
  function draw(at) {
    const found = recompute.curve(report.table(data, setting()), prices), [total, low, high] = [found.total, found.low, found.high].map((values) => values.map((value) => per * value));
    const ends = span([...low, ...high]);
    const up = (value) => frame.bottom - (value - ends[0]) / (ends[1] - ends[0]) * (frame.bottom - frame.top);
    const xs = below.map((n) => across(n / data.rows)), points = (values) => Array.from(values, (value, j) => `${xs[j].toFixed(1)} ${up(value).toFixed(1)}`);
    set(one("curve-line"), "d", `M${points(total).join("L")}`);
    set(one("curve-band"), "d", `M${points(high).join("L")}L${points(low).reverse().join("L")}Z`);
    set(one("curve-cut"), "x1", xs[at]);
    set(one("curve-cut"), "x2", xs[at]);
    set(one("curve-dot"), "cx", xs[at]);
    set(one("curve-dot"), "cy", up(total[at]));
    grids("#curve-plot", ends, (tick) => [
      make("line", { x1: frame.left, x2: frame.right, y1: up(tick), y2: up(tick), class: tick ? "grid" : "zero" }),
      make("text", { x: frame.left - 8, y: up(tick) + 4.5, class: "tick" }, compact(tick))]);
  }
  const gridded = {};
  function grids(plot, ends, drawn) {
    const key = ends.join(" ");
    if (gridded[plot] === key) return;
    gridded[plot] = key;
    document.querySelector(`${plot} .grids`).replaceChildren(...ticks(ends).flatMap(drawn));
  }
  function span(values) {
    const bottom = Math.min(0, ...values), top = Math.max(0, ...values), air = 0.04 * (top - bottom) || 1;
    return [bottom - air, top + air];
  }
  function ticks([low, high]) {
    const step = nice((high - low) / 5), found = [];
    for (let k = Math.ceil(low / step - 1e-9); k <= Math.floor(high / step + 1e-9); k++) found.push(k * step);
    return found;
  }
  function drawRanges(found) {
    const names = ["promised", "honest", ...data.rules.map((_, at) => `all.${at}`)], values = names.map((name) => found[name][1]);
    const limits = found["honest.span"][1].map((end) => end === null ? values[1] : end), ends = span([...values, ...limits]);
    const x = (value) => lines.left + (value - ends[0]) / (ends[1] - ends[0]) * (lines.right - lines.left);
    const bottom = lines.top + lines.step * names.length;
    values.forEach((value, at) => {
      const line = one(`range-${at}-line`), [low, high] = at === 1 ? limits : [value, value];
      set(one(`range-${at}-dot`), "cx", x(value));
      set(line, "x1", x(low));
      set(line, "x2", x(high));
    });
    grids("#ranges-plot", ends, (tick) => [
      make("line", { x1: x(tick), x2: x(tick), y1: lines.top, y2: bottom, class: tick ? "grid" : "zero" }),
      make("text", { x: x(tick), y: bottom + 20, class: "tick" }, compact(tick))]);
  }

  // -- writing --------------------------------------------------------------------------------------------------
  const KINDS = { "use": "good", "use with conditions": "fair", "do not use": "poor", "not enough data": "fair" };
  function write() {
    waiting = false;
    let found;
    try { found = report.figures(data, setting()); } catch (problem) {
      if (!(problem instanceof RangeError)) throw problem;
      one("refused").hidden = false;
      one("changed").hidden = false;  // a price that divides is 0: the last figures stay
      return;
    }
    one("refused").hidden = true;
    for (const { name, write: put } of places) if (name in found) put(report.show(...found[name], data.currency));
    set(verdict, "class", `word ${KINDS[found.word[1]]}`);
    let start = 0;
    for (let at = 0; at < 4; at++) {
      const width = found[`part.${at}`][1];
      set(parts[at], "x", start);
      set(parts[at], "width", width);
      start += width;
    }
    const at = edge === null ? recompute.chosen(report.table(data, setting()), prices).edge : edge, slider = one("edge");
    slider.value = below[at];
    slider.setAttribute("aria-valuetext", `cut-off ${report.show(...found.cut)}, ${report.show(...found["cut.above"])} of 1,000 at it or above`);
    one("edge-back").disabled = edge === null;
    const asked = volume === null ? report.moreEdge(data, recompute.chosen(report.table(data, setting()), prices).edge) : volume;
    one("volume").value = along(asked);
    one("volume").setAttribute("aria-valuetext", `${report.show(...found["more.yes"])} of 1,000`);
    const changed = aimed() || data.assumptions.some(({ key }) => prices[key] !== recorded[key]);
    for (const part of onlyRecorded) part.hidden = changed;
    for (const part of onlyRecordedCut) part.hidden = changed || edge !== null;
    one("changed").hidden = !changed;
    one("prices-back").disabled = !changed;
    document.body.classList.toggle("changed", changed);
    draw(at);
    drawRanges(found);
  }
  // What takes a thousand draws follows when the control has come to rest.
  function rest() {
    const found = report.late(data, setting());
    for (const { name, write: put } of places) if (name in found) put(report.show(...found[name], data.currency));
  }
  function soon() {
    clearTimeout(resting);
    resting = setTimeout(rest, 150);
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(write);
  }

  // -- controls -------------------------------------------------------------------------------------------------
  function setPrice(at, value) {
    if (!Number.isFinite(value)) return;
    prices[data.assumptions[at].key] = value;
    soon();
  }
  for (const input of all("input[data-price]")) {
    const at = +input.dataset.price;
    input.addEventListener("input", () => {
      const value = input.type === "range" ? +(+input.value).toPrecision(6) : input.valueAsNumber;
      const other = one(`${input.type === "range" ? "price" : "slide"}-${at}`);
      if (Number.isFinite(value)) other.value = value;
      setPrice(at, value);
    });
  }
  // -- ranges, what is maximised, limits --------------------------------------------------------------------------
  const ends = all("input[data-end]"), limits_ = all("input[data-bound]"), choice = one("objective"), room = one("capacity");
  if (room) room.addEventListener("input", () => { if (room.valueAsNumber >= 0) { capacity = room.valueAsNumber; soon(); } });
  for (const input of ends) {
    input.addEventListener("input", () => {
      const { key, low, high } = data.assumptions[+input.dataset.end.split(" ")[0]], at = +input.dataset.end.split(" ")[1];
      const now = ranges && ranges[key] ? [...ranges[key]] : [low, high];
      now[at] = input.valueAsNumber;
      const wrong = !now.every(Number.isFinite) || now[0] > now[1];
      input.setCustomValidity(wrong ? "the lowest value must not lie above the highest" : "");
      if (wrong) return;
      ranges = { ...ranges, [key]: now };
      soon();
    });
  }
  for (const input of limits_) {
    input.addEventListener("input", () => {
      if (!Number.isFinite(input.valueAsNumber)) return;
      bounds = bounds || data.table.limits.map((limit) => limit.bound);
      bounds[+input.dataset.bound] = input.valueAsNumber;
      soon();
    });
  }
  if (choice) choice.addEventListener("change", () => { objective = choice.value === data.table.objective ? null : choice.value; soon(); });
  function backToPrices() {
    prices = { ...recorded };
    objective = bounds = ranges = capacity = null;
    if (room) room.value = room.defaultValue;
    for (const input of [...ends, ...limits_]) { input.value = input.defaultValue; input.setCustomValidity(""); }
    if (choice) choice.value = data.table.objective;
    data.assumptions.forEach(({ value }, at) => { one(`price-${at}`).value = one(`slide-${at}`).value = value; });
    soon();
  }
  one("prices-back").addEventListener("click", backToPrices);
  one("changed-back").addEventListener("click", backToPrices);
  // The slider lies under the axis of the curve, so it counts rows; the arrows step from cut-off to cut-off.
  const nearest = (rows) => below.reduce((best, n, at) => Math.abs(n - rows) < Math.abs(below[best] - rows) ? at : best, 0);
  const STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -bins, End: bins };
  one("edge").addEventListener("input", () => { edge = nearest(+one("edge").value); soon(); });
  one("edge").addEventListener("keydown", (pressed) => {
    if (!(pressed.key in STEPS)) return;
    pressed.preventDefault();
    edge = Math.min(Math.max(nearest(+one("edge").value) + STEPS[pressed.key], 0), bins);
    one("edge").value = below[edge];
    soon();
  });
  // How many buckets: the plot and its table are drawn again (page/plots.py, report/score.py).
  function drawBuckets(found) {
    const there = found.filter((one) => one.n), most = Math.max(...there.map((one) => one.n));
    const up = (share) => frame.bottom - share * (frame.bottom - frame.top), said = (kind, value) => report.show(kind, value);
    const pair = ({ low, high }) => low === null ? said("figure", null) : `${said("figure", low)} to ${said("figure", high)}`;
    one("bucket-counts").replaceChildren(...there.map(({ mean, n }) =>
      make("rect", { x: across(mean) - 9, y: frame.bottom - 44 * n / most, width: 18, height: 44 * n / most, class: "count" })));
    one("bucket-marks").replaceChildren(...there.flatMap(({ mean, rate, low, high }) => [
      make("line", { x1: across(mean), x2: across(mean), y1: up(low), y2: up(high), class: "limit" }),
      make("circle", { cx: across(mean), cy: up(rate), r: 5, class: "dot" })]));
    document.querySelector("#meaning tbody").replaceChildren(...found.map((bucket) => {
      const row = document.createElement("tr"), shown = [`${said("score", bucket.from)} to ${said("score", bucket.to)}`, said("count", bucket.n),
        said("count", bucket.events), said("figure", bucket.mean), said("figure", bucket.rate), pair(bucket)];
      shown.forEach((text, at) => {
        const cell = row.appendChild(document.createElement(at ? "td" : "th"));
        if (!at) cell.scope = "row";
        cell.textContent = text;
      });
      return row;
    }));
  }
  if (one("many")) one("many").addEventListener("change", () => drawBuckets(report.buckets(data, +one("many").value)));
  // How much more is favoured; the slider runs from nobody to everybody.
  const along = (at) => data.favourable === 0 ? at : bins - at;
  one("volume").addEventListener("input", () => { volume = along(+one("volume").value); soon(); });
  one("edge-back").addEventListener("click", () => { edge = null; one("cut-typed").value = ""; soon(); });
  one("cut-typed").addEventListener("change", () => {
    const typed = one("cut-typed").valueAsNumber;
    if (!Number.isFinite(typed)) return;
    edge = Math.min(recompute.edgeAt(data.table, typed), bins);
    soon();
  });

  document.documentElement.classList.add("script");
  write();
});
