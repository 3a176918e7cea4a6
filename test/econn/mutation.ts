import type { SeededEntropy } from '../../src/base/seeded-entropy.ts';

/** A text of a message after something went wrong with it, or someone at it: bytes changed, or its JSON. */
export function mutated(text: string, dice: SeededEntropy): string {
  const times = 1 + dice.below(3);
  let now = text;
  for (let time = 0; time < times; time++) now = dice.below(3) === 0 ? bytesChanged(now, dice) : fieldChanged(now, dice);
  return now;
}

function bytesChanged(text: string, dice: SeededEntropy): string {
  const at = dice.below(text.length + 1);
  const length = dice.below(4);
  switch (dice.below(4)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + String.fromCharCode(dice.below(dice.below(8) === 0 ? 0x1_00_00 : 0x80)) + text.slice(at + 1);
    case 2:
      return text.slice(0, at);
    default:
      return text.slice(0, at) + text.slice(at, at + length * 20) + text.slice(at);
  }
}

type Field = { [key: string]: unknown };

function fieldChanged(text: string, dice: SeededEntropy): string {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return bytesChanged(text, dice);
  }
  let holder = root as Field;
  for (let depth = dice.below(3); depth > 0; depth--) {
    const inner = Object.values(holder ?? {}).filter((value) => typeof value === 'object' && value !== null);
    if (inner.length > 0) holder = inner[dice.below(inner.length)] as Field;
  }
  if (typeof holder !== 'object' || holder === null || Array.isArray(holder)) return bytesChanged(text, dice);
  const keys = Object.keys(holder);
  const key = dice.below(4) === 0 || keys.length === 0 ? FOREIGN_KEYS[dice.below(FOREIGN_KEYS.length)]! : keys[dice.below(keys.length)]!;
  const value = VALUES[dice.below(VALUES.length)]!;
  if (value === 'delete') delete holder[key];
  else Object.defineProperty(holder, key, { value: MARK, enumerable: true, configurable: true, writable: true });
  return JSON.stringify(root).replace(JSON.stringify(MARK), value);
}

const MARK = 'the value goes here';
const FOREIGN_KEYS = ['__proto__', 'constructor', 'toString', 'call', 'offer', 'withdrawn', 'cause', 'seq', 'ack', 'props', 'length', ''];

/** JSON texts, some of which no object of ours could be written as. */
const VALUES: readonly string[] = [
  'delete', 'null', 'true', 'false', '0', '-1', '1e308', '1e999', '9007199254740993', '0.5', '""', '"x"', '[]', '{}', '[[[[[[[[[[1]]]]]]]]]]',
  '{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":true}}}', '"SETUP"', '"CANCEL"', '"UPDATE"', '"HANGUP"', '"REJECT"', '"PROPSYNC"', '"3.0"',
  '{"user":"bob","device":"b1","incarnation":"000000001-00","counter":5}', '{"user":"BOB","device":"B1","incarnation":"~","counter":5}', '{"user":"alice","device":"a1","incarnation":"000000001-00","counter":2}',
  '{"incarnation":"zzzzzzzzz-zz","counter":281474976710656}', '{"user":"bob","device":"b1","incarnation":"000000001-00","counter":1e21}', '{"muted":true}', '{"muted":["true"]}', '{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}',
];

/** Texts that no mutation would find: too large, too deep, no message at all. */
export const monsters: readonly string[] = [
  '', ' ', 'null', '0', '[]', '"SETUP"', '{}', '\u0000', '\ud800', '{"version":"3.0"}', '{"version":3.0,"type":"SETUP"}', '{"version":"3.0","type":"__proto__","sessid":"","resp":false}',
  '{"version":"3.0","type":"constructor","sessid":"","resp":false}', '{"__proto__":{"version":"3.0","type":"CANCEL","sessid":"S","resp":false}}',
  '['.repeat(31_000), '{"a":'.repeat(6000), `${'['.repeat(15_000)}${']'.repeat(15_000)}`, '"'.repeat(32_000), '\\'.repeat(32_000), '9'.repeat(32_000), `{"version":"3.0","type":"SETUP","sessid":"S","resp":false,"props":{},"sdp":"${'v'.repeat(32_769)}"}`,
  'x'.repeat(10_000_000), '\u{1F600}'.repeat(8001), `{"version":"3.0","type":"SETUP","sessid":"${'s'.repeat(65)}","resp":false,"props":{},"sdp":""}`, `{"version":"3.0","type":"CANCEL","sessid":"S","resp":false,"src_userid":"${'u'.repeat(257)}"}`,
];
