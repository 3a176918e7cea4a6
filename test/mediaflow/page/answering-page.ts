/** A page that answers an offer with a microphone in which a tone comes and goes. */
const peers: RTCPeerConnection[] = [];

async function answer(offer: string): Promise<string> {
  const peer = new RTCPeerConnection();
  peers.push(peer);
  await peer.setRemoteDescription({ type: 'offer', sdp: offer });
  const microphone = wobblingTone();
  for (const track of microphone.getTracks()) peer.addTrack(track, microphone);
  await peer.setLocalDescription();
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (peer.iceGatheringState === 'complete') resolve();
    };
    peer.addEventListener('icegatheringstatechange', look);
    look();
  });
  return peer.localDescription?.sdp ?? '';
}

function wobblingTone(): MediaStream {
  const audio = new AudioContext();
  const [tone, wobble, depth, microphone] = [audio.createOscillator(), audio.createOscillator(), audio.createGain(), audio.createMediaStreamDestination()];
  wobble.frequency.value = 3;
  wobble.connect(depth.gain);
  tone.connect(depth).connect(microphone);
  tone.start();
  wobble.start();
  return microphone.stream;
}

/** What the newest connection has decoded of video: codec, size, and whether it was more than a moment of it. */
async function seen(): Promise<{ codec: unknown; size: string; enough: boolean }> {
  const report = await peers.at(-1)?.getStats();
  const stats: Record<string, unknown>[] = [];
  report?.forEach((entry: Record<string, unknown>) => stats.push(entry));
  const video = stats.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
  const codec = stats.find(({ id }) => id === video?.['codecId'])?.['mimeType'];
  return { codec, size: `${String(video?.['frameWidth'])}x${String(video?.['frameHeight'])}`, enough: Number(video?.['framesDecoded'] ?? 0) > 20 };
}

Object.assign(globalThis, { answer, seen });
