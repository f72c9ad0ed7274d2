// Voice messages: recorded from the microphone where the browser allows it, or a short tune made here.
import { toast } from "./dom.js";

const KINDS = ["audio/ogg;codecs=opus", "audio/mp4", "audio/webm;codecs=opus"];
const kind = () => KINDS.find((one) => globalThis.MediaRecorder?.isTypeSupported(one));
const NOTES = [523.25, 659.25, 783.99, 1046.5];

/** Whether this browser records at all. */
export const canRecord = () => Boolean(kind());

/** A piece of a recording, in milliseconds. */
const PIECE = 250;

/** Records a stream; answers `stop()`, whose promise is the file. `heard(seconds)` is called as it grows. */
function record(stream, heard = () => {}) {
  const type = kind();
  const recorder = new MediaRecorder(stream, { mimeType: type });
  const parts = [];
  recorder.addEventListener("dataavailable", ({ data }) => {
    if (data.size) heard((parts.push(data) * PIECE) / 1000);
  });
  const done = new Promise((resolve) => recorder.addEventListener("stop", () => {
    stream.getTracks().forEach((track) => track.stop());
    const ending = type.includes("ogg") ? "ogg" : type.includes("mp4") ? "m4a" : "webm";
    resolve(new File(parts, `voice.${ending}`, { type: type.replace(";codecs=opus", "") }));
  }));
  recorder.start(PIECE);
  return () => {
    if (recorder.state !== "inactive") recorder.stop();
    return done;
  };
}

/** Listens to the microphone; null where that isn't allowed. */
export async function listen(heard) {
  try {
    return record(await navigator.mediaDevices.getUserMedia({ audio: true }), heard);
  } catch {
    toast("The browser doesn't give this page the microphone; a sample can be sent from the + menu");
    return null;
  }
}

/** A second of music as a voice message. */
export async function sample() {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  NOTES.forEach((pitch, at) => {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    const begin = context.currentTime + at * 0.25;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(0.3, begin + 0.03);
    volume.gain.linearRampToValueAtTime(0, begin + 0.24);
    tone.connect(volume).connect(out);
    tone.start(begin);
    tone.stop(begin + 0.25);
  });
  const stop = record(out.stream);
  await new Promise((resolve) => setTimeout(resolve, NOTES.length * 250 + 100));
  const file = await stop();
  await context.close();
  return file;
}
