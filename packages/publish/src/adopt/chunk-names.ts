import { parseExpressionAt, type Expression, type Node } from 'acorn';

/**
 * The files that a webpack or Rspack runtime asks for: it computes them from the chunks' ids, so they stand nowhere as
 * text. The function that does it, `….u = id => …`, is read, never run.
 */
export function chunkFiles(runtime: string, ids: readonly string[]): readonly string[] {
  return [...runtime.matchAll(/\.(?:u|miniCssF)\s*=\s*(?=\(?[\w$]+\)?\s*=>|function)/g)].flatMap((found) => {
    const nameOf = readFunction(runtime, found.index + found[0].length);
    return nameOf === undefined ? [] : ids.flatMap((id) => nameOf(id) ?? []);
  });
}

/** Ids of the chunks that a module loads: `….e(127)`. */
export function chunkIds(text: string): readonly string[] {
  return [...text.matchAll(/\.e\(\s*(?:(\d+)|["']([\w$./-]+)["'])\s*\)/g)].flatMap(([, id, name]) => id ?? name ?? []);
}

function readFunction(text: string, at: number): ((id: string) => string | undefined) | undefined {
  let found: Expression | undefined;
  try {
    const whole = parseExpressionAt(text, at, { ecmaVersion: 'latest' });
    // Minified, the next assignments follow after a comma.
    found = whole.type === 'SequenceExpression' ? whole.expressions[0] : whole;
  } catch {
    return undefined;
  }
  if (found?.type !== 'ArrowFunctionExpression' && found?.type !== 'FunctionExpression') return undefined;
  const [parameter] = found.params;
  const body = found.body.type === 'BlockStatement' ? returned(found.body.body) : found.body;
  if (parameter?.type !== 'Identifier' || body === undefined) return undefined;
  const { name } = parameter;
  return (id) => {
    const value = evaluate(body, { name, id });
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
}

function returned(body: readonly Node[]): Expression | undefined {
  const last = body.at(-1) as { readonly type: string; readonly argument?: Expression | null } | undefined;
  return last?.type === 'ReturnStatement' ? (last.argument ?? undefined) : undefined;
}

interface Scope {
  readonly name: string;
  readonly id: string;
}

type Value = string | boolean | ReadonlyMap<string, string> | undefined;

/** What the generated functions are made of; anything else has no value. Ids compare as text: `362 === id`. */
function evaluate(node: Expression, scope: Scope): Value {
  switch (node.type) {
    case 'Identifier':
      return node.name === scope.name ? scope.id : undefined;
    case 'Literal':
      return node.value === null ? undefined : String(node.value);
    case 'TemplateLiteral':
      return template(node, scope);
    case 'ParenthesizedExpression':
      return evaluate(node.expression, scope);
    case 'ConditionalExpression':
      return evaluate(evaluate(node.test, scope) === true ? node.consequent : node.alternate, scope);
    case 'LogicalExpression':
      return evaluate(node.left, scope) ?? evaluate(node.right, scope);
    case 'BinaryExpression':
      return binary(node, scope);
    case 'ObjectExpression':
      return table(node, scope);
    case 'MemberExpression':
      return member(node, scope);
    default:
      return undefined;
  }
}

type Of<T extends Expression['type']> = Extract<Expression, { type: T }>;

function binary({ left, right, operator }: Of<'BinaryExpression'>, scope: Scope): Value {
  if (left.type === 'PrivateIdentifier') return undefined;
  const [a, b] = [evaluate(left, scope), evaluate(right, scope)];
  if (operator === '===' || operator === '==') return a === b;
  return operator === '+' && typeof a === 'string' && typeof b === 'string' ? a + b : undefined;
}

function template({ quasis, expressions }: Of<'TemplateLiteral'>, scope: Scope): Value {
  const values = expressions.map((expression) => evaluate(expression, scope));
  const texts = values.filter((value) => typeof value === 'string');
  if (texts.length < values.length) return undefined;
  return quasis.map(({ value }, i) => `${value.cooked ?? ''}${texts[i] ?? ''}`).join('');
}

function table({ properties }: Of<'ObjectExpression'>, scope: Scope): Value {
  const entries = properties.flatMap((property): [string, string][] => {
    if (property.type !== 'Property' || property.computed) return [];
    const key = property.key.type === 'Identifier' ? property.key.name : evaluate(property.key, scope);
    const value = evaluate(property.value, scope);
    return typeof key === 'string' && typeof value === 'string' ? [[key, value]] : [];
  });
  return new Map(entries);
}

function member({ object, property }: Of<'MemberExpression'>, scope: Scope): Value {
  if (object.type === 'Super' || property.type === 'PrivateIdentifier') return undefined;
  const of = evaluate(object, scope);
  const key = evaluate(property, scope);
  return of instanceof Map && typeof key === 'string' ? (of.get(key) as string | undefined) : undefined;
}
