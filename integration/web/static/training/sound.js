// The tones of a guided session.

let context = null;

// A browser allows sound after a click or a key only.
export const allowSound = () => {
  context = context || new (window.AudioContext || window.webkitAudioContext)();
  context.resume();
};

export const tone = (pitch, length = 0.12) => {
  if (!context) return;
  const voice = context.createOscillator();
  const loud = context.createGain();
  loud.gain.setValueAtTime(0.2, context.currentTime);
  loud.gain.exponentialRampToValueAtTime(0.001, context.currentTime + length);
  voice.frequency.value = pitch;
  voice.connect(loud).connect(context.destination);
  voice.start();
  voice.stop(context.currentTime + length);
};
