import { describe, expect, it } from 'vitest';
import { fit, harmless, widthOf, wrap } from '../../tools/commands/text-width.ts';

describe('text on a terminal', () => {
  it('is as wide as it is shown: colours take no column, most emoji two', () => {
    expect(widthOf('\u001B[32mpass\u001B[0m')).toBe(4);
    expect(widthOf('🍋 ☀ ☕')).toBe(2 + 1 + 1 + 1 + 2);
  });

  it('is broken between words, and not between a number and its unit', () => {
    expect(wrap('the round trip took 12 ms', 22, 2)).toEqual(['the round trip took', '  12 ms']);
    expect(wrap('  indented text stays', 12)).toEqual(['  indented', 'text stays']);
    expect(wrap('incomprehensibilities', 5)).toEqual(['incomprehensibilities']);
    expect(wrap('nothing ends here', Infinity)).toEqual(['nothing ends here']);
  });

  it('is padded or cut to a width', () => {
    expect(fit('🍋', 4)).toBe('🍋  ');
    expect(fit('not muted', 6)).toBe('not m…');
    expect(widthOf(fit('🍋🍇🍉', 4))).toBe(4);
  });

  it('of somebody else does not steer the terminal', () => {
    expect(harmless('eve\u001B[2J\r\nok')).toBe('eve[2Jok');
  });
});
