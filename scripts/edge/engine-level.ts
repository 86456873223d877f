import { parse, type AnyNode } from 'acorn';
import { full } from 'acorn-walk';

/**
 * What of ECMAScript the engine of CloudFront Functions has (runtime 2.0): 5.1, and of later editions these.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
const extras: Readonly<Record<string, readonly string[]>> = {
  statements: ['ImportDeclaration', 'ImportDefaultSpecifier', 'ExportNamedDeclaration', 'ExportDefaultDeclaration'],
  expressions: ['ArrowFunctionExpression', 'AwaitExpression', 'TemplateLiteral', 'TemplateElement'],
};

const es5 = `
  Program EmptyStatement BlockStatement ExpressionStatement IfStatement LabeledStatement BreakStatement
  ContinueStatement SwitchStatement SwitchCase ReturnStatement ThrowStatement TryStatement CatchClause
  WhileStatement DoWhileStatement ForStatement ForInStatement FunctionDeclaration VariableDeclaration
  VariableDeclarator ThisExpression ArrayExpression ObjectExpression Property FunctionExpression UnaryExpression
  UpdateExpression BinaryExpression AssignmentExpression LogicalExpression MemberExpression ConditionalExpression
  CallExpression NewExpression SequenceExpression Identifier Literal VariablePattern
`;
const known: ReadonlySet<string> = new Set([...es5.trim().split(/\s+/), ...Object.values(extras).flat()]);

/** Every place where the code has more than such an engine has, a line each. Throws where it is no module at all. */
export function beyondEngine(code: string): readonly string[] {
  const found: string[] = [];
  const tell = (node: AnyNode, what: string): void => {
    found.push(`${what} at ${String(node.start)}: ${code.slice(node.start, node.start + 40)}`);
  };
  full(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), (any) => {
    const node = any as AnyNode;
    if (!known.has(node.type)) tell(node, node.type);
    const why = beyond(node);
    if (why !== undefined) tell(node, why);
  });
  return found;
}

function beyond(node: AnyNode): string | undefined {
  switch (node.type) {
    case 'Property':
      return node.shorthand || node.method || node.computed ? 'a shorthand, method or computed property' : undefined;
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return beyondFunction(node);
    case 'CatchClause':
      return node.param === null || node.param === undefined ? 'a catch without its error' : undefined;
    case 'CallExpression':
      if (node.arguments.some(awaits)) return 'an await among the arguments of a call';
      return node.optional ? 'an optional call' : undefined;
    case 'MemberExpression':
      return node.optional ? 'an optional member' : undefined;
    case 'LogicalExpression':
      return node.operator === '??' ? '??' : undefined;
    case 'AssignmentExpression':
      return ['||=', '&&=', '??='].includes(node.operator) ? node.operator : undefined;
    case 'Literal':
      return beyondLiteral(node);
    default:
      return undefined;
  }
}

/** "Async arguments are not supported"; njs 0.7.9 dies of them where they are inside of a try. */
function awaits(argument: AnyNode): boolean {
  let found = false;
  full(argument, ({ type }) => {
    found ||= type === 'AwaitExpression';
  });
  return found;
}

function beyondFunction(node: Extract<AnyNode, { params: unknown }>): string | undefined {
  if (node.generator) return 'a generator';
  // "Async closures are not supported": only functions that are declared.
  if (node.async && node.type !== 'FunctionDeclaration') return 'an async function that is not declared';
  return node.params.every((parameter) => parameter.type === 'Identifier') ? undefined : 'a parameter with a pattern';
}

function beyondLiteral(node: Extract<AnyNode, { type: 'Literal' }>): string | undefined {
  if (node.bigint !== undefined && node.bigint !== null) return 'a BigInt';
  if (node.regex === undefined || node.regex === null) return undefined;
  return /[^gim]/.test(node.regex.flags) || /\(\?<|\\[pk]/.test(node.regex.pattern)
    ? 'a regular expression of a later edition'
    : undefined;
}
