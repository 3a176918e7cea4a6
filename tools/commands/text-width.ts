/** How many columns of a terminal the text takes: colours none, most emoji two. */
export function widthOf(text: string): number {
  return Array.from(text.replaceAll(COLOURS, '')).reduce((sum, sign) => sum + (WIDE.test(sign) ? 2 : 1), 0);
}

/** Without the control characters with which a foreign text could steer the terminal. */
export function harmless(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '');
}

/** The text as lines of at most `width` columns, broken at spaces but not before a unit; later lines begin with `indent` spaces. */
export function wrap(text: string, width: number, indent = 0): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S) (?!m?s\b)/)) {
    if (line === '') line = word;
    else if (widthOf(line) + 1 + widthOf(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = `${' '.repeat(indent)}${word}`;
    }
  }
  return [...lines, line];
}

/** The text in exactly `width` columns. What does not fit ends in `…`. */
export function fit(text: string, width: number): string {
  const signs = Array.from(text);
  if (widthOf(text) > width) {
    while (widthOf(signs.join('')) > width - 1) signs.pop();
    signs.push('…');
  }
  const fitted = signs.join('');
  return fitted + ' '.repeat(Math.max(0, width - widthOf(fitted)));
}

const COLOURS = new RegExp(`${String.fromCodePoint(27)}\\[[\\d;]*m`, 'g');
const WIDE = /\p{Emoji_Presentation}/u;
