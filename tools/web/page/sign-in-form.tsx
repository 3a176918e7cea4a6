import { useState } from 'preact/hooks';
import type { JSX } from 'preact';

/** The first thing a person sees: what shall we call you? */
export function SignInForm({ name: before, signIn, problem, isBusy }: { readonly name: string; readonly signIn: (name: string) => void; readonly problem: string | undefined; readonly isBusy: boolean }): JSX.Element {
  const [name, setName] = useState(before);
  return (
    <main class="welcome">
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          signIn(name);
        }}
      >
        <h1>callcore</h1>
        <p>Calls that nobody listens to, from one browser to another.</p>
        <label for="name">Your name</label>
        <input id="name" name="name" value={name} onInput={({ currentTarget }) => setName(currentTarget.value)} autocomplete="username" autocapitalize="none" spellcheck={false} maxLength={32} required autofocus />
        <p class="problem" role="alert">{problem}</p>
        <button type="submit" class="primary wide" disabled={isBusy}>{isBusy ? 'Signing in…' : 'Sign in'}</button>
        <p class="small">The name is yours on this server from then on; this browser keeps the keys.</p>
      </form>
    </main>
  );
}
