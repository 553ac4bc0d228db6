// Keeps the screen on while a session runs, where the browser can.

let lock = null;

export const keepAwake = async (awake) => {
  try {
    if (!awake) await lock?.release();
    else if (!lock && navigator.wakeLock) {
      lock = await navigator.wakeLock.request("screen");
      lock.onrelease = () => { lock = null; };
    }
  } catch {
    lock = null; // low battery: the session goes on
  }
};
