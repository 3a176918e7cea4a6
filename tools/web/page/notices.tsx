import type { JSX } from 'preact';
import { Icon } from './icons.tsx';
import type { Phone } from './phone.ts';

/** What went wrong, and whose keys are new: over the page until read. While it rings, the ringing dialog says what goes wrong. */
export function Notices({ phone }: { readonly phone: Phone }): JSX.Element {
  const problem = phone.call.value?.phase === 'ringing' ? undefined : phone.problem.value;
  return (
    <div class="notices">
      {problem !== undefined && (
        <div class="notice" role="alert">
          <p>{problem}</p>
          <button type="button" class="round quiet" aria-label="Dismiss" title="Dismiss" onClick={() => (phone.problem.value = undefined)}><Icon name="close" /></button>
        </div>
      )}
      {phone.strangers.value.map((change) => (
        <div class="notice" key={`${change.device.user} ${change.device.device}`} role="alert">
          <p>{change.type === 'new-device' ? `${change.device.user} uses a device that you have not met.` : `${change.device.user} has new keys: a new installation, or somebody in between.`} Ask them before you accept.</p>
          <button type="button" onClick={() => phone.accept(change)}>Accept</button>
        </div>
      ))}
    </div>
  );
}
