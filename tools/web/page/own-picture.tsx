import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { Picture } from './media-views.tsx';

/** Notes on the call stand in the fourth. */
const CORNERS = ['bottom right', 'bottom left', 'top right'] as const;

/** What we send, small, in a corner; a press moves it to the next, away from what it covers. */
export function OwnPicture({ track, isScreen }: { readonly track: MediaStreamTrack; readonly isScreen: boolean }): JSX.Element {
  const [corner, setCorner] = useState(0);
  const words = `${isScreen ? 'Your screen' : 'Your picture'}, ${CORNERS[corner] ?? ''}: move it to another corner`;
  return (
    <button type="button" class="own" data-corner={CORNERS[corner]} aria-label={words} title="Move it to another corner" onClick={() => setCorner((corner + 1) % CORNERS.length)}>
      <Picture track={track} label={isScreen ? 'Your screen' : 'Your picture'} mirrored={!isScreen} />
    </button>
  );
}
