/** Calls back whenever this machine may have got another network; returns the function that stops that. */
export type NetworkWatch = (changed: () => void) => () => void;

/** What a browser knows of its network: that it came back, and that it became another. */
export function browserNetwork(): NetworkWatch {
  return (changed) => {
    const { window, navigator } = globalThis as unknown as BrowserWorld;
    const sources = [[window, 'online'], [navigator?.connection, 'change']] as const;
    for (const [source, event] of sources) source?.addEventListener(event, changed);
    return () => {
      for (const [source, event] of sources) source?.removeEventListener(event, changed);
    };
  };
}

type Listenable = { addEventListener(event: string, listener: () => void): void; removeEventListener(event: string, listener: () => void): void };
type BrowserWorld = { readonly window?: Listenable; readonly navigator?: { readonly connection?: Listenable } };
