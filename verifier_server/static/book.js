// The health book's comforts; every page does its work without this file.
const screen_button = document.querySelector("[data-bright]");

if ("serviceWorker" in navigator && document.querySelector("[data-offline]")) {
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (event.data && event.data.kept) document.documentElement.dataset.kept = event.data.kept;
  });
  navigator.serviceWorker.register("/book/worker.js", { scope: "/book" }).then(() => navigator.serviceWorker.ready).then((ready) => {
    const pages = [location.pathname, "/book", ...[...document.querySelectorAll("a[data-keep]")].map((one) => one.getAttribute("href"))];
    const files = performance.getEntriesByType("resource").map((one) => one.name).filter((name) => name.includes("/static/"));
    ready.active.postMessage({ keep: [...new Set([...pages, ...files])] });
  });
}

// Logged out: nothing stays on this device, also where the browser does not heed the server's word.
if (document.querySelector("[data-logged-out]") && "caches" in window) {
  caches.keys().then((names) => names.filter((name) => name.startsWith("health-book")).forEach((name) => caches.delete(name)));
}

// The screen stays on while the code is shown, and the code fills it when it is pressed.
let awake = null;
async function keep_awake() {
  try {
    awake = await navigator.wakeLock.request("screen");
  } catch (_refused) {
    awake = null; // A battery that is nearly empty: the phone decides.
  }
  // Said only where it is true. How bright the screen is, no page can set.
  document.querySelector("[data-awake]").hidden = awake === null;
}
if (screen_button) {
  screen_button.hidden = false;
  screen_button.addEventListener("click", () => {
    const bright = document.body.classList.toggle("bright");
    screen_button.setAttribute("aria-pressed", String(bright));
    if (bright && document.documentElement.requestFullscreen) document.documentElement.requestFullscreen().catch(() => {});
    if (!bright && document.fullscreenElement) document.exitFullscreen();
  });
  if ("wakeLock" in navigator) {
    keep_awake();
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && keep_awake());
  }
}
