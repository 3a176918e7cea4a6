/** Bytes that `text` takes as UTF-8. Lone surrogates count as the three bytes of U+FFFD. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    bytes += unit < 0x8_00 ? 1 : 2;
    const low = unit >= 0xd8_00 && unit < 0xdc_00 ? text.charCodeAt(index + 1) : 0;
    if (low >= 0xdc_00 && low < 0xe0_00) index += 1;
  }
  return bytes;
}

/** Whether `text` takes more bytes of UTF-8 than that; a unit of it takes three at most. */
export function isLonger(text: string, bytes: number): boolean {
  return text.length * 3 > bytes && (text.length > bytes || utf8Length(text) > bytes);
}

/** How deeply arrays and objects nest in a JSON text, found without building anything. Total. */
export function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === QUOTE) index = endOfString(text, index);
    else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) deepest = Math.max(deepest, ++depth);
    else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) depth -= 1;
  }
  return deepest;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** The next quote that an even number of backslashes stands before. Each is looked at once: linear for any text. */
function endOfString(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}
