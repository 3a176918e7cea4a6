import type { JSX } from 'preact';

/** A name's first letters on a colour of its own. */
export function Avatar({ name, large = false }: { readonly name: string; readonly large?: boolean }): JSX.Element {
  const letters = name.split(/[ ._-]+/).map((part) => part.charAt(0)).join('').slice(0, 2).toUpperCase();
  const hue = Array.from(name).reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 360, 7);
  return <span class={large ? 'avatar large' : 'avatar'} style={{ '--hue': String(hue) }} aria-hidden="true">{letters}</span>;
}
