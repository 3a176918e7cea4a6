import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { Avatar } from './avatar.tsx';
import type { CallView } from './call-view.ts';
import { Icon } from './icons.tsx';
import type { Phone } from './phone.ts';
import { clockWords, phaseWords } from './words.ts';

/** A call that is over stays until it was read: why, how long, and once more? */
export function EndedCall({ phone, call }: { readonly phone: Phone; readonly call: CallView }): JSX.Element {
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => card.current?.focus(), []);
  const duration = call.end?.metrics.duration ?? 0;
  return (
    <main class="call over-now" data-phase={call.phase}>
      <div class="card" ref={card} tabIndex={-1}>
        <Avatar name={call.user} large />
        <h1>{call.user}</h1>
        <p role="status">{phaseWords(call)}{duration > 0 && ` · ${clockWords(duration)}`}</p>
        <div class="choices">
          <button type="button" onClick={() => phone.dismiss()}>Close</button>
          <button type="button" class="accept" onClick={() => void phone.place(call.user, false)}><Icon name="phone" /> Call again</button>
        </div>
      </div>
    </main>
  );
}
