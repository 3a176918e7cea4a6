import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { CallScreen } from './call-screen.tsx';
import type { CallView } from './call-view.ts';
import { EndedCall } from './ended-call.tsx';
import { Icon } from './icons.tsx';
import { IncomingCall } from './incoming-call.tsx';
import { Notices } from './notices.tsx';
import { People } from './people.tsx';
import { Phone } from './phone.ts';
import { newProfile, type Profile } from './sign-in.ts';
import { SignInForm } from './sign-in-form.tsx';
import type { Vault } from './vault.ts';

/** The whole page: signed out, or a phone. */
export function App({ vault, known }: { readonly vault: Vault; readonly known: Profile | undefined }): JSX.Element {
  const phone = useSignal<Phone | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  const signIn = async (profile: () => Profile): Promise<void> => {
    isBusy.value = true;
    problem.value = undefined;
    try {
      const chosen = profile();
      phone.value = await Phone.open(vault, chosen);
      await vault.write('profile', chosen);
    } catch (error) {
      problem.value = error instanceof Error ? error.message : String(error);
    } finally {
      isBusy.value = false;
    }
  };
  useEffect(() => {
    if (known !== undefined) void signIn(() => known);
  }, []);
  if (phone.value !== undefined) return <SignedIn phone={phone.value} />;
  if (known !== undefined && problem.value === undefined) return <main class="welcome"><p role="status">Signing in as {known.name}…</p></main>;
  // Who was here before and could not be signed in is still who they were.
  const again = (name: string): Profile => (known?.name === name.trim().toLowerCase() ? known : newProfile(name));
  return <SignInForm name={known?.name ?? ''} signIn={(name) => void signIn(() => again(name))} problem={problem.value} isBusy={isBusy.value} />;
}

function SignedIn({ phone }: { readonly phone: Phone }): JSX.Element {
  const call = phone.call.value;
  useEffect(() => {
    document.title = call === undefined || call.phase === 'ended' ? 'callcore' : `${call.phase === 'ringing' ? '📞 ' : ''}${call.user} · callcore`;
  }, [call?.phase, call?.user]);
  const last = useRef<string>();
  useEffect(() => {
    if (call === undefined && last.current !== undefined) focusOn(last.current);
    last.current = call?.user;
  }, [call?.user]);
  return (
    <div class={call === undefined ? 'phone' : 'phone in-call'} data-phase={call?.phase}>
      <People phone={phone} />
      <Stage phone={phone} call={call} />
      <Notices phone={phone} />
    </div>
  );
}

/** After a call one is where one began: at the person, or at the top when they are in the list no more. */
function focusOn(user: string): void {
  (document.querySelector<HTMLElement>(`[data-calls='${CSS.escape(user)}']`) ?? document.querySelector<HTMLElement>('.people h1'))?.focus();
}

function Stage({ phone, call }: { readonly phone: Phone; readonly call: CallView | undefined }): JSX.Element {
  if (call === undefined) return <main class="call nobody"><Icon name="phone" /><p>Choose somebody to call.</p></main>;
  switch (call.phase) {
    case 'ringing':
      return <main class="call nobody"><IncomingCall phone={phone} call={call} /></main>;
    case 'ended':
      return <EndedCall phone={phone} call={call} />;
    case 'calling':
    case 'connecting':
    case 'connected':
    case 'reconnecting':
    case 'ending':
      return <CallScreen phone={phone} call={call} />;
  }
}
