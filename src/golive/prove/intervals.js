// Quantiles and intervals without a library: golive/maths quantiles.py, gamma.py and intervals.py again, function by
// function. Gamma quantiles are scipy's to ten digits (tested).
"use strict";

const intervals = (() => {
  const Z = 1.96;

  // -- quantiles ------------------------------------------------------------------------------------------------
  // Wichura (1988), algorithm AS 241.
  const CENTRE = [[2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
    1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0],
  [5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
    5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1]];
  const NEAR = [[7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
    3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0],
  [1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
    6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1]];
  const FAR = [[2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
    2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0],
  [2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
    1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1]];
  const ratio = (r, [up, down]) => up.reduce((t, c) => t * r + c, 0) / down.reduce((t, c) => t * r + c, 0);
  function probit(p) {
    const q = p - 0.5;
    if (Math.abs(q) <= 0.425) return q * ratio(0.180625 - q * q, CENTRE);
    const r = Math.sqrt(-Math.log(q <= 0 ? p : 1 - p)), x = r <= 5 ? ratio(r - 1.6, NEAR) : ratio(r - 5, FAR);
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
    const z = 1.959963984540054, rate = Math.min(events / n, 1), square = z * z / n;
    const middle = (rate + square / 2) / (1 + square);
    const half = z / (1 + square) * Math.sqrt(rate * (1 - rate) / n + square / (4 * n));
    return [events === 0 ? 0 : middle - half, events >= n ? 1 : Math.min(middle + half, 1)];
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

  // Blocks of time (blocks.py): the standard error per row between them, and limits that also hold it.
  function scatter(sums, rows) {
    let all = 0, n = 0, squares = 0;
    for (let at = 0; at < sums.length; at++) { all += sums[at]; n += rows[at]; }
    for (let at = 0; at < sums.length; at++) squares += (sums[at] - rows[at] * (all / n)) ** 2;
    return Math.sqrt(sums.length / (sums.length - 1) * squares) / n;
  }
  function widened([low, high], sums, rows, times) {
    const total = (values) => values.reduce((all, value) => all + value, 0), d = total(sums) / total(rows), half = times * scatter(sums, rows);
    return [Math.min(low, d - half), Math.max(high, d + half)];
  }

  return { scatter, widened, Z, difference, gammaQuantile, normalCdf, probit, totalLimits, wilson };
})();

if (typeof module !== "undefined") module.exports = intervals;
