// The camera as a scanner, where the browser itself reads codes (BarcodeDetector). Pictures stay on the phone.

const EVERY = 250; // ms between two looks
const PAUSE = 5_000; // ms in which the same code, still before the camera, is not read again

export async function offer(place, words, say, switched, found) {
  if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return;
  const [button, video] = [place.querySelector("button"), place.querySelector("video")];
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const read = new Map(); // code -> when it was last before the camera
  let stream = null;

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = video.srcObject = null;
    video.hidden = true;
    button.textContent = words.start;
    switched(false);
  }

  async function start() {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
    } catch {
      stop();
      return say(words.refused);
    }
    button.textContent = words.stop;
    switched(true);
    say(words.looking);
    look();
  }

  async function look() {
    if (!stream) return;
    for (const { rawValue } of await detector.detect(video).catch(() => [])) {
      if (Date.now() - (read.get(rawValue) ?? 0) > PAUSE) found(rawValue);
      read.set(rawValue, Date.now());
    }
    setTimeout(look, EVERY);
  }

  place.hidden = false;
  button.addEventListener("click", () => (stream ? stop() : start()));
  document.addEventListener("visibilitychange", () => document.hidden && stop());
}
