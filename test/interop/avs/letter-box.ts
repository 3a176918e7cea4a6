import type { Letter } from './post.ts';

/** Hands over together what comes in one turn: for a page each delivery is a turn of its own, and anything may happen between two. */
export function letterBox(deliver: (letters: readonly Letter[]) => void): (letter: Letter) => void {
  let waiting: Letter[] = [];
  return (letter) => {
    waiting.push(letter);
    if (waiting.length > 1) return;
    queueMicrotask(() => {
      const letters = waiting;
      waiting = [];
      deliver(letters);
    });
  };
}
