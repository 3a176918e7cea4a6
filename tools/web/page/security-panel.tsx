import type { JSX } from 'preact';
import type { CallView } from './call-view.ts';
import { SIGN_NAMES } from './sign-names.ts';

/** What protects this call, and the signs by which two people find out whether anybody is in between. */
export function SecurityPanel({ call }: { readonly call: CallView }): JSX.Element {
  return (
    <section class="panel" aria-label="Security of this call">
      <h2>Nobody else can listen</h2>
      <p>{call.isSealed ? 'Sound and picture go from device to device under keys that only the two of you have. The server carries sealed envelopes.' : 'Sound and picture are encrypted; call messages are protected by the app.'}</p>
      {call.code === undefined
        ? <p class="small">This peer has no signs to compare.</p>
        : (
          <>
            <p>To be sure, read these seven signs to each other. They must be the same:</p>
            <ol class="signs" aria-label="Signs to compare">
              {call.code.map((sign, index) => <li key={index}><span data-sign aria-hidden="true">{sign}</span>{SIGN_NAMES[sign]}</li>)}
            </ol>
          </>
        )}
    </section>
  );
}
