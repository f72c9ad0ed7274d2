// What stands in Flow JSON in the place of values: `${data.x}`, `${form.x}`, `${screen.S.form.x}`, and expressions in
// backticks with comparisons, arithmetic and joined texts. Read by a small parser; nothing is ever run as code.

const WHOLE = /^\$\{([^}]*)\}$/u;
const TOKENS = /\s*(?:\$\{([^}]*)\}|'((?:[^'\\]|\\.)*)'|(\d+(?:\.\d+)?)|(true|false)\b|(==|!=|>=|<=|&&|\|\||[!><()+\-*/%]))/uy;

/** What a path names in a scope `{data, form, screens}`; undefined where there is nothing. */
function named(path, scope) {
  const [kind, ...rest] = path.trim().split(".");
  let from = { data: scope.data, form: scope.form }[kind];
  if (kind === "screen") {
    const screen = scope.screens[rest.shift()];
    from = { data: screen?.data, form: screen?.form }[rest.shift()];
  }
  return rest.reduce((value, name) => (value !== null && typeof value === "object" && Object.hasOwn(value, name) ? value[name] : undefined), from);
}

function tokens(text) {
  const found = [];
  TOKENS.lastIndex = 0;
  while (TOKENS.lastIndex < text.trimEnd().length) {
    const match = TOKENS.exec(text);
    if (!match) throw new Error(`This expression can't be read: ${text}`);
    const [, path, string, number, word, sign] = match;
    if (path !== undefined) found.push({ path });
    else if (string !== undefined) found.push({ value: string.replace(/\\(.)/gu, "$1") });
    else if (number !== undefined) found.push({ value: Number(number) });
    else if (word !== undefined) found.push({ value: word === "true" });
    else found.push({ sign });
  }
  return found;
}

const shown = (value) => (value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));
// What a person types is text; beside a number it counts as one.
const alike = (a, b) => (typeof a === "number" || typeof b === "number" ? [Number(a), Number(b)] : [a, b]);
const SIGNS = {
  "||": (a, b) => Boolean(a) || Boolean(b),
  "&&": (a, b) => Boolean(a) && Boolean(b),
  "==": (a, b) => { const [x, y] = alike(a, b); return x === y; },
  "!=": (a, b) => { const [x, y] = alike(a, b); return x !== y; },
  ">": (a, b) => Number(a) > Number(b),
  "<": (a, b) => Number(a) < Number(b),
  ">=": (a, b) => Number(a) >= Number(b),
  "<=": (a, b) => Number(a) <= Number(b),
  "+": (a, b) => Number(a) + Number(b),
  "-": (a, b) => Number(a) - Number(b),
  "*": (a, b) => Number(a) * Number(b),
  "/": (a, b) => Number(a) / Number(b),
  "%": (a, b) => Number(a) % Number(b),
};
// What binds loosest comes first.
const LEVELS = [["||"], ["&&"], ["==", "!="], [">", "<", ">=", "<="], ["+", "-"], ["*", "/", "%"]];

/** The value of an expression, with or without its backticks. */
export function evaluate(text, scope) {
  const list = tokens(text.replace(/^`|`$/gu, ""));
  let at = 0;
  const operand = () => {
    const token = list[at];
    at += 1;
    if (!token) throw new Error(`This expression ends too early: ${text}`);
    if (token.path !== undefined) return named(token.path, scope);
    if (token.value !== undefined) return token.value;
    if (token.sign === "!") return !operand();
    if (token.sign === "-") return -Number(operand());
    if (token.sign !== "(") throw new Error(`This expression can't be read at ${token.sign}: ${text}`);
    const inside = level(0);
    at += 1;
    return inside;
  };
  const level = (depth) => {
    if (depth === LEVELS.length) return operand();
    let left = level(depth + 1);
    while (LEVELS[depth].includes(list[at]?.sign)) {
      const { sign } = list[at];
      at += 1;
      left = SIGNS[sign](left, level(depth + 1));
    }
    return left;
  };
  let value = level(0);
  // Values side by side are joined to one text.
  while (at < list.length && list[at].sign !== ")") value = shown(value) + shown(level(0));
  return value;
}

/** A value of Flow JSON with everything in it filled in. */
export function resolve(value, scope) {
  if (typeof value === "string") {
    const whole = WHOLE.exec(value);
    if (whole) return named(whole[1], scope);
    return value.length > 1 && value.startsWith("`") && value.endsWith("`") ? evaluate(value, scope) : value;
  }
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope));
  if (value !== null && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolve(item, scope)]));
  return value;
}

/** Whether a condition holds; one that can't be read doesn't. */
export function holds(condition, scope) {
  try {
    return Boolean(typeof condition === "string" ? evaluate(condition, scope) : condition);
  } catch {
    return false;
  }
}
