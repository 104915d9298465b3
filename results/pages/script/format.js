// Numbers are written as the tables of the page have them.
const dash = "–";
const commas = text => text.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
const thousands = x => (Math.round(x) < 0 ? "−" : "") + commas(Math.abs(Math.round(x)).toFixed(0));

// digits writes a number with so many significant digits, and without an exponent.
function digits(x, n) {
  if (x === 0) return "0";
  const size = Math.abs(x);
  if (size < 1e-12) return x.toExponential(n - 1);
  const decimals = n - 1 - Math.floor(Math.log10(size));
  if (decimals <= 0) return thousands(x);
  return (x < 0 ? "−" : "") + size.toFixed(Math.min(decimals, 20));
}

// short is digits without zeros at the end.
function short(x, n = 4) {
  const text = digits(x, n);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function seconds(x) {
  const size = Math.abs(x);
  if (size === 0) return "0 s";
  if (size < 0.9995e-3) return digits(x * 1e6, 3) + " µs";
  if (size < 0.9995) return digits(x * 1e3, 3) + " ms";
  return size < 600 ? digits(x, 3) + " s" : digits(x / 60, 3) + " min";
}

function money(x) {
  const size = Math.abs(x), sign = x < 0 ? "−" : "";
  if (size > 0 && size < 0.01) return sign + digits(size, 2);
  const [whole, cents] = size.toFixed(2).split(".");
  return sign + commas(whole) + "." + cents;
}

const percent = x => x === 0 ? "0 %" : digits(x * 100, 3) + " %";

// written is a value of a column.
function written(x, kind) {
  if (x === null || x === undefined) return dash;
  return { s: seconds, money, ratio: percent }[kind]?.(x) ?? digits(x, 4);
}

// signed puts a plus before what is more than nothing.
const signed = (x, text) => (x > 0 ? "+" : "") + text;

