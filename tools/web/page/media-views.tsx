import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';

/** Shows a track; `mirrored` as in a looking-glass. */
export function Picture({ track, label, mirrored = false }: { readonly track: MediaStreamTrack; readonly label: string; readonly mirrored?: boolean }): JSX.Element {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (element.current !== null) element.current.srcObject = new MediaStream([track]);
  }, [track]);
  return <video ref={element} class={mirrored ? 'mirrored' : ''} aria-label={label} autoplay playsInline muted />;
}

/** Plays a track on the chosen loudspeaker, where the browser lets pages choose. */
export function Sound({ track, loudspeaker }: { readonly track: MediaStreamTrack; readonly loudspeaker: string | undefined }): JSX.Element {
  const element = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    if (element.current !== null) element.current.srcObject = new MediaStream([track]);
  }, [track]);
  useEffect(() => {
    if (element.current !== null && 'setSinkId' in element.current) void element.current.setSinkId(loudspeaker ?? '').catch(() => undefined);
  }, [loudspeaker]);
  return <audio ref={element} autoplay />;
}
