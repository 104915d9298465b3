// scaleOf says where the values of an axis stand between two places; a value that is null,
// a gap, stands nowhere: NaN.
function scaleOf(axis, from, to) {
  const onAxis = x => !finite(x) ? NaN : !axis.log ? x : x > 0 ? Math.log10(x) : axis.zero ? Math.log10(axis.zero) : NaN;
  const low = onAxis(axis.min), high = onAxis(axis.max);
  return {
    at: x => from + (onAxis(x) - low) / (high - low) * (to - from),
    value: place => { const v = low + (place - from) / (to - from) * (high - low); return axis.log ? 10 ** v : v; },
  };
}

// niceStep is the least of 1, 2, 2.5, 5 × 10^k that is no less than x.
function niceStep(x) {
  const power = 10 ** Math.floor(Math.log10(x));
  return ([1, 2, 2.5, 5].find(m => m * power >= x * (1 - 1e-9)) ?? 10) * power;
}

function timeStep(length, most) {
  return length > 3 ? [1, 2, 3, 6, 12, 24].find(step => length / step <= most) ?? niceStep(length / most) : niceStep(length / most);
}

const tickText = x => Math.abs(x) >= 10000 ? thousands(x) : String(parseFloat(x.toPrecision(6))).replace("-", "−");

function evenTicks(low, high, step) {
  const out = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) out.push({ x: i * step, text: tickText(i * step) });
  return out;
}

function logTicks(low, high) {
  const out = [], decades = Math.log10(high / low);
  for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) {
    for (let m = 1; m <= 9; m++) {
      const x = m * 10 ** e;
      if (x < low * (1 - 1e-9) || x > high * (1 + 1e-9)) continue;
      out.push({ x, text: m === 1 || decades < 2 && (m === 2 || m === 5) ? tickText(x) : "" });
    }
  }
  return out.filter(tick => tick.text).length < 2 ? evenTicks(low, high, niceStep((high - low) / 5)).filter(tick => tick.x > 0) : out;
}

// ticksOf are the ticks of an axis of so many pixels, of which those have a label that
// have room for it.
function ticksOf(axis, scale, length, across) {
  const room = text => across ? text.length * 6.6 + 10 : 18, most = Math.max(2, Math.floor(length / (across ? 70 : 40)));
  let ticks = axis.log ? logTicks(axis.zero ? axis.zero * 2 : axis.min, axis.max)
    : evenTicks(axis.min, axis.max, axis.time ? timeStep(axis.max - axis.min, Math.min(Math.max(2, length / 34), 6.5)) : niceStep((axis.max - axis.min) / Math.min(most, 6)));
  const swept = (axis.ticks ?? []).filter(x => x > 0 && x >= axis.min && x <= axis.max).map(x => ({ x, text: tickText(x) }));
  if (axis.log && swept.length > 1 && fit(swept)) ticks = swept;
  if (axis.zero && axis.min <= axis.zero) ticks.unshift({ x: 0, text: "0" });
  if (!fit(ticks)) ticks.forEach(tick => { if (tick.x && Math.abs(Math.log10(tick.x) % 1) > 1e-9 && axis.log) tick.text = ""; });
  for (let i = 0; i < 8 && !fit(ticks); i++) ticks.filter(tick => tick.text).forEach((tick, n) => { if (n % 2) tick.text = ""; });
  return ticks;
  function fit(list) {
    let end = -Infinity;
    for (const tick of list.filter(t => t.text).map(t => ({ at: Math.abs(scale.at(t.x) - scale.at(axis.min)), half: room(t.text) / 2 }))) {
      if (tick.at - tick.half < end) return false;
      end = tick.at + tick.half;
    }
    return true;
  }
}

