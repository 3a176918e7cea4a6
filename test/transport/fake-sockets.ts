import type { Socket } from '../../src/transport/index.ts';

/** A network in memory: `answer` says what the far end says to each text. */
export function fakeNetwork(answer: (text: string) => string) {
  const said: string[] = [];
  let dials = 0;
  let current: { end(): void } | undefined;
  const socket = (): Socket => {
    dials += 1;
    const listeners = new Map<string, (event: { readonly data: unknown }) => void>();
    const tell = (type: string, data?: unknown): void => queueMicrotask(() => listeners.get(type)?.({ data }));
    current = { end: () => listeners.get('close')?.({ data: undefined }) };
    queueMicrotask(() => tell(answer('') === 'unreachable' ? 'close' : 'open'));
    return {
      send: (text) => {
        said.push(text);
        const reply = answer(text);
        if (reply !== 'silence') tell('message', reply);
      },
      close: () => undefined,
      addEventListener: (type: string, listener: (event: { readonly data: unknown }) => void) => void listeners.set(type, listener),
    };
  };
  return { socket, said: () => said, dialled: () => dials, cut: () => current?.end() };
}
