import { parse, type AnyNode } from 'acorn';

/**
 * Puts a counter at every place where a program can go one way or another: functions, branches, loops, cases,
 * the arms of conditional and logical expressions. `first` numbers the counters; returns how many there are.
 */
export function instrument(code: string, first: number): { readonly code: string; readonly counters: number } {
  const root = parse(code, { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true, allowReturnOutsideFunction: true });
  const edits: { readonly at: number; readonly text: string; readonly order: number }[] = [];
  let counters = 0;
  const count = (): string => `$fuzz[${first + counters++}]++`;
  const insert = (at: number, text: string, closing = false): number => edits.push({ at, text, order: closing ? -edits.length : edits.length });
  const asExpression = (node: AnyNode): void => {
    insert(node.start, `(${count()},(`);
    insert(node.end, '))', true);
  };
  const asStatement = (node: AnyNode): void => {
    if (node.type === 'BlockStatement') insert(node.start + 1, `${count()};`);
    else {
      insert(node.start, `{${count()};`);
      insert(node.end, '}', true);
    }
  };
  const body = ({ body }: { readonly body: AnyNode }): void => (body.type === 'BlockStatement' || body.type.endsWith('Statement') ? asStatement(body) : asExpression(body));
  const ways: { readonly [T in AnyNode['type']]?: (node: Extract<AnyNode, { readonly type: T }>) => void } = {
    FunctionDeclaration: body,
    FunctionExpression: body,
    ArrowFunctionExpression: body,
    ForStatement: body,
    ForInStatement: body,
    ForOfStatement: body,
    WhileStatement: body,
    DoWhileStatement: body,
    CatchClause: body,
    IfStatement: ({ consequent, alternate }) => {
      asStatement(consequent);
      if (alternate != null && alternate.type !== 'IfStatement') asStatement(alternate);
    },
    SwitchCase: ({ consequent }) => {
      if (consequent[0] !== undefined) insert(consequent[0].start, `${count()};`);
    },
    ConditionalExpression: ({ consequent, alternate }) => {
      asExpression(consequent);
      asExpression(alternate);
    },
    LogicalExpression: ({ right }) => asExpression(right),
  };
  visit(root, (node) => ways[node.type]?.(node as never));
  edits.sort((one, other) => one.at - other.at || one.order - other.order);
  let out = '';
  let at = 0;
  for (const edit of edits) {
    out += code.slice(at, edit.at) + edit.text;
    at = edit.at;
  }
  return { code: `const $fuzz=globalThis.$fuzzCounters;${out}${code.slice(at)}`, counters };
}

function visit(node: AnyNode, see: (node: AnyNode) => void): void {
  see(node);
  for (const value of Object.values(node) as unknown[]) {
    for (const child of Array.isArray(value) ? (value as unknown[]) : [value]) if (isNode(child)) visit(child, see);
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;
}
